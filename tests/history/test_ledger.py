"""The ledger gives back what was put into it, once, whole, and in the order of the status dates."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from building import MONDAY

from pmosim.errors import UnreadableFile
from pmosim.history.ledger import open_ledger, settings_for, settings_of
from pmosim.model.fingerprint import fingerprint
from pmosim.model.laws import Fixed
from pmosim.model.project import Target
from pmosim.model.tasks import Progress
from pmosim.results.ledger import Added

from .conftest import bridge, forecast_of, week


def weekly(ledger, weeks, **changes):
    """A forecast a week; the runs' numbers."""
    return [ledger.add(forecast_of(bridge(at, **changes), iterations=100), bridge(at, **changes)).run for at in weeks]


def test_a_forecast_comes_back_as_it_was(ledger, first):
    forecast, portfolio = first
    run, created = ledger.add(forecast, portfolio)
    assert created
    assert ledger.forecast(run) == forecast
    assert ledger.portfolio(run) == portfolio


def test_another_process_finds_what_was_written(address, first):
    with open_ledger(address) as ledger:
        run = ledger.add(*first).run
    with open_ledger(address) as ledger:
        assert ledger.forecast(run) == first[0]


def test_a_run_says_where_it_came_from(ledger):
    portfolio = bridge()
    forecast = forecast_of(portfolio, seed=2**64 - 1, confidence=0.9, sampling="latin-hypercube", source="bridge.yaml")
    before = datetime.now(UTC)
    run = ledger.run(ledger.add(forecast, portfolio, project="the bridge").run)
    assert (run.project, run.status_date, run.fingerprint) == ("the bridge", MONDAY, fingerprint(portfolio))
    assert (run.seed, run.iterations, run.confidence, run.sampling) == (2**64 - 1, 200, 0.9, "latin-hypercube")
    assert (run.source, run.currency, run.versions) == ("bridge.yaml", "EUR", forecast.provenance.versions)
    assert before <= run.recorded <= datetime.now(UTC)
    assert run.is_complete


def test_the_same_run_is_there_once(ledger, first):
    forecast, portfolio = first
    added = ledger.add(forecast, portfolio)
    assert ledger.add(forecast_of(portfolio), portfolio) == Added(added.run, created=False)
    assert len(ledger.runs()) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"seed": 2},
        {"iterations": 100},
        {"confidence": 0.9},
        {"sampling": "latin-hypercube"},
    ],
    ids=lambda settings: next(iter(settings)),
)
def test_with_another_setting_it_is_another_run(ledger, first, other):
    _, portfolio = first
    ledger.add(*first)
    assert ledger.add(forecast_of(portfolio, **other), portfolio).created


def test_a_word_that_changes_no_number_still_makes_another_run(ledger, first):
    forecast, portfolio = first
    ledger.add(forecast, portfolio)
    described = replace(portfolio, description="the new one")
    assert fingerprint(described) == fingerprint(portfolio)
    run, created = ledger.add(forecast_of(described), described)
    assert created
    assert ledger.portfolio(run).description == "the new one"


def test_a_forecast_of_another_portfolio_is_refused(ledger, first):
    with pytest.raises(ValueError, match="another portfolio"):
        ledger.add(first[0], bridge(1))
    assert ledger.runs() == []


def test_what_would_be_the_same_run_is_found_before_it_is_simulated(ledger, first):
    forecast, portfolio = first
    run = ledger.add(forecast, portfolio).run
    assert settings_of(forecast) == settings_for(iterations=200, seed=1)
    assert ledger.find(portfolio, settings_for(iterations=200, seed=1)).id == run
    assert ledger.find(portfolio, settings_for(iterations=200, seed=2)) is None
    assert ledger.find(bridge(1), settings_for(iterations=200, seed=1)) is None
    assert ledger.find(portfolio, settings_for(iterations=200, seed=1), project="another") is None


def test_runs_are_in_the_order_of_their_status_dates(ledger):
    weekly(ledger, [2, 0, 1])
    weekly(ledger, [1], name="tower")
    assert [(run.project, run.status_date) for run in ledger.runs()] == [
        ("bridge", week(0)),
        ("bridge", week(1)),
        ("tower", week(1)),
        ("bridge", week(2)),
    ]
    assert [run.status_date for run in ledger.runs("bridge", since=week(1), until=week(1))] == [week(1)]
    assert ledger.projects() == ("bridge", "tower")


def test_the_latest_run_is_that_of_the_last_status_date(ledger):
    runs = weekly(ledger, [1, 2, 0])
    assert ledger.latest("bridge").id == runs[1]
    assert ledger.latest("bridge", before=week(2)).id == runs[0]
    assert ledger.latest("bridge", before=week(0)) is None
    assert ledger.latest("tower") is None


