"""Week after week on the same axes: what is drawn like an earlier forecast can be laid over it, and moves are told with their error."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from output import factory, pictures

from pmosim.output import likeness
from pmosim.output.charts import catalogue, probability_of_completion, probability_of_cost
from pmosim.output.likeness import Likeness
from pmosim.output.report import report
from pmosim.results.stored import compare_stored

NAME = "bridge.finish"


def week(days_later=0.0, *, seed=3, iterations=5000, status=factory.STATUS):
    """One project whose finish comes so much later than it did, drawn anew."""
    rng = np.random.default_rng(seed)
    finish = 200 + days_later + rng.gamma(3.0, 3.0, iterations) + (rng.random(iterations) < 0.3) * rng.triangular(30, 40, 50, iterations)
    made = factory.single(finish, planned=195, target=factory.moment(215))
    origin = replace(made.provenance, seed=seed, fingerprint=f"{int(days_later * 10 + 1000):04d}" * 16, status_date=status)
    return replace(made, provenance=origin)


def drawn(forecast, like, draw=probability_of_completion):
    earlier = None if like is None else Likeness.of(forecast, like)
    return draw(forecast, NAME, like=earlier).get_figure(root=True).axes


def edges(axes):
    return sorted({round(patch.get_x(), 6) for patch in axes.patches if patch.get_height() > 0})


@pytest.mark.parametrize("draw", [probability_of_completion, probability_of_cost])
def test_axes_and_bins_are_those_of_the_earlier_chart(draw):
    before, after = week(), week(2.0, seed=4)
    old_curve, old_bars, *_ = drawn(before, None, draw)
    curve, bars, *_ = drawn(after, before, draw)
    assert curve.get_xlim() == old_curve.get_xlim()
    assert bars.get_xlim() == old_bars.get_xlim()
    assert bars.get_ylim()[1] >= old_bars.get_ylim()[1]
    widths = np.diff(edges(old_bars))
    starts = np.asarray(edges(bars))
    phases = (starts - edges(old_bars)[0]) / widths.min()
    assert np.allclose(phases, np.round(phases), atol=1e-6)


def test_the_axis_reaches_further_where_the_forecast_has_left_it_and_says_so():
    before, after = week(), week(60.0, seed=4)
    (old, *_), (new, *_) = drawn(before, None), drawn(after, before)
    assert new.get_xlim()[0] == old.get_xlim()[0]
    assert new.get_xlim()[1] > old.get_xlim()[1]
    words = " ".join(text.get_text() for text in new.get_figure().texts).replace("\n", " ")
    assert "did not reach as far" in words


def test_the_earlier_curve_is_drawn_as_it_was():
    before, after = week(), week(6.0, seed=4)
    (old, *_), (new, *_) = drawn(before, None), drawn(after, before)
    blue = max(old.lines, key=lambda line: len(line.get_xdata()))
    curves = [line for line in new.lines if len(line.get_xdata()) > 20]
    assert any(np.array_equal(line.get_ydata(), blue.get_ydata()) and line.get_color() != blue.get_color() for line in curves)


def test_a_move_has_the_error_of_two_independent_runs():
    before, after = week(), week(6.0, seed=4)
    moved = compare_stored(before, after, ("a", "b")).targets[0].figures["P80"]
    said = likeness.sentence(Likeness.of(after, before), NAME)
    assert re.search(r"P80 is \d+(?:\.\d)? (?:± [\d.]+|\([^)]+\)) working days later than in", said)
    old, new = before.targets[0].contingency[80].working_days, after.targets[0].contingency[80].working_days
    assert moved.days.value == pytest.approx(new.value - old.value)
    assert moved.days.high - moved.days.value == pytest.approx(np.hypot(new.high - new.value, old.value - old.low))
    assert moved.calendar.value == pytest.approx(moved.calendar_days)
    assert moved.calendar.low <= moved.calendar.value <= moved.calendar.high


def test_where_plans_differ_the_move_is_told_in_calendar_days_with_its_error():
    before, after = week(), week(6.0, seed=4)
    target = replace(after.targets[0], planned=factory.moment(201))
    moved = compare_stored(before, replace(after, targets=(target,)), ("a", "b")).targets[0].figures["P80"]
    assert moved.days is None
    said = likeness.sentence(Likeness.of(replace(after, targets=(target,)), before), NAME)
    assert "calendar days later" in said
    assert "±" in said or "(" in said


def test_the_same_model_with_the_same_draws_cannot_differ_and_another_seed_can():
    before = week()
    same = Likeness.of(before, before)
    assert same.comparison.paired
    change = same.comparison.targets[0]
    assert all(one.days.is_exact and one.days.value == 0 for one in change.figures.values() if one.days is not None)
    assert change.probability.difference.is_exact
    assert "nothing can differ" in likeness.apartness(same)
    other = Likeness.of(week(seed=9), before)
    assert not other.comparison.paired
    assert "independent" in likeness.apartness(other)
    assert not other.comparison.targets[0].figures["mean"].calendar.is_exact


def test_the_same_seed_with_another_model_is_said_to_be_wider_than_need_be():
    before, after = week(), week(6.0)
    assert "wider than need be" in likeness.apartness(Likeness.of(after, before))


def test_the_report_tells_what_moved_and_what_is_new():
    before = pictures.forecast("portfolio")
    fewer = replace(before, targets=before.targets[:2], provenance=replace(before.provenance, seed=8))
    page = report(before, [], like=Likeness.of(before, fewer))
    assert 'id="changes"' in page
    assert "What moved" in page
    assert all(f"New: {one.label}" in page for one in before.targets[2:])


def test_forecasts_of_other_projects_are_not_alike():
    before = week()
    other = replace(before, targets=(replace(before.targets[0], id="tower.finish"),))
    with pytest.raises(ValueError, match="no target in common"):
        Likeness.of(other, before)


def test_charts_like_those_of_the_same_figures_have_the_same_axes():
    before = pictures.forecast("portfolio")
    after = replace(before, provenance=replace(before.provenance, seed=8))
    for chart in catalogue(after, Likeness.of(after, before)):
        if chart.name in ("targets", "bridge-tornado", "bridge-gantt", "risk-exposure"):
            own = pictures.figure("portfolio", chart.name).axes[0]
            assert chart.figure().axes[0].get_xlim() == pytest.approx(own.get_xlim())


def test_a_comparison_kept_before_moves_had_errors_in_calendar_days_is_still_read():
    made = compare_stored(week(), week(6.0, seed=4), ("a", "b"))
    data = json.loads(made.to_json())
    for one in data["targets"]:
        for figure in one["figures"].values():
            del figure["calendar"]
    again = type(made).from_json(json.dumps(data))
    assert all(change.calendar is None for change in again.targets[0].figures.values())
