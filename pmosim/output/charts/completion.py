"""Probability of completion: when a project, a milestone or the portfolio will be finished."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from pmosim.output import findings, words
from pmosim.output.charts import distribution as dist
from pmosim.output.charts.chart import Chart, axes_or_page, target_of
from pmosim.output.charts.marks import Mark
from pmosim.output.likeness import Likeness, sentence
from pmosim.output.style import QUIET, TARGET, TEXT, footnote, headline, themed, width_of
from pmosim.output.timeline import Unit, bin_unit, binned, day_end, position, ticks
from pmosim.results.records import Forecast, TargetForecast

PAGE = {"left": 92, "right": 168, "top": 124, "bottom": 84}
WIDE = {**PAGE, "right": 236}  # with room for where P-levels were
LEVELS = (50, 80, 90)


@themed
def probability_of_completion(
    forecast: Forecast, target: str | None = None, ax: Axes | None = None, *, like: Likeness | None = None
) -> Axes:
    """S-curve over the histogram of finish dates; P50, P80, P90, plan and target marked.

    ``target``: id of a target of the forecast, the first one by default. ``like``: an earlier forecast whose axes and bins are taken,
    and whose curve is drawn in grey. The strip of bars is taken from the foot
    of ``ax``. Raises KeyError for an unknown target.
    """
    one = target_of(forecast, target)
    ax = axes_or_page(ax, **(PAGE if like is None else WIDE))
    shape = _distribution(forecast, one, width_of(ax), like)
    strip, above = dist.draw(ax, shape)
    headline(ax, findings.completion(one), subtitle(one, like), above=above + 4)
    footnote(strip, _note(forecast, one, shape, like))
    return ax


def table(one: TargetForecast) -> pd.DataFrame:
    """The distribution drawn: one row per day on which an iteration finished."""
    return pd.DataFrame(
        {"date": one.curve.at, "iterations": one.curve.count, "share": one.curve.share, "low": one.curve.low, "high": one.curve.high}
    )


def subtitle(one: TargetForecast, like: Likeness | None) -> str:
    if like is None:
        return findings.completion_subtitle(one)
    return f"{sentence(like, one.id)} {findings.distance(one)}."


def chart(forecast: Forecast, one: TargetForecast, name: str, like: Likeness | None = None) -> Chart:
    moved = "" if like is None else f"{sentence(like, one.id)} "
    return Chart(
        name=name,
        title=findings.completion(one),
        subtitle=subtitle(one, like),
        alt=f"{findings.completion(one)}. {moved}{findings.distance(one)}. Bars show when the simulated finishes lie, between "
        f"{words.day(one.earliest)} and {words.day(one.latest)}; the curve shows the probability of being finished by each date.",
        table=table(one),
        draw=lambda ax: probability_of_completion(forecast, one.id, ax, like=like),
        section=one.id,
        page=PAGE if like is None else WIDE,
    )


# ---- the shape ----


def _distribution(forecast: Forecast, one: TargetForecast, width: float, like: Likeness | None = None) -> dist.Distribution:
    ends, marks = _ends(one), marks_of(forecast, one)
    low, high = _limits(forecast, one)
    old = like.target(one.id) if like is not None else None
    if like is not None and old is not None:
        low, high = dist.framed(_limits(like.earlier, old), (low, high), ends, one.curve.count)
    ruling = (forecast, one) if like is None or old is None else (like.earlier, old)
    edges = _edges(*ruling, one, low, high)
    return dist.Distribution(
        at=ends,
        share=one.curve.share,
        low=one.curve.low,
        high=one.curve.high,
        edges=[position(edge) for edge in edges],
        bars=binned(one.curve.at, one.curve.count, edges),  # type: ignore[arg-type]
        iterations=forecast.provenance.iterations,
        levels=[
            dist.PLevel(level, day_end(one.percentiles[level].value), _level_text(one, level, old))
            for level in LEVELS
            if level in one.percentiles
        ],
        marks=marks,
        limits=(low, high),
        ticks=ticks(low, high, width),
        bar_words=f"per {_unit(*ruling)}",
        before=None if like is None or old is None else _before(like.earlier, old, edges),
    )


def _ends(one: TargetForecast) -> list[float]:
    return [position(day) + 1 for day in one.curve.at]  # type: ignore[arg-type]


def marks_of(forecast: Forecast, one: TargetForecast) -> list[Mark]:
    return [*date_marks(one), *earned_marks(forecast, one)]


def _limits(forecast: Forecast, one: TargetForecast) -> tuple[float, float]:
    """The range of its own chart."""
    ends, marks = _ends(one), marks_of(forecast, one)
    return dist.limits_of([ends[0] - 1, *ends[1:]] if len(ends) > 1 else ends, one.curve.count, [mark.at for mark in marks], least=14)


def _reach(one: TargetForecast, low: float, high: float) -> tuple[float, float]:
    """What bars are drawn of: nothing beyond the first and the last finish."""
    ends = _ends(one)
    return max(low, ends[0] - 1), min(high, ends[-1])


def _unit(forecast: Forecast, one: TargetForecast) -> Unit:
    return bin_unit(*_reach(one, *_limits(forecast, one)))


def _edges(forecast: Forecast, ruling: TargetForecast, one: TargetForecast, low: float, high: float) -> list[date]:
    """Bins of the chart of ``ruling`` of ``forecast``, which may be an earlier one of the same target, over the finishes of both."""
    reaches = _reach(one, low, high), _reach(ruling, low, high)
    return _unit(forecast, ruling).boundaries(min(a for a, _ in reaches), max(b for _, b in reaches))


def _before(earlier: Forecast, old: TargetForecast, edges: list[date]) -> dist.Before:
    limits, n = _limits(earlier, old), earlier.provenance.iterations
    own = _edges(earlier, old, old, *limits)
    return dist.Before(
        at=_ends(old),
        share=old.curve.share,
        bars=[count / n for count in binned(old.curve.at, old.curve.count, edges)],  # type: ignore[arg-type]
        limits=limits,
        top=max(binned(old.curve.at, old.curve.count, own)) / n,  # type: ignore[arg-type]
        p80=day_end(old.percentiles[80].value),
    )


def _level_text(one: TargetForecast, level: int, old: TargetForecast | None) -> str:
    """``P80  7 Feb 2028``, and where it was."""
    now = one.percentiles[level].value
    text = f"P{level}  {words.day(now)}"
    return text if old is None or level not in old.percentiles else f"{text} (was {words.short_day(old.percentiles[level].value, now)})"


def date_marks(one: TargetForecast) -> list[Mark]:
    """The target first: it has the row next to the plot."""
    marks = []
    if one.target is not None and one.probability is not None:
        sure = words.percent_with_range(one.probability)
        marks.append(Mark(day_end(one.target), f"target {words.day(one.target)}: {sure}", TARGET, "bold", width=2.2))
    plan = words.percent(one.plan_probability)
    marks.append(Mark(day_end(one.planned), f"plan {words.day(one.planned)}: {plan}", QUIET, dashes=(0, (5, 2, 1, 2)), width=1.2))
    return marks


def earned_marks(forecast: Forecast, one: TargetForecast) -> list[Mark]:
    """When earned schedule would have it finished, by its two factors: nothing that was simulated."""
    found = next((earned for earned in forecast.earned if earned.id == one.id), None)
    if found is None or found.earned_value >= 1:
        return []
    look: dict[str, Any] = {"dashes": (0, (1, 2)), "width": 1.4}
    return [Mark(day_end(end.date), f"earned schedule, {end.factor}: {words.day(end.date)}", TEXT, **look) for end in found.finishes]


def _note(forecast: Forecast, one: TargetForecast, shape: dist.Distribution, like: Likeness | None) -> str:
    lost = dist.beyond(shape)
    return words.note(
        forecast,
        f"Band: {words.confidence(forecast)} simulation interval.",
        f"Bars: share of iterations {shape.bar_words}.",
        "Dotted in black: earned schedule, from progress against the baseline alone; not simulated." if earned_marks(forecast, one) else "",
        f"{100 * lost:.2g} % of iterations lie beyond the dates drawn." if lost > 1e-9 else "",
        *dist.note_of_earlier(shape, like),
    )
