"""Uncertainty laid over the tasks of a planner's schedule by rules: the first rule that matches a task gives its law.

A rule matches by any of id, WBS, name, code, resource and calendar; each is a pattern with ``*``, ``?`` and ``[...]``, upper
and lower case alike, and all that are given must match. Next week's file can then replace this week's: the rules stay.
What a task says itself goes before all rules.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import translate
from functools import cached_property
from re import IGNORECASE, Pattern
from re import compile as regex
from types import MappingProxyType

from pmosim.errors import InvalidModel, Problem
from pmosim.model.laws import Law
from pmosim.model.tasks import Task, TaskKind

Patterns = str | Sequence[str]
"""One pattern or several, of which one must match."""


@dataclass(frozen=True)
class Match:
    """What a task must be for a rule to hold. All that is given must match; nothing given matches every task.

    ``wbs`` is matched against the code and the name of the task's own WBS element and of all those above it, and
    against the path of names ("House 1/Shell"). ``id`` is the activity id as it stands in the file, or as pmosim writes it.
    """

    id: Patterns | None = None
    wbs: Patterns | None = None
    name: Patterns | None = None
    code: Mapping[str, Patterns] = field(default_factory=dict)  # activity code or custom field -> patterns of its value
    resource: Patterns | None = None  # any one of the task's resources
    calendar: Patterns | None = None  # on which the task keeps time, by its id

    def __post_init__(self) -> None:
        object.__setattr__(self, "code", MappingProxyType(dict(self.code)))

    @cached_property
    def _texts(self) -> dict[str, Pattern[str]]:
        given = {"id": self.id, "wbs": self.wbs, "name": self.name, "resource": self.resource, "calendar": self.calendar}
        return {key: _pattern(patterns) for key, patterns in given.items() if patterns is not None}

    @cached_property
    def _codes(self) -> dict[str, Pattern[str]]:
        return {name.casefold(): _pattern(patterns) for name, patterns in self.code.items()}

    def fits(self, seen: Seen) -> bool:
        return all(any(map(pattern.match, seen.texts[key])) for key, pattern in self._texts.items()) and all(
            any(map(pattern.match, seen.codes.get(name, ()))) for name, pattern in self._codes.items()
        )

    def __str__(self) -> str:
        given = [("id", self.id), ("wbs", self.wbs), ("name", self.name), ("resource", self.resource), ("calendar", self.calendar)]
        given += [(f"code {name}", patterns) for name, patterns in self.code.items()]
        return ", ".join(f"{key} {_quoted(patterns)}" for key, patterns in given if patterns is not None) or "every task"


def _several(patterns: Patterns) -> tuple[str, ...]:
    return (patterns,) if isinstance(patterns, str) else tuple(patterns)


def _pattern(patterns: Patterns) -> Pattern[str]:
    return regex("|".join(map(translate, _several(patterns))), IGNORECASE)


def _quoted(patterns: Patterns) -> str:
    return " or ".join(f"'{text}'" for text in _several(patterns))


@dataclass(frozen=True, slots=True)
class Rule:
    """``law`` is the law of the remaining duration of every task that matches.

    Relative (the usual): a law of the factor on the planned remaining duration, so that pert 0.9 1 1.4 of a task with
    10 days left is pert 9d 10d 14d. Otherwise in working minutes, the same for all. None keeps the planned duration:
    an exception from the rules that follow. ``confidence`` is the class that the law was written for, if it was.
    """

    match: Match
    law: Law | None
    relative: bool = True
    confidence: str = ""

    def law_for(self, task: Task) -> Law:
        if self.law is None:
            return task.duration
        return self.law.scaled(task.planned or 0.0) if self.relative else self.law


@dataclass(frozen=True, slots=True)
class Seen:
    """What rules see of one task."""

    texts: Mapping[str, tuple[str, ...]]
    codes: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Laid:
    """Tasks with the rules' laws. Finished tasks, milestones and summary tasks have nothing left that could vary."""

    tasks: tuple[Task, ...]
    matched: tuple[int, ...]  # by rule: how many tasks took its law
    overshadowed: tuple[int, ...]  # by rule: how many more it matches that an earlier rule, or the task itself, took
    unmatched: tuple[str, ...]  # ids of tasks that no rule matches; they keep their planned duration
    warnings: tuple[str, ...] = ()
    themselves: bool = False  # whether some tasks say themselves how uncertain they are
    classes: Mapping[str, str] = field(default_factory=dict)  # class of confidence by task id, where one holds

    def problems(self, rules: Sequence[Rule]) -> list[Problem]:
        """A problem for each rule that changes nothing: a misspelt pattern would otherwise leave tasks without uncertainty."""
        return [
            Problem("rule-matches-nothing", ("uncertainty", place), *_why_nothing(rule, hidden, self.themselves))
            for place, (rule, taken, hidden) in enumerate(zip(rules, self.matched, self.overshadowed, strict=True))
            if taken == 0
        ]


