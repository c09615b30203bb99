"""Correlations as they are written into the model's: which quantities of which tasks and risks each one ties together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pmosim.errors import did_you_mean
from pmosim.model.correlation import Correlation, Item, Quantity
from pmosim.model.risks import Risk
from pmosim.model.tasks import Task, TaskKind
from pmosim.scenario import language
from pmosim.scenario.places import Misread, Origin
from pmosim.scenario.striking import Register

OF_RISKS = {"impact": Quantity.IMPACT, "occurrence": Quantity.OCCURRENCE, "cost": Quantity.RISK_COST}
OF_COSTS = {"fixed": Quantity.FIXED_COST, "rate": Quantity.RATE}


@dataclass
class _Tied:
    """The members of one correlation so far."""

    entry: language.Correlation
    origin: Origin
    items: list[Item] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)  # patterns and rules that found members
    is_broken: bool = False

    @property
    def name(self) -> str:
        """What keys the shared draw of a group: its own name, or what finds its members, so that they may come and go."""
        return self.entry.name or ", ".join(self.rules)

    @property
    def shown(self) -> str:
        return f"'{self.name}'" if self.name else " and ".join(map(str, self.items[:3])) + (" ..." if len(self.items) > 3 else "")


class CorrelationReader:
    """``correlations:`` of a scenario.

    Parameters
    ----------
    register : tasks by project, and what rules see of them
    risks : those that could be read; written : ids of all that there are
    """

    def __init__(self, register: Register, risks: Sequence[Risk], written: Sequence[str]) -> None:
        self.register, self.context = register, register.context
        self.risks, self.written = {risk.id: risk for risk in risks}, written
        self.names: dict[str, Origin] = {}

    def read(self, entries: Sequence[language.Correlation], origin: Origin) -> tuple[Correlation, ...]:
        made: list[Correlation] = []
        for number, entry in enumerate(entries):
            tied = self._tied(entry, origin / number)
            if tied.is_broken or entry.rho is None:
                continue
            self.context.findings.register(("correlations", str(len(made))), tied.origin)
            self._say_what_is_idle(tied)
            made.append(Correlation(tuple(tied.items), entry.rho, tied.name))
        return tuple(made)

    def _tied(self, entry: language.Correlation, origin: Origin) -> _Tied:
        tied = _Tied(entry, origin)
        self._check_rho(tied)
        for key, read in (("tasks", self._task), ("costs", self._cost), ("risks", self._risk)):
            for place, text in enumerate(getattr(entry, key) or ()):
                read(text, origin / key / place, tied)
        if entry.match is not None:
            self._match(entry.match, tied)
        tied.items = [*dict.fromkeys(tied.items)]
        if len(tied.items) < 2 and not tied.is_broken:
            what = f"this correlation ties {'nothing' if not tied.items else f'only {tied.items[0]}'}: it takes two or more"
            self._report(tied, origin, "lonely-correlation", what, "write  tasks: [design, permit], or risks:, costs: or match:")
        if not tied.is_broken and tied.name:
            self._check_name(tied)
        return tied

    def _report(self, tied: _Tied, origin: Origin, code: str, what: str, fix: str, *, key: bool = False) -> None:
        tied.is_broken = True
        self.context.findings.add(origin, code, what, fix, key=key)

    def _check_rho(self, tied: _Tied) -> None:
        rho = tied.entry.rho
        if rho is None:
            self._report(tied, tied.origin, "missing-correlation", "this correlation does not say how strong it is", "add  rho: 0.5")
        elif not -1 <= rho <= 1:
            self._report(tied, tied.origin / "rho", "correlation-out-of-range", f"a correlation of {rho:g}", "write a number from -1 to 1")

    def _check_name(self, tied: _Tied) -> None:
        first = self.names.setdefault(tied.name, tied.origin)
        if first is not tied.origin:
            what = f"two correlations have the name {tied.shown}; the first one is in line {first.place().line}"
            self._report(tied, tied.origin, "duplicate-id", what, "give each a name of its own: its shared draw is known by it")

    # --- members ---

    def _task(self, text: str, origin: Origin, tied: _Tied) -> None:
        if "*" in text or "?" in text:
            workable = {id for id, _ in self.register.candidates()}
            self._found([id for id in self.context.names.matching(text) if id in workable], text, f"'{text}'", origin, tied)
            return
        try:
            id = self.context.names.task(text)
        except Misread as error:
            self._report(tied, origin, error.code, f"this correlation names a task that does not exist: {error.what}", error.fix)
            return
        task = self._task_of(id)
        if task is None:  # it could not be read
            tied.is_broken = True
        elif task.kind is not TaskKind.TASK:
            kind = {TaskKind.SUMMARY: "a summary task", TaskKind.HAMMOCK: "a hammock"}.get(task.kind, "a milestone")
            what = f"'{text}' is {kind}, which has no duration of its own to correlate"
            self._report(tied, origin, "correlated-without-work", what, "name tasks with a duration")
        else:
            tied.items.append(Item(id))

    def _match(self, match: language.Match, tied: _Tied) -> None:
        from pmosim.interchange.rules import Match

        given = {key: value for key, value in match.model_dump().items() if value is not None}
        rule = Match(**given)
        self._found(self.register.matching(rule), str(rule), str(rule), tied.origin / "match", tied)

    def _found(self, ids: list[str], name: str, shown: str, origin: Origin, tied: _Tied) -> None:
        if not ids:
            what = f"this correlation is for {shown}, which matches no task with a duration"
            self._report(tied, origin, "unknown-task", what, "correct the pattern")
            return
        self.context.notes.append(
            f"correlation '{tied.entry.name or name}': {shown} finds {len(ids)} {'task' if len(ids) == 1 else 'tasks'}"
        )
        tied.rules.append(name)
        tied.items += [Item(id) for id in ids]

    def _risk(self, text: str, origin: Origin, tied: _Tied) -> None:
        """``flood.impact``, or ``risks.flood.impact`` as the value would be overridden."""
        id, _, word = text.removeprefix("risks.").rpartition(".")
        if word not in OF_RISKS or not id:
            known = text.removeprefix("risks.")
            what = f"'{text}' does not say what of a risk is correlated"
            fix = f"write {known}.impact, {known}.occurrence or {known}.cost"
            self._report(tied, origin, "unknown-quantity", what, fix)
        elif id not in self.written:
            fix = did_you_mean(id, self.written, "name a risk of the register")
            self._report(tied, origin, "unknown-risk", f"this correlation names a risk that does not exist: '{id}'", fix)
        elif id not in self.risks:
            tied.is_broken = True  # what is wrong with the risk has been said
        elif word == "cost" and self.risks[id].cost is None:
            self._report(tied, origin, "correlated-without-cost", f"risk '{id}' has no cost to correlate", "give the risk a cost")
        else:
            tied.items.append(Item(id, OF_RISKS[word]))

    def _cost(self, text: str, origin: Origin, tied: _Tied) -> None:
        """``survey``, or ``survey.fixed`` and ``survey.rate`` where a task has both."""
        name, wanted = text, ""
        try:
            id = self.context.names.task(text)
        except Misread as error:
            name, _, wanted = text.rpartition(".")
            try:
                if wanted not in OF_COSTS:
                    raise error
                id = self.context.names.task(name)
            except Misread as last:
                what = f"this correlation names the cost of a task that does not exist: {last.what}"
                self._report(tied, origin, last.code, what, last.fix)
                return
        task = self._task_of(id)
        if task is None or (task.cost is None and self.context.findings):  # what could not be read has been reported
            tied.is_broken = True
            return
        has = {word: getattr(task.cost, word) for word in OF_COSTS if task.cost and getattr(task.cost, word) is not None}
        if not has or (wanted and wanted not in has):
            what = f"task '{name}' has no {wanted + ' ' if wanted else ''}cost to correlate"
            cost = "1200 EUR/d" if wanted == "rate" else "20k EUR"
            self._report(
                tied,
                origin,
                "correlated-without-cost",
                what,
                f"give it one, such as  cost: {cost}",
            )
            return
        varying = [word for word, law in has.items() if not law.is_constant] or [*has]
        if not wanted and len(varying) > 1:
            what = f"task '{name}' has a fixed cost and a rate, both uncertain"
            self._report(tied, origin, "ambiguous-cost", what, f"write {name}.fixed or {name}.rate")
            return
        tied.items.append(Item(id, OF_COSTS[wanted or varying[0]]))

    def _task_of(self, id: str) -> Task | None:
        project, _, task = id.partition(".")
        return self.register.tasks.get(project, {}).get(task)

    # --- members that do not vary ---

    def _say_what_is_idle(self, tied: _Tied) -> None:
        idle = [*self._idle(tied)]
        if len(idle) > len(tied.items) - 2:
            said = f"the correlation of {tied.shown} does nothing: " + ("none" if len(idle) == len(tied.items) else "only one")
            self.context.notes.append(f"{said} of what it ties varies")
        elif idle and not tied.rules:
            said = ", ".join(f"'{item}'" for item in idle[:5]) + (f" and {len(idle) - 5} more" if len(idle) > 5 else "")
            end = "does not vary" if len(idle) == 1 else "do not vary"
            self.context.notes.append(f"the correlation of {tied.shown} does nothing to {said}, which {end}")

    def _idle(self, tied: _Tied) -> Iterator[Item]:
        for item in tied.items:
            if not self._varies(item):
                yield item

    def _varies(self, item: Item) -> bool:
        risk = self.risks.get(item.id)
        if item.quantity in OF_RISKS.values() and risk is not None:
            if item.quantity is Quantity.OCCURRENCE:
                return 0 < risk.probability < 1
            laws = [risk.cost] if item.quantity is Quantity.RISK_COST else [hit.impact.law for hit in risk.hits]
            return any(law is not None and not law.is_constant for law in laws)
        task = self._task_of(item.id)
        if task is None or task.is_finished:
            return False
        if item.quantity is Quantity.DURATION:
            return not task.duration.is_constant
        law = getattr(task.cost, next(word for word, quantity in OF_COSTS.items() if quantity is item.quantity), None)
        return law is not None and not law.is_constant
