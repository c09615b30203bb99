"""What a calibration says, in sentences: for the titles of charts, the terminal and the page."""

from __future__ import annotations

from collections.abc import Iterator

from pmosim.output import words
from pmosim.results.calibration import HOLDS, TOO_EARLY, TOO_FEW, TOO_LATE, Bias, Calibration, ClassScore, HitRate
from pmosim.results.records import Estimate

FAR_OFF = 1.0
"""Standard deviations of the forecast: where outcomes lie so far off, most of them beyond it, their scatter is not to be seen."""

VERDICTS = {
    HOLDS: "luck explains the difference",
    TOO_EARLY: "the dates were too early",
    TOO_LATE: "the dates were later than need be",
    TOO_FEW: "too few to say",
}


def extent(made: Calibration) -> str:
    """How much there is to judge by."""
    done = f"come in: {made.came_in:,}; forecasts that have run their course: {made.judged:,}"
    return f"Milestones that were forecast: {made.milestones:,}; {done}"


def hits(made: Calibration) -> str:
    """``57 % (40 to 73 %) of 28 milestones came in by their P80, where 81 % was promised: the dates were too early``."""
    rate = made.rate(80)
    if not rate.outcomes:
        return "No P80 has come due yet"
    many = share(rate) if rate.share.value in (0, 1) else f"{share(rate)} of {rate.outcomes:,}"
    promised = words.plain_percent(round(rate.expected, 2))
    return f"{many} milestones came in by their P80, where {promised} was promised: {VERDICTS[rate.verdict]}"


def share(rate: HitRate) -> str:
    """``57 % (40 to 73 %)``, or ``0 of 12`` where none or all held."""
    if rate.share.value in (0, 1):
        return f"{rate.hits} of {rate.outcomes}"
    return _whole_percent(rate.share)


def enough(made: Calibration) -> str:
    """What more outcomes would bring."""
    rate = made.rate(80)
    width = 50 * (rate.share.high - rate.share.low)
    known = f"{rate.outcomes:,} outcomes, which share their projects' luck and are worth {words.rounded(rate.worth, 1)} independent ones,"
    if rate.outcomes and rate.worth >= rate.outcomes - 0.5:
        known = _count(rate.outcomes, "outcome")
    if not rate.outcomes:
        return f"It takes about {made.needed} milestones whose P80 has come due to know its hit rate within 10 points to either side"
    if width <= 10:
        return f"With {known} the hit rate of the P80 is known within {words.rounded(width, 0)} points to either side"
    return (
        f"With {known} the hit rate of the P80 is known within about {words.rounded(width, 0)} points to either side; "
        f"for 10 points it takes about {made.needed} milestones of different projects"
    )


def transform(made: Calibration) -> str:
    counts = made.histogram.counts
    if made.judged < 2 * len(counts):
        return f"Where in their forecasts {_count(made.judged, 'milestone')} came in; too few to say whether evenly"
    outside = [k for k, count in enumerate(counts) if not made.histogram.low <= count <= made.histogram.high]
    if not outside:
        return "Milestones came in evenly over their forecasts, as they should"
    late, early = sum(counts[-2:]) / sum(counts), sum(counts[:2]) / sum(counts)
    if late > 0.3 and early > 0.3:
        return (
            f"{_percent(early + late)} of the milestones came in at the ends of their forecasts, where 40 % belong: these were too narrow"
        )
    if late > 0.3:
        return f"{_percent(late)} of the milestones fell into the latest fifth of their forecasts, where 20 % belong: these were early"
    if early > 0.3:
        return f"{_percent(early)} of the milestones fell into the earliest fifth of their forecasts, where 20 % belong: these were late"
    return "Milestones did not come in evenly over their forecasts, which were wider than need be"


def bias(made: Calibration) -> str:
    if made.bias is None:
        return "Too few forecasts of different projects have run their course to say whether they were early or late"
    least = "at least " if 2 * made.bias.still_open >= made.bias.outcomes else ""  # the median is one that is open
    return f"The median milestone took {least}{ratio(made.bias)} of the time to its P50, {days(made, made.bias.median)}"


def ratio(found: Bias) -> str:
    """``at least`` where half of them are still open is the interval's to say."""
    return words.percent_with_range(found.ratio) if found.ratio.value < 1 else _whole_percent(found.ratio)


def _whole_percent(estimate: Estimate) -> str:
    low, high = round(100 * estimate.low), round(100 * estimate.high)
    value = round(100 * estimate.value)
    return f"{value} %" if low == high else f"{value} % ({low} to {high} %)"


def days(made: Calibration, estimate: Estimate) -> str:
    """``12 (8 to 15) working days late``."""
    late = estimate.value >= 0
    size = estimate if late else Estimate(-estimate.value, -estimate.high, -estimate.low)
    return f"{ranged(size)} {made.unit} {'later' if late else 'earlier'}"


def exactly(estimate: Estimate, places: int = 2) -> str:
    """``1.08 (1.03 to 1.13)``."""
    value, low, high = (words.rounded(part, places) for part in (estimate.value, estimate.low, estimate.high))
    return words.with_range(value, f"{low} to {high}" if low != high else "")


