"""What a schedule may get away with and a simulation may not: work that moves the wrong way, dates that do not move,
risks that cannot occur, margins counted twice, and spreads that cancel out.

Dates are those of the constraints' reading that the simulation uses.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt

from pmosim.model.passes import Positions, end_of, forward_pass
from pmosim.model.plan import Node, Plan, bound_of
from pmosim.model.project import Project
from pmosim.model.risks import Hit, ImpactKind, Risk
from pmosim.model.schedule import schedule
from pmosim.model.tasks import FINISH, Reading, TaskKind
from pmosim.quality.basis import Basis, days_text
from pmosim.quality.logic import is_long
from pmosim.quality.margins import margin_word
from pmosim.quality.records import Check, Finding, Item, Severity

CHAIN = 10
"""Uncertain tasks in a row from which on their spreads are looked at together."""

CANCELLED = 0.5
"""A chain whose spread is at most this share of what it were if all moved together has lost the rest by independence."""

TENTH = 1.2816
"""Standard deviations from the mean to the tenth percentile of a normal distribution."""

FAMILY = "simulation"
_GAO = "GAO-16-89G, best practice {}"

WRONG_WAY = Check(
    "longer-is-earlier",
    FAMILY,
    "longer tasks that bring the finish forward",
    Severity.WARNING,
    "unfinished tasks and milestones",
    "with an FF or SF link into it and an SS or SF link out of it, a task that takes longer starts earlier, and so does what follows: "
    "in an iteration in which it goes badly the project ends sooner",
    "drive the start of such a task (FS or SS into it), and let its finish drive what follows (FS or FF out of it)",
)
HELD = Check(
    "held-by-dates",
    FAMILY,
    "tasks held later than their links ask",
    Severity.WARNING,
    "unfinished tasks and milestones",
    "delays of what comes before do not show until they are longer than the gap: every forecast is the better for it",
    "remove the date, or put in its place the task for which it stands (a delivery, a permit) with an estimate",
    _GAO.format(8),
)
HARD_READING = Check(
    "hard-reading",
    FAMILY,
    "dates that overrule the links in the simulation",
    Severity.WARNING,
    "unfinished tasks and milestones",
    "a task that may not move stops every delay before it: the forecast shows the wish, not the risk",
    "take out 'constraints: hard', and the share of iterations that miss each date is reported instead",
    _GAO.format(8),
)
DEAD_RISKS = Check(
    "risks-that-never-hit",
    FAMILY,
    "risks that can change nothing",
    Severity.WARNING,
    "risks",
    "they stand in the register as if they had been allowed for",
    "close them, or correct their probability, impact or tasks",
)
MARGINS = Check(
    "margins",
    FAMILY,
    "margins left in",
    Severity.WARNING,
    "unfinished tasks",
    "a contingency that stands in the plan as work is spent in every iteration, and added once more by reading off P80",
    "take it out before simulating: P80 minus the plan says how large it has to be",
    _GAO.format(8),
)
CANCELLING = Check(
    "cancelling-spreads",
    FAMILY,
    "spreads that cancel one another",
    Severity.WARNING,
    f"projects whose driving path has {CHAIN} uncertain tasks or more",
    "many independent tasks make one project that is almost certain: the finer the plan, the narrower the forecast (central limit theorem)",
    "give what moves them together a risk of 100 % that multiplies them all, or estimate at the level at which you are unsure",
    "Hulett, Integrated Cost-Schedule Risk Analysis, 2011; AACE 57R-09",
)
CERTAIN = Check(
    "certain-critical-tasks",
    FAMILY,
    "critical tasks without uncertainty",
    Severity.WARNING,
    "critical tasks",
    "they last as planned in every iteration, right where it matters most",
    "give them a three-point estimate, or a rule that matches them",
)
CHECKS = (WRONG_WAY, HELD, HARD_READING, DEAD_RISKS, MARGINS, CANCELLING, CERTAIN)


def findings(basis: Basis) -> Iterator[Finding]:
    plan = basis.simulated
    durations = {id: node.duration for id, node in plan.nodes.items()}
    passed = forward_pass(plan, durations)
    yield _wrong_way(basis, plan, durations, passed)
    yield _held(basis, plan, durations, passed)
    yield _hard_reading(basis)
    yield DEAD_RISKS.found(_dead_risks(basis), len(basis.portfolio.risks))
    lags = sum(is_long(basis, link) for link in basis.open_links)
    hidden = f"so may be {lags:,} of the lags (see long-lags)" if lags else ""
    yield MARGINS.found(_margins(basis), len(basis.working), hidden)
    yield _cancelling(basis, plan, durations, passed)
    yield _certain(basis, plan)


# ------------------------------------------------------------------ longer is earlier


def _wrong_way(basis: Basis, plan: Plan, durations: dict[str, int], passed: tuple[Positions, Positions]) -> Finding:
    """Lengthen each of the tasks for which it is possible by a day, and look at the finish of every project."""
    ends = [f"{project.id}.{FINISH}" for project in basis.portfolio.projects]
    suspects, items = pulled_by_their_finish(plan), []
    for id in suspects:
        if _is_held_at_its_start(plan, plan.nodes[id], passed):
            continue
        longer = durations | {id: durations[id] + basis.minutes_per_day(plan.nodes[id].calendar)}
        _, finishes = forward_pass(plan, longer)
        for end in ends:
            gain = (passed[1][end] - finishes[end]) / basis.minutes_per_day(plan.nodes[end].calendar)
            if gain > 0:
                items.append(basis.task(id, f"a day more brings {end} forward by {days_text(gain)}"))
                break
    note = f"{len(suspects)} can start earlier by lasting longer" if suspects else ""
    return WRONG_WAY.found(items, len(basis.unfinished), note)


def pulled_by_their_finish(plan: Plan) -> list[str]:
    """The tasks that can start earlier by lasting longer and have somebody who notices.

    Only these can bring anything forward: a longer task's finish, and with it every bound from there, comes no earlier;
    its start does where something bounds its finish, or where it is to be as late as possible.
    """
    out = plan.edges_out()
    pulled = []
    for id, node in plan.nodes.items():
        if node.span or node.finished is not None or id.endswith(FINISH):
            continue
        bound = node.late or node.finish_floor is not None or any(hold.on_finish for hold in node.holds)
        bound = bound or any(edge.to_finish for edge in plan.edges_into[id])
        if bound and any(edge.from_start for edge in out[id]) and node.link_start is None:
            pulled.append(id)
    return pulled


def _is_held_at_its_start(plan: Plan, node: Node, passed: tuple[Positions, Positions]) -> bool:
    """Whether its start is where it is for other reasons than its finish: then it stays there, however long the task takes."""
    if node.late:
        return False
    bounds = [bound_of(plan.clocks, edge, end_of(plan, edge, *passed)) for edge in plan.edges_into[node.id] if not edge.to_finish]
    dates = [hold.date for hold in node.holds if hold.not_before and not hold.on_finish]
    return passed[0][node.id] <= max([node.floor, *bounds, *dates])


# ------------------------------------------------------------------ dates that do not move


def _held(basis: Basis, plan: Plan, durations: dict[str, int], passed: tuple[Positions, Positions]) -> Finding:
    dated = [id for id in basis.unfinished if any(hold.not_before for hold in plan.nodes[id].holds)]
    items, unlinked = [], 0
    for id in dated:
        node = plan.nodes[id]
        gap = passed[0][id] - _by_links(plan, node, durations[id], passed)
        if gap <= 0 or not _is_at_hold(node, durations[id], passed[0][id]):
            continue
        if not plan.edges_into[id]:
            unlinked += 1
            continue
        days = days_text(gap / basis.minutes_per_day(node.calendar))
        when = plan.clocks[node.calendar].start_moment(passed[0][id])
        items.append(basis.task(id, f"held until {when:%d %b %Y %H:%M}, {days} later than its links ask"))
    note = f"{unlinked} more wait for nothing but a date" if unlinked else ""
    return HELD.found(items, len(basis.unfinished), note)


def _by_links(plan: Plan, node: Node, duration: int, passed: tuple[Positions, Positions]) -> int:
    """The start that the links, the project's start and the status date allow."""
    start = node.floor if node.finish_floor is None else max(node.floor, node.finish_floor - duration)
    for edge in plan.edges_into[node.id]:
        bound = bound_of(plan.clocks, edge, end_of(plan, edge, *passed))
        start = max(start, bound - duration if edge.to_finish else bound)
    return start


