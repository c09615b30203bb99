"""What each chart says and shows is what the forecast holds."""

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from output import pictures

from pmosim.output import charts
from pmosim.output.charts import exposure, projects
from pmosim.output.charts.gantt import MOST_ROWS, rows_shown
from pmosim.output.style import FORECAST, GOOD, PALE
from pmosim.output.timeline import date_at
from pmosim.results.records import Estimate


@pytest.fixture
def portfolio():
    return pictures.forecast("portfolio")


@pytest.fixture
def bridge(portfolio):
    return next(one for one in portfolio.targets if one.id == "bridge.finish")


@pytest.fixture
def ax():
    return Figure(figsize=(10, 6)).add_subplot()


def written(moment):
    """14 Oct 2027, by another road than the one that is tested."""
    return f"{moment:%d %b %Y}".lstrip("0")


def texts(ax):
    return [text.get_text() for text in ax.figure.findobj(lambda one: hasattr(one, "get_text"))]


def test_the_title_of_a_completion_chart_states_the_p80_and_the_probability_of_the_target(bridge):
    chart = pictures.charts("portfolio")["bridge-completion"]
    share = round(100 * bridge.probability.value)
    assert chart.title.startswith(f"River bridge: 80 % sure by {written(bridge.percentiles[80].value)}; the target of ")
    assert chart.title.endswith(f" has {share} %")
    assert f"after the plan of {written(bridge.planned)}" in chart.subtitle


def test_without_a_target_the_title_tells_how_sure_the_plan_is():
    station = next(one for one in pictures.forecast("portfolio").targets if one.id == "station.finish")
    assert station.target is None
    assert (
        f"the plan of {written(station.planned)[:-5]} has under"
        in charts.completion.chart(pictures.forecast("portfolio"), station, "x").title
    )


def test_a_certain_project_says_that_nothing_about_it_is_uncertain():
    certain = pictures.forecast("certain").targets[0]
    title = pictures.charts("certain")["bridge-completion"].title
    assert title == f"River bridge: finishes on {written(certain.latest)}; nothing about it is uncertain"


@pytest.mark.parametrize(("variant", "words"), [("target-long-before", "has under 0."), ("target-long-after", "has over 99.")])
def test_a_share_of_none_or_all_is_not_called_impossible_or_certain(variant, words):
    assert words in pictures.charts(variant)["bridge-completion"].title


def test_the_p_levels_stand_at_the_end_of_their_days(portfolio, bridge, ax):
    charts.probability_of_completion(portfolio, "bridge.finish", ax)
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    days = [date_at(line.get_xdata()[0] - 1) for line in dots]
    assert days == [bridge.percentiles[level].value.date() for level in (50, 80, 90)]


def test_the_bars_hold_every_iteration_once(portfolio, ax):
    charts.probability_of_completion(portfolio, "bridge.finish", ax)
    strip = next(one for one in ax.figure.axes if one is not ax)
    bars = [bar.get_height() for bar in strip.patches if isinstance(bar, Rectangle)]
    assert sum(bars) == pytest.approx(1.0)


def test_two_humps_stay_two_humps(portfolio, ax):
    charts.probability_of_completion(portfolio, "bridge.finish", ax)
    strip = next(one for one in ax.figure.axes if one is not ax)
    heights = [bar.get_height() for bar in strip.patches if isinstance(bar, Rectangle)]
    peak = heights.index(max(heights))
    valley = min(range(peak, peak + 10), key=lambda k: heights[k])
    assert max(heights[valley:]) > 3 * heights[valley] + 0.01


def test_the_curve_is_the_record_s_own_steps(portfolio, bridge, ax):
    charts.probability_of_completion(portfolio, "bridge.finish", ax)
    curve = ax.lines[0]
    assert curve.get_drawstyle() == "steps-post"
    assert list(curve.get_ydata()[1:-1]) == list(bridge.curve.share)