def ranged(estimate: Estimate) -> str:
    """``19 (17 to 22)``, in whole days unless they are few."""
    return exactly(estimate, 0 if estimate.high - estimate.low >= 2 else 1)


def scores(made: Calibration) -> str:
    if made.scores is None:
        return "No forecast has run its course yet, so none can be scored"
    forecast, plan = made.scores.forecast, made.scores.plan
    told = f"The mean loss of a forecast is {ranged(forecast)} days"
    if forecast.value >= plan.value:
        return f"{told}, no better than that of the plan alone, {ranged(plan)}"
    return f"{told}, {_percent(1 - forecast.value / plan.value)} less than that of the plan alone, {ranged(plan)}"


def drift(made: Calibration) -> Iterator[str]:
    """What can be foretold of the probability of being on time, week by week."""
    found = made.drift
    if found.mean is None:
        yield (
            f"Whether the probability of being on time can be foretold is not known: {_count(found.weeks, 'week')} of moves, "
            "where at least 6 are needed"
        )
        return
    move = Estimate(*(100 * part for part in (found.mean.value.value, found.mean.value.low, found.mean.value.high)))
    is_sure = found.mean.chance < found.false_alarms / 2
    steady = "a steady fall: hope gave way" if move.value < 0 else "a steady rise: caution gave way"
    yield (
        f"From one forecast to the next the probability of being on time moved by {exactly(move, 1)} points on average; "
        + (f"that is {steady} week by week" if is_sure else "an honest one would, too")
    )
    if found.follow is not None:
        again = found.follow.value
        flagged = found.follow.chance < found.false_alarms / 2
        if flagged and again.value > 0:
            said = "news was let in a little at a time"
        elif flagged:
            said = "moves were taken back: noise was taken for news"
        else:
            said = "nothing can be foretold from it"
        yield f"Of each move {exactly(again)} came again in the next: {said}"


def correction(made: Calibration) -> str:
    """What would have made the forecasts right."""
    found = made.correction
    if found is None:
        return "For a correction there are too few projects: it takes at least 10 in which milestones have come in"
    shift = exactly(found.shift)
    if not found.is_flagged:
        return f"No correction is called for: the factor on what remained would have been {shift}, with no spread that is sure"
    spread = f", scattering by {exactly(found.spread)} (in logarithms) from project to project" if found.spread.low > 0 else ""
    return f"Forecasts would have been right with a factor of {shift} on what remained{spread}"


def spread(made: Calibration) -> str:
    found = made.spread
    if found is None or abs(found.centre.value) > FAR_OFF:
        return ""
    about = f"Outcomes scatter {exactly(found.value)} times as widely as their forecasts say"
    if found.value.high < 1:
        return f"{about}: these are wider than need be, which no driver can mend; narrow the estimates"
    return f"{about}: these are too narrow" if found.value.low > 1 else f"{about}, which 1 would be right for"


def leading_class(made: Calibration, by: str) -> str:
    """The class with the largest bias that is sure."""
    sure = [one for one in made.classes if one.by == by and one.bias is not None and not one.bias.ratio.low <= 1 <= one.bias.ratio.high]
    if not sure:
        return f"No {_named(by)} is surely early or late against its P50"
    worst = max(sure, key=lambda one: abs(_log(one)))
    if worst.bias is None:
        return ""
    many = _count(worst.bias.outcomes, "milestone")
    return f"{_capital(worst.name)}: the median of {many} took {ratio(worst.bias)} of the time to its P50"


def _log(one: ClassScore) -> float:
    from math import log

    return log(max(one.bias.ratio.value, 1e-9)) if one.bias is not None else 0.0


def _named(by: str) -> str:
    return {"type": "type of project", "lead": "lead time"}.get(by, by)


def references(made: Calibration) -> str:
    if not made.references:
        return "Too few tasks are finished to learn from: a class needs 8 of them"
    whole = made.references[0]
    if whole.by != "all":
        return ""
    return f"The median of {_count(whole.finished, 'finished task')} took {_whole_percent(whole.median)} of its first estimate"


def note(made: Calibration, *sentences: str) -> str:
    """Text under a chart."""
    where = f"{made.forecasts:,} forecasts, status dates from {words.day(made.since)}, known until {words.day(made.until)}."
    return " ".join([where, *(sentence for sentence in sentences if sentence)])


def confidence(made: Calibration) -> str:
    return f"{words.trimmed(100 * made.confidence, 1)} %"


INTERVALS = (
    "Intervals are of the outcomes: so many came in, and others might have come in otherwise. Milestones of one project share its luck, "
    "and count for less than as many projects would."
)
SELECTION = (
    "A milestone counts once, by the first forecast of it; in tables by lead time once in each class. A P-value is judged when its own "
    "date has passed, whether the milestone has come in or not, so that early ones do not count before late ones."
)


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _count(count: int, what: str) -> str:
    return f"{count:,} {words.plural(what, count)}"


def _percent(value: float) -> str:
    return f"{words.trimmed(100 * value, 0)} %"