def test_figures_are_those_of_the_forecast(ledger, first):
    forecast, portfolio = first
    ledger.add(forecast, portfolio)
    finish, handover = forecast.targets
    said = {(f.target, f.quantity, f.name): (f.value, f.low, f.high) for f in ledger.figures("bridge")}
    for target in (finish, handover):
        for level in (10, 50, 70, 80, 90):
            figure = target.percentiles[level]
            assert said[target.id, "finish", f"P{level}"] == (figure.value, figure.low, figure.high)
        assert said[target.id, "finish", "mean"] == (target.mean.value, target.mean.low, target.mean.high)
        assert said[target.id, "finish", "planned"] == (target.planned,) * 3
    assert said["p.finish", "finish", "target"] == (finish.target,) * 3
    assert said["p.finish", "finish", "probability"][0] == finish.probability.value
    assert said["p.finish", "cost", "P80"] == (
        finish.cost.percentiles[80].value,
        finish.cost.percentiles[80].low,
        finish.cost.percentiles[80].high,
    )
    assert said["p.finish", "cost", "target"] == (20_000.0,) * 3
    assert ("p.handover", "finish", "target") not in said


def test_how_likely_all_dates_are_met_together_stands_with_the_first_target(ledger):
    portfolio = bridge()
    both = replace(portfolio, targets=(portfolio.targets[0], Target("p.handover", week(7))))
    made = forecast_of(both)
    ledger.add(made, both)
    (figure,) = ledger.figures(names=["joint-probability"])
    assert (figure.target, figure.value) == (made.targets[0].id, made.joint_probability.value)
    assert (figure.low, figure.high) == (made.joint_probability.low, made.joint_probability.high)


def test_figures_are_chosen_by_project_target_name_and_quantity(ledger):
    weekly(ledger, [1, 0])
    weekly(ledger, [0], name="tower")
    found = ledger.figures("bridge", "p.finish", ["P80", "P10"], quantity="finish")
    assert [(f.status_date, f.name) for f in found if f.name == "P80"] == [(week(0), "P80"), (week(1), "P80")]
    assert {(f.project, f.target, f.quantity, f.name) for f in found} == {("bridge", "p.finish", "finish", name) for name in ("P10", "P80")}
    assert {f.label for f in ledger.figures(target="p.handover")} == {"handover"}


def test_of_two_runs_at_one_status_date_the_last_counts(ledger):
    weekly(ledger, [0, 1])
    corrected = bridge(1, description="corrected")
    last = ledger.add(forecast_of(corrected, seed=5), corrected).run
    assert [f.run for f in ledger.figures("bridge", "p.finish", ["P80"], quantity="finish")] == [1, last]
    assert [c.run for c in ledger.curves("bridge", "p.finish", "finish")] == [1, last]
    assert len(ledger.figures("bridge", "p.finish", ["P80"], quantity="finish", every_run=True)) == 3


def test_curves_are_the_whole_distribution(ledger, first):
    forecast, portfolio = first
    ledger.add(forecast, portfolio)
    days, money = ledger.curves("bridge", "p.finish")
    target = forecast.targets[0]
    assert (days.quantity, money.quantity) == ("finish", "cost")
    assert days.values[0] == target.earliest.date()
    assert days.values[100] == target.latest.date()
    for level, figure in target.percentiles.items():
        assert days.values[level] == figure.value.date()
        assert money.values[level] == target.cost.percentiles[level].value
    for curve in (days, money):
        assert len(curve.values) == 101
        assert all(before <= after for before, after in pairwise(curve.values))


def test_what_has_happened_is_written_down_from_the_models(ledger):
    begun = bridge(1, survey=(MONDAY, None))
    done = bridge(2, survey=(MONDAY, week(1)))
    for portfolio in (begun, done, replace(done, description="once more")):
        ledger.add(forecast_of(portfolio), portfolio)
    assert [(a.node, a.kind, a.value, a.source, a.run) for a in ledger.actuals("bridge")] == [
        ("p.survey", "finish", week(1), "schedule", 2),
        ("p.survey", "start", MONDAY, "schedule", 1),
    ]
    assert len(ledger.actuals(every_record=True)) == 2


def test_a_corrected_actual_counts_from_the_latest_status_date_whatever_the_order_of_adding(ledger):
    later, earlier = bridge(2, survey=(MONDAY, week(2))), bridge(1, survey=(MONDAY, week(1)))
    for portfolio in (later, earlier):
        ledger.add(forecast_of(portfolio), portfolio)
    finish = next(a for a in ledger.actuals("bridge") if a.kind == "finish")
    assert finish.value == week(2)


