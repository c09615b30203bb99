"""Rework: work that is done again where it was not good enough, unrolled into copies of its tasks up to a stated depth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pmosim.model.branches import Branch, Way
from pmosim.model.tasks import Link, Task
from pmosim.scenario import language
from pmosim.scenario.context import Context
from pmosim.scenario.places import Misread, Origin
from pmosim.scenario.quantities import read_probability
from pmosim.scenario.work import id_problem

DEEPEST = 50
"""Rounds of rework at most: each is a copy of its tasks."""


@dataclass
class Unrolled:
    """What rework adds to a portfolio."""

    tasks: dict[str, list[Task]] = field(default_factory=dict)  # by project
    links: list[Link] = field(default_factory=list)
    branches: list[Branch] = field(default_factory=list)
    copies: dict[str, list[str]] = field(default_factory=dict)  # of each task, by qualified ids


@dataclass(frozen=True, slots=True)
class _Loop:
    id: str
    tasks: tuple[str, ...]  # qualified ids, those of one round
    after: str | None  # the task whose failure calls for the first round; None: that is done in any case
    probability: float
    at_most: int

    @property
    def first(self) -> int:
        """Number of the first round that may not happen."""
        return 2 if self.after is None else 1

    @property
    def last(self) -> int:
        return self.first + self.at_most - 1

    def copy_of(self, id: str, round: int) -> str:
        return id if round == 1 else f"{id}-{round}"


class ReworkReader:
    """``rework:`` of a scenario.

    Parameters
    ----------
    tasks : by project and id; below : the tasks that are worked below each summary task; links : those that are written
    """

    def __init__(
        self, context: Context, tasks: Mapping[str, Mapping[str, Task]], below: Mapping[str, tuple[str, ...]], links: Sequence[Link]
    ) -> None:
        self.context, self.tasks, self.below = context, tasks, below
        self.links = [*_of_work(links, below)]
        self.repeated: dict[str, str] = {}  # task -> loop

    def read(self, entries: Mapping[str, language.Rework | None], origin: Origin) -> Unrolled:
        unrolled = Unrolled()
        for id, entry in entries.items():
            if loop := self._loop(id, entry or language.Rework(), origin / id):
                self._unroll(loop, unrolled, origin / id)
        return unrolled

    def _report(self, origin: Origin, code: str, what: str, fix: str, *, key: bool = False) -> None:
        self.context.findings.add(origin, code, what, fix, key=key)

    # --- what is written ---

    def _loop(self, id: str, entry: language.Rework, origin: Origin) -> _Loop | None:
        findings = self.context.findings
        before = len(findings.located)
        if problem := id_problem(id, "rework"):
            code, what, fix = problem
            self._report(origin, code, what, fix.partition(", and")[0], key=True)
        for key, example in (("repeat", "[design, review]"), ("probability", "30%"), ("at_most", "3")):
            if getattr(entry, key) is None and not any(findings.was_dropped(one) for one in (origin / key, origin)):
                what = f"rework '{id}' does not say {_UNSAID[key]}"
                self._report(origin, f"missing-{key.replace('_', '-')}", what, f"add  {key}: {example}", key=True)
        tasks = self._tasks(id, entry.repeat or (), origin / "repeat")
        after = self._after(id, entry.after, tasks, origin / "after")
        try:
            share = read_probability(entry.probability or "0%")
        except Misread as error:
            findings.misread(origin / "probability", error)
        if entry.at_most is not None and not 1 <= entry.at_most <= DEEPEST:
            what = f"rework '{id}' is repeated at most {entry.at_most} times"
            self._report(origin / "at_most", "out-of-range", what, f"write a number from 1 to {DEEPEST}, or remove the rework")
        unread = any(getattr(entry, key) is None for key in _UNSAID)
        if unread or len(findings.located) > before:
            return None
        loop = _Loop(id, tasks, after, share, entry.at_most or 1)
        self._check_order(loop, origin)
        return loop if len(findings.located) == before else None

    def _tasks(self, loop: str, names: Iterable[str], origin: Origin) -> tuple[str, ...]:
        found: list[str] = []
        for place, text in enumerate(names):
            here = origin / place
            try:
                named = self.context.names.task(text)
            except Misread as error:
                self._report(here, error.code, f"rework '{loop}' repeats a task that does not exist: {error.what}", error.fix)
                continue
            for id in self.below.get(named, (named,)):
                self._check_task(loop, id, here)
                found += [id] if id not in found else []
                self.repeated.setdefault(id, loop)
        return tuple(found)

    def _check_task(self, loop: str, id: str, origin: Origin) -> None:
        task, shown = self._task(id), self._shown(id)
        if task is None:
            return
        if task.kind.spans:
            what = f"'{shown}' is a {task.kind} and is not worked itself"
            self._report(origin, "rework-of-a-summary", what, "name the tasks that are worked")
        elif task.progress is not None:
            what = f"'{shown}' has begun: what of it will be repeated is work of its own"
            fix = f"add tasks for the repetition, and repeat these after: {shown}"
            self._report(origin, "rework-of-begun-work", what, fix)
        if self.repeated.get(id, loop) != loop:
            what = f"'{shown}' is repeated by rework '{self.repeated[id]}' as well"
            self._report(origin, "task-in-two-reworks", what, "keep it in one of them")

    def _after(self, loop: str, name: str | None, tasks: tuple[str, ...], origin: Origin) -> str | None:
        if name is None:
            return None
        try:
            id = self.context.names.task(name)
        except Misread as error:
            self._report(origin, error.code, f"rework '{loop}' comes after a task that does not exist: {error.what}", error.fix)
            return None
        if id in tasks:
            what = f"rework '{loop}' comes after '{name}', which it repeats itself"
            fix = "remove 'after': without it the tasks are done once in any case, and may then be repeated"
            self._report(origin, "rework-of-itself", what, fix)
        return id

    def _check_order(self, loop: _Loop, origin: Origin) -> None:
        """What is not repeated would have to be done both after and before the same round."""
        behind = _reached(loop.tasks, [(link.predecessor, link.successor) for link in self.links])
        ahead = _reached(loop.tasks, [(link.successor, link.predecessor) for link in self.links])
        if loop.after in behind:
            name = self._shown(loop.after or "")
            what = f"rework '{loop.id}' comes after '{name}', which waits for what it repeats"
            self._report(origin / "after", "rework-of-itself", what, f"name a task before them, or remove 'after' and repeat '{name}' too")
        if between := sorted((behind & ahead) - {*loop.tasks}):
            names = " and ".join(f"'{self._shown(id)}'" for id in between[:3])
            what = f"{names} comes after one of the tasks of rework '{loop.id}' and before another, but is not repeated"
            self._report(origin / "repeat", "rework-with-a-gap", what, f"add {names} to 'repeat'")

    def _task(self, id: str) -> Task | None:
        project, _, task = id.partition(".")
        return self.tasks.get(project, {}).get(task)

    def _shown(self, id: str) -> str:
        return id.partition(".")[2] if self.context.names.single else id

    # --- what it becomes ---

    def _unroll(self, loop: _Loop, unrolled: Unrolled, origin: Origin) -> None:
        own = {*loop.tasks}
        inner = [link for link in self.links if link.predecessor in own and link.successor in own]
        first = [id for id in loop.tasks if id not in {link.successor for link in inner}]
        last = [id for id in loop.tasks if id not in {link.predecessor for link in inner}]
        if loop.after is not None:
            linked = {(link.predecessor, link.successor) for link in self.links}
            unrolled.links += [Link(loop.after, id) for id in first if (loop.after, id) not in linked]
        for round in range(2, loop.last + 1):
            for id in loop.tasks:
                self._copy(loop, id, round, unrolled, origin)
            unrolled.links += [self._moved(link, loop, round, both=True) for link in inner]
            unrolled.links += [Link(loop.copy_of(one, round - 1), loop.copy_of(other, round)) for one in last for other in first]
            outer = (link for link in self.links if link.predecessor in own and link.successor not in own)
            unrolled.links += [self._moved(link, loop, round) for link in outer]
        for round in range(loop.first, loop.last + 1):
            tasks = tuple(loop.copy_of(id, later) for later in range(round, loop.last + 1) for id in loop.tasks)
            again, enough = Way("again", tasks, loop.probability), Way("done", (), 1 - loop.probability)
            branch = Branch(f"{loop.id} {round - loop.first + 1}", (again, enough))
            self.context.findings.register(("branches", branch.id), origin)
            unrolled.branches.append(branch)

    @staticmethod
    def _moved(link: Link, loop: _Loop, round: int, *, both: bool = False) -> Link:
        after = loop.copy_of(link.successor, round) if both else link.successor
        return replace(link, predecessor=loop.copy_of(link.predecessor, round), successor=after)

    def _copy(self, loop: _Loop, id: str, round: int, unrolled: Unrolled, origin: Origin) -> None:
        project, _, plain = id.partition(".")
        task, copy = self.tasks[project][plain], f"{plain}-{round}"
        if copy in self.tasks[project]:
            what = f"round {round} of rework '{loop.id}' makes a task '{copy}', but there is one of that id"
            self._report(origin / "repeat", "duplicate-id", what, "rename the task that is written")
            return
        name = f"{task.label}, round {round}" if task.name else ""
        made = replace(task, id=copy, name=name, constraints=(), stored=None)
        self.context.findings.register(("projects", project, "tasks", copy), origin)
        unrolled.tasks.setdefault(project, []).append(made)
        unrolled.copies.setdefault(id, []).append(f"{project}.{copy}")


_UNSAID = {"repeat": "what is repeated", "probability": "how likely it is", "at_most": "how often it may come"}


def _of_work(links: Iterable[Link], below: Mapping[str, tuple[str, ...]]) -> Iterator[Link]:
    """Links between tasks that are worked; copies stand below the same summary task, so links from that one hold for them."""
    for link in links:
        if link.predecessor in below or link.successor in below:
            sources, targets = (below.get(end, (end,)) for end in (link.predecessor, link.successor))
            yield from (replace(link, predecessor=source, successor=target) for source in sources for target in targets)
        else:
            yield link


def _reached(begin: Iterable[str], steps: Iterable[tuple[str, str]]) -> set[str]:
    """All that can be reached from ``begin``, by any number of steps."""
    onward: dict[str, list[str]] = {}
    for source, target in steps:
        onward.setdefault(source, []).append(target)
    reached: set[str] = set()
    ahead = [*begin]
    while ahead:
        for one in onward.get(ahead.pop(), ()):
            if one not in reached:
                reached.add(one)
                ahead.append(one)
    return reached


def with_copies(branches: Iterable[Branch], copies: Mapping[str, Sequence[str]]) -> list[Branch]:
    """Where a task does not exist, its repetitions do not either."""
    return [replace(branch, ways=tuple(_with_copies(way, copies) for way in branch.ways)) for branch in branches]


def _with_copies(way: Way, copies: Mapping[str, Sequence[str]]) -> Way:
    more = [copy for task in way.tasks for copy in copies.get(task, ()) if copy not in way.tasks]
    return replace(way, tasks=(*way.tasks, *more)) if more else way
