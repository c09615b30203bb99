"""The DCMA's 14 points: each on a plan that trips it and on one that does not, and all of them on a plan counted by hand."""

from dataclasses import replace
from datetime import date

import pytest
from small_plans import after, chain, day, hammock, milestone, on, plan, stored, summary, task

from pmosim.model.calendars import STANDARD, Calendar
from pmosim.model.project import Project, Target
from pmosim.model.tasks import Baseline, Constraint, ConstraintKind, Cost, Lag, Link, Progress, Rules
from pmosim.quality.checks import check
from pmosim.quality.dcma import CHECKS

A_CHAIN = chain(milestone("begin"), task("a", 5), task("b", 5), milestone("end"))


def verdicts(portfolio):
    """Verdict, count and population of the points that are applicable, by id without its prefix."""
    findings = [finding for finding in check(portfolio) if finding.check.family == "dcma"]
    assert [finding.check for finding in findings] == list(CHECKS)
    return {one.check.id.removeprefix("dcma-"): (str(one.verdict), one.count, one.population) for one in findings}


def test_there_are_14_points_in_the_pamphlets_order():
    assert [one.source for one in CHECKS] == [f"DCMA-EA PAM 200.1, section 4.{number}" for number in range(1, 15)]
    assert [one.title.split(".")[0] for one in CHECKS] == [str(number) for number in range(1, 15)]


def test_a_chain_between_two_milestones_passes_every_point_that_applies():
    applicable = {id: verdict for id, (verdict, *_) in verdicts(A_CHAIN).items() if verdict != "not applicable"}
    assert set(applicable.values()) == {"pass"}
    assert set(verdicts(A_CHAIN)) - applicable.keys() == {"resources", "missed-tasks", "cpli", "bei"}


# ------------------------------------------------------------------ one plan, counted by hand


def handmade():
    """Two weeks into a project: twenty tasks to do, twenty links into them.

    The status date is Monday the 16th. Of the 24 tasks, ``done`` is finished, ``begin`` and ``end`` are milestones and
    ``phase`` is a summary task: 20 remain. ``t1`` to ``t16`` are a chain of a day each from ``begin`` to ``end``, with a
    lead into ``t5``, lags into ``t6`` and ``t7`` and SS links into ``t8`` and ``t9``: ``t16`` ends 16 - 1 + 2 - 2 = 15
    working days after the status date, and by its own deadline should have ended by then. ``long`` (60 days, twelve
    weeks) runs beside them into ``end`` and decides its date, which is promised for the Friday on which it comes.
    ``short`` (a day) has as long; ``free`` waits for nothing, and nobody waits for ``tail``.
    """
    links = ["begin t1", *(f"t{n} t{n + 1}" for n in (*range(1, 4), *range(9, 16))), "t16 end"]
    links += ["t4 t5 FS -1", "t5 t6 FS 1", "t6 t7 FS 1", "t7 t8 SS", "t8 t9 SS"]
    links += ["done t1", "begin long", "long end", "begin short", "short end", "free end", "begin tail"]
    deadline = on("finish-no-later-than", day(12, 17))  # Saturday of the second week: before the status date
    return plan(
        task("done", finished=day(9, 17), started=day(0), parent="phase"),
        milestone("begin"),
        milestone("end"),
        summary("phase"),
        *(task(f"t{n}", 1, resources=("crew",)) for n in range(1, 16)),
        task("t16", 1, deadline, resources=("crew",)),
        task("long", 60, resources=("crew",)),
        task("short", 1),
        task("free", 1, resources=("crew",), stored=stored(day(11), day(11, 17))),
        task("tail", 1, cost=Cost(None, None)),
        links=links,
        status=day(14),
        targets=[Target("p.finish", day(95, 17))],
        rules=Rules(no_later_holds=False),
    )


def test_the_14_points_of_a_plan_counted_by_hand():
    assert verdicts(handmade()) == {
        "logic": ("fail", 2, 20),  # free, tail
        "leads": ("fail", 1, 20),  # into t5; the four links into milestones are left out
        "lags": ("fail", 2, 20),  # into t6, t7
        "relationship-types": ("pass", 2, 20),  # into t8, t9: exactly 90 % are FS
        "hard-constraints": ("pass", 1, 20),  # t16: exactly 5 %
        "high-float": ("fail", 3, 20),  # short, free and tail could be done at any time in 60 days
        "negative-float": ("fail", 16, 20),  # all of the chain runs into t16's date
        "high-duration": ("pass", 1, 20),  # long: exactly 5 %
        "invalid-dates": ("fail", 1, 21),  # the file would have had free in the past; done counts here too
        "resources": ("fail", 1, 20),  # short; tail has a cost
        "missed-tasks": ("not applicable", 0, 0),
        "critical-path-test": ("fail", 1, 1),  # t1 has the least float, but 45 days until it drives the end
        "cpli": ("pass", 0, 1),
        "bei": ("not applicable", 0, 0),
    }


