"""Work under weather stands where the plain pass puts it, iteration by iteration; its draws belong to weather, days and years."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numba import config
from skies import by_kernels, plainly
from strategies import scheduled

from pmosim.model.laws import Triangular, Uniform
from pmosim.model.tasks import TaskKind
from pmosim.model.weather import Chain, Edge, Series, Weather, Window

WITHOUT_JIT = bool(config.DISABLE_JIT)
N = 8 if WITHOUT_JIT else 64
slowly = settings(
    deadline=None, max_examples=5 if WITHOUT_JIT else 60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)

MARCH = date(2026, 3, 2)
FROST = Window("frost", Edge(MARCH, Uniform(0, 9)), Edge(MARCH + timedelta(days=12), Triangular(0, 2, 9)), yearly=True)
SEASON = Window("season", Edge(date(2026, 3, 5)), Edge(date(2026, 11, 20), Uniform(0, 20)), is_open=True, yearly=True)
MEASURED = Series(2019, tuple(tuple(float((day * 7 + year) % 10 < 3) for day in range(366)) for year in range(3)))

sources = st.sampled_from(
    [
        {"bad_days": Chain((0.3,) * 12, 0.6)},
        {"bad_days": Chain((0.5, 0.4, 0.2, 0.1, 0.0, 0.05) * 2, 0.2)},
        {"lost_days": (Triangular(0, 3.5, 9),) * 12},
        {"series": MEASURED},
        {"series": replace(MEASURED, years=(tuple(0.25 for _ in range(366)),))},
        {"windows": (FROST,)},
        {"windows": (FROST, SEASON)},
        {"bad_days": Chain((0.2,) * 12), "windows": (FROST,)},
    ]
)


@st.composite
def under_weather(draw):
    """Any schedule, some of its calendars under one weather and some under another, some tasks exempt or not to be split."""
    plan = draw(scheduled())
    projects = tuple(replace(project, tasks=tuple(draw(_exposed(task)) for task in project.tasks)) for project in plan.projects)
    plan = replace(
        plan, projects=tuple(replace(project, tasks=tuple(replace(t, splits=True) for t in project.tasks)) for project in projects)
    )
    used = sorted({task.calendar for task in plan.tasks.values() if task.kind is TaskKind.TASK and task.weather and not task.is_finished})
    if not used:
        return plan
    ruled = draw(st.lists(st.sampled_from(used), min_size=1, unique=True))
    cut = draw(st.integers(0, len(ruled)))
    groups = [group for group in (ruled[:cut], ruled[cut:]) if group]
    skies = tuple(Weather(f"w{k}", tuple(group), **draw(sources)) for k, group in enumerate(groups))
    split = {task.id for project in projects for task in project.tasks if not task.splits and task.weather and task.calendar in ruled}
    return replace(
        plan,
        projects=tuple(replace(p, tasks=tuple(replace(t, splits=t.id not in split) for t in p.tasks)) for p in plan.projects),
        weather=skies,
    )


@st.composite
def _exposed(draw, task):
    if task.kind is not TaskKind.TASK:
        return task
    return replace(task, weather=draw(st.integers(0, 4)) > 0, splits=draw(st.integers(0, 3)) > 0)


@slowly
@given(under_weather(), st.integers(0, 2**64 - 1))
def test_work_stands_where_the_plain_pass_puts_it(plan, seed):
    if not plan.weather:
        return
    for plain, fast in zip(plainly(plan, N, seed), by_kernels(plan, N, seed), strict=True):
        assert plain == fast
