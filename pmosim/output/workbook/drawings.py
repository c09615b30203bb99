"""Native charts of a workbook: they follow the cells that they are drawn from, and whoever works there can change them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, pairwise

from openpyxl.chart import BarChart, LineChart, Reference, ScatterChart, Series
from openpyxl.chart.layout import Layout, ManualLayout
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, ParagraphProperties
from openpyxl.worksheet.worksheet import Worksheet

from pmosim.output.charts.cost import bars_of
from pmosim.output.style import FORECAST, GRID, PLAN, TARGET, TINT
from pmosim.output.tables import Row
from pmosim.output.timeline import bin_unit, binned, position
from pmosim.output.workbook.cells import DAY, MONEY, MONTH, clean
from pmosim.results.records import CostForecast, Curve, TargetForecast

WIDTH, HEIGHT = 24.0, 11.0  # [cm]
MOST_BARS = 20


def steps(curve: Curve) -> list[Row]:
    """Two points for each step of a cumulative curve, so that lines between them draw steps and nothing is smoothed."""
    before = chain([0.0], curve.share)
    points = ((at, share) for at, low, high in zip(curve.at, before, curve.share, strict=False) for share in (low, high))
    return [{"by": at, "share": share} for at, share in points]


def date_bins(one: TargetForecast) -> list[Row]:
    """Days, weeks, months or quarters as in the chart of the report, and the share of iterations that finish in each."""
    low, high = position(one.curve.at[0]), position(one.curve.at[-1])  # type: ignore[arg-type]
    edges = bin_unit(low, high).boundaries(low, high + 1)
    counts = binned(one.curve.at, one.curve.count, edges)  # type: ignore[arg-type]
    return _bins(list(pairwise(edges)), counts)


def cost_bins(cost: CostForecast) -> list[Row]:
    edges, counts = bars_of(cost.curve, float("-inf"), float("inf"))
    return _bins(list(pairwise(edges)), counts)


def _bins(edges: Sequence[tuple], counts: Sequence[int]) -> list[Row]:
    total = sum(counts)
    return [
        {"from": low, "to": high, "iterations": count, "share of iterations": count / total}
        for (low, high), count in zip(edges, counts, strict=True)
    ]


def promise(at: object) -> list[Row]:
    """An upright line where something was promised."""
    return [{"promised": at, "height": 0.0}, {"promised": at, "height": 1.0}]


def curve_chart(
    sheet: Worksheet, title: str, curve: tuple[int, int, int], promised: tuple[int, int, int] | None, *, dates: bool
) -> ScatterChart:
    """S-curve; ``curve`` and ``promised``: the column of x (that of y is beside it), first and last row."""
    chart = ScatterChart(style=13)
    _sized(chart, title)
    chart.x_axis.number_format = DAY if dates else MONEY
    chart.y_axis.number_format = "0%"
    chart.y_axis.scaling.min, chart.y_axis.scaling.max = 0, 1
    chart.y_axis.title = "probability by then" if dates else "probability of no more"
    chart.legend.position = "b"
    for (column, first, last), name, ink, width in (
        (curve, "forecast", FORECAST, 2.25),
        *([(promised, "promised", TARGET, 2.0)] if promised else []),
    ):
        line = Series(_reach(sheet, column + 1, first, last), _reach(sheet, column, first, last), title=name)
        line.marker.symbol, line.smooth = "none", False
        line.graphicalProperties = GraphicalProperties()
        line.graphicalProperties.line.solidFill, line.graphicalProperties.line.width = ink[1:], int(width * 12_700)
        chart.series.append(line)
    return chart


def bar_chart(
    sheet: Worksheet,
    title: str,
    names: int,
    values: Sequence[tuple[int, str, str]],
    rows: tuple[int, int],
    *,
    lying: bool = False,
    looks: str = "0%",
) -> BarChart:
    """``names``: column of the categories; ``values``: column, name and ink of each series."""
    chart = BarChart()
    tall = HEIGHT if not lying else max(6.0, 3.5 + 0.9 * (rows[1] - rows[0]))
    chart.type = "bar" if lying else "col"
    _sized(chart, title, tall)
    chart.gapWidth = 60 if lying else 8
    for column, name, ink in values:
        bars = Series(_reach(sheet, column, *rows), title=name)
        bars.graphicalProperties = GraphicalProperties(solidFill=ink[1:])
        bars.invertIfNegative = False
        chart.series.append(bars)
    chart.set_categories(_reach(sheet, names, *rows))
    if lying:
        chart.x_axis.scaling.orientation = "maxMin"  # the first row on top
        chart.y_axis.number_format = "0"
        chart.layout = Layout(ManualLayout(xMode="edge", yMode="edge", x=0.3, y=0.12, w=0.66, h=0.72))
    if len(values) == 1:
        chart.legend, chart.y_axis.number_format = None, looks
    else:
        chart.legend.position = "b"
    return chart


def _sized(chart: BarChart | LineChart | ScatterChart, title: str, tall: float = HEIGHT) -> None:
    chart.title, chart.width, chart.height = clean(title), WIDTH, tall
    chart.title.tx.rich.p[0].pPr = ParagraphProperties(defRPr=CharacterProperties(sz=1200, b=True))
    for part in chart.title.tx.rich.p[0].r:
        part.rPr = CharacterProperties(sz=1200, b=True)
    chart.title.overlay = False
    chart.x_axis.majorGridlines = None
    chart.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill=GRID[1:]))
    chart.x_axis.delete = chart.y_axis.delete = False  # else some programs leave the axes out
    chart.layout = Layout(ManualLayout(xMode="edge", yMode="edge", x=0.08, y=0.16, w=0.88, h=0.62))


def _reach(sheet: Worksheet, column: int, first: int, last: int) -> Reference:
    return Reference(sheet, min_col=column, min_row=first, max_row=last)


def exposure_rows(rows: Sequence[Row], target: str, labels: dict[str, str]) -> list[Row]:
    """Risks of one target, the largest expected delay first; from the table of delays."""
    own = [row for row in rows if row["target"] == target and row["risk"] in labels]
    own.sort(key=lambda row: -row["expected_days"])
    return [
        {
            "risk": labels[row["risk"]],
            "expected_days": row["expected_days"],
            "expected_days_low": row["expected_days_low"],
            "expected_days_high": row["expected_days_high"],
            "p80_days": row["p80_days"],
        }
        for row in own[:MOST_BARS]
    ]


def line_chart(sheet: Worksheet, title: str, names: int, values: Sequence[tuple[int, str, str, float]], rows: tuple[int, int]) -> LineChart:
    """``values``: column, name, ink and width in points of each line."""
    chart = LineChart()
    _sized(chart, title)
    chart.legend.position, chart.y_axis.number_format = "b", MONEY
    chart.x_axis.number_format = MONTH
    for column, name, ink, width in values:
        line = Series(_reach(sheet, column, *rows), title=name)
        line.smooth = False
        line.graphicalProperties = GraphicalProperties()
        line.graphicalProperties.line.solidFill, line.graphicalProperties.line.width = ink[1:], int(width * 12_700)
        chart.series.append(line)
    chart.set_categories(_reach(sheet, names, *rows))
    return chart


LINES = {
    "spent_by_then_p10": TINT,
    "spent_by_then_p50": FORECAST,
    "spent_by_then_p80": FORECAST,
    "spent_by_then_p90": TINT,
    "planned_by_then": PLAN,
}
WIDTHS = {"spent_by_then_p80": 2.5, "planned_by_then": 1.25}


def flow_rows(rows: Sequence[Row], target: str) -> list[Row]:
    """Money by month of one target: what charts are drawn from."""
    wanted = ("month", "spent_mean", *LINES)
    return [{name: row[name] for name in wanted if name in row} for row in rows if row["target"] == target]


def flow_lines(heads: Sequence[str], column: int) -> list[tuple[int, str, str, float]]:
    """Lines of what has been spent by the end of each month, in their order."""
    said = {name: name.removeprefix("spent_by_then_").upper() if name != "planned_by_then" else "plan" for name in LINES}
    return [(column + heads.index(name), said[name], ink, WIDTHS.get(name, 1.5)) for name, ink in LINES.items() if name in heads]


PALE, FULL = TINT, FORECAST


def both_series(column: int) -> Iterator[tuple[int, str, str]]:
    """Expected and P80 days beside one another, of `exposure_rows` whose first column is ``column``."""
    yield column + 1, "expected", FULL
    yield column + 4, "P80", PALE
