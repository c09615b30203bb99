"""A ranking as a record, as text, as a folder and as charts."""

import csv
import json

import pytest
from building import DAY, adds, portfolio
from small_rankings import certain, ranked, uncertain_series

from pmosim.errors import PmosimError
from pmosim.model.laws import Fixed, Uniform
from pmosim.model.risks import Risk
from pmosim.model.tasks import Cost
from pmosim.output.charts.ranking import runs_of_ties
from pmosim.output.ranking import summary, write_ranking
from pmosim.output.ranking.page import catalogue, report
from pmosim.results.ranking import Rank, Ranking

ALL = {"ladder": True, "pairs": True, "shapley": True}


@pytest.fixture(scope="module")
def ranking():
    risks = [Risk("frost", 0.4, (adds("a", 2 * DAY),), name="Frost & <ice>", cost=Fixed(5000.0)), certain("driver", "b", 1)]
    laws = {"a": Uniform(DAY, 4 * DAY), "b": DAY, "c": Uniform(DAY, 9 * DAY)}
    return ranked(portfolio(laws, "a b", risks=risks, costs={"b": Cost(rate=Fixed(1.0))}), **ALL)


@pytest.fixture(scope="module")
def folder(ranking, tmp_path_factory):
    return write_ranking(ranking, tmp_path_factory.mktemp("out") / "ranking")


def rows(file):
    with file.open(encoding="utf-8", newline="") as open_file:
        return list(csv.DictReader(open_file))


def test_a_ranking_survives_json_and_back(ranking, folder):
    assert Ranking.load(folder / "ranking.json") == ranking
    assert Ranking.from_json(ranking.to_json()) == ranking


def test_a_ranking_of_a_later_format_is_refused(ranking):
    later = json.loads(ranking.to_json()) | {"format": 99}
    with pytest.raises(ValueError, match="format 99"):
        Ranking.from_json(json.dumps(later))


def test_the_folder_holds_record_report_tables_and_charts(folder):
    assert {entry.name for entry in folder.iterdir()} == {"ranking.json", "report.html", "tables", "charts"}
    assert {file.stem for file in (folder / "tables").iterdir()} >= {"removals", "ladder", "portions", "paths"}
    assert {file.stem for file in (folder / "charts").iterdir()} == {"removal", "ladder", "paths"}


def test_without_charts_only_record_and_tables_are_written(ranking, tmp_path):
    made = write_ranking(ranking, tmp_path / "plain", charts=False)
    assert {entry.name for entry in made.iterdir()} == {"ranking.json", "tables"}


def test_a_folder_of_somebody_else_is_left_alone(ranking, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(PmosimError, match=r"thesis\.txt"):
        write_ranking(ranking, tmp_path / "mine")
    assert [entry.name for entry in tmp_path.iterdir()] == ["mine"]


def test_tables_hold_every_source_with_all_digits(ranking, folder):
    found = rows(folder / "tables" / "removals.csv")
    assert [row["source"] for row in found[:3]] == [one.source for one in ranking.removals]
    assert [float(row["P80_days"]) for row in found[:3]] == [one.days["P80"].value for one in ranking.removals]
    assert [int(row["P80_days_worst_rank"]) for row in found[:3]] == [one.day_ranks["P80"].worst for one in ranking.removals]


def test_the_steps_in_the_table_lead_from_the_figure_to_the_plan(ranking, folder):
    steps = rows(folder / "tables" / "ladder.csv")
    total = sum(float(step["gain_days"]) for step in steps)
    assert total == pytest.approx(ranking.ladder.above_plan)
    assert float(steps[-1]["left_above_plan"]) == 0


def test_the_text_names_every_source_and_says_where_the_figure_stands(ranking):
    text = summary(ranking)
    for label in ("Frost & <ice>", "driver", "Base uncertainty of all tasks", "Everything"):
        assert label in text
    for heading in ("What taking it out is worth", "The ladder", "Pairs worth more", "Order-free portions", "Paths that drive the finish"):
        assert heading in text
    assert all(len(line) < 220 for line in text.splitlines())


def test_what_is_left_in_is_said_to_remain():
    made = ranked(uncertain_series(certain("x", "a", 1)), ladder=True, by="none")
    assert "Then the plan remains" not in summary(made)
    assert f"{made.ladder.remains:.1f}".rstrip("0").rstrip(".") + " working day" in summary(made)


def test_only_what_was_asked_for_is_told():
    text = summary(ranked(uncertain_series(certain("x", "a", 1))))
    assert "The ladder" not in text
    assert "Pairs" not in text
    assert "Order-free" not in text


def test_the_page_is_whole_escapes_names_and_fetches_nothing(ranking, folder):
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "Frost &amp; &lt;ice&gt;" in page
    assert "<ice>" not in page
    assert page.count("<svg") == 3
    assert page.count("<script") == 1  # our own
    assert "src=" not in page


def test_the_page_can_be_made_without_a_folder(ranking):
    assert "charts/removal.csv" not in report(ranking)


def test_each_chart_says_its_finding_and_carries_its_data(ranking):
    for chart in catalogue(ranking):
        assert chart.title in chart.alt
        assert not chart.table.empty
        figure = chart.figure()
        texts = {text.get_text() for shown in (figure, *figure.axes) for text in shown.texts}
        assert any(chart.title.split()[0] in text for text in texts)


@pytest.mark.parametrize("unit", ["days", "money"])
def test_rankings_of_opportunities_alone_are_drawn_too(unit):
    risk = Risk("luck", 1.0, (adds("a", -DAY / 2),), cost=Fixed(100.0))
    made = ranked(portfolio({"a": DAY}, risks=[risk], costs={"a": Cost(rate=Fixed(1.0))}), unit=unit, ladder=True)
    for chart in catalogue(made):
        chart.figure()
    assert "luck" in summary(made)


def test_many_sources_are_drawn_as_the_worst_and_the_rest():
    made = ranked(uncertain_series(*[certain(f"risk-{k:02}", "abc"[k % 3], 1 + k / 10) for k in range(40)]), ladder=True)
    charts = {chart.name: chart for chart in catalogue(made)}
    labels = [label.get_text() for label in charts["ladder"].figure().axes[0].get_yticklabels()]
    assert labels[-2].endswith("further steps")
    assert len(labels) == 18
    assert len(charts["ladder"].table) == 41


def test_neighbours_that_may_change_places_are_joined():
    def ranks(*pairs):
        return [Rank(best, worst) for best, worst in pairs]

    assert runs_of_ties(ranks((1, 1), (2, 3), (2, 3), (4, 4))) == [(1, 2)]
    assert runs_of_ties(ranks((1, 2), (1, 3), (2, 3))) == [(0, 2)]
    assert runs_of_ties(ranks((1, 2), (1, 2), (3, 4), (3, 4))) == [(0, 1), (2, 3)]
    assert runs_of_ties(ranks((1, 1), (2, 2))) == []