def _is_at_hold(node: Node, duration: int, start: int) -> bool:
    return any(hold.not_before and start == (hold.date - duration if hold.on_finish else hold.date) for hold in node.holds)


def _hard_reading(basis: Basis) -> Finding:
    dated = [id for id in basis.unfinished if any(hold.limits for hold in basis.plan.nodes[id].holds)]
    if dated and basis.portfolio.constraints is Reading.SOFT:
        return HARD_READING.not_applicable("constraints are read soft: such dates are wishes, and hold nothing back")
    stopped = [id for id in dated if any(hold.not_after for hold in basis.simulated.nodes[id].holds)]
    return HARD_READING.found([basis.task(id, "") for id in stopped], len(basis.unfinished))


# ------------------------------------------------------------------ risks and margins


def _dead_risks(basis: Basis) -> Iterator[Item]:
    for risk in basis.portfolio.risks:
        if risk.probability <= 0:
            yield basis.risk(risk.id, "its probability is 0")
            continue
        costs = risk.cost is not None and risk.cost.support != (0.0, 0.0)
        reasons = list(dict.fromkeys(_why_nothing(basis, hit) for hit in risk.hits))
        if not costs and "" not in reasons:
            yield basis.risk(risk.id, "; ".join(reasons) or "it costs nothing")


