"""Tasks, risks and samples from CSV and Excel tables."""

import pytest
from openpyxl import Workbook

from pmosim.errors import InvalidScenario
from pmosim.model import laws
from pmosim.model.risks import Mitigation
from pmosim.model.tasks import TaskKind

DAY = 480
FROM = "tasks_from: tasks.csv\n"


@pytest.fixture
def tasks(read, tmp_path):
    """The tasks of a CSV text, by plain id."""

    def of(csv, encoding="utf-8"):
        (tmp_path / "tasks.csv").write_bytes(csv.encode(encoding))
        return {id.removeprefix("project."): task for id, task in read(FROM).tasks.items()}

    return of


@pytest.fixture
def risks(read, tmp_path):
    def of(csv):
        (tmp_path / "risks.csv").write_text(csv)
        return read("tasks: {survey: {duration: 5d}, design: {duration: 5d}}\nrisks_from: risks.csv\n").risks

    return of


def workbook(path, *rows, sheet="Sheet", formats=()):
    book = Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    for cell, form in formats:
        book.active[cell].number_format = form
    book.save(path)


def test_columns_are_found_by_their_headings_in_any_order(tasks):
    made = tasks("Predecessors,Task name,ID,Duration\n,Site survey,survey,5d\nsurvey SS+1d,Design,design,pert 4d 5d 9d\n")
    assert made["survey"].name == "Site survey"
    assert made["design"].duration == laws.Pert(4 * DAY, 5 * DAY, 9 * DAY)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_columns_are_parted_by_commas_semicolons_or_tabs(tasks, separator):
    rows = [["id", "duration"], ["survey", "5d"]]
    assert tasks("\n".join(separator.join(row) for row in rows))["survey"].duration == laws.Fixed(5 * DAY)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_tables_may_be_utf_8_or_utf_16(tasks, encoding):
    assert tasks("id,name,duration\nsurvey,Brücke,5d\n", encoding)["survey"].name == "Brücke"


def test_quotes_keep_commas_quotes_and_line_ends_together(tasks, read):
    made = tasks('id,name,after,duration\na,"One ""big"" task",,1d\r\nb,"two\nlines",a,1d\r\nc,,"a, b FF+1d",1d')
    assert (made["a"].name, made["b"].name) == ('One "big" task', "two\nlines")
    assert [str(link) for link in read(FROM).links] == [
        "project.a -FS-> project.b",
        "project.a -FS-> project.c",
        "project.b -FF-> project.c",
    ]


def test_empty_lines_and_comments_are_left_out(tasks):
    assert list(tasks("# exported on Monday\n\nid,duration\n\nsurvey,5d\n,,\n# the rest follows\ndesign,5d\n")) == ["survey", "design"]


def test_three_columns_make_a_three_point_estimate(tasks):
    made = tasks("id,law,optimistic [d],most likely [d],pessimistic [d]\na,,4,5,9\nb,triangular,4,5,9\nc,pert,1w,2w,3w\n")
    assert made["a"].duration == laws.Pert(4 * DAY, 5 * DAY, 9 * DAY)
    assert made["b"].duration == laws.Triangular(4 * DAY, 5 * DAY, 9 * DAY)
    assert made["c"].duration == laws.Pert(5 * DAY, 10 * DAY, 15 * DAY)


def test_a_duration_beside_three_points_is_the_planned_one(tasks):
    made = tasks("id,duration,low,likely,high\na,10d,80%,90%,150%\n")["a"]
    assert (made.planned, made.duration) == (10 * DAY, laws.Pert(8 * DAY, 9 * DAY, 15 * DAY))


def test_codes_ticks_and_lists_can_stand_in_cells(tasks):
    made = tasks("id,duration,milestone,code Phase,resources,parent\ncivil,,,,,\na,5d,,2,Team A; Crane,civil\ndone,,x,,,civil\n")
    assert (dict(made["a"].codes), made["a"].resources, made["a"].parent) == ({"Phase": "2"}, ("Team A", "Crane"), "civil")
    assert (made["done"].kind, made["civil"].kind) == (TaskKind.FINISH_MILESTONE, TaskKind.SUMMARY)


def test_a_table_says_which_tasks_mind_no_weather_or_are_not_to_be_split(read, tmp_path):
    (tmp_path / "tasks.csv").write_text("id,duration,weather,splits\npiles,5d,,\nlift,2d,yes,no\npaint,3d,no,x\n")
    made = read(FROM + "weather: {swell: {calendars: standard, bad_days: {share: 30%}}}\n").tasks
    assert {id: (task.weather, task.splits) for id, task in made.items()} == {
        "project.piles": (True, True), "project.lift": (True, False), "project.paint": (False, True),
    }  # fmt: skip


def test_tasks_of_the_scenario_and_of_tables_make_one_project(read, tmp_path):
    (tmp_path / "a.csv").write_text("id,duration,after\na,1d,c\n")
    (tmp_path / "b.csv").write_text("id,duration,after\nb,1d,a\n")
    portfolio = read("tasks_from: [a.csv, b.csv]\ntasks: {c: {duration: 1d}}\n")
    assert list(portfolio.tasks) == ["project.c", "project.a", "project.b"]


