"""Branches as they are written: ways of which each iteration takes one, and tasks that exist only sometimes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from pmosim.model.branches import ROUNDING, Branch, Decision, Way
from pmosim.model.tasks import Task, TaskKind
from pmosim.scenario import language
from pmosim.scenario.context import Context
from pmosim.scenario.places import Misread, Origin
from pmosim.scenario.quantities import Kind, read_probability
from pmosim.scenario.work import Written, id_problem

FINISHES, LASTS, COSTS = "finish", "duration", "cost"


@dataclass(frozen=True, slots=True)
class Deciding:
    """``permit finish``, ``test duration`` or ``piles cost``: the task, and what of it decides."""

    task: str  # qualified id
    by: str


class BranchReader:
    """``branches:`` of a scenario, and ``exists`` of its tasks.

    Parameters
    ----------
    tasks : by project and id; below : the tasks that are worked below each summary task, by qualified ids
    """

    def __init__(self, context: Context, tasks: Mapping[str, Mapping[str, Task]], below: Mapping[str, tuple[str, ...]]) -> None:
        self.context, self.tasks, self.below = context, tasks, below

    def read(self, entries: Mapping[str, language.Branch | None], origin: Origin) -> list[Branch]:
        found = (self._branch(id, entry or language.Branch(), origin / id) for id, entry in entries.items())
        return [branch for branch in found if branch is not None]

    def existing(self, project: str, written: Iterable[Written]) -> Iterator[Branch]:
        """``exists: 30%`` is short for a branch of the task or nothing."""
        for one in written:
            if one.entry.exists is None:
                continue
            origin, id = one.origin / "exists", f"{project}.{one.id}"
            if (share := self._probability(one.entry.exists, origin)) is None:
                continue
            task = self.tasks[project].get(one.id)
            if task is not None and task.progress is not None:
                self._report(origin, "branch-of-begun-work", f"task '{one.id}' has begun, so it exists", "remove 'exists'", key=True)
                continue
            branch = f"{id} exists"
            self.context.findings.register(("branches", branch), origin)
            yield Branch(branch, (Way("yes", self.below.get(id, (id,)), share), Way("no", (), 1 - share)))

    def _report(self, origin: Origin, code: str, what: str, fix: str, *, key: bool = False) -> None:
        self.context.findings.add(origin, code, what, fix, key=key)

    def _branch(self, id: str, entry: language.Branch, origin: Origin) -> Branch | None:
        """None where something is wrong with it, which has been reported."""
        findings = self.context.findings
        before = len(findings.located)
        findings.register(("branches", id), origin)
        if problem := id_problem(id, "branch"):
            code, what, fix = problem
            self._report(origin, code, what, fix.partition(", and")[0], key=True)
        ways = {name: way or language.Way() for name, way in (entry.ways or {}).items()}
        if not ways:
            if not findings.was_dropped(origin / "ways") and not findings.was_dropped(origin):
                what, fix = f"branch '{id}' has no ways", "write  ways: {rock: {probability: 30%, tasks: blast}, soil: {tasks: dig}}"
                self._report(origin, "lonely-branch", what, fix, key=True)
            return None
        if len(ways) == 1:
            fix = "add another way, or write  exists: 30%  at the task"
            self._report(origin, "lonely-branch", f"branch '{id}' has one way only", fix, key=True)
            return None
        first: dict[str, str] = {}
        tasks = {name: self._tasks(id, way, origin / "ways" / name, first) for name, way in ways.items()}
        decision = None
        chances: Mapping[str, float | None] = {}
        if entry.decided_by is None:
            chances = self._chances(id, ways, origin)
        elif deciding := self._deciding(id, entry.decided_by, origin / "decided_by"):
            decision = self._decision(id, deciding, ways, origin)
        if len(findings.located) > before or any(findings.was_dropped(origin / "ways" / name / key) for name in ways for key in _OF_WAYS):
            return None
        return Branch(id, tuple(Way(name, tasks[name], chances.get(name)) for name in ways), decision)

    def _tasks(self, branch: str, way: language.Way, origin: Origin, first: dict[str, str]) -> tuple[str, ...]:
        """``first``: the way of each task that has been read."""
        found: list[str] = []
        for place, text in enumerate(way.tasks or ()):
            try:
                id = self.context.names.task(text)
            except Misread as error:
                what = f"branch '{branch}' names a task that does not exist: {error.what}"
                self._report(origin / "tasks" / place, error.code, what, error.fix)
                continue
            own = self.below.get(id, (id,))
            found += [one for one in own if one not in found]
            if twice := [one for one in own if first.setdefault(one, str(origin.path[-1])) != origin.path[-1]]:
                what = f"'{text}' stands in way '{first[twice[0]]}' of branch '{branch}' as well"
                self._report(origin / "tasks" / place, "task-in-two-ways", what, "keep it in one of them, or in none")
        return tuple(found)

    # --- by chance ---

    def _probability(self, text: str, origin: Origin) -> float | None:
        try:
            return read_probability(text)
        except Misread as error:
            self.context.findings.misread(origin, error)
            return None

    def _chances(self, id: str, ways: Mapping[str, language.Way], origin: Origin) -> Mapping[str, float | None]:
        """A single way that states no probability has what the others leave."""
        stated: dict[str, float | None] = {}
        for name, way in ways.items():
            if way.up_to is not None:
                what, fix = f"way '{name}' has a limit, but branch '{id}' does not say what decides it", "add  decided_by: TASK finish"
                self._report(origin / "ways" / name / "up_to", "undecided-branch", what, fix, key=True)
            elif way.probability is not None:
                stated[name] = self._probability(way.probability, origin / "ways" / name / "probability")
        rest = [name for name in ways if name not in stated]
        total = sum(share for share in stated.values() if share is not None)
        if len(rest) == 1 and total <= 1 + ROUNDING:
            stated[rest[0]] = max(0.0, 1 - total)
        elif len(rest) == 1:
            what = f"the probabilities of branch '{id}' add up to {100 * total:g} %"
            self._report(origin / "ways" / rest[0], "branch-sum", what, f"lower them; way '{rest[0]}' has what is left", key=True)
        return stated

    # --- by what has happened ---

    def _deciding(self, id: str, text: str, origin: Origin) -> Deciding | None:
        name, _, by = text.strip().rpartition(" ")
        if by not in (FINISHES, LASTS, COSTS) or not name:
            what = f"'{text}' does not say what decides branch '{id}'"
            self._report(
                origin, "undecided-branch", what, "write  decided_by: permit finish,  decided_by: test duration  or  decided_by: test cost"
            )
            return None
        try:
            return Deciding(self.context.names.task(name.strip()), by)
        except Misread as error:
            what = f"branch '{id}' is decided by a task that does not exist: {error.what}"
            self._report(origin, error.code, what, error.fix)
            return None

    def _decision(self, id: str, deciding: Deciding, ways: Mapping[str, language.Way], origin: Origin) -> Decision | None:
        finishes: list[datetime] = []
        numbers: list[float] = []
        limits = finishes if deciding.by == FINISHES else numbers
        *limited, last = ways
        for name, way in ways.items():
            here = origin / "ways" / name
            if way.probability is not None:
                what = f"way '{name}' has a probability, but branch '{id}' is decided by {deciding.by} of a task"
                self._report(here / "probability", "branch-probability", what, "remove it, or 'decided_by'", key=True)
            if name == last and way.up_to is not None:
                what = f"the last way of branch '{id}' has a limit: what is beyond it has no way"
                self._report(here / "up_to", "branch-limits", what, "remove the limit, or add a way without one", key=True)
            if name not in limited:
                continue
            if way.up_to is None:
                if not self.context.findings.was_dropped(here / "up_to"):
                    what = f"way '{name}' of branch '{id}' has no limit, but is not the last one"
                    self._report(here, "branch-limits", what, f"add  up_to: {_EXAMPLES[deciding.by]}", key=True)
                continue
            limit = self._limit(deciding, way.up_to, here / "up_to")
            if limit is not None and limits and limit <= limits[-1]:  # type: ignore[operator]
                what = f"the limits of branch '{id}' do not rise: '{way.up_to}' comes no later than the one before"
                self._report(here / "up_to", "branch-limits", what, "put the ways in the order of their limits")
            if limit is not None:
                limits.append(limit)  # type: ignore[arg-type]
        durations, costs = ((), tuple(numbers)) if deciding.by == COSTS else (tuple(numbers), ())
        return Decision(deciding.task, tuple(finishes), durations, costs)

    def _limit(self, deciding: Deciding, text: str, origin: Origin) -> datetime | float | None:
        if deciding.by == FINISHES:
            return self.context.moment(text, origin, end_of_day=True)
        if deciding.by == COSTS:
            return self.context.certain_money(text, origin)
        estimate = self.context.estimate(text, Kind.DURATION, origin)
        if estimate is None:
            return None
        law = self.context.duration(estimate, self._calendar(deciding.task), None, origin)
        if law is not None and not law.is_constant:
            self._report(origin, "not-certain", f"the limit '{text}' is uncertain", "write one duration, such as 10d")
            return None
        return law.mean if law else None

    def _calendar(self, id: str) -> str:
        project, _, task = id.partition(".")
        return self.tasks[project][task].calendar


_EXAMPLES = {FINISHES: "2027-05-01", LASTS: "10d", COSTS: "200k EUR"}

_OF_WAYS = ("probability", "up_to", "tasks")


def worked_below(tasks: Mapping[str, Mapping[str, Task]]) -> dict[str, tuple[str, ...]]:
    """For each summary task the tasks below it that are worked, at any depth."""
    below: dict[str, list[str]] = {}
    for project, own in tasks.items():
        below |= {f"{project}.{id}": [] for id, task in own.items() if task.kind is TaskKind.SUMMARY}
        for id, task in own.items():
            parent, seen = task.parent, set()
            while parent is not None and parent in own and parent not in seen:
                seen.add(parent)
                if not task.kind.spans:
                    below.setdefault(f"{project}.{parent}", []).append(f"{project}.{id}")
                parent = own[parent].parent
    return {id: tuple(leaves) for id, leaves in below.items()}