def _why_nothing(basis: Basis, hit: Hit) -> str:
    """Why a hit changes nothing; empty where it can."""
    neutral = 1.0 if hit.impact.kind is ImpactKind.FACTOR else 0.0
    if hit.impact.law.support == (neutral, neutral):
        return f"its impact on {hit.target} is none"
    task = basis.portfolio.tasks.get(hit.target)
    if task is None:  # the finish of a project
        project = hit.target.removesuffix(FINISH).removesuffix(".")
        alive = any(not project or basis.portfolio.project_of[id].id == project for id in basis.unfinished)
        return "" if alive else f"all of {project or 'the portfolio'} is finished"
    if task.is_finished:
        return f"{hit.target} is finished"
    if task.kind is TaskKind.HAMMOCK:
        return f"{hit.target} is a hammock, which lasts as long as others do"
    nothing_left = hit.impact.kind is ImpactKind.FACTOR and task.duration.support == (0.0, 0.0)
    return f"nothing is left to do of {hit.target}" if nothing_left else ""


def _margins(basis: Basis) -> Iterator[Item]:
    for id, task in basis.working.items():
        word = margin_word(task.name)
        if word and task.planned:
            yield basis.task(id, f"'{word}' of {days_text(basis.days(id))}")


# ------------------------------------------------------------------ spreads


def _cancelling(basis: Basis, plan: Plan, durations: dict[str, int], passed: tuple[Positions, Positions]) -> Finding:
    items, looked_at = [], 0
    for project in basis.portfolio.projects:
        driving = driving_chain(plan, f"{project.id}.{FINISH}", durations, passed)
        chain = [id for id in driving if id in basis.portfolio.tasks]  # an uncertain lag is no task
        uncertain = [id for id in chain if not basis.portfolio.tasks[id].duration.is_constant]
        if len(uncertain) < CHAIN:
            continue
        looked_at += 1
        item = _cancelled(basis, project, chain, len(uncertain))
        if item:
            items.append(item)
    return CANCELLING.found(items, looked_at)


