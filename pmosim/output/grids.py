"""The tables that people read, as text: the terminal and the report show the same ones.

Every figure carries its interval. The whole data, unrounded, are in `pmosim.output.tables`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from pmosim.output import findings, words
from pmosim.results.earned import AS_PLANNED, AT_PACE, EarnedSchedule
from pmosim.results.records import BranchForecast, CostForecast, Estimate, Forecast, JointForecast, TargetForecast, WayForecast

Value = TypeVar("Value")
LEVELS = (10, 50, 80, 90)  # that people read; the CSV tables have all
MOST_SOURCES, MOST_RISKS, MOST_NODES, MOST_TASKS = 10, 10, 5, 100


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its heading, the heads of its columns, its rows; ``left``: columns of words, all others hold figures."""

    heading: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left: frozenset[int] = frozenset({0})
    note: str = ""


class Cell(str):
    """The text of a cell that leads to a place in the page (``href``) or to a file (``link``), or is marked "good", "fair" or "bad"."""

    href: str
    mark: str
    link: str

    def __new__(cls, text: str, *, href: str = "", mark: str = "", link: str = "") -> Cell:
        made = super().__new__(cls, text)
        made.href, made.mark, made.link = href, mark, link
        return made


def aligned(grid: Grid, *, indent: str = "  ", gap: str = "   ") -> list[str]:
    """Lines of plain text: words to the left, figures to the right, empty columns left out."""
    used = [column for column in range(len(grid.heads)) if any(row[column] for row in grid.rows)]
    table = [grid.heads, *grid.rows]
    widths = {column: max(len(row[column]) for row in table) for column in used}
    lines = []
    for row in table:
        cells = [row[c].ljust(widths[c]) if c in grid.left else row[c].rjust(widths[c]) for c in used]
        lines.append((indent + gap.join(cells)).rstrip())
    return lines


def without(grid: Grid, *heads: str) -> Grid:
    """The same table without the columns of those names, for where there is less room."""
    kept = [column for column, head in enumerate(grid.heads) if head not in heads]
    left = frozenset(place for place, column in enumerate(kept) if column in grid.left)
    rows = tuple(tuple(row[column] for column in kept) for row in grid.rows)
    return replace(grid, heads=tuple(grid.heads[column] for column in kept), rows=rows, left=left)


def percentiles(one: TargetForecast) -> Grid:
    """Plan and P-values of a finish, with the contingency of each."""
    rows = [("plan", words.weekday(one.planned), "", "", "", words.percent_with_range(one.plan_probability))]
    for level, value in _levels(one.percentiles):
        gap = one.contingency.get(level)
        working, calendar = (words.number(gap.working_days), words.number(gap.calendar_days, finest=0)) if gap else ("", "")
        rows.append((f"P{level}", words.weekday(value.value), words.day_range(value), working, calendar, ""))
    rows.append(("mean", words.weekday(one.mean.value), words.day_range(one.mean), "", "", ""))
    if one.target is not None and one.probability is not None:
        rows.append(("target", words.weekday(one.target), "", "", "", words.percent_with_range(one.probability)))
    heads = ("", "finish", "interval", "working days after plan", "calendar days", "probability")
    return Grid("When", heads, tuple(rows), frozenset({0, 1, 2}))


def costs(cost: CostForecast, currency: str) -> Grid:
    """Plan and P-values of a cost."""
    rows = [("plan", words.amount(cost.planned, currency), "", words.percent_with_range(cost.plan_probability))]
    rows += [
        (f"P{level}", words.money(value, currency), words.money(cost.contingency[level], currency), "")
        for level, value in _levels(cost.percentiles)
    ]
    rows.append(("mean", words.money(cost.mean, currency), "", ""))
    if cost.budget is not None and cost.budget_probability is not None:
        rows.append(("budget", words.amount(cost.budget, currency), "", words.percent_with_range(cost.budget_probability)))
    return Grid("How much", ("", "cost", "above plan", "probability"), tuple(rows))


def joint(forecast: Forecast, one: TargetForecast) -> Grid:
    """How sure date and cost are together: as promised, and at equal P-values; without rows where there is nothing joint to say."""
    together = joint_of(forecast, one)
    rows = tuple(
        (
            "target and budget" if point.level is None else f"P{point.level} with P{point.level}",
            words.day(point.finish),
            findings.joint_cost(forecast, one, point),
            words.percent_with_range(point.both),
            words.percent(point.finish_only),
            words.percent(point.cost_only),
            words.percent(point.neither),
        )
        for point in (together.points if together else ())
    )
    heads = ("", "finish", "cost", "both kept", "the date only", "the cost only", "neither")
    return Grid("Date and cost together", heads, rows, frozenset({0, 1}))


