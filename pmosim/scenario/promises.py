"""Target dates and budgets, deadlines of tasks, and tasks that are watched, into the model's targets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pmosim.model.project import Target, Together
from pmosim.scenario import language
from pmosim.scenario.context import Context
from pmosim.scenario.places import Misread, Origin


class Promises:
    """Targets by the node that they are for; a later one replaces an earlier one."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.by_node: dict[str, Target] = {}
        self.sets: tuple[Together, ...] = ()

    def add(self, targets: Iterable[Target]) -> None:
        for target in targets:
            self.by_node[target.node] = target

    def add_target(self, entry: language.Target | None, origin: Origin, node: str) -> None:
        """The promise of a project, or of the whole portfolio."""
        if entry is None:
            return
        findings = self.context.findings
        finish = self.context.moment(entry.finish, origin / "finish", end_of_day=True)
        budget = self.context.certain_money(entry.budget, origin / "budget")
        if entry.finish is None and entry.budget is None:
            if not any(findings.was_dropped(origin / key) for key in ("finish", "budget")):
                what = "the target has neither a finish nor a budget"
                findings.add(origin, "empty-target", what, "write  target: {finish: 2027-09-30}", key=True)
            return
        if budget is not None and budget <= 0:
            findings.add(origin / "budget", "impossible-budget", f"the budget is {budget:g}", "give a budget above 0")
            budget = None
        findings.register(("targets", node), origin / ("finish" if finish else "budget"))
        if finish or budget:
            self.add([Target(node, finish, budget)])

    def add_deadlines(self, project: str, entry: language.ProjectParts, origin: Origin) -> None:
        """What a project promises of its tasks by id: ``deadlines`` and ``watch``."""
        for id, text in (entry.deadlines or {}).items():
            self._add_task(project, id, origin / "deadlines" / id, text)
        for place, id in enumerate(entry.watch or ()):
            self._add_task(project, id, origin / "watch" / place, None)

    def add_sets(self, entries: Mapping[str, Sequence[str]], origin: Origin) -> None:
        """Sets of promises: finishes of projects and of the whole, and tasks."""
        for name, members in entries.items():
            self.context.findings.register(("together", name), origin / name)
            nodes = []
            for place, member in enumerate(members):
                try:
                    nodes.append(self.context.names.promised(member))
                except Misread as error:
                    self.context.findings.misread(origin / name / place, error)
            if len(nodes) == len(members):
                self.sets = (*self.sets, Together(name, tuple(nodes)))

    def _add_task(self, project: str, id: str, origin: Origin, text: str | None) -> None:
        try:
            node = self.context.names.task(id, project)
        except Misread as error:
            self.context.findings.add(origin, error.code, error.what, error.fix, key=text is not None)
            return
        due = self.context.moment(text, origin, end_of_day=True)
        if due is None and (text is not None or node in self.by_node):
            return
        self.context.findings.register(("targets", node), origin)
        self.add([Target(node, due)])