def test_a_register_of_risks_is_a_table(risks):
    made = risks(
        "Risk ID,Title,Likelihood,Tasks,Impact,Cost,Owner,Mitigated probability,Mitigation cost\n"
        'flood,Flood,30%,"survey, design",+triangular 5d 10d 20d,pert 1k 2k 5k EUR,Site,10%,500 EUR\n'
        "steel,Late steel,0.2,design: x 1.5; survey: +2d,,,,,\n"
    )
    assert [(hit.target, hit.impact.law) for hit in made[0].hits] == [
        ("project.survey", laws.Triangular(5 * DAY, 10 * DAY, 20 * DAY)),
        ("project.design", laws.Triangular(5 * DAY, 10 * DAY, 20 * DAY)),
    ]
    assert (made[0].name, made[0].probability, made[0].owner) == ("Flood", 0.3, "Site")
    assert made[0].mitigation == Mitigation(0.1, 500)
    assert [(hit.target, hit.impact.kind) for hit in made[1].hits] == [("project.design", "factor"), ("project.survey", "add")]


def test_the_impact_of_a_risk_can_be_three_columns(risks):
    made = risks("id,probability,hits,low [d],likely [d],high [d]\nflood,30%,survey,5,10,20\n")
    assert made[0].hits[0].impact.law == laws.Pert(5 * DAY, 10 * DAY, 20 * DAY)


def test_an_excel_table_reads_like_a_csv(read, tmp_path):
    workbook(
        tmp_path / "tasks.xlsx",
        ["id", "name", "low [d]", "likely [d]", "high [d]"],
        ["survey", "Site survey", 4, 5, 9.5],
        [7, 2026, 1, 1, 1],
    )
    made = read("tasks_from: tasks.xlsx\n").tasks
    assert made["project.survey"].duration == laws.Pert(4 * DAY, 5 * DAY, 9.5 * DAY)
    assert made["project.7"].name == "2026"


def test_dates_and_percentages_of_excel_are_what_they_look_like(read, tmp_path):
    from datetime import datetime

    rows = [["id", "probability", "hits", "impact", "cost"], ["flood", 0.3, "survey", "+5d", 2000]]
    workbook(tmp_path / "risks.xlsx", *rows, formats=[("B2", "0%")])
    workbook(tmp_path / "tasks.xlsx", ["id", "duration", "not before"], ["survey", "5d", datetime(2026, 4, 1)])
    portfolio = read("tasks_from: tasks.xlsx\nrisks_from: risks.xlsx\n")
    assert portfolio.risks[0].probability == pytest.approx(0.3)
    assert portfolio.risks[0].cost == laws.Fixed(2000)
    assert portfolio.tasks["project.survey"].constraints[0].date == datetime(2026, 4, 1)


def test_a_sheet_can_be_named_and_the_usual_one_is_found(read, tmp_path):
    book = Workbook()
    book.active.title = "Cover"
    for title, id in (("Tasks", "usual"), ("Phase 2", "named")):
        sheet = book.create_sheet(title)
        sheet.append(["id", "duration"])
        sheet.append([id, "5d"])
    book.save(tmp_path / "plan.xlsx")
    assert list(read("tasks_from: plan.xlsx\n").tasks) == ["project.usual"]
    assert list(read("tasks_from: 'plan.xlsx#Phase 2'\n").tasks) == ["project.named"]


def test_a_mistake_in_a_spreadsheet_is_told_by_sheet_row_and_column(scenario, tmp_path):
    workbook(tmp_path / "tasks.xlsx", ["id", "duration"], ["survey", "5d"], ["design", "soon"])
    with pytest.raises(InvalidScenario) as refused:
        scenario("tasks_from: tasks.xlsx\n")
    ((place, _),) = refused.value.located
    assert (place.line, place.column, place.excerpt) == (3, 2, "B3: soon")


@pytest.mark.parametrize("estimate", ["empirical past.csv column days in d", "{empirical: {file: past.csv, column: days, unit: d}}"])
def test_a_sample_can_stand_in_a_column_of_a_table(read, tmp_path, estimate):
    (tmp_path / "past.csv").write_text("project,days\nA,5\nB,6.5\nC,\nD,9\n")
    made = read(f"tasks:\n  t:\n    duration: {estimate}\n").tasks["project.t"]
    assert made.duration == laws.Empirical((5 * DAY, 6.5 * DAY, 9 * DAY))


def test_the_unit_of_a_sample_can_stand_in_its_heading_or_its_cells(read, tmp_path):
    (tmp_path / "past.csv").write_text("project,days [d],mixed\nA,5,1w\nB,6,12h\n")
    portfolio = read("tasks:\n  a: {duration: empirical past.csv column days}\n  b: {duration: \"empirical 'past.csv' column mixed\"}\n")
    assert portfolio.tasks["project.a"].duration == laws.Empirical((5 * DAY, 6 * DAY))
    assert portfolio.tasks["project.b"].duration == laws.Empirical((5 * DAY, 1.5 * DAY))


def test_a_sample_can_be_the_impact_of_a_risk(read, tmp_path):
    (tmp_path / "past.csv").write_text("factor\n1.1\n1.4\n")
    portfolio = read("tasks: {t: {duration: 5d}}\nrisks: {r: {probability: 1, hits: {t: x empirical past.csv column factor}}}\n")
    assert portfolio.risks[0].hits[0].impact.law == laws.Empirical((1.1, 1.4))