def test_a_target_beyond_the_dates_drawn_is_named_with_an_arrow():
    words = texts(pictures.figure("target-long-before", "bridge-completion").axes[0])
    assert any(text.startswith("← target 31 Dec 2026") for text in words)


def test_the_title_of_a_cost_chart_states_the_p80_and_the_probability_of_the_budget(bridge):
    chart = pictures.charts("portfolio")["bridge-cost"]
    assert f"no more than {bridge.cost.percentiles[80].value / 1e6:.2f} M EUR" in chart.title
    assert chart.title.endswith(f"the budget of 4.2 M EUR has {round(100 * bridge.cost.budget_probability.value)} %")


def test_the_bars_of_a_cost_hold_every_iteration_once(portfolio, ax):
    charts.probability_of_cost(portfolio, "bridge.finish", ax)
    strip = next(one for one in ax.figure.axes if one is not ax)
    assert sum(bar.get_height() for bar in strip.patches if isinstance(bar, Rectangle)) == pytest.approx(1.0, abs=0.002)


def test_the_chart_of_all_targets_names_the_one_that_is_least_sure(portfolio):
    dated = [one for one in portfolio.targets if one.probability is not None]
    worst = min(dated, key=lambda one: one.probability.value)
    assert projects.finding(portfolio).startswith(f"{worst.label}: the target of {written(worst.target)} is the least sure")


def test_risks_are_ranked_by_expected_delay_with_opportunities_last(portfolio):
    rows = exposure.by_delay(portfolio, "bridge.finish")
    assert [row.expected.value for row in rows] == sorted((row.expected.value for row in rows), reverse=True)
    assert rows[-1].expected.value < 0


def test_a_bar_whose_interval_includes_zero_is_pale_and_an_opportunity_is_green(portfolio, ax):
    charts.risk_exposure(portfolio, "bridge.finish", ax)
    inks = {label: bar.get_facecolor() for label, bar in zip(names_of_rows(ax), ax.patches, strict=True)}
    assert inks["Strike at the steelworks  5 %"] == mpl.colors.to_rgba(PALE)
    assert inks["Early delivery of steel  25 %"] == mpl.colors.to_rgba(GOOD)
    assert inks["Flood of the river  30 %"] == mpl.colors.to_rgba(FORECAST)


def names_of_rows(ax):
    return [label.get_text() for label in ax.get_yticklabels()]


def test_risks_with_overlapping_intervals_share_their_ranks():
    chart = pictures.charts("all-tied")["risk-exposure"]
    assert set(chart.table["rank"]) == {"1–8"}
    assert "tied with 7 more" in chart.title


def test_of_many_tasks_the_chart_shows_some_and_says_how_many_it_does_not():
    chart = pictures.charts("two-thousand-tasks")["bridge-criticality"]
    words = " ".join(texts(pictures.figure("two-thousand-tasks", "bridge-criticality").axes[0]))
    assert f"{len(chart.table) - charts.bars.MOST_ROWS:,} less critical tasks are in the table beside this chart" in words.replace(
        "\n", " "
    )


def test_a_gantt_of_many_tasks_keeps_the_summaries_above_those_it_shows():
    forecast = pictures.forecast("two-thousand-tasks")
    rows = rows_shown(forecast, forecast.targets[0])
    ids = {row.task.id for row in rows}
    assert len(rows) <= MOST_ROWS
    assert all(row.task.parent is None or row.task.parent in ids for row in rows)


def test_a_gantt_lists_children_beneath_their_summary_in_order_of_their_planned_start(portfolio, bridge):
    rows = rows_shown(portfolio, bridge)
    assert [row.task.id.partition(".")[2] for row in rows[:4]] == ["works", "survey", "clear", "permit"]
    assert [row.level for row in rows[:4]] == [0, 1, 1, 1]


