"""The network itself: ends that lead nowhere, links that say nothing new, and dates that overrule it.

GAO-16-89G, *Schedule Assessment Guide*, December 2015, best practices 2 (sequencing), 6 and 7 (critical path and float).
"""

from __future__ import annotations

from collections.abc import Iterator

import networkx as nx

from pmosim.model.holds import ON_FINISH, PINNING
from pmosim.model.progress import out_of_sequence
from pmosim.model.tasks import ELAPSED, ConstraintKind, Link, LinkKind, Task, TaskKind
from pmosim.quality.basis import Basis, days_text
from pmosim.quality.dcma import hard_constraints
from pmosim.quality.records import Check, Finding, Item, Severity

LONG_LAG = 10
"""Working days; on the 24 h calendar as many weeks' worth of days."""

FAMILY = "logic"
UNFINISHED = "unfinished tasks and milestones"
_GAO = "GAO-16-89G, best practice {}"

OPEN_ENDS = Check(
    "open-ends",
    FAMILY,
    "open ends",
    Severity.WARNING,
    UNFINISHED,
    "all but the first and the last should have both a predecessor and a successor: else delays are lost and float is wrong",
    "link it to what it needs and to what needs it",
    _GAO.format(2),
)
DANGLING = Check(
    "dangling-logic",
    FAMILY,
    "dangling starts and finishes",
    Severity.WARNING,
    "unfinished tasks with links",
    "a start that nothing drives, or a finish that drives nothing: a longer task then delays nobody, or starts earlier",
    "add a link into the start (FS, SS) or out of the finish (FS, FF)",
    _GAO.format(2),
)
REDUNDANT = Check(
    "redundant-links",
    FAMILY,
    "links that others imply",
    Severity.NOTE,
    "FS links without lag into work that has not begun",
    "they hold nothing, and hide those that do",
    "remove them",
)
OUT_OF_SEQUENCE = Check(
    "out-of-sequence",
    FAMILY,
    "progress out of sequence",
    Severity.WARNING,
    "links",
    "the work has gone another way than the links: what is left of it waits, or does not, by an option alone",
    "correct the actual dates, or the links to how the work is really done",
    _GAO.format(9),
)
LONG_LAGS = Check(
    "long-lags",
    FAMILY,
    f"lags of more than {LONG_LAG} working days",
    Severity.WARNING,
    "links into unfinished work",
    "so long a wait is work of somebody, or a margin without a name; it is not uncertain, and no risk hits it",
    "make it a task with an estimate",
    _GAO.format(2),
)
NEGATIVE_FLOAT = Check(
    "negative-float",
    FAMILY,
    "negative float",
    Severity.ERROR,
    UNFINISHED,
    "a date of the schedule cannot be met by its own logic",
    "look for the constraint or deadline at the end of the path; move it, or shorten the path",
    _GAO.format(7),
)
HARD_CONSTRAINTS = Check(
    "hard-constraints",
    FAMILY,
    "hard constraints",
    Severity.WARNING,
    UNFINISHED,
    "they keep dates where they are, whatever happens before",
    "make them deadlines or targets: their probability is then reported",
    _GAO.format(2),
)
PAST_CONSTRAINTS = Check(
    "past-constraints",
    FAMILY,
    "constraints in the past",
    Severity.WARNING,
    UNFINISHED,
    "before the status date nothing can start or finish any more: such a date holds nothing, or cannot be met",
    "remove it, or give the date that holds now",
)
CHECKS = (OPEN_ENDS, DANGLING, REDUNDANT, OUT_OF_SEQUENCE, LONG_LAGS, NEGATIVE_FLOAT, HARD_CONSTRAINTS, PAST_CONSTRAINTS)


def findings(basis: Basis) -> Iterator[Finding]:
    yield OPEN_ENDS.found(_open_ends(basis), len(basis.unfinished))
    linked = [id for id in basis.working if basis.graph.degree(id)]
    yield DANGLING.found(_dangling(basis, linked), len(linked))
    redundant, population = _redundant(basis)
    yield REDUNDANT.found(redundant, population)
    yield _out_of_sequence(basis)
    yield LONG_LAGS.found([basis.link(link, "") for link in basis.open_links if is_long(basis, link)], len(basis.open_links))
    floats = sorted(((basis.float_days(id), id) for id in basis.unfinished), key=lambda entry: entry[0])
    yield NEGATIVE_FLOAT.found([basis.task(id, f"float {days_text(days)}") for days, id in floats if days < 0], len(floats))
    yield HARD_CONSTRAINTS.found(hard_constraints(basis, basis.unfinished), len(basis.unfinished))
    yield PAST_CONSTRAINTS.found(_past_constraints(basis), len(basis.unfinished))


def is_long(basis: Basis, link: Link) -> bool:
    return basis.lag_days(link) > (LONG_LAG * 7 / 5 if basis.lag_calendar(link) == ELAPSED else LONG_LAG)


