"""Any schedule as a folder is the same schedule: dates, links, constraints, progress, calendars and options."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from strategies import scheduled

from pmosim.exchange.folder import write_import
from pmosim.exchange.scenario import SCENARIO
from pmosim.interchange.schedules import Schedule
from pmosim.model.laws import Fixed
from pmosim.model.plan import plan_of
from pmosim.model.schedule import schedule
from pmosim.model.tasks import ConstraintKind, Reading
from pmosim.scenario.reader import read_scenario

SEVERAL = {kind for kind in ConstraintKind if "no-" in kind}
"""Kinds of which a task may inherit a second one from a summary task."""


def as_schedule(portfolio):
    """What a reader of files would have made of it: all durations certain, and nothing left of what has finished."""

    def certain(task):
        left = 0.0 if task.is_finished else task.planned
        several = [one for one in task.constraints if one.kind in SEVERAL]
        once = {one.kind: one for one in task.constraints if one.kind not in SEVERAL}  # no tool has two of these on one task
        held = sorted((*several, *once.values()), key=lambda one: [*ConstraintKind].index(one.kind))  # where two conflict, order counts
        return replace(task, duration=Fixed(left), planned=left, cost=None, constraints=tuple(held))

    projects = tuple(replace(project, tasks=tuple(map(certain, project.tasks))) for project in portfolio.projects)
    plain = [replace(link, lag=replace(link.lag, law=None)) for link in portfolio.links]  # no tool has uncertain lags
    links = {(link.predecessor, link.successor, link.kind): link for link in plain}  # nor a second link of a kind
    return Schedule(Path("plan.xer"), "a tool", portfolio.status_date, projects, portfolio.calendars, tuple(links.values()))


@given(scheduled())
@settings(max_examples=60)
def test_a_folder_reads_as_the_schedule_that_it_was_made_from(portfolio):
    made = as_schedule(portfolio)
    with TemporaryDirectory() as folder:
        write_import(made, Path(folder) / "plan")
        read = read_scenario(Path(folder) / "plan" / SCENARIO).portfolio
    for reading in Reading:
        assert schedule(read, plan_of(read, reading)) == schedule(made.portfolio(), plan_of(made.portfolio(), reading))
