"""The workbook holds the forecast's own figures as what they are, charts that Excel draws, and nothing that runs."""

import re
import zipfile
from dataclasses import replace
from datetime import date, datetime
from itertools import cycle
from xml.etree import ElementTree

import pytest
from openpyxl import load_workbook
from output import pictures

from pmosim.output import workbook
from pmosim.output.results import harmless, tables_of
from pmosim.output.workbook import write_workbook
from pmosim.output.workbook.cells import sheet_name
from pmosim.results.cashflow import CashFlow, Series, Spent

FORMULAS = ("=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", '=HYPERLINK("http://x","y")', "=cmd|'/c calc'!A0")


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    made = tmp_path_factory.mktemp("book") / "forecast.xlsx"
    write_workbook(pictures.forecast("portfolio"), made)
    return made


@pytest.fixture(scope="module")
def book(path):
    return load_workbook(path)


def rows_of(sheet):
    heads, *rows = sheet.values
    return [dict(zip(heads, row, strict=True)) for row in rows]


def test_every_table_of_the_results_folder_is_there_with_all_its_digits(book):
    for name, wanted in tables_of(pictures.forecast("portfolio")).items():
        found = rows_of(book[name])
        assert len(found) == len(wanted)
        for one, row in zip(wanted, found, strict=True):
            for head, value in one.items():
                if isinstance(value, float):
                    assert row[head] == pytest.approx(value, rel=1e-14, abs=1e-300)
                elif isinstance(value, datetime):
                    assert abs((row[head] - value).total_seconds()) < 1e-3
                else:
                    assert row[head] == (value if value != "" else None)


def test_tables_have_names_that_no_other_has_and_filters(book):
    tables = [table for sheet in book for table in sheet.tables.values()]
    names = [table.displayName for table in tables]
    assert len(names) == len(set(names)) >= 20
    assert all(re.fullmatch(r"(t|chart)_\w+", name) for name in names)
    assert all(table.autoFilter is not None for table in tables)


def test_dates_money_and_shares_look_like_it(book):
    sheet = book["targets"]
    look = {
        head.value: cell.number_format
        for row in sheet.iter_rows(min_row=2)
        for head, cell in zip(sheet[1], row, strict=True)
        if cell.value is not None
    }
    assert look["planned"] == "yyyy-mm-dd hh:mm"
    assert look["probability"] == look["plan_probability"] == "0.0%"
    assert look["budget"] == look["mean_cost"] == "#,##0"
    assert look["sd_days"] == "#,##0.0"


def test_charts_are_drawn_by_the_program_from_cells_that_hold_figures(path, book):
    with zipfile.ZipFile(path) as archive:
        charts = [ElementTree.fromstring(archive.read(name)) for name in archive.namelist() if "/charts/chart" in name]
    assert len(charts) >= 2 * 3 + 1
    references = {element.text for chart in charts for element in chart.iter() if element.tag.endswith("}f")}
    assert references
    for reference in references:
        title, reach = re.fullmatch(r"'(.+)'!(.+)", reference).groups()
        cells = [cell for row in book[title.replace("''", "'")][reach.replace("$", "")] for cell in row]
        assert all(cell.value is not None for cell in cells)


def test_the_curve_is_drawn_in_steps_up_to_one(book):
    sheet = book[pictures.forecast("portfolio").targets[0].label]
    reach = next(reach for name, reach in sheet.tables.items() if name.endswith("_finish"))
    (_, *by), (_, *share) = zip(*((cell.value for cell in row) for row in sheet[reach]), strict=True)
    assert by == sorted(by)
    assert share == sorted(share)
    assert (share[0], share[-1]) == (0, 1)
    assert by[0::2] == by[1::2]


