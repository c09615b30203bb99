"""The program promises that branches and rework are read as they are written."""

from datetime import datetime

import pytest

from pmosim.model.branches import Branch, Decision, Way
from pmosim.model.laws import Pert
from pmosim.model.tasks import Link
from pmosim.scenario import language
from pmosim.scenario.reader import scenario_from_text

PLAN = """
tasks:
  clear: {duration: 4d}
  blast: {duration: pert 8d 10d 20d, after: clear, cost: 20k EUR, resources: crew, not_before: 2026-03-16, deadline: 2026-06-01}
  shore:
    tasks:
      dig:  {duration: 4d, after: clear}
      prop: {duration: 1d, after: dig}
  pour:  {duration: 3d, after: [blast, shore]}
"""


@pytest.fixture
def branches(read):
    return lambda text, plan=PLAN: read(plan + text).branches


def test_a_branch_by_chance_has_ways_of_which_one_may_have_the_rest(branches):
    (ground,) = branches(
        "branches: {ground: {ways: {rock: {probability: 30%, tasks: blast}, void: {probability: 0.1}, soil: {tasks: [dig]}}}}"
    )
    assert [(way.name, way.tasks) for way in ground.ways] == [("rock", ("project.blast",)), ("void", ()), ("soil", ("project.dig",))]
    assert [way.probability for way in ground.ways] == pytest.approx([0.3, 0.1, 0.6])


def test_a_summary_task_stands_for_all_below_it(branches):
    (ground,) = branches("branches: {ground: {ways: {rock: {probability: 30%, tasks: blast}, soil: {tasks: shore}}}}")
    assert ground.ways[1].tasks == ("project.dig", "project.prop")


def test_the_finish_of_a_task_decides_by_the_end_of_a_day(branches):
    (late,) = branches("branches: {late: {decided_by: clear finish, ways: {soon: {up_to: 2026-03-06}, later: {tasks: blast}}}}")
    assert late == Branch(
        "late", (Way("soon"), Way("later", ("project.blast",))), Decision("project.clear", (datetime(2026, 3, 6, 23, 59),))
    )


def test_the_duration_of_a_task_decides_in_working_time_of_its_calendar(branches):
    plan = (
        PLAN.replace("clear: {duration: 4d", "clear: {duration: 4d, calendar: long") + "calendars: {long: {week: {mon-fri: 08:00-18:00}}}\n"
    )
    (long,) = branches("branches: {long: {decided_by: clear duration, ways: {a: {up_to: 3d}, b: {up_to: 1w}, c: {tasks: blast}}}}", plan)
    assert long.decision == Decision("project.clear", durations=(3 * 600.0, 5 * 600.0))


def test_tasks_of_other_projects_are_named_by_their_project(read):
    text = """
    projects:
      a: {tasks: {dig: {duration: 1d}, test: {duration: 2d}}}
      b: {tasks: {dig: {duration: 1d}, pump: {duration: 2d}}}
    branches: {wet: {decided_by: a.test duration, ways: {dry: {up_to: 1d}, wet: {tasks: [b.dig, pump]}}}}
    """
    (wet,) = read(text).branches
    assert wet.decision.task == "a.test"
    assert wet.ways[1].tasks == ("b.dig", "b.pump")


def test_a_task_that_may_not_exist_is_a_branch_of_itself_or_nothing(branches):
    one, all_below = branches("", PLAN.replace("blast: {", "blast: {exists: 30%, ").replace("  shore:\n", "  shore:\n    exists: 0.5\n"))
    assert one == Branch("project.blast exists", (Way("yes", ("project.blast",), 0.3), Way("no", (), 0.7)))
    assert all_below.ways[0] == Way("yes", ("project.dig", "project.prop"), 0.5)


def test_whether_a_task_exists_may_stand_in_a_table(read, tmp_path):
    (tmp_path / "plan.csv").write_text("id,duration,exists\ndig,4d,\npump,2d,40%\n", encoding="utf-8")
    (pump,) = read("tasks_from: plan.csv").branches
    assert pump.ways[0] == Way("yes", ("project.pump",), 0.4)


REWORK = """
tasks:
  test:   {duration: 3d}
  fix:    {duration: pert 1d 2d 9d, after: test, cost: 1k EUR, not_before: 2026-03-16, deadline: 2026-06-01, name: Repair}
  retest: {duration: 1d, after: fix SS+1d}
  ship:   {duration: 1d, after: [test, retest FF+2d]}
"""