# ------------------------------------------------------------------ each by itself


@pytest.mark.parametrize(
    ("links", "missing"),
    [
        (["begin a", "a b", "b end"], {}),
        (["a b", "b end"], {"p.a": "no predecessor"}),
        (["begin a", "a end"], {"p.b": "no predecessor and no successor"}),
        (["begin a", "begin b", "b end"], {"p.a": "no successor"}),
    ],
)
def test_missing_logic_says_which_side(found, links, missing):
    portfolio = plan(milestone("begin"), task("a"), task("b"), milestone("end"), links=links)
    assert {item.id: item.what for item in found(portfolio, "dcma-logic").items} == missing


def test_links_of_the_summary_task_above_count_as_logic(named):
    portfolio = plan(milestone("begin"), summary("s"), task("a", parent="s"), milestone("end"), links=["begin s", "s end"])
    assert named(portfolio, "dcma-logic") == ([], 1, "pass")


def test_links_of_hammocks_are_no_logic(named):
    portfolio = plan(task("a"), hammock("h"), links=["a h"])
    assert named(portfolio, "dcma-logic") == (["a"], 1, "fail")


def test_finished_tasks_milestones_summaries_and_hammocks_are_not_counted(named):
    portfolio = plan(task("old", started=day(0), finished=day(1)), milestone("m"), summary("s"), task("a", parent="s"), hammock("h"))
    assert named(portfolio, "dcma-logic") == (["a"], 1, "fail")


def test_a_milestone_that_has_begun_is_still_none_of_the_tasks(named):
    begun = replace(milestone("m"), progress=Progress(day(0)))
    assert named(plan(begun, task("a"), status=day(1)), "dcma-logic") == (["a"], 1, "fail")


def test_a_share_of_exactly_the_threshold_passes(found):
    tasks = [task(f"t{n}") for n in range(19)]
    finding = found(chain(milestone("begin"), *tasks, milestone("end"), task("alone")), "dcma-logic")
    assert (finding.count, finding.population, str(finding.verdict)) == (1, 20, "pass")


@pytest.mark.parametrize(
    ("link", "leads", "lags"), [("a b", [], []), ("a b FS 1", [], ["b"]), ("a b FS -1", ["b"], []), ("a b SS 0.5", [], ["b"])]
)
def test_a_lead_is_a_negative_lag_and_a_lag_a_positive_one(named, link, leads, lags):
    portfolio = plan(task("a", 5), task("b", 5), links=[link])
    assert named(portfolio, "dcma-leads")[0] == leads
    assert named(portfolio, "dcma-lags")[0] == lags


def test_a_negative_percentage_of_the_predecessor_is_a_lead(named):
    portfolio = plan(task("a", 5), task("b", 5), links=[Link("p.a", "p.b", lag=Lag(share=-0.5))])
    assert named(portfolio, "dcma-leads") == (["b"], 1, "fail")


def test_links_into_milestones_and_finished_tasks_are_not_counted(named):
    done = task("done", started=day(0), finished=day(0, 17))
    portfolio = plan(done, task("a"), milestone("end"), links=["a done FS 1", "a end FS 1"])
    assert named(portfolio, "dcma-lags") == ([], 0, "not applicable")


@pytest.mark.parametrize(("kinds", "verdict"), [(("FS",) * 9 + ("SS",), "pass"), (("FS",) * 8 + ("SS",), "fail")])
def test_one_link_in_ten_may_be_other_than_finish_to_start(found, kinds, verdict):
    tasks = [task(f"t{n}") for n in range(len(kinds) + 1)]
    portfolio = plan(*tasks, links=[f"t{n} t{n + 1} {kind}" for n, kind in enumerate(kinds)])
    finding = found(portfolio, "dcma-relationship-types")
    assert (finding.count, finding.population, str(finding.verdict)) == (1, len(kinds), verdict)