def _open_ends(basis: Basis) -> list[Item]:
    """Every project has one start (the first task without predecessor) and one finish (the last without successor) for free."""
    free = set()
    for project in basis.portfolio.projects:
        own = [id for id in basis.unfinished if basis.portfolio.project_of[id] is project]
        starts = [id for id in own if not basis.graph.in_degree(id)]
        ends = [id for id in own if not basis.graph.out_degree(id)]
        free.add(("predecessor", min(starts, key=lambda id: basis.dates[id].start, default=None)))
        free.add(("successor", max(ends, key=lambda id: basis.dates[id].finish, default=None)))
    items = []
    for id, task in basis.unfinished.items():
        missing = []
        if not basis.graph.in_degree(id) and task.progress is None and ("predecessor", id) not in free:
            missing.append("no predecessor")
        if not basis.graph.out_degree(id) and ("successor", id) not in free:
            missing.append("no successor")
        if missing:
            items.append(basis.task(id, " and ".join(missing)))
    return items


def _dangling(basis: Basis, linked: list[str]) -> Iterator[Item]:
    """Milestones have no two ends. A start that has happened needs no driver."""
    for id in linked:
        into, out = {*basis.kinds_into(id)}, {*basis.kinds_out_of(id)}
        said = []
        if into and into <= {LinkKind.FF, LinkKind.SF} and basis.portfolio.tasks[id].progress is None:
            said.append(f"its start has no driver (only {' and '.join(sorted(into))} into it)")
        if out and out <= {LinkKind.SS, LinkKind.SF}:
            said.append(f"its finish drives nothing (only {' and '.join(sorted(out))} out of it)")
        if said:
            yield basis.task(id, ", ".join(said))


def _redundant(basis: Basis) -> tuple[list[Item], int]:
    """FS links without lag that a path of FS links without leads implies, or another link between the same two tasks.

    Sets of what can be reached are the bits of one number each. A path holds only through work that has not begun
    and that no hard constraint can put before its predecessors.
    """
    tasks = basis.portfolio.tasks
    fs = [link for link in basis.portfolio.links if _implies(basis, link)]
    ways = nx.MultiDiGraph()
    ways.add_edges_from((link.predecessor, link.successor) for link in fs)
    order = list(nx.topological_sort(ways))
    bit = {id: 1 << place for place, id in enumerate(order)}
    through: dict[str, int] = {}  # what is reached by way of each task, were the task's own delay passed on
    for id in reversed(order):
        reached = 0
        for after in set(ways.successors(id)):
            reached |= bit[after] | (through[after] if _passes_on(tasks[after]) else 0)
        through[id] = reached
    lagged = {(link.predecessor, link.successor) for link in fs if basis.lag_minutes(link)}
    twins: dict[tuple[str, str], int] = {}
    found = []
    candidates = [link for link in fs if not basis.lag_minutes(link)]
    for link in candidates:
        before, after = link.predecessor, link.successor
        ways_round = [one for one in dict.fromkeys(ways.successors(before)) if _passes_on(tasks[one]) and through[one] & bit[after]]
        twins[before, after] = twins.get((before, after), 0) + 1
        if ways_round:
            found.append(basis.link(link, f"implied by way of {ways_round[0]}"))
        elif twins[before, after] > 1 or (before, after) in lagged:
            found.append(basis.link(link, "implied by another link between the two"))
    return found, len(candidates)


def _implies(basis: Basis, link: Link) -> bool:
    """A link that can stand in a path: FS, no lead, between tasks that are worked, into one that has not begun."""
    tasks = basis.portfolio.tasks
    before, after = tasks[link.predecessor], tasks[link.successor]
    plain = link.kind is LinkKind.FS and not before.kind.spans and not after.kind.spans
    return plain and not before.is_finished and after.progress is None and basis.lag_minutes(link) >= 0


def _passes_on(task: Task) -> bool:
    return task.progress is None and task.kind is not TaskKind.HAMMOCK and not any(one.kind in PINNING for one in task.constraints)


def _out_of_sequence(basis: Basis) -> Finding:
    """First those of which the predecessor's end is still to come: only these can move a date."""
    every = sorted(out_of_sequence(basis.portfolio), key=lambda one: not one.is_open)
    still_open = sum(one.is_open for one in every)
    note = f"of {still_open} of them the predecessor is still to come" if every else ""
    return OUT_OF_SEQUENCE.found([basis.task(one.link.successor, str(one)) for one in every], len(basis.portfolio.links), note)


def _past_constraints(basis: Basis) -> Iterator[Item]:
    for id, task in basis.unfinished.items():
        status = basis.portfolio.status_of(id.partition(".")[0])
        said = []
        for one in task.constraints:
            begun = task.progress is not None and one.kind not in ON_FINISH
            if one.date and one.date < status and not begun:
                cannot = one.kind in PINNING or one.kind is ConstraintKind.EXPECTED_FINISH
                said.append(f"{one.kind} {one.date:%d %b %Y %H:%M} {'cannot be met' if cannot else 'holds nothing'}")
        if said:
            yield basis.task(id, ", ".join(said))
