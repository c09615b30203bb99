"""Two portfolios on the same draws: known answers, steps that add up, and what the record keeps."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

import numpy as np
import pytest
from building import DAY, MONDAY, adds, portfolio
from hypothesis import HealthCheck, given, settings
from scipy.stats import binom
from strategies import ALL, ingredients, uncertain

from pmosim.forecasting import forecast
from pmosim.forecasting.compare import Given, compare
from pmosim.model.calendars import weekly
from pmosim.model.laws import Fixed, Pert, Triangular, Uniform
from pmosim.model.project import Target
from pmosim.model.risks import Risk
from pmosim.model.tasks import Cost, Progress
from pmosim.results.comparison import FIGURES, Comparison
from pmosim.results.paired import share_difference
from pmosim.results.stored import compare_stored

LAWS = {"dig": Pert(2400, 4800, 9600), "found": Triangular(960, 1920, 4800), "permit": Uniform(2400, 9600), "check": 960.0}
LINKS = ("dig found", "found check", "permit check")
FLOOD = Risk("flood", 0.3, (adds("dig", Triangular(480, 2400, 4800)),), cost=Fixed(1000.0))
PROMISE = Target("p.finish", MONDAY + timedelta(days=28), 50_000.0)
EXACT_ZERO = (0.0, 0.0, 0.0)


def house(laws=LAWS, links=LINKS, risks=(FLOOD,), targets=(PROMISE,), costs=None, **more):
    costs = {"dig": Cost(Fixed(10_000.0), Fixed(2.0))} if costs is None else costs
    return portfolio(laws, *links, risks=risks, targets=targets, costs=costs, **more)


def compared(before, after, n=2000, seed=1, **more):
    return compare(Given(before, "before"), Given(after, "after"), iterations=n, seed=seed, **more)


def parts(estimate):
    return estimate.value, estimate.low, estimate.high


def test_nothing_moves_where_nothing_has_changed_and_that_is_certain():
    made = compared(house(), house())
    assert made.differences == ()
    for one in made.targets:
        assert one.steps == ()
        for change in one.figures.values():
            assert (change.before, parts(change.days), change.calendar_days) == (change.after, EXACT_ZERO, 0)
        assert all(parts(change.difference) == EXACT_ZERO for change in one.cost.values())
        assert parts(one.probability.difference) == parts(one.budget_probability.difference) == EXACT_ZERO


def test_two_days_more_in_series_move_every_figure_by_exactly_two_days():
    made = compared(house(), house(LAWS | {"check": 960.0 + 2 * DAY}))
    (target,) = made.targets
    for figure in FIGURES:
        assert parts(target.figures[figure].days) == (2.0, 2.0, 2.0)
    (step,) = target.steps
    assert (step.changes, step.items) == (("estimates",), 1)
    assert {figure: parts(step.days[figure]) for figure in FIGURES} == dict.fromkeys(FIGURES, (2.0, 2.0, 2.0))
    assert target.planned_days == 2.0


def test_what_both_have_is_drawn_alike_so_that_a_task_beside_moves_nothing():
    made = compared(house(), house(LAWS | {"paint": 480.0}, (*LINKS, "dig paint")))
    (target,) = made.targets
    assert [step.changes for step in target.steps] == [("tasks",)]
    assert all(parts(target.figures[figure].days) == EXACT_ZERO for figure in FIGURES)


def test_a_risk_taken_out_moves_the_mean_by_its_exposure():
    made = compared(house(), house(risks=()))
    (risk,) = forecast(house(), iterations=2000, seed=1).risks
    mean = made.targets[0].figures["mean"].days
    expected = risk.delay["p.finish"].expected
    assert parts(mean) == pytest.approx((-expected.value, -expected.high, -expected.low), abs=1e-9)
    cost = made.targets[0].cost["mean"].difference
    assert cost.value == pytest.approx(-risk.cost_expected.value)


def test_differences_are_those_of_the_two_forecasts():
    before, after = house(), house(LAWS | {"dig": Pert(4800, 7200, 14_400)}, risks=(replace(FLOOD, probability=0.6),))
    made, (one, other) = compared(before, after), (forecast(side, iterations=2000, seed=1).targets[0] for side in (before, after))
    target = made.targets[0]
    for level in (10, 50, 80, 90):
        change = target.figures[f"P{level}"]
        assert (change.before, change.after) == (one.percentiles[level], other.percentiles[level])
        gap = other.contingency[level].working_days.value - one.contingency[level].working_days.value
        assert change.days.value == pytest.approx(gap + target.planned_days, abs=1e-9)
        assert target.cost[f"P{level}"].after == other.cost.percentiles[level]
    assert (target.figures["mean"].before, target.figures["mean"].after) == (one.mean, other.mean)
    assert (target.probability.before, target.probability.after) == (one.probability, other.probability)
    assert (target.curve_before, target.curve_after) == (one.curve, other.curve)
    assert (target.planned_before, target.planned_after) == (one.planned, other.planned)


def adds_up(target):
    for level in (10, 50, 80, 90):
        figure = f"P{level}"
        minutes = sum(step.minutes[figure] for step in target.steps)
        assert minutes == round(target.figures[figure].days.value * target.minutes_per_day)
        assert sum(step.days[figure].value for step in target.steps) == pytest.approx(target.figures[figure].days.value, abs=1e-9)
        if target.cost:
            assert sum(step.cents[figure] for step in target.steps) == round(100 * target.cost[figure].difference.value)
    whole = target.figures["mean"].days.value
    assert sum(step.days["mean"].value for step in target.steps) == pytest.approx(whole, abs=1e-6)
    if target.probability and target.probability.difference:
        assert sum(step.probability.value for step in target.steps) == pytest.approx(target.probability.difference.value, abs=1e-12)


def everything_changed():
    laws = {"dig": Pert(2400, 6000, 9600), "found": Triangular(960, 1920, 4800), "check": 1440.0, "paint": Uniform(480, 1920)}
    six = weekly("site", "1111110", ((480, 960),))
    after = house(
        laws,
        ("dig found", "found check SS 480", "dig check", "found paint"),
        (replace(FLOOD, probability=0.5),),
        (Target("p.finish", MONDAY + timedelta(days=35), 40_000.0),),
        {"dig": Cost(Fixed(12_000.0), Fixed(2.0))},
        calendars=[six],
        on={"found": "site"},
    )
    before = house(calendars=[weekly("site", "1111100", ((480, 960),))], on={"found": "site"})
    return before, after


def test_the_steps_add_up_exactly_to_the_whole():
    (target,) = compared(*everything_changed()).targets
    assert [step.changes for step in target.steps] == [
        ("tasks",),
        ("links",),
        ("estimates",),
        ("risks",),
        ("calendars",),
        ("costs",),
        ("targets",),
    ]
    adds_up(target)


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(
    ingredients(laws=uncertain, risks=True, calendars=ALL, projects=("p", "q")),
    ingredients(laws=uncertain, risks=True, calendars=ALL, projects=("p", "q")),
)
def test_the_steps_add_up_for_any_two_portfolios(first, second):
    before, after = first.portfolio(), second.portfolio()
    if not set(before.finishes) & set(after.finishes):
        return
    for target in compared(before, after, n=64).targets:
        adds_up(target)


def test_dates_before_all_others_in_one_portfolio_alone_do_not_shift_the_comparison():
    begun = house({"dig": Pert(2400, 4800, 9600)}, (), (), ())
    (project,) = begun.projects
    task = replace(project.tasks[0], progress=Progress(datetime(2025, 1, 6, 8)))
    early = replace(begun, projects=(replace(project, tasks=(task,)),))
    assert early.epoch < begun.epoch
    change = compared(begun, early).targets[0].figures["P80"]
    assert parts(change.days) == EXACT_ZERO


def test_targets_of_one_side_only_are_named_and_left_out():
    before = house(targets=(PROMISE, Target("p.dig", label="Pit open")))
    after = house(targets=(PROMISE, Target("p.check", label="Checked")))
    made = compared(before, after)
    assert [one.id for one in made.targets] == ["p.finish"]
    assert (made.only_before, made.only_after) == (("Pit open",), ("Checked",))


def test_two_portfolios_without_a_common_target_are_refused():
    with pytest.raises(ValueError, match="no target in common"):
        compared(portfolio({"p.dig": 480.0}), portfolio({"q.dig": 480.0}))


def test_costs_in_two_currencies_are_not_compared_and_that_is_said():
    made = compared(house(), replace(house(), currency="USD"))
    assert made.targets[0].cost == {}
    assert any("USD" in note for note in made.notes)


def test_another_promise_moves_the_probability_and_no_date():
    (target,) = compared(house(), house(targets=(replace(PROMISE, finish=MONDAY + timedelta(days=35)),))).targets
    (step,) = target.steps
    assert step.changes == ("targets",)
    assert all(parts(step.days[figure]) == EXACT_ZERO for figure in FIGURES)
    assert step.probability == target.probability.difference
    assert step.probability.low > 0


def test_threads_do_not_change_a_figure():
    before, after = house(), house(risks=())
    one, two = (compared(before, after, threads=threads) for threads in (1, 2))
    assert replace(one, timing=None) == replace(two, timing=None)


def test_the_record_survives_json():
    made = compared(*everything_changed())
    assert Comparison.from_json(made.to_json()) == made


def test_progress_counts_the_iterations_of_all_simulations():
    seen = []
    compared(house(), house(risks=()), progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (4000, 4000)
    assert seen == sorted(seen)


# ---- intervals ----


def test_the_pairing_makes_intervals_many_times_narrower():
    before, after = house(), house(LAWS | {"dig": Pert(2400, 4900, 9600)})
    paired = compared(before, after).targets[0].figures["mean"].days
    apart = compare_stored(*(forecast(side, iterations=2000, seed=1) for side in (before, after)), ("a", "b"))
    alone = forecast(before, iterations=2000, seed=1).targets[0]
    half = (alone.percentiles[50].high - alone.percentiles[50].low).total_seconds() / 86_400
    assert not apart.paired
    assert paired.high - paired.low < half / 10


RUNS, N = 300, 1000


@cache
def covered():
    """How often the interval of each difference held what 400,000 iterations say."""
    before, after = house(), house(LAWS | {"dig": Pert(2400, 6000, 9600)}, risks=(replace(FLOOD, probability=0.4),))

    def figures(made):
        (target,) = made.targets
        found = {figure: target.figures[figure].days for figure in FIGURES}
        found |= {f"{figure} cost": target.cost[figure].difference for figure in FIGURES}
        return found | {"probability": target.probability.difference}

    truth, hits = figures(compared(before, after, n=400_000, seed=0)), Counter()
    for seed in range(1, RUNS + 1):
        for name, estimate in figures(compared(before, after, n=N, seed=seed, threads=1)).items():
            hits[name] += estimate.low <= truth[name].value <= estimate.high
    return dict(hits)


@pytest.mark.slow
@pytest.mark.slow_without_jit
def test_intervals_of_differences_hold_the_truth_as_often_as_they_say():
    fewest = binom.ppf(1e-6 / 11, RUNS, 0.92)  # for all figures together a false-failure rate of 1e-6
    assert {name: hits for name, hits in covered().items() if hits < fewest} == {}


def test_shares_that_are_equal_by_chance_still_have_an_error():
    met = np.array([True, False] * 50)
    other = met.copy()
    other[[0, 1]] = [False, True]
    found = share_difference(met, other, 0.95)
    assert found.value == 0
    assert found.low < 0 < found.high


# ---- stored results ----


def test_stored_forecasts_are_compared_by_their_figures_alone():
    one, other = (forecast(side, iterations=2000, seed=1) for side in (house(), house(risks=())))
    made = compare_stored(one, other, ("monday", "tuesday"))
    paired = compared(house(), house(risks=()))
    assert (made.paired, made.differences, made.targets[0].steps) == (False, (), ())
    for figure in FIGURES:
        mine, theirs = made.targets[0].figures[figure], paired.targets[0].figures[figure]
        assert (mine.before, mine.after) == (theirs.before, theirs.after)
    days, better = (side.targets[0].figures["P80"].days for side in (made, paired))
    assert days.value == pytest.approx(better.value)
    assert days.high - days.low > better.high - better.low
    assert Comparison.from_json(made.to_json()) == made


def test_working_days_between_stored_forecasts_of_different_plans_are_not_known():
    one, other = (forecast(house(laws), iterations=500, seed=1) for laws in (LAWS, LAWS | {"check": 1920.0}))
    (target,) = compare_stored(one, other, ("a", "b")).targets
    assert target.figures["P80"].days is None
    assert target.figures["P80"].calendar_days > 0
