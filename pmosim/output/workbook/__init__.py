"""A forecast as an Excel workbook: live tables, and native charts drawn from them.

All of it comes from the `Forecast`; there are no formulas, so that every program shows the same figures.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pmosim.output import again, analyses, overview, rating, text, words
from pmosim.output.results import tables_of
from pmosim.output.tables import Row
from pmosim.results.records import CostForecast, Forecast, TargetForecast

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

WORKBOOK = "forecast.xlsx"
DATA_COLUMN = 33  # AG: what charts are drawn from stands to the right of them
MOST_TARGETS = 8  # with sheets of their own, as they have charts of their own in the report


def write_workbook(forecast: Forecast, path: Path) -> None:
    """Sheets: summary, a sheet with charts for each project, risks, each table of the results folder, and where it all comes from."""
    from openpyxl import Workbook

    from pmosim.output.workbook.cells import clean

    tables = tables_of(forecast)
    book = Workbook()
    book.properties.title, book.properties.creator = clean(forecast.name)[:200], "pmosim"
    _summary(book.active, forecast)
    for place, one in enumerate([one for one in forecast.targets if one.kind != "milestone"][:MOST_TARGETS], 1):
        _target(_sheet(book, one.label), forecast, one, f"target_{place}")
    if "risk_delays" in tables:
        _exposure(_sheet(book, "Risk exposure"), forecast, tables["risk_delays"])
    if "cash_flow" in tables:
        _flow(_sheet(book, "Money by month"), forecast, tables["cash_flow"])
    for name, rows in tables.items():
        _table(_sheet(book, name), name, rows)
    _origin(_sheet(book, "Where it comes from"), forecast)
    book.save(path)


def _sheet(book: Workbook, label: str) -> Worksheet:
    from pmosim.output.workbook.cells import sheet_name

    return book.create_sheet(sheet_name(label, book.sheetnames))


def _summary(sheet: Worksheet, forecast: Forecast) -> None:
    from openpyxl.styles import Font

    from pmosim.output.workbook.cells import put, write_table

    sheet.title = "Summary"
    put(sheet["A1"], forecast.name)
    sheet["A1"].font = Font(bold=True, size=16)
    lines = [text.headline(one) for one in forecast.targets[: text.MOST_BLOCKS]]
    if forecast.joint_probability is not None:
        dated = sum(one.target is not None for one in forecast.targets)
        lines.append(f"All {dated} target dates together: {words.percent_with_range(forecast.joint_probability)}")
    lines += ["", words.of_intervals(forecast), *overview.legend(forecast)]
    for row, line in enumerate(lines, 2):
        put(sheet.cell(row, 1), line)
    write_table(sheet, [_at_a_glance(one) for one in forecast.targets], "chart_summary", row=len(lines) + 3)
    sheet.row_dimensions[len(lines) + 3].height = 45
    sheet.column_dimensions["A"].width = 34
    _printed(sheet)


def _at_a_glance(one: TargetForecast) -> Row:
    cost, gap = one.cost, one.contingency.get(80)
    return {
        "name": one.label,
        "state": str(rating.state_of_target(one)),
        "target": one.target,
        "probability": one.probability.value if one.probability else None,
        "planned": one.planned,
        "P50": one.percentiles[50].value,
        "P80": one.percentiles[80].value,
        "P80 low": one.percentiles[80].low,
        "P80 high": one.percentiles[80].high,
        "contingency P80, working days": gap.working_days.value if gap else None,
        "budget": cost.budget if cost else None,
        "probability of the budget": cost.budget_probability.value if cost and cost.budget_probability else None,
        "planned cost": cost.planned if cost else None,
        "P50 cost": cost.percentiles[50].value if cost else None,
        "P80 cost": cost.percentiles[80].value if cost else None,
    }


def _target(sheet: Worksheet, forecast: Forecast, one: TargetForecast, name: str) -> None:
    """Charts first; the cells that they are drawn from stand to the right of them."""
    from pmosim.output import findings
    from pmosim.output.workbook import drawings as draw
    from pmosim.output.workbook.cells import put, write_table

    put(sheet["A1"], findings.completion(one))
    at = DATA_COLUMN
    curve = write_table(sheet, draw.steps(one.curve), f"chart_{name}_finish", row=3, column=at)
    bins = write_table(sheet, draw.date_bins(one), f"chart_{name}_finish_bins", row=3, column=at + 3)
    promised = write_table(sheet, draw.promise(one.target.date()), f"chart_{name}_promise", row=3, column=at + 8) if one.target else None
    title = findings.completion(one)
    sheet.add_chart(draw.curve_chart(sheet, title, (at, *curve), (at + 8, *promised) if promised else None, dates=True), "A3")
    said = "Share of iterations that finish in the period from that day on"
    sheet.add_chart(draw.bar_chart(sheet, said, at + 3, [(at + 6, "share", draw.PALE)], bins), "A26")
    if one.cost is not None and one.cost.sd.value:
        _cost(sheet, forecast, one, one.cost, name)
    _printed(sheet, "A1:AD48")


def _cost(sheet: Worksheet, forecast: Forecast, one: TargetForecast, cost: CostForecast, name: str) -> None:
    from pmosim.output import findings
    from pmosim.output.workbook import drawings as draw
    from pmosim.output.workbook.cells import MONEY, write_table

    at = DATA_COLUMN + 11
    curve = write_table(sheet, draw.steps(cost.curve), f"chart_{name}_cost", row=3, column=at)
    bins = write_table(sheet, draw.cost_bins(cost), f"chart_{name}_cost_bins", row=3, column=at + 3)
    budget = None if cost.budget is None else write_table(sheet, draw.promise(cost.budget), f"chart_{name}_budget", row=3, column=at + 8)
    for column in (at, at + 3, at + 4, at + 8):
        for (cell,) in sheet.iter_rows(min_row=4, max_row=max(curve[1], bins[1]), min_col=column, max_col=column):
            cell.number_format = MONEY
    title = findings.cost(forecast, one, cost)
    sheet.add_chart(draw.curve_chart(sheet, title, (at, *curve), (at + 8, *budget) if budget else None, dates=False), "P3")
    said = "Share of iterations that cost as much as that, or a bar's width more"
    sheet.add_chart(draw.bar_chart(sheet, said, at + 3, [(at + 6, "share", draw.PALE)], bins), "P26")


def _printed(sheet: Worksheet, area: str = "") -> None:
    """One page wide, lying."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.sheet_properties.pageSetUpPr = _fitted()
    sheet.page_setup.fitToHeight = 0
    if area:
        sheet.print_area = area


