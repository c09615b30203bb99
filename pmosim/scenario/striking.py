"""Which tasks a risk hits (by name, by pattern, by rule) and what it does to each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pmosim.model.calendars import STANDARD
from pmosim.model.laws import Law
from pmosim.model.risks import Hit, Impact, ImpactKind
from pmosim.model.tasks import ELAPSED, FINISH, Task, TaskKind
from pmosim.scenario.context import Context
from pmosim.scenario.estimates import Estimate
from pmosim.scenario.places import Misread, Origin
from pmosim.scenario.scales import Scales, turned
from pmosim.scenario.values import Struck

if TYPE_CHECKING:
    from pmosim.interchange.rules import Match, Seen

ReadImpact = tuple[ImpactKind, Estimate, Origin]


@dataclass(frozen=True, slots=True)
class Register:
    """What the risks of a register may refer to."""

    context: Context
    scales: Scales
    calendars: Mapping[str, str]  # of each project, by id; impacts on a project's finish run on it
    tasks: Mapping[str, Mapping[str, Task]]  # by project and id
    known: dict[str, Seen] = field(default_factory=dict)  # what rules see of each task, by qualified id

    def candidates(self) -> Iterator[tuple[str, Task]]:
        """Tasks with a duration, finished ones included, by qualified id."""
        for project, tasks in self.tasks.items():
            for id, task in tasks.items():
                if task.kind is TaskKind.TASK:
                    yield f"{project}.{id}", task

    def matching(self, match: Match) -> list[str]:
        from pmosim.interchange.rules import see

        if not self.known:
            for project, tasks in self.tasks.items():
                summaries = {task.id: task for task in tasks.values() if task.kind is TaskKind.SUMMARY}
                self.known.update({f"{project}.{id}": see(task, summaries) for id, task in tasks.items()})
        return [id for id, _ in self.candidates() if match.fits(self.known[id])]


@dataclass(frozen=True, slots=True)
class Blow:
    """The hits of a risk, or of its state after mitigation, as they are written."""

    risk: str
    hits: Mapping[str, Struck]
    impact: str | None
    origin: Origin  # of what holds ``hits`` and ``impact``
    impact_origin: Origin
    project: str | None = None
    opportunity: bool | None = None  # None: nothing is said


def read_hits(blow: Blow, register: Register) -> list[Hit]:
    """One hit for each task; a task that is named goes before one that a pattern or a rule finds."""
    found: dict[str, Hit] = {}
    named: set[str] = set()
    for struck in blow.hits.values():
        origin = blow.origin / "hits"
        for step in struck.steps:
            origin = origin / step
        impact = _impact(blow, struck, origin, register)
        by_name = not _is_pattern(struck)
        for target in _targets(blow, struck, origin, register):
            register.context.findings.register((*_path(blow), target), origin)
            law = _law(blow, impact, target, origin, register) if impact else None
            if law is not None and impact is not None and (by_name or target not in named):
                found[target] = Hit(target, Impact(impact[0], law))
                named |= {target} if by_name else set()
    return [*found.values()]


def struck_again(blow: Blow, targets: list[str], register: Register) -> list[Hit]:
    """The same tasks with another impact: that which is left after mitigation."""
    impact = _impact(blow, Struck(), blow.impact_origin, register)
    if impact is None:
        return []
    laws = {target: _law(blow, impact, target, blow.impact_origin, register) for target in targets}
    return [Hit(target, Impact(impact[0], law)) for target, law in laws.items() if law is not None]


def _path(blow: Blow) -> tuple[str, ...]:
    return ("risks", blow.risk, "mitigation", "hits") if blow.origin.path[-1:] == ("mitigation",) else ("risks", blow.risk, "hits")


def _is_pattern(struck: Struck) -> bool:
    return struck.match is not None or "*" in struck.name or "?" in struck.name


def _impact(blow: Blow, struck: Struck, origin: Origin, register: Register) -> ReadImpact | None:
    text, where = struck.impact, origin
    if text is None:
        text, where = blow.impact, blow.impact_origin
    elif struck.match is not None:
        where = origin / "impact"
    context = register.context
    if text is None:
        if not context.findings.was_dropped(where):
            what = f"risk '{blow.risk}' hits {struck.shown if struck.match else repr(struck.name)}, but what it does there is not said"
            here = f"{struck.name}: +5d" if struck.match is None else "{match: ..., impact: +5d}"
            fix = f"write  {here}, or add  impact: +5d  for all tasks that it hits"
            context.findings.add(origin, "missing-impact", what, fix, key=True)
        return None
    read = register.scales.impact(text, where)
    if read is None:
        return None
    kind, estimate, place = read
    sampled = context.sampled(estimate, place)
    if sampled is None:
        return None
    if blow.opportunity and kind is ImpactKind.ADD and register.scales.is_class("impact", text):
        try:
            sampled = turned(sampled)
        except Misread as error:
            context.findings.misread(where, error)
            return None
    return kind, sampled, place


def _targets(blow: Blow, struck: Struck, origin: Origin, register: Register) -> list[str]:
    context = register.context
    if not _is_pattern(struck):
        try:
            target = context.names.node(struck.name, blow.project)
        except Misread as error:
            what = f"risk '{blow.risk}' hits a task that does not exist: {error.what}"
            context.findings.add(origin, error.code, what, error.fix, key=True)
            return []
        return [target]
    if struck.match is not None:
        from pmosim.interchange.rules import Match

        found, shown = register.matching(Match(**struck.match)), struck.shown
    else:
        workable = {id for id, _ in register.candidates()}
        found, shown = [id for id in context.names.matching(struck.name) if id in workable], f"'{struck.name}'"
    if not found:
        what = f"risk '{blow.risk}' hits {shown}, which matches no task with a duration"
        context.findings.add(origin, "unknown-task", what, "correct the pattern", key=True)
        return []
    context.notes.append(f"risk '{blow.risk}': {shown} hits {len(found)} {'task' if len(found) == 1 else 'tasks'}")
    return found


def _law(blow: Blow, impact: ReadImpact, target: str, hit: Origin, register: Register) -> Law | None:
    kind, estimate, origin = impact
    law = _factor(estimate, origin, register) if kind is ImpactKind.FACTOR else _added(estimate, origin, target, hit, register)
    if law is not None and blow.opportunity is not None and not _has_side(law, kind, blow.opportunity):
        said, does = ("an opportunity", "adds time") if blow.opportunity else ("a threat", "saves time")
        fix = "write negative time, such as -5d, or a factor below 1" if blow.opportunity else "write  type: opportunity"
        register.context.findings.add(origin, "wrong-side", f"risk '{blow.risk}' is {said}, but its impact {does}", fix)
        return None
    return law


def _has_side(law: Law, kind: ImpactKind, opportunity: bool) -> bool:
    off = law.mean - (1.0 if kind is ImpactKind.FACTOR else 0.0)
    return off <= 0 if opportunity else off >= 0


def _factor(estimate: Estimate, origin: Origin, register: Register) -> Law | None:
    try:
        law = estimate.made(lambda _unit: 1.0, 1.0)
    except Misread as error:
        register.context.findings.misread(origin, error)
        return None
    if law.support[0] < 0:
        what, fix = "the factor goes below zero: an impact below -100 %", "give factors of 0 or more; 1 means no change"
        register.context.findings.add(origin, "negative-factor", what, fix)
        return None
    return law


def _added(estimate: Estimate, origin: Origin, target: str, hit: Origin, register: Register) -> Law | None:
    calendar = _calendar(target, register)
    if estimate.is_elapsed and calendar != ELAPSED:
        what = f"the impact on '{hit.path[-1]}' is elapsed time, but added time is working time of the task's calendar"
        register.context.findings.add(origin, "elapsed-impact", what, "write working time, such as +5d")
        return None
    return register.context.duration(estimate, calendar, None, origin)


def _calendar(target: str, register: Register) -> str:
    if target in register.context.task_calendars:
        return register.context.task_calendars[target]
    return register.calendars.get(target.removesuffix(f".{FINISH}"), STANDARD.id)


def merged(before: list[Hit], after: list[Hit]) -> list[Hit]:
    """``before`` with what ``after`` says of the same tasks, and of others."""
    changed = {hit.target: hit for hit in after}
    kept = [changed.pop(hit.target, hit) for hit in before]
    return [*kept, *changed.values()]


__all__ = ["Blow", "Register", "merged", "read_hits", "struck_again"]