@pytest.mark.parametrize(
    ("kind", "hard"),
    [
        ("must-start-on", True),
        ("must-finish-on", True),
        ("start-no-later-than", True),
        ("finish-no-later-than", True),
        ("start-no-earlier-than", False),
        ("finish-no-earlier-than", False),
        ("expected-finish", False),
    ],
)
def test_hard_are_the_four_kinds_that_the_pamphlet_names(named, kind, hard):
    portfolio = plan(task("a", 1, on(kind, day(3, 17))))
    assert named(portfolio, "dcma-hard-constraints")[0] == (["a"] if hard else [])


def test_as_late_as_possible_is_not_hard(named):
    portfolio = plan(task("a", 1, Constraint(ConstraintKind.AS_LATE_AS_POSSIBLE)))
    assert named(portfolio, "dcma-hard-constraints") == ([], 1, "pass")


@pytest.mark.parametrize(("beside", "high"), [(45, []), (46, ["b"])])
def test_float_is_high_from_more_than_44_working_days_on(named, beside, high):
    portfolio = plan(task("a", beside), task("b", 1), milestone("end"), links=["a end", "b end"])
    assert named(portfolio, "dcma-high-float")[0] == high


@pytest.mark.parametrize(("due", "late"), [(day(1, 17), []), (day(0, 17), ["a", "b"])])
def test_float_is_negative_where_a_date_comes_too_early_for_the_work_before_it(named, due, late):
    portfolio = chain(task("a"), task("b", 1, on("finish-no-later-than", due)), rules=Rules(no_later_holds=False))
    assert named(portfolio, "dcma-negative-float")[0] == late


@pytest.mark.parametrize(("days", "high"), [(44, []), (44.5, ["a"])])
def test_durations_are_high_from_more_than_44_working_days_on(named, days, high):
    assert named(plan(task("a", days)), "dcma-high-duration")[0] == high


@pytest.mark.parametrize(
    ("one", "what"),
    [
        (task("a", started=day(6), finished=day(7, 17)), "finished on 09 Mar 2026 17:00; status date 09 Mar 2026 08:00"),
        (task("a", started=day(8)), "started on 10 Mar 2026 08:00; status date 09 Mar 2026 08:00"),
        (task("a", started=day(0), finished=day(4, 17)), None),
        (task("a", started=day(7)), None),  # just now
        (task("a", stored=stored(day(7), day(7, 17))), None),
        (
            task("a", stored=stored(day(4), day(4, 17))),
            "to start on 06 Mar 2026 08:00 in the file, to finish on 06 Mar 2026 17:00 in the file; status date 09 Mar 2026 08:00",
        ),
        (task("a", started=day(0), stored=stored(day(0), day(8, 17))), None),  # it has begun: only its finish is a forecast
    ],
)
def test_actual_dates_lie_before_the_status_date_and_forecasts_after_it(found, one, what):
    finding = found(plan(one, task("b"), status=day(7)), "dcma-invalid-dates")
    assert [item.what for item in finding.items] == ([what] if what else [])
    assert finding.population == 2


def test_tasks_without_resources_count_where_others_have_some(named):
    portfolio = plan(task("a", resources=("crew",)), task("b"), task("c", cost=Cost()))
    assert named(portfolio, "dcma-resources") == (["b"], 3, "fail")


def test_a_plan_without_any_resources_is_not_asked_for_them(found):
    finding = found(A_CHAIN, "dcma-resources")
    assert (str(finding.verdict), finding.note) == ("not applicable", "the schedule is not loaded with resources or costs")


@pytest.mark.parametrize("id", ["dcma-missed-tasks", "dcma-bei"])
def test_points_that_need_a_baseline_say_that_there_is_none(found, id):
    finding = found(A_CHAIN, id)
    assert (str(finding.verdict), finding.note) == ("not applicable", "no task has a baseline")


@pytest.mark.parametrize("id", ["dcma-missed-tasks", "dcma-bei"])
def test_before_anything_is_due_there_is_nothing_to_measure_against_a_baseline(found, id):
    finding = found(plan(task("a", baseline=agreed(7)), status=day(7)), id)
    assert (str(finding.verdict), finding.note) == ("not applicable", "by its baseline no task is due by the status date")


def agreed(days, hour=17):
    return Baseline(finish=day(days, hour))


BASELINED = plan(
    task("on_time", started=day(0), finished=day(1, 17), baseline=agreed(1)),
    task("earlier", started=day(0), finished=day(1, 17), baseline=agreed(4)),
    task("late", started=day(0), finished=day(4, 17), baseline=agreed(1)),
    task("open", started=day(0), baseline=agreed(4)),
    task("not_due", baseline=agreed(8)),
    task("ahead", started=day(0), finished=day(4, 17), baseline=agreed(8)),
    milestone("end"),
    status=day(7),
)