def joint_of(forecast: Forecast, one: TargetForecast) -> JointForecast | None:
    return next((together for together in forecast.joint if together.id == one.id), None)


def earned(forecasts: Sequence[EarnedSchedule]) -> Grid:
    """Each project against its baseline: how far it has come, in time, and when it would finish."""
    rows = tuple(
        (
            one.label,
            words.day(one.finish),
            _share(one.planned_value),
            _share(one.earned_value),
            f"{words.rounded(one.earned_schedule, 1)} of {words.rounded(one.actual_time, 1)} d",
            words.rounded(one.performance, 2),
            *(words.day(finish.date) for finish in one.finishes),
            *([""] * (2 - len(one.finishes))),
        )
        for one in forecasts
    )
    heads = ("", "baseline", "planned", "earned", "earned schedule", "SPI(t)", f"EAC(t), {AS_PLANNED}", f"EAC(t), {AT_PACE}")
    return Grid("Earned schedule", heads, rows)


def _share(value: float) -> str:
    return f"{words.rounded(100 * value, 1)} %"


def overview(targets: Sequence[TargetForecast]) -> Grid:
    """A row per target."""
    rows = tuple(
        (
            one.label,
            words.day(one.planned),
            words.day(one.percentiles[50].value),
            words.day_with_range(one.percentiles[80]),
            words.day(one.target) if one.target is not None else "",
            words.percent_with_range(one.probability) if one.probability is not None else "",
        )
        for one in targets
    )
    return Grid("All targets", ("", "plan", "P50", "P80", "target", "probability"), rows, frozenset({0, 3}))


def sources(one: TargetForecast, most: int = MOST_SOURCES) -> Grid:
    """What moves the target, in days and by the field's indices, ranked by the swing in days."""
    ranked = findings.ranked_sources(one)
    rows = tuple(
        (
            rank,
            name,
            source.kind,
            f"{words.signed(tornado.low_mean)} to {words.signed(tornado.high_mean)}",
            "" if source.criticality is None else words.percent(source.criticality),
            _index(source.ssi),
            _index(source.cruciality.pearson),
            _index(source.cruciality.spearman),
            _index(source.cruciality.kendall),
        )
        for source, name, rank, tornado in ranked
    )
    heads = ("rank", "source", "", "days, lowest to highest decile", "critical or occurs", "SSI", "Pearson", "Spearman", "Kendall")
    return Grid(f"What moves it: {one.label}", heads, rows[:most], frozenset({0, 1, 2}), _left_out(len(rows), most, "sensitivities.csv"))


def risks(forecast: Forecast, target: str, most: int = MOST_RISKS) -> Grid:
    """Risks by expected delay of the target, the largest first."""
    exposed = sorted((risk for risk in forecast.risks if target in risk.delay), key=lambda risk: -risk.delay[target].expected.value)
    ranks = words.rank_ranges([risk.delay[target].expected for risk in exposed])
    rows = tuple(
        (
            rank,
            risk.label,
            words.plain_percent(risk.probability),
            words.number(risk.delay[target].expected),
            words.number(risk.delay[target].p80),
            _index(risk.delay[target].expected_if_occurs),
            "" if risk.cost_expected is None else words.money(risk.cost_expected, forecast.currency),
            risk.owner,
            "" if risk.status == "open" else risk.status,
        )
        for rank, risk in zip(ranks, exposed, strict=True)
    )
    heads = ("rank", "risk", "probability", "expected days", "P80 days", "days if it occurs", "expected cost", "owner", "status")
    return Grid("Risks", heads, rows[:most], frozenset({0, 1, 7, 8}), _left_out(len(rows), most, "risks.csv"))


def merge_bias(forecast: Forecast, most: int = MOST_NODES) -> Grid:
    names = words.distinct([node.label for node in forecast.merge_bias], [node.id for node in forecast.merge_bias])
    rows = tuple((name, str(node.paths), words.number(node.bias)) for name, node in zip(names, forecast.merge_bias, strict=True))
    return Grid("Merge bias", ("where paths meet", "paths", "working days"), rows[:most], note=_left_out(len(rows), most, "merge_bias.csv"))


def tasks(forecast: Forecast, one: TargetForecast, most: int = MOST_TASKS) -> Grid:
    """Tasks most often on the driving path to the target."""
    leading = [(task, task.criticality[one.id]) for task in forecast.tasks if task.kind != "summary" and one.id in task.criticality]
    leading.sort(key=lambda row: -row[1].value)
    rows = tuple(
        (
            task.label,
            task.id,
            words.percent_with_range(share),
            words.day(task.planned_finish),
            words.day(task.finish[50]) if 50 in task.finish else "",
            words.day(task.finish[80]) if 80 in task.finish else "",
            words.number(task.duration_mean),
            _index(task.float_mean),
            _index(task.significance),
            "" if task.exists is None else words.percent_with_range(task.exists),
        )
        for task, share in leading[:most]
    )
    heads = ("task", "id", "criticality", "planned finish", "P50", "P80", "mean duration [d]", "mean float [d]", "significance", "exists")
    return Grid("Tasks", heads, rows, frozenset({0, 1}), _left_out(len(leading), most, "tasks.csv"))


