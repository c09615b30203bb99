"""What a forecast says about a finish and a cost, in sentences: for the titles of charts, the text and the report."""

from __future__ import annotations

from math import hypot
from typing import NamedTuple

from pmosim.output import words
from pmosim.results.earned import AT_PACE, EarnedSchedule
from pmosim.results.records import CostForecast, Estimate, Forecast, JointForecast, JointPoint, Sensitivity, TargetForecast, Tornado

NAME = 46  # characters of a name in a title


def completion(one: TargetForecast) -> str:
    """``River bridge: 80 % sure by 14 Oct 2027; the target of 30 Sep has 71 %``."""
    name = words.shortened(one.label, NAME)
    sure = one.percentiles[80].value
    if one.earliest == one.latest and one.percentiles[80].low == one.percentiles[80].high:
        return f"{name}: finishes on {words.day(sure)}; nothing about it is uncertain"
    if one.target is not None and one.probability is not None:
        rest = f"the target of {words.short_day(one.target, sure)} has {words.percent(one.probability)}"
    else:
        rest = f"the plan of {words.short_day(one.planned, sure)} has {words.percent(one.plan_probability)}"
    return f"{name}: 80 % sure by {words.day(sure)}; {rest}"


def completion_subtitle(one: TargetForecast) -> str:
    """The contingency, and what drives it most."""
    driver = leading(one)
    return f"{distance(one)}. {driver}".strip()


def distance(one: TargetForecast, level: int = 80) -> str:
    gap = one.contingency[level]
    if gap.working_days.value == 0 and gap.calendar_days.value == 0:
        return f"P{level} is the plan's own date, {words.day(one.planned)}"
    side = "after" if gap.calendar_days.value > 0 else "before"
    return (
        f"P{level} is {words.days(size(gap.working_days))}, {words.calendar_days(size(gap.calendar_days))}, "
        f"{side} the plan of {words.day(one.planned)}"
    )


def size(estimate: Estimate) -> Estimate:
    """The figure without its sign, its interval turned with it."""
    return estimate if estimate.value >= 0 else Estimate(-estimate.value, -estimate.high, -estimate.low)


class RankedSource(NamedTuple):
    source: Sensitivity
    name: str  # the label, with the id where another source has the same label
    rank: str  # ``1``, or ``2–4`` where the intervals leave these ranks possible
    tornado: Tornado


def ranked_sources(one: TargetForecast) -> list[RankedSource]:
    """What moves the target, in the forecast's own order, with the ranks that simulation error leaves possible."""
    known = [(source, source.tornado) for source in one.sensitivities if source.tornado is not None]
    ranks = words.rank_ranges([_swing(tornado) for _, tornado in known])
    names = words.distinct([source.label for source, _ in known], [source.source for source, _ in known])
    return [RankedSource(source, name, rank, tornado) for (source, tornado), name, rank in zip(known, names, ranks, strict=True)]


def _swing(tornado: Tornado) -> Estimate:
    """From lowest to highest decile, with the interval that those of its two ends make; the ends have separate iterations."""
    low, high = tornado.low_mean, tornado.high_mean
    width = abs(high.value - low.value)
    half = hypot(high.high - high.low, low.high - low.low) / 2
    return Estimate(width, width - half, width + half)


def leading(one: TargetForecast) -> str:
    """The first source of uncertainty, with those that may well be the first."""
    ranked = ranked_sources(one)
    if not ranked:
        return ""
    others = [other.name for other in ranked[1:] if other.rank.startswith("1–")]
    first = words.shortened(ranked[0].name, 40)
    if not others:
        return f"It moves most with: {first}."
    return f"It moves most with: {first}, tied with {words.shortened(others[0], 40) if len(others) == 1 else f'{len(others)} others'}."


def cost(forecast: Forecast, one: TargetForecast, money: CostForecast) -> str:
    """``River bridge: 80 % sure of costing no more than 4.6 M EUR; the budget of 4.2 M EUR has 31 %``."""
    name, currency = words.shortened(one.label, NAME), forecast.currency
    if not money.sd.value:
        return f"{name}: costs {words.bare_money(money.mean, currency)}; nothing about it is uncertain"
    sure = words.bare_money(money.percentiles[80], currency)
    if money.budget is not None and money.budget_probability is not None:
        rest = f"the budget of {words.amount(money.budget, currency)} has {words.percent(money.budget_probability)}"
    else:
        rest = f"the plan of {words.amount(money.planned, currency)} has {words.percent(money.plan_probability)}"
    return f"{name}: 80 % sure to cost no more than {sure}; {rest}"