def test_tasks_are_missed_that_finish_on_a_later_day_than_their_baseline_and_were_due(named):
    assert named(BASELINED, "dcma-missed-tasks") == (["late", "open"], 4, "fail")


def test_the_baseline_execution_index_is_what_is_finished_by_what_was_due(found):
    finding = found(BASELINED, "dcma-bei")
    assert finding.value == 4 / 4  # on time, earlier, late and ahead, by the four that were due
    assert [item.id for item in finding.items] == ["p.open"]


def test_tasks_without_a_baseline_count_as_due_in_the_execution_index(found):
    finding = found(plan(task("a", started=day(0), finished=day(1, 17), baseline=agreed(1)), task("new"), status=day(7)), "dcma-bei")
    assert (finding.value, finding.note) == (1 / 2, "1 finished, 1 due, 1 without a baseline")


# ------------------------------------------------------------------ critical path test


def test_a_delay_on_the_critical_path_arrives_at_the_finish(found):
    finding = found(A_CHAIN, "dcma-critical-path-test")
    assert (finding.count, finding.population) == (0, 1)
    assert finding.note == "600 days on p.a move p.end by 600 days"


def test_a_delay_that_a_hard_constraint_stops_fails_the_test(found):
    portfolio = chain(task("a"), task("b", 1, on("must-start-on", day(1))), milestone("end"))
    finding = found(portfolio, "dcma-critical-path-test")
    assert [item.what for item in finding.items] == ["600 days on p.a move p.end by 0 days"]


def test_holidays_may_take_their_share_of_the_delay(named):
    closed = Calendar("closed", STANDARD.week, {date(2026, 3, d): () for d in range(9, 14)})
    portfolio = plan(task("a", 1, calendar="closed"), milestone("end"), links=["a end"], calendars=[closed])
    assert named(portfolio, "dcma-critical-path-test") == ([], 1, "pass")


def test_each_project_is_tested_by_itself(named):
    broken = Project("q", (task("x", 1), task("y", 1, on("must-start-on", day(1)))))
    portfolio = plan(task("a"), others=[broken], links=[after("q.x q.y")])
    ids, population, _ = named(portfolio, "dcma-critical-path-test")
    assert population == 2
    assert ids == ["q"]


def test_a_portfolio_in_which_all_is_done_has_no_critical_path(found):
    done = plan(task("a", started=day(0), finished=day(0, 17)), status=day(7))
    assert found(done, "dcma-critical-path-test").note == "no project has work left"


# ------------------------------------------------------------------ critical path length index


@pytest.mark.parametrize(
    ("promised", "index", "verdict"), [(day(25, 17), 2.0, "pass"), (day(11, 17), 1.0, "pass"), (day(10, 17), 0.9, "fail")]
)
def test_the_index_is_length_with_float_by_length(found, promised, index, verdict):
    portfolio = plan(task("a", 10), targets=[Target("p.finish", promised)])
    finding = found(portfolio, "dcma-cpli")
    assert (finding.value, str(finding.verdict)) == (pytest.approx(index), verdict)


def test_a_must_finish_date_of_the_project_is_a_promise(found):
    portfolio = plan(task("a", 10), rules=Rules(must_finish=day(9, 17)))
    assert found(portfolio, "dcma-cpli").value == pytest.approx(0.8)


def test_of_two_promises_the_earlier_counts(found):
    portfolio = plan(task("a", 10), rules=Rules(must_finish=day(9, 17)), targets=[Target("p.finish", day(11, 17))])
    assert found(portfolio, "dcma-cpli").value == pytest.approx(0.8)


def test_without_a_promise_the_worst_float_counts_if_it_is_negative(found):
    portfolio = plan(task("a", 10, on("finish-no-later-than", day(10, 17))))
    assert found(portfolio, "dcma-cpli").value == pytest.approx(0.9)
    assert str(found(plan(task("a", 10)), "dcma-cpli").verdict) == "not applicable"


def test_the_lowest_index_of_all_projects_decides(found):
    other = Project("q", (task("x", 10),))
    targets = [Target("p.finish", day(11, 17)), Target("q.finish", day(9, 17))]
    finding = found(plan(task("a", 10), others=[other], targets=targets), "dcma-cpli")
    assert finding.value == pytest.approx(0.8)
    assert [item.id for item in finding.items] == ["q"]
