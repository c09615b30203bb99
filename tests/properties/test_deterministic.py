"""For every network without uncertainty, the program promises the dates that a plain forward pass finds."""

import pytest
from building import MONDAY, link, portfolio
from hypothesis import given, settings
from oracles import instant_of, longest_paths, moment_of, walked
from strategies import ALL, Ingredients, ingredients

from pmosim.model.schedule import schedule
from pmosim.model.tasks import LagCalendar, TaskKind

HORIZON = 200  # days that a minute-by-minute walk looks ahead: longer than seven tasks and their lags on any calendar


def durations_of(parts: Ingredients) -> dict[str, int]:
    return {name: int(law.mean) for name, law in parts.laws.items()}


@given(ingredients())
def test_on_one_calendar_the_finish_is_the_longest_path(parts):
    arcs = [(k.predecessor, k.successor, k.kind.value, int(k.lag.minutes)) for k in parts.links]
    finish, critical = longest_paths(durations_of(parts), arcs)
    plan = parts.portfolio()
    dates = schedule(plan)
    clock = plan.calendar_of["standard"].clock(plan.epoch)
    assert clock.work_at(dates["p.finish"].finish) - clock.work_at(MONDAY) == finish
    # what is on a longest path has no float
    assert all(dates[name].total_float == 0 for name in critical)


@settings(deadline=None)  # walking is slow, and slower on a busy machine
@given(ingredients(calendars=ALL, milestones=True))
def test_on_several_calendars_every_date_is_the_one_found_by_walking_minute_by_minute(parts):
    plan = parts.portfolio()
    dates, spans = schedule(plan), walked(plan, durations_of(parts), HORIZON)
    for name, span in spans.items():
        if parts.kinds.get(name) is not TaskKind.FINISH_MILESTONE:
            assert (dates[name].start, dates[name].finish) == (moment_of(plan, span.start), moment_of(plan, span.finish)), name
    last = max(span.finish for span in spans.values())
    assert dates["p.finish"].finish == moment_of(plan, last)


def test_an_elapsed_lag_runs_from_where_a_first_milestone_stands():
    # a milestone that nothing precedes stands at the start of the project, Monday 8:00, not at the end of the week before;
    # two days later is Wednesday 8:00
    kinds = {"kickoff": TaskKind.FINISH_MILESTONE}
    plan = portfolio({"kickoff": 0, "dig": 480}, link(f"kickoff dig FS {2 * 1440}", LagCalendar.ELAPSED), kinds=kinds)
    assert schedule(plan)["p.dig"].start == MONDAY.replace(day=4)


@pytest.mark.parametrize("kind", ["FF", "SF"])
def test_a_longer_task_can_let_its_successors_start_sooner(kind):
    """Right, and no mistake: a link that bounds the finish pushes a task's start back as the task grows shorter.

    pour must not end before day 10. Lasting 2 days it starts after day 8, lasting 6 after day 4, and cure starts with it.
    """
    day = 480
    hold = f"hold pour {kind} {0 if kind == 'FF' else 10 * day}"
    starts = {}
    for lasting in (2, 6):
        plan = portfolio({"hold": 10 * day, "pour": lasting * day, "cure": day}, hold, "pour cure SS 0")
        dates = schedule(plan)
        starts[lasting] = instant_of(plan, dates["p.cure"].start)
        assert dates["p.pour"].finish == dates["p.hold"].finish
    assert starts[6] < starts[2]