def _cancelled(basis: Basis, project: Project, chain: list[str], count: int) -> Item | None:
    laws = [basis.portfolio.tasks[id].duration for id in chain]
    length = sum(law.mean for law in laws)
    together = sum(sqrt(law.variance) for law in laws)
    apart = sqrt(sum(law.variance for law in laws) + sum(_variance_by(basis, risk, chain) for risk in basis.portfolio.risks))
    if not length or apart > CANCELLED * together:
        return None
    one, all_of_them = (f"{100 * TENTH * spread / length:.1f} %" for spread in (together, apart))
    said = f"{count} independent tasks in a row of ±{one} each (P10 to P90) make a project of ±{all_of_them}; moved together, ±{one}"
    return basis.project(project.id, said)


def _variance_by(basis: Basis, risk: Risk, chain: list[str]) -> float:
    """Variance that a risk adds to the sum of the durations in a chain, its hits moving together unless independent."""
    effects = []  # mean and standard deviation of what it adds to each task [working minutes]
    for hit in risk.hits:
        if hit.target in chain:
            law = hit.impact.law
            scale = basis.portfolio.tasks[hit.target].duration.mean if hit.impact.kind is ImpactKind.FACTOR else 1.0
            shift = 1.0 if hit.impact.kind is ImpactKind.FACTOR else 0.0
            effects.append((scale * (law.mean - shift), scale * sqrt(law.variance)))
    groups = [[effect] for effect in effects] if risk.independent else [effects]
    return sum(_variance(min(risk.probability, 1.0), sum(m for m, _ in group), sum(s for _, s in group)) for group in groups)


def _variance(probability: float, mean: float, sd: float) -> float:
    """Of an effect that occurs with a probability, and is nothing otherwise."""
    return probability * (sd**2 + mean**2) - (probability * mean) ** 2


def driving_chain(plan: Plan, end: str, durations: dict[str, int], passed: tuple[Positions, Positions]) -> list[str]:
    """Tasks whose durations add up to the finish of ``end`` in the deterministic pass, the last first.

    Where several paths tie, one of them. A task that is entered at its finish (FF) or left at its start (SS) adds none.
    """
    chain: list[str] = []
    node, leaves_at_start = plan.nodes[end], False
    while True:
        edge = _driver(plan, node, durations[node.id], passed)
        counts = not leaves_at_start and not (edge and edge.to_finish) and node.finished is None and durations[node.id] > 0
        if counts:
            chain.append(node.id)
        if edge is None:
            return chain
        node, leaves_at_start = plan.nodes[edge.predecessor], edge.from_start


def _driver(plan: Plan, node: Node, duration: int, passed: tuple[Positions, Positions]):
    """The edge that puts the start where it is; None where the status date, a constraint or the past does."""
    if node.finished is not None:
        return None
    if node.span:  # the first start below a summary task
        return next((e for e in plan.edges_into[node.id] if bound_of(plan.clocks, e, end_of(plan, e, *passed)) == passed[0][node.id]), None)
    for edge in plan.edges_into[node.id]:
        bound = bound_of(plan.clocks, edge, end_of(plan, edge, *passed))
        if (bound - duration if edge.to_finish else bound) == passed[0][node.id]:
            return edge
    return None


def _certain(basis: Basis, plan: Plan) -> Finding:
    tasks = basis.portfolio.tasks
    hit = {hit.target for risk in basis.portfolio.risks if risk.probability > 0 for hit in risk.hits}
    if not hit and all(task.duration.is_constant for task in basis.unfinished.values()):
        return CERTAIN.not_applicable("nothing is uncertain yet: a scenario lays estimates and risks over the schedule")
    dates = schedule(basis.portfolio, plan)
    critical = [id for id in basis.working if dates[id].total_float <= 0 and tasks[id].planned]
    without = [id for id in critical if tasks[id].duration.is_constant and id not in hit]
    return CERTAIN.found([basis.task(id, f"{days_text(basis.days(id))}, certain") for id in without], len(critical))
