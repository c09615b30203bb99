"""Forecasts over time: what a ledger's figures become, states by stated limits, arrows that are sure, and pictures without faults."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from building import DAY, MONDAY
from made_trends import TRENDS, bridge, line, many, point, trend
from output.test_layout import faults_of
from small_plans import milestone, plan, task

from pmosim.errors import UnreadableFile
from pmosim.forecasting import forecast
from pmosim.history.ledger import open_ledger
from pmosim.history.trend import Wishes, trend_of_forecasts, trend_of_ledger
from pmosim.model.laws import Fixed, Uniform
from pmosim.model.project import Target
from pmosim.model.tasks import Cost
from pmosim.output import trending
from pmosim.output.charts.drift import PAGE
from pmosim.output.trend_page import catalogue, page
from pmosim.results.records import Estimate
from pmosim.results.trend import Move, Trend

WEEK = timedelta(weeks=1)
LEVELS = (10, 50, 80, 90)


def bridge_at(week, *, name="bridge", target=60, survey=None, with_gate=True):
    """Survey, piers, handover; ``survey``: (start, finish) where it has begun."""
    first = task("survey", Uniform(3 * DAY, 9 * DAY), **dict(zip(("started", "finished"), survey or (), strict=False)))
    piers = task("piers", Uniform(10 * DAY, 30 * DAY), cost=Cost(fixed=Uniform(1000, 2000), rate=Fixed(1.0)))
    promised = [Target("p.finish", MONDAY + timedelta(days=target), 20_000.0), *([Target("p.handover")] if with_gate else [])]
    made = plan(
        first, piers, milestone("handover"), links=["survey piers", "piers handover"], targets=promised, status=MONDAY + week * WEEK,
        start=MONDAY,
    )  # fmt: skip
    return replace(made, name=name, currency="EUR")


def made_of(portfolio):
    return forecast(portfolio, iterations=100, seed=1, threads=1)


@pytest.fixture(scope="module")
def weeks():
    """Three forecasts of the bridge; the target is moved in the second, the survey is finished in the third."""
    finished = (MONDAY, MONDAY + timedelta(days=8, hours=9))
    return [bridge_at(0), bridge_at(1, target=70), bridge_at(2, target=70, survey=finished)]


@pytest.fixture(scope="module")
def kept(weeks, tmp_path_factory):
    """A ledger of them, and of one forecast of a tower."""
    place = tmp_path_factory.mktemp("trend") / "ledger.sqlite"
    with open_ledger(place) as ledger:
        for one in weeks:
            ledger.add(made_of(one), one)
        tower = bridge_at(2, name="tower")
        ledger.add(made_of(tower), tower)
    return place


def asked(place, **wishes):
    with open_ledger(place) as ledger:
        return trend_of_ledger(ledger, Wishes(**wishes))


def test_the_trend_has_the_figures_of_every_forecast_as_they_were_told(kept, weeks):
    made = asked(kept, project="bridge", target="p.finish")
    (found,) = made.lines
    assert [one.status_date for one in found.points] == [one.status_date for one in weeks]
    for one, portfolio in zip(found.points, weeks, strict=True):
        told = made_of(portfolio).targets[0]
        assert one.finish == {level: told.percentiles[level] for level in LEVELS}
        assert (one.planned, one.target, one.probability) == (told.planned, told.target, told.probability)
    for one, portfolio in zip(found.costs, weeks, strict=True):
        told = made_of(portfolio).targets[0].cost
        assert (one.cost, one.budget, one.probability) == ({k: told.percentiles[k] for k in LEVELS}, told.budget, told.budget_probability)


def test_files_tell_the_same_as_a_ledger(kept, weeks):
    by_ledger, by_files = asked(kept, project="bridge"), trend_of_forecasts([made_of(one) for one in weeks])
    assert [one.points for one in by_files.lines] == [one.points for one in by_ledger.lines]
    assert [one.costs for one in by_files.lines] == [one.costs for one in by_ledger.lines]


def test_all_projects_are_told_by_their_finishes_and_stand_with_their_milestones(kept):
    made = asked(kept)
    assert [(one.project, one.id) for one in made.lines] == [("bridge", "p.finish"), ("tower", "p.finish")]
    assert {(one.project, one.id) for one in made.table} == {(p, id) for p in ("bridge", "tower") for id in ("p.finish", "p.handover")}
    assert max(len(one.points) for one in made.table) == 2


def test_what_really_happened_stands_beside_the_forecasts(kept):
    with open_ledger(kept) as ledger:
        ledger.record_actual("bridge", "p.handover", "finish", datetime(2026, 5, 1, 17))
        (found,) = trend_of_ledger(ledger, Wishes(project="bridge", target="p.handover")).lines
    assert (found.actual, found.outcome, found.move) == (datetime(2026, 5, 1, 17), "finished", None)


def test_a_milestone_that_the_last_forecast_knows_no_more_is_gone_from_the_table_but_not_from_the_trend(weeks):
    made = trend_of_forecasts([made_of(bridge_at(0)), made_of(bridge_at(1, with_gate=False))])
    gate = next(one for one in made.lines if one.id == "p.handover")
    assert gate.is_gone
    assert gate not in made.table


def test_of_two_forecasts_on_one_day_the_later_one_counts(weeks):
    again = bridge_at(0, target=90)
    (found, _) = trend_of_forecasts([made_of(weeks[0]), made_of(again)]).lines
    assert [one.target for one in found.points] == [MONDAY + timedelta(days=90)]


def test_since_and_until_leave_the_other_status_dates_out(kept):
    made = asked(kept, project="bridge", since=MONDAY + WEEK, until=MONDAY + WEEK)
    assert {one.status_date for found in made.lines for one in found.points} == {MONDAY + WEEK}


@pytest.mark.parametrize(("wishes", "said"), [({"project": "brige"}, "bridge"), ({"target": "p.handove"}, "p.handover")])
def test_what_is_not_there_is_named_with_what_is_meant(kept, wishes, said):
    with pytest.raises(UnreadableFile, match=said):
        asked(kept, **wishes)


def test_an_empty_ledger_says_how_it_is_filled(tmp_path):
    with pytest.raises(UnreadableFile, match="has no runs"):
        asked(tmp_path / "empty.sqlite")


def test_the_record_survives_json():
    for made in (bridge(), many(3)):
        assert Trend.from_json(made.to_json()) == made


# ---- states and arrows ----


def test_a_moved_target_is_another_promise_and_its_probability_does_not_move():
    found = line(weeks=3, moved={2: 300.0})
    assert found.move.probability is None
    assert line(weeks=3).move.probability is not None


@pytest.mark.parametrize(
    ("probability", "days", "expected"),
    [
        (Estimate(0.1, 0.05, 0.15), Estimate(5, 4, 6), "▲"),
        (Estimate(-0.1, -0.15, -0.05), Estimate(5, 4, 6), "▼"),
        (Estimate(-0.1, -0.25, 0.05), Estimate(5, 4, 6), ""),
        (None, Estimate(5, 4, 6), "▼"),
        (None, Estimate(-5, -6, -4), "▲"),
        (None, Estimate(5, -1, 11), ""),
    ],
)
def test_an_arrow_is_drawn_only_where_the_interval_of_the_move_excludes_nothing_moved(probability, days, expected):
    assert trending.arrow(replace(line(), move=Move(MONDAY, days, probability))) == expected


@pytest.mark.parametrize(("share", "state"), [(0.85, "green"), (0.6, "amber"), (0.2, "red"), (0.795, "amber or green")])
def test_states_follow_the_limits_that_stand_beside_them(share, state):
    last = replace(point(0, 10, 1, 20), probability=Estimate(share, share - 0.01, share + 0.01))
    one = replace(line(), points=(last,))
    assert trending.state(trend(one), one) == state


def test_other_limits_give_other_states_and_are_printed():
    one = line(weeks=1)
    strict = replace(trend(one), green_from=0.99, amber_from=0.95)
    assert (trending.state(trend(one), one), trending.state(strict, one)) == ("amber", "red")
    assert "green from 99 %, amber from 95 %" in trending.summary(strict)


@pytest.mark.parametrize(("actual", "outcome"), [(210.0, "met"), (220.0, "missed")])
def test_what_has_come_in_is_met_or_missed(actual, outcome):
    assert line(actual=actual).outcome == outcome


# ---- what is shown ----


@pytest.mark.parametrize("name", TRENDS)
def test_the_text_tells_where_it_stands(name):
    said = trending.summary(TRENDS[name]())
    assert "Where it stands" in said
    assert "green from 80 %" in said


def test_a_page_has_every_chart_and_table():
    made = bridge()
    shown = page(made, catalogue(made))
    assert shown.count("<svg role=") >= 10
    assert "Permit granted" in shown


@pytest.mark.slow
@pytest.mark.parametrize("name", TRENDS)
def test_no_label_of_a_chart_touches_another_or_leaves_the_page(name):
    charts = catalogue(TRENDS[name]())
    assert charts
    assert [*faults_of(charts[:4])] == []


def test_charts_of_one_kind_have_one_layout():
    assert {tuple(sorted(chart.page.items())) for chart in catalogue(bridge()) if chart.name.endswith("-drift")} == {
        tuple(sorted(PAGE.items()))
    }