def _fitted() -> Any:
    from openpyxl.worksheet.properties import PageSetupProperties

    return PageSetupProperties(fitToPage=True)


def _exposure(sheet: Worksheet, forecast: Forecast, delays: list[Row]) -> None:
    from pmosim.output.workbook import drawings as draw
    from pmosim.output.workbook.cells import put, write_table

    first = forecast.targets[0]
    rows = draw.exposure_rows(delays, first.id, {risk.id: risk.label for risk in forecast.risks})
    put(sheet["A1"], f"What risks add to {first.label}, in working days: with each minus without it, on the same draws")
    if rows:
        reach = write_table(sheet, rows, "chart_exposure", row=3, column=18)
        sheet.add_chart(draw.bar_chart(sheet, "Delay by risk, working days", 18, list(draw.both_series(18)), reach, lying=True), "A3")
    _printed(sheet)


def _flow(sheet: Worksheet, forecast: Forecast, rows: list[Row]) -> None:
    """Of the first target that spends: what is spent in each month, and what has been spent by its end."""
    from pmosim.output.workbook import drawings as draw
    from pmosim.output.workbook.cells import MONEY, put, write_table

    first = rows[0]["target"]
    label = next((one.label for one in forecast.targets if one.id == first), first)
    put(sheet["A1"], f"{label}: money by month; a percentile of a month is that month's own, and months do not add up to one of the whole")
    own, at = draw.flow_rows(rows, first), 18
    reach = write_table(sheet, own, "chart_money_by_month", row=3, column=at)
    lines = draw.flow_lines(list(own[0]), at)
    sheet.add_chart(draw.line_chart(sheet, "Spent by the end of each month", at, lines, reach), "A3")
    bars = draw.bar_chart(sheet, "Spent in each month, mean", at, [(at + 1, "mean", draw.PALE)], reach, looks=MONEY)
    bars.x_axis.number_format = "mmm yyyy"
    sheet.add_chart(bars, "A26")
    _printed(sheet, "A1:P48")


def _table(sheet: Worksheet, name: str, rows: list[Row]) -> None:
    from pmosim.output.workbook.cells import table_name, write_table

    write_table(sheet, rows, table_name(name))
    sheet.freeze_panes = "B2"


def _origin(sheet: Worksheet, forecast: Forecast) -> None:
    from pmosim.output.workbook.cells import put

    origin = forecast.provenance
    rows = [
        ("Forecast", forecast.name),
        ("Scenario", origin.source),
        *(("Instead of the scenario's own", override) for override in origin.overrides),
        ("Status date", origin.status_date),
        ("Iterations", origin.iterations),
        ("Seed", str(origin.seed)),
        ("Draws", origin.sampling),
        ("Model fingerprint", origin.fingerprint),
        *((f"Version of {name}", version) for name, version in origin.versions.items()),
        ("To make it again", again.command("run", origin, *analyses.asked(forecast))),
        ("Intervals", "columns x_low and x_high are the ends of the simulation's interval of x"),
        ("Units", "working days; shares as percentages; money in " + (forecast.currency or "the portfolio's currency")),
        *(("Note", note) for note in forecast.notes),
    ]
    for place, (name, value) in enumerate(rows, 1):
        put(sheet.cell(place, 1), name)
        put(sheet.cell(place, 2), value)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 30, 100
