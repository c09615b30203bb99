"""An iteration in which every task takes as long as planned has the dates of the deterministic pass, task by task."""

from dataclasses import replace

import pytest
from schedule_files import DATA

from pmosim.engine.compiled import compile_portfolio
from pmosim.engine.simulation import Run, analyse, pilot_ranges
from pmosim.interchange.schedules import read_schedule
from pmosim.model.laws import Pert
from pmosim.model.passes import forward_pass
from pmosim.model.tasks import Reading, Task

pytestmark = pytest.mark.java

FILES = [
    "actual-task-properties.converted.mspdi.xml",
    "mdl4d.xer",
    "mdl4ra.xer",
    "mpxj-task-links-project2013.mspdi.xml",
    "progressed-695.redacted.xer",
    "residential-construction.converted.mspdi.xml",
]


@pytest.mark.parametrize("reading", Reading)
@pytest.mark.parametrize("name", FILES)
def test_an_iteration_with_planned_durations_is_the_deterministic_pass(name, reading):
    compiled = compile_portfolio(replace(read_schedule(DATA / name).portfolio(), constraints=reading))
    low, high = pilot_ranges(compiled, Run(64, 1))
    starts, finishes = forward_pass(compiled.plan, {id: node.duration for id, node in compiled.plan.nodes.items()})
    assert low.tolist() == high.tolist()
    assert low[0].tolist() == [starts[id] for id in compiled.node_ids]
    assert low[1].tolist() == [finishes[id] for id in compiled.node_ids]


@pytest.mark.parametrize("reading", Reading)
def test_with_uncertain_work_constraints_of_a_real_schedule_decide_in_some_iterations(reading):
    plan = read_schedule(DATA / "progressed-695.redacted.xer").portfolio()
    projects = tuple(replace(project, tasks=tuple(map(_uncertain, project.tasks))) for project in plan.projects)
    compiled = compile_portfolio(replace(plan, projects=projects, constraints=reading))
    bound = analyse(compiled, Run(256, 1)).bound
    assert 0 < (bound > 0).sum() <= len(bound)
    assert bound.max() <= 256


def _uncertain(task: Task) -> Task:
    if task.is_finished or not task.planned or task.is_milestone or task.kind.spans:
        return task
    return replace(task, duration=Pert(0.8 * task.planned, task.planned, 1.5 * task.planned))