def _why_nothing(rule: Rule, hidden: int, themselves: bool) -> tuple[str, str]:
    if hidden:
        takers = "earlier rules, or estimates and classes of the tasks themselves," if themselves else "earlier rules"
        fix = "move it before them" + (", or remove it" if themselves else "")
        return f"the rule for {rule.match} changes nothing: {takers} take all {hidden} tasks that it matches", fix
    return f"the rule for {rule.match} matches no task that can vary", "correct the pattern, or remove the rule"


def lay_uncertainty(
    tasks: Iterable[Task], rules: Sequence[Rule], own: Mapping[str, Rule] | None = None, settled: Collection[str] = ()
) -> Laid:
    """Give every task that can vary the law of the first rule that matches it.

    ``own`` are rules of single tasks, by id, which go before the others; tasks that are ``settled`` keep their law.

    Raises InvalidModel where a rule's law cannot be that of a task's duration.
    """
    tasks, own = tuple(tasks), own or {}
    ancestors = {task.id: task for task in tasks if task.kind is TaskKind.SUMMARY}
    matched, overshadowed = [0] * len(rules), [0] * len(rules)
    unmatched: list[str] = []
    laid: list[Task] = []
    classes: dict[str, str] = {}
    for task in tasks:
        if not can_vary(task):
            laid.append(task)
            continue
        seen = see(task, ancestors)
        hits = [place for place, rule in enumerate(rules) if rule.match.fits(seen)]
        speaks = task.id in own or task.id in settled
        for place in hits if speaks else hits[1:]:
            overshadowed[place] += 1
        rule = own.get(task.id) if speaks else rules[hits[0]] if hits else None
        if not speaks and hits:
            matched[hits[0]] += 1
        elif not speaks:
            unmatched.append(task.id)
        if rule is not None and rule.confidence:
            classes[task.id] = rule.confidence
        laid.append(task if rule is None else _with_law(task, rule, hits[0] if hits else None))
    said = f"{len(unmatched)} of {sum(map(can_vary, tasks))} tasks match no rule and keep their planned duration: {some(unmatched)}"
    return Laid(
        tuple(laid), tuple(matched), tuple(overshadowed), tuple(unmatched), (said,) if unmatched else (), bool(own or settled), classes
    )


def can_vary(task: Task) -> bool:
    """Whether anything of the task is left that could take longer or shorter than planned."""
    return task.kind is TaskKind.TASK and not task.is_finished and bool(task.planned)


def see(task: Task, summaries: Mapping[str, Task]) -> Seen:
    path: list[Task] = []
    above = summaries.get(task.parent or "")
    while above is not None and above not in path:
        path.append(above)
        above = summaries.get(above.parent or "")
    names = [one.name for one in reversed(path)]
    wbs = (task.wbs, *(one.wbs for one in path), *names, *("/".join(names[: n + 1]) for n in range(1, len(names))))
    original = task.codes.get("Activity ID")
    codes: dict[str, tuple[str, ...]] = {}
    for name, value in task.codes.items():
        codes[name.casefold()] = (value,)
    for name in [*codes]:  # a code matches by its short value or by its description
        codes[name] += codes.get(f"{name} description", ())
    texts = {"id": (task.id, original) if original else (task.id,), "wbs": wbs, "name": (task.name,), "resource": task.resources}
    texts["calendar"] = (task.calendar, task.calendar.rpartition(":")[2])  # of a file among several, with its project before it
    return Seen(texts, codes)


def _with_law(task: Task, rule: Rule, place: int | None) -> Task:
    law = rule.law_for(task)
    low, _ = law.support
    if low < 0:
        what = f"the rule for {rule.match} lets task '{task.id}' take less than no time (down to {low:g} minutes)"
        path = ("uncertainty",) if place is None else ("uncertainty", place)
        raise InvalidModel([Problem("negative-duration", path, what, "raise the low value to 0 or more")])
    return replace(task, duration=law)


def some(ids: Sequence[str], most: int = 5) -> str:
    """The first of them, and how many more there are."""
    return ", ".join(ids[:most]) + (f" and {len(ids) - most} more" if len(ids) > most else "")