def cost_subtitle(forecast: Forecast, money: CostForecast) -> str:
    gap = money.contingency[80]
    if gap.is_exact and not gap.value:
        return f"P80 is the plan's own cost, {words.amount(money.planned, forecast.currency)}."
    return (
        f"P80 is {words.money(size(gap), forecast.currency)} {'below' if gap.value < 0 else 'above'} the plan of "
        f"{words.amount(money.planned, forecast.currency)}."
    )


def joint(one: TargetForecast, together: JointForecast) -> str:
    """``River bridge: date and budget are both kept with 52 %; the date by itself with 81 %, the budget with 60 %``."""
    first, name = together.points[0], words.shortened(one.label, NAME)
    if first.level is None:
        alone = f"the date by itself with {words.percent(first.on_time)}, the budget with {words.percent(first.on_budget)}"
        return f"{name}: date and budget are both kept with {words.percent(first.both)}; {alone}"
    return f"{name}: the P80 date and the P80 cost {_hold(joint_point(together, 80))}"


def joint_subtitle(forecast: Forecast, one: TargetForecast, together: JointForecast) -> str:
    """What P80 with P80 is worth, unless the title says so; then which they are."""
    point = joint_point(together, 80)
    date, money = words.day(point.finish), joint_cost(forecast, one, point)
    if together.points[0].level is None:
        return f"The P80 date of {date} and the P80 cost of {money} {_hold(point)}."
    return f"They are {date} and {money}."


def _hold(point: JointPoint) -> str:
    denied = f", not with {point.level} %" if point.both.high < (point.level or 0) / 100 else ""
    return f"hold together with {words.percent(point.both)}{denied}"


def joint_point(together: JointForecast, level: int) -> JointPoint:
    return next(point for point in together.points if point.level == level)


def joint_cost(forecast: Forecast, one: TargetForecast, point: JointPoint) -> str:
    """A budget as it was written, a P-value with the digits that its interval supports."""
    known = one.cost.percentiles.get(point.level) if one.cost is not None and point.level is not None else None
    return words.amount(point.cost, forecast.currency) if known is None else words.bare_money(known, forecast.currency)


def weather(forecast: Forecast) -> list[str]:
    """What each weather does to the first target, and where work that is not to be split never found room."""
    lines, first = [], forecast.targets[0]
    labels = {task.id: task.label for task in forecast.tasks}
    for one in {one.id: one for one in reversed(forecast.weather)}.values():
        delay = one.delay[first.id]
        lines.append(
            f"{one.label}: {first.label} is {words.days(delay.expected)} later than with no day lost, P80 {words.days(delay.p80)}."
        )
    for one in forecast.weather:
        for id, share in one.stuck.items():
            what = f"between two lost days in {words.percent_with_range(share)} of all iterations, and was put off for years"
            lines.append(f"{labels.get(id, id)} found no room {what}.")
    return lines


def stopped(forecast: Forecast) -> str:
    """Why the run has as many iterations as it has; nothing where their number was given."""
    if forecast.stopping is None:
        return ""
    label = next((one.label for one in forecast.targets if one.id == forecast.stopping.widest), forecast.stopping.widest)
    return words.stopped(forecast.stopping, label)


def earned(one: EarnedSchedule, simulated: TargetForecast | None) -> str:
    """``River bridge has earned 34.2 of 40.0 working days, SPI(t) 0.86: at that pace it finishes on 4 Nov, near the simulated P80``."""
    told = (
        f"{one.label} has earned {words.rounded(one.earned_schedule, 1)} of {words.rounded(one.actual_time, 1)} working days, "
        f"SPI(t) {words.rounded(one.performance, 2)}"
    )
    pace = next((finish for finish in one.finishes if finish.factor == AT_PACE), None)
    if pace is None:
        return told
    if one.earned_value >= 1:
        return f"{told}; it is finished"
    said = f"{told}: at that pace it finishes on {words.day(pace.date)}"
    if simulated is None:
        return said
    levels = sorted(level for level, value in simulated.percentiles.items() if value.value.date() >= pace.date.date())
    if not levels:
        return f"{said}, later than all but a few of the simulated futures"
    if levels[0] == min(simulated.percentiles):
        return f"{said}, earlier than nearly all simulated futures"
    return f"{said}, near the simulated P{levels[0]}"


EARNED_WORDS = (
    "Earned schedule (Lipke 2003; Vanhoucke 2009) looks at progress against the baseline alone: it knows neither the network nor what is "
    "to come. Where it and the simulation part, one of them knows something that the other does not."
)
