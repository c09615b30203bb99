"""What is taken out, and what a ranking refuses."""

from dataclasses import replace

import pytest
from building import DAY, adds, portfolio
from small_rankings import certain, ranked, uncertain_series

from pmosim.errors import PmosimError
from pmosim.model.laws import Uniform
from pmosim.model.project import Target
from pmosim.model.risks import Risk
from pmosim.model.tasks import Task, TaskKind

FROST = Risk("frost", 0.3, (adds("a", DAY),), name="Frost")


def two_projects():
    laws = {"p.a": Uniform(DAY, 3 * DAY), "p.b": DAY, "q.c": Uniform(DAY, 2 * DAY)}
    return portfolio(laws, "a b", "b q.c", risks=[FROST], targets=[Target("p.b")])


def sources(made):
    return {one.source for one in made.removals}


def test_every_risk_and_the_base_uncertainty_are_sources():
    made = ranked(uncertain_series(FROST, certain("driver", "b", 1)))
    assert {one.source: one.kind for one in made.removals} == {"frost": "event", "driver": "driver", "base uncertainty": "base"}
    assert {one.source: one.tasks for one in made.removals} == {"frost": 1, "driver": 1, "base uncertainty": 2}


def test_base_uncertainty_is_divided_by_project_by_task_or_not_at_all():
    assert sources(ranked(two_projects(), by="project")) == {"frost", "p", "q"}
    assert sources(ranked(two_projects(), by="tasks")) == {"frost", "p.a", "q.c"}
    assert sources(ranked(two_projects(), by="none")) == {"frost"}


def test_base_uncertainty_is_divided_where_the_wbs_first_divides():
    summary = TaskKind.SUMMARY
    tasks = (
        Task("all", kind=summary),
        Task("civil", kind=summary, parent="all", name="Civil works"),
        Task("roof", kind=summary, parent="all", name="Roof"),
        Task("dig", Uniform(DAY, 2 * DAY), parent="civil"),
        Task("pour", Uniform(DAY, 2 * DAY), parent="civil"),
        Task("tiles", Uniform(DAY, 2 * DAY), parent="roof", codes={"crew": "north"}),
    )
    made = uncertain_series()
    made = replace(made, projects=(replace(made.projects[0], tasks=tasks),), links=())
    ranking = ranked(made, by="wbs")
    assert {one.source: one.tasks for one in ranking.removals} == {"Civil works": 2, "Roof": 1}
    assert {one.source: one.tasks for one in ranked(made, by="code:crew").removals} == {"crew north": 1, "without crew": 2}


def test_several_groups_of_base_uncertainty_are_told_together_too():
    made = ranked(two_projects(), by="tasks")
    assert [one.source for one in made.totals] == ["all base", "everything"]
    together = {one.source: one.days for one in ranked(two_projects()).removals}
    assert made.totals[0].days == together["base uncertainty"]


def test_a_target_is_named_by_its_id_or_its_project():
    assert ranked(two_projects()).target == "finish"
    assert ranked(two_projects(), target="p").target == "p.finish"
    made = ranked(two_projects(), target="p.b")
    assert made.target == "p.b"
    assert made.paths.target == "p.b"


def test_sources_that_cannot_reach_the_target_are_worth_nothing_to_it():
    made = ranked(two_projects(), target="p", by="project")
    assert {one.source: one.days["P80"].value for one in made.removals}["q"] == 0


def test_equal_sources_are_shown_as_tied():
    risks = [Risk(id, 0.5, (adds(task, DAY),)) for id, task in (("x", "a"), ("y", "b"))]
    made = ranked(uncertain_series(*risks, certain("large", "c", 30)), by="none", iterations=2000)
    assert [(one.day_ranks["P80"].best, one.day_ranks["P80"].worst) for one in made.removals] == [(1, 1), (2, 3), (2, 3)]


@pytest.mark.parametrize(
    ("wishes", "what", "fix"),
    [
        ({"target": "p.x"}, "there is no target 'p.x'", "write 'p.b'"),
        ({"target": "elsewhere"}, "there is no target 'elsewhere'", "the targets are: finish, p.finish, q.finish, p.b"),
        ({"levels": (0, 50)}, "0 is no percentile", "1 to 99"),
        ({"levels": ()}, "no number is no percentile", "1 to 99"),
        ({"figure": "P75"}, "'P75' is not among the figures asked for: mean, P50, P80, P90", "ask for its level too"),
        ({"by": "projects"}, "cannot be divided by 'projects'", "write 'project'"),
        ({"by": "code:crew"}, "no task has the code 'crew'", "no task has a code"),
        ({"unit": "money"}, "nothing in this scenario costs anything", "give tasks or risks a cost"),
    ],
)
def test_a_wish_that_cannot_be_met_is_told_with_its_remedy(wishes, what, fix):
    with pytest.raises(PmosimError) as refused:
        ranked(two_projects(), **wishes)
    said, _, remedy = str(refused.value).partition("\n  fix: ")
    assert what in said
    assert fix in remedy


def test_nothing_uncertain_is_said_so():
    with pytest.raises(PmosimError, match="nothing to take out: no risk, and no task whose duration or cost is uncertain"):
        ranked(portfolio({"a": DAY}))
    with pytest.raises(PmosimError, match="leave out '--by none'"):
        ranked(uncertain_series(), by="none")


def test_a_portfolio_without_risks_is_ranked_by_its_tasks():
    made = ranked(uncertain_series(), by="tasks", ladder=True)
    assert sources(made) == {"p.a", "p.c"}
    assert made.ladder.remains == 0
