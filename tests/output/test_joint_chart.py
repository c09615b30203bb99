"""The chart of date and cost together says and shows what the forecast holds, wherever date and budget lie."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import combinations

import numpy as np
import pytest
from matplotlib.figure import Figure
from output import factory, pictures
from output.test_layout import TOUCH, drawn_texts, overlap

from pmosim.output import charts
from pmosim.output.report import report
from pmosim.output.tables import table_rows
from pmosim.output.text import summary
from pmosim.output.timeline import position
from pmosim.results.joint import joint_forecast
from pmosim.results.targets import Finishes, Promise

EPOCH = date(2027, 1, 1)
AMPLE = datetime(2027, 7, 20, 23, 59)


def finishes(days):
    """Finishes so many days after the epoch, with the hours that they have."""
    minutes = np.round(np.asarray(days) * 1440).astype(np.int64)
    return Finishes(minutes, minutes, EPOCH, 1440, lambda work: datetime.combine(EPOCH, time()) + timedelta(minutes=work), 0, 0)


def made(days, money, finish=AMPLE, budget=4.3e6):
    cents = np.round(100 * np.asarray(money)).astype(np.int64)
    return joint_forecast("bridge.finish", finishes(days), cents, Promise(finish, budget), 0, 0.95)


def shapes():
    luck = np.random.default_rng(3)
    days, money = 190 + luck.gamma(3, 6, 4_000), 4e6 + luck.gamma(2, 1e5, 4_000)
    grown = money + 1e4 * (days - 190)
    return {
        "independent": made(days, money),
        "grown-together": made(days, grown),
        "cost-follows-time": made(days, 2e4 * days, budget=4.2e6),
        "date-long-before": made(days, grown, finish=datetime(2026, 1, 31, 23, 59)),
        "date-long-after": made(days, grown, finish=datetime(2033, 1, 31, 23, 59)),
        "date-just-before": made(days, grown, finish=datetime(2027, 7, 1, 23, 59)),
        "budget-far-below": made(days, grown, budget=1e5),
        "budget-far-above": made(days, grown, budget=9e7),
        "budget-just-above": made(days, grown, budget=5.3e6),
        "no-promise": made(days, grown, finish=None, budget=None),
        "ten-iterations": made(days[:10], grown[:10]),
        "two-dates": made(np.where(days > 205, 240, 200), grown),
        "two-costs": made(days, np.where(money > 4.2e6, 5e6, 4e6)),
        "one-late": made([200] * 99 + [400], [4e6] * 99 + [9e6]),
        "small-sums": made(days, money / 1e5, budget=43.0),
    }


@cache
def forecast(shape):
    return replace(pictures.forecast("portfolio"), joint=(shapes()[shape],))


@cache
def figure(shape):
    return chart(shape).figure()


def chart(shape):
    return next(one for one in charts.catalogue(forecast(shape)) if one.name == "bridge-joint")


@pytest.fixture
def ax():
    return Figure(figsize=(10, 6)).add_subplot()


def said(shape):
    return [words for words, _ in drawn_texts(figure(shape))]


@pytest.mark.parametrize("shape", shapes())
def test_no_label_touches_another_or_leaves_the_page(shape):
    texts = drawn_texts(figure(shape))
    wide, high = figure(shape).get_size_inches() * figure(shape).dpi
    faults = [words for words, box in texts if min(box.x0, box.y0) < -TOUCH or box.x1 > wide + TOUCH or box.y1 > high + TOUCH]
    faults += [f"{a!r} touches {b!r}" for (a, one), (b, other) in combinations(texts, 2) if overlap(one, other)]
    assert not faults


@pytest.mark.parametrize("shape", ["independent", "grown-together", "date-just-before", "budget-just-above"])
def test_the_words_of_a_quadrant_stand_in_it(shape):
    """Left of the date if it is kept, below the budget if that is kept."""
    ax, point = figure(shape).axes[0], forecast(shape).joint[0].points[0]
    across, up = ax.transData.transform((position(point.finish), point.cost))
    boxes = {words.partition("\n")[2]: box for words, box in drawn_texts(figure(shape)) if words.endswith(" kept")}
    assert boxes["both kept"].x1 < across
    assert boxes["only the date kept"].x1 < across
    assert boxes["only the budget kept"].x0 > across
    assert boxes["neither kept"].x0 > across
    assert max(boxes["both kept"].y1, boxes["only the budget kept"].y1) < up
    assert min(boxes["neither kept"].y0, boxes["only the date kept"].y0) > up


def test_the_title_states_how_sure_both_are_and_each_by_itself():
    point = forecast("grown-together").joint[0].points[0]
    both, on_time, on_budget = (f"{100 * share.value:.0f} %" for share in (point.both, point.on_time, point.on_budget))
    assert chart("grown-together").title == (
        f"River bridge: date and budget are both kept with {both}; the date by itself with {on_time}, the budget with {on_budget}"
    )


def test_the_subtitle_says_what_p80_with_p80_is_worth():
    point = forecast("independent").joint[0].points[-1]
    assert f"hold together with {100 * point.both.value:.0f} %, not with 80 %" in chart("independent").subtitle
    assert "not with" not in chart("cost-follows-time").subtitle


def test_without_a_date_and_a_budget_the_quadrants_are_those_of_p80():
    assert chart("no-promise").title.startswith("River bridge: the P80 date and the P80 cost hold together with ")
    assert any(words.endswith("only the P80 cost kept") for words in said("no-promise"))


@pytest.mark.parametrize(
    ("shape", "words"),
    [("date-long-before", "← target 31 Jan 2026"), ("budget-far-below", "↓ budget 100 k EUR"), ("budget-far-above", "↑ budget 90 M EUR")],
)
def test_a_promise_beyond_what_is_drawn_is_named_with_an_arrow(shape, words):
    assert any(text.startswith(words) for text in said(shape))


@pytest.mark.parametrize("shape", ["independent", "two-dates", "cost-follows-time"])
def test_the_lines_of_equal_confidence_go_through_the_record_s_own_points(shape):
    ax = figure(shape).axes[0]
    drawn = {tuple(point) for line in ax.lines for point in line.get_xydata()}
    for line in forecast(shape).joint[0].frontiers:
        assert {(position(finish), cost) for finish, cost in zip(line.finish, line.cost, strict=True)} <= drawn


def test_lines_and_points_differ_in_more_than_colour():
    ax = figure("independent").axes[0]
    dashes = {
        str(line.get_linestyle()) + str(line._dash_pattern)
        for line in ax.lines
        if line.get_linewidth() == 1.5 and line.get_linestyle() != "None"
    }
    assert len(dashes) == 3
    assert {line.get_marker() for line in ax.lines if line.get_linestyle() == "None"} == {"o", "X"}


def test_iterations_beyond_the_range_drawn_are_counted_in_the_footnote():
    notes = [words for words in said("independent") if "iterations, seed" in words]
    together, ax = forecast("independent").joint[0], figure("independent").axes[0]
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    lost = sum(
        not (left <= position(finish) <= right and low <= cost <= high) for finish, cost in zip(together.finish, together.cost, strict=True)
    )
    assert lost > 1
    assert f"{lost} of these iterations lie beyond" in notes[0].replace("\n", " ")


def test_the_data_beside_the_chart_hold_every_iteration_and_every_line():
    table, one = chart("grown-together").table, forecast("grown-together").joint[0]
    assert list(table[table["part"] == "iteration"]["cost"]) == list(one.cost)
    for line in one.frontiers:
        own = table[(table["part"] == "frontier") & (table["level"] == line.level)]
        assert list(own["cost"]) == list(line.cost)


def test_each_chart_draws_into_the_axes_it_is_given_and_returns_it(ax):
    assert charts.date_and_cost(forecast("independent"), "bridge.finish", ax) is ax


def test_a_target_without_a_joint_forecast_is_refused(ax):
    with pytest.raises(ValueError, match=r"bridge.finish' has no finish and cost that are both uncertain"):
        charts.date_and_cost(pictures.forecast("portfolio"), "bridge.finish", ax)


def test_text_tables_and_report_tell_of_date_and_cost_together():
    shown = forecast("grown-together")
    point, page = shown.joint[0].points[0], report(shown, [chart("grown-together")])
    both = f"{100 * point.both.value:.0f} %"
    assert f"target and budget 20 Jul 2027 4.3 M EUR {both}" in " ".join(summary(shown).split())
    assert "<caption>Date and cost together</caption>" in page
    assert 'id="bridge-joint"' in page
    rows = table_rows(shown)
    assert [row["level"] for row in rows["joint"]] == [None, 50, 70, 80]
    assert rows["joint"][0]["both"] == point.both.value
    assert len(rows["joint_frontier"]) == sum(len(line.finish) for line in shown.joint[0].frontiers)


def test_a_forecast_without_joint_figures_says_nothing_of_them():
    assert "with P80" not in summary(factory.certain())
    assert table_rows(factory.certain())["joint"] == []