def constraints(forecast: Forecast, most: int = MOST_NODES) -> Grid:
    """Constraints that were decisive in some iterations, the most decisive first."""
    rows = tuple(
        (
            one.label,
            one.id,
            one.kind.replace("-", " "),
            words.day(one.date) if one.date else "",
            "decided" if one.holds else "missed",
            words.percent_with_range(one.share),
        )
        for one in forecast.constraints
        if one.share.value > 0
    )
    heads = ("task", "id", "constraint", "date", "", "of iterations")
    return Grid("Constraints", heads, rows[:most], frozenset({0, 1, 2, 4}), _left_out(len(rows), most, "constraints.csv"))


def correlations(forecast: Forecast, most: int = MOST_NODES) -> Grid:
    """Rank correlations as stated, and as the draws have them."""
    rows = tuple(
        (one.label, f"{len(one.items):,}", words.rounded(one.stated, 2), "" if one.achieved is None else words.number(one.achieved))
        for one in forecast.correlations
    )
    heads = ("correlation", "members", "stated", "achieved")
    return Grid("Correlations", heads, rows[:most], note=_left_out(len(rows), most, "correlations.csv"))


def branches(forecast: Forecast, most: int = MOST_NODES) -> Grid:
    """Ways of each branch, and how often they were taken."""
    rows, labels = [], {task.id: task.label for task in forecast.tasks}
    for one in forecast.branches:
        for place, way in enumerate(one.ways):
            name = one.label if place == 0 else ""
            rows.append(
                (
                    name,
                    way.name,
                    words.percent_with_range(way.share),
                    _why(one, way, labels.get(one.decided_by, ""), forecast.currency),
                    " ".join(way.tasks),
                )
            )
        if one.not_reached is not None:
            rows.append(("", "not come to", words.percent_with_range(one.not_reached), "", ""))
    heads = ("branch", "way", "of iterations", "stated", "tasks")
    return Grid("Branches", heads, tuple(rows[:most]), frozenset({0, 1, 2, 3, 4}), _left_out(len(rows), most, "branches.csv"))


def weather(forecast: Forecast, most: int = MOST_NODES) -> Grid:
    """Lost working days of each weather, calendar and month."""
    rows = []
    for one in forecast.weather:
        for place, month in enumerate(one.months):
            name = (one.label, one.calendar) if place == 0 else ("", "")
            low, high = words.trimmed(month.p10.value, 0), words.trimmed(month.p90.value, 0)
            figures = (words.number(month.mean), f"{low} to {high}", words.number(month.p80))
            rows.append((*name, f"{month.month:%b %Y}", f"{month.working_days}", *figures))
    heads = ("weather", "calendar", "month", "working days", "lost on average", "P10 to P90", "P80")
    return Grid("Lost working days", heads, tuple(rows[:most]), frozenset({0, 1, 2}), _left_out(len(rows), most, "weather.csv"))


def _why(branch: BranchForecast, way: WayForecast, decider: str, currency: str) -> str:
    """``30 %``, or ``permit finishes by 1 May 2027``."""
    if way.probability is not None:
        return words.plain_percent(way.probability)
    if way.up_to is not None:
        return f"{decider} finishes by {words.day(way.up_to)}"
    if way.up_to_days is not None:
        return f"{decider} takes {words.trimmed(way.up_to_days, 1)} d or less"
    if way.up_to_cost is not None:
        return f"{decider} costs {words.amount(way.up_to_cost, currency)} or less"
    return {"finish": "later", "duration": "longer", "cost": "more"}[branch.by]


def parity(forecast: Forecast) -> Grid:
    rows = tuple(
        (entry.source, f"{entry.compared:,}", _of(entry.to_the_minute, entry.compared), _of(entry.to_the_day, entry.compared))
        for entry in forecast.parity
    )
    return Grid("Dates against the file's own", ("file", "tasks compared", "equal to the minute", "equal to the day"), rows)


def _levels(percentiles: Mapping[int, Value]) -> list[tuple[int, Value]]:
    return [(level, percentiles[level]) for level in LEVELS if level in percentiles]


def _of(count: int, total: int) -> str:
    return f"{count:,} ({100 * count / total:.1f} %)" if total else f"{count:,}"


def _index(estimate: Estimate | None) -> str:
    return "" if estimate is None else words.number(estimate)


def _left_out(total: int, most: int, file: str) -> str:
    return f"{total - most:,} more in tables/{file}" if total > most else ""