def named(*texts):
    """Each name of a forecast the next of ``texts``."""
    given = cycle(texts)
    forecast = pictures.forecast("portfolio")
    return replace(
        forecast,
        name=next(given),
        targets=tuple(replace(one, label=next(given)) for one in forecast.targets),
        tasks=tuple(replace(one, label=next(given)) for one in forecast.tasks),
        risks=tuple(replace(one, label=next(given), owner=next(given), category=next(given)) for one in forecast.risks),
        notes=texts,
        provenance=replace(forecast.provenance, source=next(given), overrides=texts),
    )


def test_no_name_becomes_a_formula(tmp_path):
    write_workbook(named(*FORMULAS), tmp_path / "book.xlsx")
    cells = [cell for sheet in load_workbook(tmp_path / "book.xlsx") for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    kept = [cell for cell in cells if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]
    assert {cell.value.strip() for cell in kept} >= {text.strip() for text in FORMULAS}
    assert all(cell.quotePrefix for cell in kept)
    with zipfile.ZipFile(tmp_path / "book.xlsx") as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist() if "/worksheets/sheet" in name)


@pytest.mark.parametrize("turn", range(3))
def test_any_name_makes_a_workbook_that_opens(turn, tmp_path):
    odd = ["a\x00b\x1f", "x" * 40_000, "\u202eevil", "📈 chart", "a/b:c*d?[e]\\f", "'", "History", "\ud800", "summary"]
    write_workbook(named(*odd[3 * turn :], *odd[: 3 * turn]), tmp_path / "book.xlsx")
    names = load_workbook(tmp_path / "book.xlsx").sheetnames
    assert len({name.lower() for name in names}) == len(names)
    assert all(0 < len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name) for name in names)


@pytest.mark.parametrize("variant", ["certain", "one-task", "no-risks", "many-projects", "target-long-after"])
def test_a_forecast_with_little_or_much_in_it_has_a_workbook(variant, tmp_path):
    write_workbook(pictures.forecast(variant), tmp_path / "book.xlsx")
    assert load_workbook(tmp_path / "book.xlsx").sheetnames[0] == "Summary"


def test_names_of_sheets_that_differ_in_case_alone_are_told_apart():
    assert sheet_name("BRIDGE", ["Bridge", "bridge (2)"]) == "BRIDGE (3)"


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_in_a_csv_file_is_no_formula(text):
    assert harmless(text) == f"'{text}"
    assert harmless(-1.5) == -1.5
    assert harmless("Flood = high") == "Flood = high"


def test_no_table_of_the_folder_can_have_the_name_of_one_that_charts_are_drawn_from(monkeypatch, tmp_path):
    forecast = pictures.forecast("portfolio")
    more = {name: [{"a": 1}] for name in ("summary", "exposure", "money_by_month", "target_1_finish", "Summary (2)")}
    monkeypatch.setattr(workbook, "tables_of", lambda made: tables_of(made) | more)
    write_workbook(forecast, tmp_path / "book.xlsx")
    names = [name.lower() for sheet in load_workbook(tmp_path / "book.xlsx") for name in sheet.tables]
    assert len(names) == len(set(names))


def flow(id="finish"):
    months = (date(2027, 1, 1), date(2027, 2, 1), date(2027, 3, 1))
    series = Series((1.0, 2.0, 3.0), (0.9, 1.9, 2.9), (1.1, 2.1, 3.1))
    spent = Spent(series, dict.fromkeys((10, 50, 80, 90), series))
    return CashFlow(id, months, spent, spent, (1.0, 2.0, 2.5), 1000)


def test_money_by_month_is_drawn_where_something_is_spent(tmp_path):
    write_workbook(replace(pictures.forecast("portfolio"), cash_flow=(flow(),)), tmp_path / "book.xlsx")
    sheet = load_workbook(tmp_path / "book.xlsx")["Money by month"]
    assert len(sheet._charts) == 2
    rows = list(sheet[sheet.tables["chart_money_by_month"].ref])
    assert [row[0].value.month for row in rows[1:]] == [1, 2, 3]
    assert {cell.value for cell in rows[0]} >= {"month", "spent_mean", "spent_by_then_p80", "planned_by_then"}
    assert rows[1][1].number_format == "#,##0"