def links_of(portfolio):
    plain = [str(link).replace("project.", "") for link in portfolio.links]
    return {f"{text} {link.lag.minutes:g}" if link.lag.minutes else text for text, link in zip(plain, portfolio.links, strict=True)}


def test_rework_is_unrolled_into_copies_with_their_links(read):
    portfolio = read(REWORK + "rework: {inspection: {after: test, repeat: [fix, retest], probability: 30%, at_most: 2}}")
    assert [task.id for task in portfolio.projects[0].tasks] == ["test", "fix", "retest", "ship", "fix-2", "retest-2"]
    assert links_of(portfolio) - links_of(read(REWORK)) == {
        "retest -FS-> fix-2",
        "fix-2 -SS-> retest-2 480",
        "retest-2 -FF-> ship 960",
    }
    assert [branch.id for branch in portfolio.branches] == ["inspection 1", "inspection 2"]
    assert [set(branch.ways[0].tasks) for branch in portfolio.branches] == [
        {"project.fix", "project.retest", "project.fix-2", "project.retest-2"},
        {"project.fix-2", "project.retest-2"},
    ]


def test_a_copy_has_the_work_and_the_cost_of_its_task_but_not_its_dates(read):
    tasks = read(REWORK + "rework: {inspection: {after: test, repeat: [fix, retest], probability: 30%, at_most: 2}}").tasks
    first, second = tasks["project.fix"], tasks["project.fix-2"]
    assert isinstance(second.duration, Pert)
    assert (second.duration, second.cost, second.planned) == (first.duration, first.cost, first.planned)
    assert first.constraints
    assert not second.constraints
    assert second.name == "Repair, round 2"


def test_rework_waits_for_the_task_that_it_comes_after(read):
    unlinked = REWORK.replace("9d, after: test,", "9d,")
    portfolio = read(unlinked + "rework: {inspection: {after: test, repeat: [fix, retest], probability: 30%, at_most: 1}}")
    assert Link("project.test", "project.fix") in portfolio.links
    assert len(portfolio.tasks) == 4


def test_without_it_the_first_round_is_done_in_any_case(read):
    portfolio = read(REWORK + "rework: {inspection: {repeat: [test, fix, retest], probability: 30%, at_most: 1}}")
    (again,) = portfolio.branches
    assert again.ways[0].tasks == ("project.test-2", "project.fix-2", "project.retest-2")
    assert "retest -FS-> test-2" in links_of(portfolio)


def test_what_does_not_exist_is_not_repeated_either(read):
    text = "rework: {inspection: {after: test, repeat: [fix, retest], probability: 30%, at_most: 2}}"
    exists, *_ = read(REWORK.replace("fix:    {", "fix:    {exists: 50%, ") + text).branches
    assert exists.ways[0].tasks == ("project.fix", "project.fix-2")


def test_risks_and_branches_can_name_the_copies(read):
    text = """
    rework: {inspection: {after: test, repeat: [fix, retest], probability: 30%, at_most: 2}}
    risks: {tools: {probability: 10%, hits: {fix-2: +1d, "retest*": +1d}}}
    branches: {ready: {ways: {no: {probability: 50%, tasks: fix-2}, yes: {}}}}
    """
    portfolio = scenario_from_text("pmosim: 1\nstatus_date: 2026-03-02\n" + REWORK + text.replace("\n    ", "\n")).portfolio
    assert {hit.target for hit in portfolio.risks[0].hits} == {"project.fix-2", "project.retest", "project.retest-2"}
    assert portfolio.branches[0].ways[0].tasks == ("project.fix-2",)


def test_probabilities_can_be_overridden(tmp_path):
    text = (
        "pmosim: 1\nstatus_date: 2026-03-02\n" + PLAN + "branches: {ground: {ways: {rock: {probability: 30%, tasks: blast}, soil: {}}}}\n"
    )
    (ground,) = scenario_from_text(text, tmp_path / "s.yaml").portfolio.branches
    from pmosim.scenario.reader import read_scenario

    (tmp_path / "s.yaml").write_text(text, encoding="utf-8")
    (other,) = read_scenario(tmp_path / "s.yaml", ["branches.ground.ways.rock.probability=10%"]).portfolio.branches
    assert (ground.ways[0].probability, other.ways[0].probability) == (0.3, 0.1)


def test_the_schema_knows_branches_and_rework():
    schema = language.json_schema()
    assert {"branches", "rework"} <= schema["properties"].keys()
    assert schema["$defs"]["Way"]["properties"].keys() == {"probability", "up_to", "tasks"}
    assert schema["$defs"]["Rework"]["properties"].keys() == {"repeat", "after", "probability", "at_most"}