def finished(portfolio, **changes):
    """The portfolio with all tasks done in the second week."""
    (project,) = portfolio.projects
    done = {"duration": Fixed(0.0), "planned": 0.0, "cost": None, "progress": Progress(MONDAY, week(2))}
    tasks = tuple(replace(task, **done, **changes.get(task.id, {})) for task in project.tasks)
    return replace(portfolio, projects=(replace(project, tasks=tasks),))


def test_a_project_is_finished_when_all_its_tasks_are(ledger):
    over = finished(bridge(3))
    ledger.add(forecast_of(over), over)
    happened = {(a.node, a.kind): a.value for a in ledger.actuals()}
    assert happened["p.finish", "finish"] == happened["p.piers", "finish"] == week(2)
    assert ("p.finish", "cost") not in happened


def test_what_was_spent_on_finished_work_is_what_it_cost(ledger):
    over = finished(bridge(3), survey={"spent": 900.0}, piers={"spent": 11_000.5})
    ledger.add(forecast_of(over), over)
    assert {a.node: a.value for a in ledger.actuals() if a.kind == "cost"} == {"p.survey": 900.0, "p.piers": 11_000.5, "p.finish": 11_900.5}


def test_what_is_recorded_by_hand_counts_first_and_the_last_of_it(ledger):
    portfolio = bridge(1, survey=(MONDAY, None))
    ledger.add(forecast_of(portfolio), portfolio)
    ledger.record_actual("bridge", "p.survey", "start", week(1), source="site diary")
    ledger.record_actual("bridge", "p.finish", "cost", 17_500.0)
    ledger.record_actual("bridge", "p.finish", "cost", 18_000.0)
    assert [(a.node, a.kind, a.value, a.source) for a in ledger.actuals("bridge")] == [
        ("p.finish", "cost", 18_000.0, "by hand"),
        ("p.survey", "start", week(1), "site diary"),
    ]
    assert len(ledger.actuals("bridge", every_record=True)) == 4


@pytest.mark.parametrize(
    ("project", "node", "fix"), [("bridge", "p.surveys", "write 'p.survey'"), ("tower", "p.finish", "pmosim ledger list")]
)
def test_an_actual_of_what_nobody_forecast_is_refused(ledger, first, project, node, fix):
    ledger.add(*first)
    with pytest.raises(UnreadableFile, match=fix):
        ledger.record_actual(project, node, "finish", week(3))


@pytest.mark.parametrize(("kind", "value"), [("finish", 3.0), ("cost", MONDAY), ("weight", 3.0)])
def test_an_actual_of_the_wrong_kind_is_refused(ledger, first, kind, value):
    ledger.add(*first)
    with pytest.raises(ValueError, match=f"no actual {kind}"):
        ledger.record_actual("bridge", "p.finish", kind, value)


def test_runs_of_one_model_share_it(ledger, first):
    _, portfolio = first
    for seed in (1, 2):
        ledger.add(forecast_of(portfolio, seed=seed), portfolio)
    ledger.add(forecast_of(bridge(1)), bridge(1))
    assert ledger.prune(keep=0).models == 2


def test_pruning_leaves_the_figures(ledger):
    runs = weekly(ledger, [0, 1, 2]) + weekly(ledger, [0], name="tower")
    figures, curves = ledger.figures(), ledger.curves()
    pruned = ledger.prune(keep=1)
    assert (pruned.runs, pruned.models) == (2, 2)
    assert pruned.bytes > 0
    assert [ledger.run(id).is_complete for id in runs] == [False, False, True, True]
    assert (ledger.figures(), ledger.curves()) == (figures, curves)
    assert ledger.forecast(runs[2]).targets
    for read in (ledger.forecast, ledger.portfolio):
        with pytest.raises(UnreadableFile, match="run 1 was pruned"):
            read(runs[0])
    again = ledger.prune(keep=1)
    assert (again.runs, again.models, again.bytes) == (0, 0, 0)
    assert ledger.prunings() == [pruned]


def test_a_run_that_is_not_there_is_said_not_to_be(ledger):
    for read in (ledger.run, ledger.forecast, ledger.portfolio):
        with pytest.raises(UnreadableFile, match="no run 7"):
            read(7)


@pytest.mark.parametrize("name", ["x'; DROP TABLE runs; --", 'a "bridge"', "Brücke ⅔ 橋 %s %(x)s :y", "../../etc", "  "])
def test_names_are_data_whatever_stands_in_them(ledger, first, name):
    forecast, portfolio = first
    run = ledger.add(forecast, portfolio, project=name).run
    ledger.record_actual(name, "p.finish", "finish", week(5), source=name)
    assert ledger.projects() == (name,)
    assert ledger.latest(name).id == run
    assert {figure.project for figure in ledger.figures(name)} == {name}
    assert [(actual.project, actual.source) for actual in ledger.actuals(name)] == [(name, name)]
