"""The network itself: each check on a plan that trips it and on one that does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_plans import after, chain, day, milestone, on, plan, summary, task

from pmosim.model.project import Project
from pmosim.model.schedule import schedule
from pmosim.model.tasks import LagCalendar, Reading, Rules
from pmosim.quality.checks import check

# ------------------------------------------------------------------ open ends


def test_one_start_and_one_finish_of_a_project_are_free(named):
    assert named(chain(task("a"), task("b"), task("c")), "open-ends") == ([], 3, "pass")


def test_a_second_start_and_a_second_finish_are_open_ends(found):
    portfolio = plan(task("a"), task("b", 5), task("second", 1), task("stray", 1), links=["a b", "second b", "a stray"])
    assert {item.id: item.what for item in found(portfolio, "open-ends").items} == {"p.second": "no predecessor", "p.stray": "no successor"}


def test_every_project_has_a_start_and_a_finish_of_its_own(named):
    other = Project("q", (task("x"), task("y")))
    assert named(plan(task("a"), task("b"), links=["a b", after("q.x q.y")], others=[other]), "open-ends") == ([], 4, "pass")


def test_work_that_has_begun_needs_no_predecessor(named):
    portfolio = plan(task("a", started=day(0)), task("b", started=day(0)), task("c"), links=["a c", "b c"], status=day(1))
    assert named(portfolio, "open-ends")[0] == []


def test_milestones_can_be_open_ends(found):
    portfolio = plan(task("a"), milestone("m"), task("b", 5), links=["a m", "a b"])
    assert [item.id for item in found(portfolio, "open-ends").items] == ["p.m"]


# ------------------------------------------------------------------ dangling logic


@pytest.mark.parametrize(
    ("links", "dangling"),
    [
        (["a b", "b c"], {}),
        (["a b FF", "b c"], {"p.b": "its start has no driver (only FF into it)"}),
        (["a b", "b c SS"], {"p.b": "its finish drives nothing (only SS out of it)"}),
        (["a b SS", "a b FF", "b c SS", "b c FF"], {}),  # the usual pair at either side
        (["a b FF", "b c SS"], {"p.b": "its start has no driver (only FF into it), its finish drives nothing (only SS out of it)"}),
    ],
)
def test_a_start_needs_a_driver_and_a_finish_something_to_drive(found, links, dangling):
    portfolio = plan(milestone("first"), task("a"), task("b", 5), task("c"), links=["first a", "a c", "first c", *links])
    assert {item.id: item.what for item in found(portfolio, "dangling-logic").items} == dangling


def test_a_start_that_has_happened_needs_no_driver(named):
    portfolio = plan(task("a", 5), task("b", started=day(0)), links=["a b FF"], status=day(1))
    assert named(portfolio, "dangling-logic")[0] == []


def test_links_from_the_start_of_a_summary_task_are_from_the_starts_below(found):
    portfolio = plan(milestone("m"), summary("s"), task("a", parent="s"), task("b"), links=["m s", "s b SS"])
    assert [item.what for item in found(portfolio, "dangling-logic").items] == ["its finish drives nothing (only SS out of it)"]


# ------------------------------------------------------------------ redundant links


@pytest.mark.parametrize(
    ("links", "redundant"),
    [
        (["a b", "b c"], []),
        (["a b", "b c", "a c"], ["after p.a FS, implied by way of p.b"]),
        (["a b FS 2", "b c", "a c"], ["after p.a FS, implied by way of p.b"]),
        (["a b FS -1", "b c", "a c"], []),  # a lead in between takes back what the path gives
        (["a b SS", "b c", "a c"], []),
        (["a b", "b c", "a c FS 1"], []),  # its lag may be longer than b
        (["a b", "b c", "a c SS"], []),  # only FS links without lag are asked for
        (["a c", "a c"], ["after p.a FS, implied by another link between the two"]),
        (["a c", "a c FS 2"], ["after p.a FS, implied by another link between the two"]),
        (["a b", "b d", "d c", "a c", "a d"], ["after p.a FS, implied by way of p.b"] * 2),
    ],
)
def test_a_link_is_redundant_if_a_path_of_fs_links_without_leads_implies_it(found, links, redundant):
    portfolio = plan(task("a"), task("b", 2), task("c"), task("d"), links=links)
    assert [item.what for item in found(portfolio, "redundant-links").items] == redundant


@pytest.mark.parametrize("links", [["a held", "held c", "a c"], ["a b", "b held", "held c", "a c"]])
def test_a_path_through_what_a_hard_constraint_holds_implies_nothing(named, links):
    portfolio = plan(task("a", 5), task("b"), task("held", 1, on("must-start-on", day(1))), task("c"), links=links)
    assert named(portfolio, "redundant-links")[0] == []


def test_links_of_what_has_happened_are_history(named):
    done = task("a", started=day(0), finished=day(0, 17))
    portfolio = plan(done, task("b"), task("c"), links=["a b", "b c", "a c"], status=day(1))
    assert named(portfolio, "redundant-links") == ([], 1, "pass")
    begun = plan(task("a"), task("b"), task("c", started=day(0)), links=["a b", "b c", "a c"], status=day(1))
    assert named(begun, "redundant-links") == ([], 1, "pass")


def test_a_path_through_work_that_has_begun_implies_nothing(named):
    portfolio = plan(task("a", 5), task("b", 1, started=day(0)), task("c"), links=["a b", "b c", "a c"], status=day(1))
    assert named(portfolio, "redundant-links")[0] == []


@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(-1, 2)), max_size=14),
    st.lists(st.integers(1, 4), min_size=7, max_size=7),
)
def test_no_date_moves_when_a_redundant_link_is_removed(pairs, durations):
    links = [after(f"t{min(a, b)} t{max(a, b)} FS {lag}") for a, b, lag in pairs if a != b]
    tasks = [task(f"t{n}", days) for n, days in enumerate(durations)]
    portfolio = plan(*tasks, links=links)
    redundant = next(one for one in check(portfolio) if one.check.id == "redundant-links")
    if not redundant.count:
        return
    item = redundant.items[0]
    gone = next(
        link
        for link in links
        if link.successor == item.id and item.what.startswith(f"after {link.predecessor} FS,") and not link.lag.minutes
    )
    rest = list(links)
    rest.remove(gone)
    assert schedule(plan(*tasks, links=rest)) == schedule(portfolio)


# ------------------------------------------------------------------ lags, float and constraints


@pytest.mark.parametrize(
    ("link", "is_long"),
    [
        (after("a b FS 10"), False),
        (after("a b FS 10.5"), True),
        (after("a b FS -20"), False),
        (after("a b FS 42", LagCalendar.ELAPSED), False),  # fourteen days of 24 hours are ten working days
        (after("a b FS 42.5", LagCalendar.ELAPSED), True),
    ],
)
def test_lags_are_long_from_more_than_10_working_days_on(named, link, is_long):
    assert named(plan(task("a"), task("b"), links=[link]), "long-lags") == (["b"] * is_long, 1, "fail" if is_long else "pass")


def test_a_long_lag_into_a_milestone_counts(named):
    assert named(plan(task("a"), milestone("m"), links=["a m FS 15"]), "long-lags")[0] == ["m"]


def test_negative_float_counts_milestones_too_and_the_worst_comes_first(found):
    portfolio = chain(task("a", 3), milestone("m", on("finish-no-later-than", day(0, 17))), rules=Rules(no_later_holds=False))
    finding = found(portfolio, "negative-float")
    assert [str(item) for item in finding.items] == ["p.a: float -2 days", "p.m: float -2 days"]
    assert found(portfolio, "dcma-negative-float").count == 1


def test_float_is_not_negative_where_a_date_can_be_met(named):
    portfolio = chain(task("a", 3), milestone("m", on("finish-no-later-than", day(2, 17))), rules=Rules(no_later_holds=False))
    assert named(portfolio, "negative-float") == ([], 2, "pass")


def test_hard_constraints_of_milestones_count_and_name_their_date(found):
    portfolio = chain(task("a"), milestone("m", on("must-finish-on", day(2, 17))))
    assert [item.what for item in found(portfolio, "hard-constraints").items] == ["must-finish-on 04 Mar 2026 17:00"]
    assert found(portfolio, "dcma-hard-constraints").count == 0


@pytest.mark.parametrize(
    ("one", "what"),
    [
        (task("a", 1, on("start-no-earlier-than", day(3))), ["start-no-earlier-than 05 Mar 2026 08:00 holds nothing"]),
        (task("a", 1, on("start-no-earlier-than", day(8))), []),
        (task("a", 1, on("finish-no-later-than", day(3, 17))), ["finish-no-later-than 05 Mar 2026 17:00 cannot be met"]),
        (task("a", 1, on("must-start-on", day(3)), started=day(2)), []),  # its start is past, and so is what is asked of it
        (task("a", 1, on("must-finish-on", day(3, 17)), started=day(2)), ["must-finish-on 05 Mar 2026 17:00 cannot be met"]),
    ],
)
def test_constraints_before_the_status_date_hold_nothing_or_cannot_be_met(found, one, what):
    assert [item.what for item in found(plan(one, status=day(7)), "past-constraints").items] == what


# ------------------------------------------------------------------ progress out of sequence


def test_links_overtaken_by_progress_are_named_the_open_ones_first(found):
    past = task("past", started=day(1), finished=day(1, 17))
    portfolio = plan(
        task("a", started=day(0), finished=day(2, 17)),
        past,
        task("b", 2, started=day(0)),
        task("c", 1, started=day(1)),
        links=["a past", "b c"],
        status=day(3),
    )
    finding = found(portfolio, "out-of-sequence")
    assert [item.id for item in finding.items] == ["p.c", "p.past"]
    assert (finding.count, finding.population) == (2, 2)
    assert finding.note == "of 1 of them the predecessor is still to come"


def test_progress_in_sequence_passes(named):
    portfolio = chain(task("a", started=day(0), finished=day(0, 17)), task("b", started=day(1)), task("c"), status=day(1, 12))
    assert named(portfolio, "out-of-sequence") == ([], 2, "pass")


def test_checks_read_constraints_hard_whatever_the_simulation_does(found):
    soft = chain(task("a", 3), task("b", 1, on("must-finish-on", day(1, 17))), rules=Rules(no_later_holds=False))
    hard = chain(task("a", 3), task("b", 1, on("must-finish-on", day(1, 17))), rules=Rules(no_later_holds=False), reading=Reading.HARD)
    assert found(soft, "negative-float").items == found(hard, "negative-float").items
    assert found(soft, "negative-float").count == 1