def test_the_tornado_has_a_bar_to_each_side_of_every_source(portfolio, bridge, ax):
    charts.tornado(portfolio, "bridge.finish", ax)
    ends = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in ax.patches]
    lows, highs = ends[: len(ends) // 2], ends[len(ends) // 2 :]
    assert [source.tornado.low_mean.value for source in bridge.sensitivities] == pytest.approx([sum(pair) for pair in lows])
    assert [source.tornado.high_mean.value for source in bridge.sensitivities] == pytest.approx([sum(pair) for pair in highs])


def test_a_risk_stands_in_the_matrix_at_its_probability_and_its_effect(portfolio, ax):
    charts.risk_matrix(portfolio, "bridge.finish", ax)
    points = {tuple(point) for collection in ax.collections for point in collection.get_offsets()}
    flood = next(risk for risk in portfolio.risks if risk.id == "flood")
    assert (flood.delay["bridge.finish"].expected_if_occurs.value, flood.probability) in points


def test_each_chart_draws_into_the_axes_it_is_given_and_returns_it(portfolio, ax):
    for chart in pictures.charts("portfolio").values():
        own = Figure(figsize=(10, 6)).add_subplot()
        assert chart.draw(own) is own


def test_a_chart_leaves_the_caller_s_settings_as_they_were(portfolio, ax):
    before = dict(mpl.rcParams)
    charts.tornado(portfolio, ax=ax)
    assert dict(mpl.rcParams) == before


def test_an_unknown_target_is_refused_with_the_names_of_those_there_are(portfolio):
    with pytest.raises(KeyError, match=r"no target 'brigde.finish'.*bridge\.finish"):
        charts.probability_of_completion(portfolio, "brigde.finish")


def test_a_target_without_a_cost_has_no_chart_of_it(portfolio):
    with pytest.raises(ValueError, match="has no cost"):
        charts.probability_of_cost(portfolio, "bridge.handover")


def test_the_catalogue_holds_no_chart_without_data():
    assert all(not chart.table.empty for variant in pictures.VARIANTS for chart in pictures.charts(variant).values())
    assert not any(name.startswith("risk") for name in pictures.charts("no-risks"))


@pytest.mark.parametrize("variant", pictures.VARIANTS)
def test_every_chart_has_a_name_of_its_own_a_finding_and_a_text_alternative_that_begins_with_it(variant):
    catalogue = charts.catalogue(pictures.forecast(variant))
    assert len({chart.name for chart in catalogue}) == len(catalogue)
    assert all(chart.title and chart.alt.startswith(chart.title) for chart in catalogue)


@pytest.mark.parametrize("name", ["bridge-completion", "bridge-criticality", "bridge-gantt", "bridge-tornado", "risk-exposure"])
def test_the_title_in_the_picture_is_the_chart_s_finding(name):
    words = [text.replace("\n", " ") for text in texts(pictures.figure("portfolio", name).axes[0])]
    assert pictures.charts("portfolio")[name].title in words


def test_the_table_of_a_curve_is_the_record(bridge):
    table = pictures.charts("portfolio")["bridge-completion"].table
    pd.testing.assert_frame_equal(
        table,
        pd.DataFrame(
            {
                "date": bridge.curve.at,
                "iterations": bridge.curve.count,
                "share": bridge.curve.share,
                "low": bridge.curve.low,
                "high": bridge.curve.high,
            }
        ),
    )


def test_every_chart_tells_how_it_can_be_made_again(portfolio):
    origin = portfolio.provenance
    for name in pictures.charts("portfolio"):
        words = " ".join(texts(pictures.figure("portfolio", name).axes[0]))
        assert f"{origin.iterations:,} iterations, seed {origin.seed}, status {written(origin.status_date)}" in words
        assert origin.fingerprint[:8] in words


def test_an_interval_that_only_touches_zero_counts_as_including_it():
    assert charts.bars.may_be_nothing(Estimate(0.2, 0.0, 0.4))
    assert not charts.bars.may_be_nothing(Estimate(0.2, 0.1, 0.3))
