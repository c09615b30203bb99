"""Uncertainty laid over tasks by rules."""

from datetime import datetime

import pytest

from pmosim.errors import InvalidModel
from pmosim.interchange.rules import Match, Rule, lay_uncertainty
from pmosim.model.laws import Pert, Triangular, Uniform
from pmosim.model.tasks import Progress, Task, TaskKind

SHELL = Task("SHELL", kind=TaskKind.SUMMARY, name="The shell", wbs="H.1", parent="H")
HOUSE = Task("H", kind=TaskKind.SUMMARY, name="House 1", wbs="H")
MASONRY = Task(
    "A10",
    planned=480.0,
    name="Masonry",
    wbs="H.1",
    parent="SHELL",
    codes={"Phase": "CIV", "Phase description": "Civil works"},
    resources=("Crew 1", "Crane"),
)
ROOFING = Task("A20", planned=960.0, name="Roofing", wbs="H.1", parent="SHELL", codes={"Phase": "ROOF", "Activity ID": "A.20"})
GARDEN = Task("A30", planned=240.0, name="Garden", wbs="H", parent="H")
DONE = Task("A40", name="Survey", planned=0.0, progress=Progress(datetime(2027, 1, 4, 8), datetime(2027, 1, 5, 16)))
OPENING = Task("A50", name="Opening", kind=TaskKind.FINISH_MILESTONE)
TASKS = (HOUSE, SHELL, MASONRY, ROOFING, GARDEN, DONE, OPENING)
WIDE, NARROW = Pert(0.5, 1, 2), Pert(0.9, 1, 1.1)


def taken(match):
    """Ids of the tasks that a rule with this match takes."""
    return [task.id for task in lay_uncertainty(TASKS, [Rule(match, WIDE)]).tasks if not task.duration.is_constant]


@pytest.mark.parametrize(
    ("match", "ids"),
    [
        (Match(), ["A10", "A20", "A30"]),
        (Match(id="A1*"), ["A10"]),
        (Match(id="A.20"), ["A20"]),  # as it stands in the planner's file
        (Match(id="A[12]0"), ["A10", "A20"]),
        (Match(name="*ing"), ["A20"]),
        (Match(name="masonry"), ["A10"]),  # upper and lower case alike
        (Match(name=("Masonry", "Garden")), ["A10", "A30"]),
        (Match(wbs="The shell"), ["A10", "A20"]),  # the element's name
        (Match(wbs="H.1"), ["A10", "A20"]),  # its code
        (Match(wbs="H"), ["A10", "A20", "A30"]),  # all below it
        (Match(wbs="House 1/The*"), ["A10", "A20"]),  # the path of names
        (Match(code={"Phase": "CIV"}), ["A10"]),
        (Match(code={"phase": "Civil*"}), ["A10"]),  # the value's description
        (Match(code={"Phase": ("CIV", "ROOF")}), ["A10", "A20"]),
        (Match(code={"Zone": "*"}), []),
        (Match(resource="Cr*"), ["A10"]),
        (Match(wbs="H.1", name="*ing"), ["A20"]),  # all that is given must match
        (Match(wbs="H.1", name="Garden"), []),
    ],
    ids=str,
)
def test_a_rule_takes_the_tasks_that_it_matches(match, ids):
    assert taken(match) == ids


def test_a_law_is_one_of_the_factor_on_the_planned_remaining_duration():
    laid = lay_uncertainty(TASKS, [Rule(Match(name="Masonry"), Pert(0.9, 1, 1.4))])
    assert laid.tasks[2].duration == Pert(0.9 * 480, 480, 1.4 * 480)
    assert laid.tasks[2].planned == 480


def test_a_law_may_be_given_in_working_minutes():
    laid = lay_uncertainty(TASKS, [Rule(Match(id="A[12]0"), Uniform(400, 600), relative=False)])
    assert [task.duration for task in laid.tasks[2:4]] == [Uniform(400, 600)] * 2


def test_the_first_rule_that_matches_wins():
    laid = lay_uncertainty(TASKS, [Rule(Match(name="Masonry"), NARROW), Rule(Match(), WIDE)])
    assert [task.duration for task in laid.tasks[2:5]] == [NARROW.scaled(480), WIDE.scaled(960), WIDE.scaled(240)]
    assert laid.matched == (1, 2)


def test_a_rule_without_a_law_keeps_tasks_from_the_rules_that_follow():
    laid = lay_uncertainty(TASKS, [Rule(Match(name="Masonry"), None), Rule(Match(), WIDE)])
    assert laid.tasks[2] == MASONRY
    assert laid.unmatched == ()


def test_tasks_that_no_rule_matches_keep_their_duration_and_are_named():
    laid = lay_uncertainty(TASKS, [Rule(Match(name="Masonry"), WIDE)])
    assert laid.unmatched == ("A20", "A30")
    assert laid.warnings == ("2 of 3 tasks match no rule and keep their planned duration: A20, A30",)
    assert laid.tasks[3:] == TASKS[3:]


def test_finished_tasks_and_milestones_do_not_count():
    laid = lay_uncertainty(TASKS, [Rule(Match(), WIDE)])
    assert (laid.matched, laid.unmatched, laid.warnings) == ((3,), (), ())
    assert laid.tasks[5:] == (DONE, OPENING)


def test_a_rule_that_matches_nothing_is_a_problem():
    rules = [Rule(Match(name="Mansory"), WIDE), Rule(Match(), WIDE), Rule(Match(code={"Phase": "CIV"}), WIDE)]
    laid = lay_uncertainty(TASKS, rules)
    misspelt, hidden = laid.problems(rules)
    assert (misspelt.code, misspelt.path) == ("rule-matches-nothing", ("uncertainty", 0))
    assert misspelt.what == "the rule for name 'Mansory' matches no task that can vary"
    assert hidden.path == ("uncertainty", 2)
    assert hidden.what == "the rule for code Phase 'CIV' changes nothing: earlier rules take all 1 tasks that it matches"


def test_a_rule_that_lets_a_task_take_less_than_no_time_is_refused():
    with pytest.raises(InvalidModel) as refused:
        lay_uncertainty(TASKS, [Rule(Match(name="Garden"), Triangular(-0.5, 1, 2))])
    assert [problem.code for problem in refused.value.problems] == ["negative-duration"]
