"""A scenario that goes on from another: what it says itself goes before that, and mistakes are told where they stand."""

import pytest

from pmosim.errors import InvalidScenario
from pmosim.model import laws
from pmosim.scenario.reader import read_scenario

BASE = """\
pmosim: 1
name: Plan
status_date: 2026-03-02
calendars:
  site: {week: {mon-fri: 08:00-16:00}, closed: [2026-03-04]}
tasks:
  dig:  {duration: 5d, calendar: site}
  pour: {duration: pert 3d 4d 9d, after: dig}
risks:
  rain: {probability: 20%, hits: {dig: +2d}}
"""


@pytest.fixture
def on_top(tmp_path):
    """The portfolio of a scenario on top of ``plan.yaml``."""
    (tmp_path / "plan.yaml").write_text(BASE)

    def read(text, base="plan.yaml"):
        (tmp_path / "scenario.yaml").write_text(f"base: {base}\n" + text)
        return read_scenario(tmp_path / "scenario.yaml").portfolio

    return read


def places_of(refused):
    return [(place.file.rpartition("/")[2], place.line, place.column, problem.code) for place, problem in refused.value.located]


def test_a_scenario_that_says_nothing_itself_is_its_base(on_top, tmp_path):
    made, base = on_top(""), read_scenario(tmp_path / "plan.yaml").portfolio
    assert (made.tasks, made.links, made.risks, made.calendars, made.name) == (
        base.tasks,
        base.links,
        base.risks,
        base.calendars,
        base.name,
    )


def test_a_single_value_goes_before_that_of_the_base_and_leaves_the_rest(on_top):
    made = on_top("tasks: {dig: {duration: 7d}}\nname: Wet ground")
    assert made.name == "Wet ground"
    assert made.tasks["project.dig"].duration == laws.Fixed(7 * 480)
    assert made.tasks["project.dig"].calendar == "site"
    assert made.tasks["project.pour"].duration == laws.Pert(3 * 480, 4 * 480, 9 * 480)


def test_tasks_and_risks_are_added_to_those_of_the_base(on_top):
    made = on_top("tasks: {cure: {duration: 3ed, after: pour}}\nrisks: {frost: {probability: 5%, hits: {pour: +3d}}}")
    assert list(made.tasks) == ["project.dig", "project.pour", "project.cure"]
    assert [risk.id for risk in made.risks] == ["rain", "frost"]


def test_a_list_replaces_that_of_the_base(on_top):
    made = on_top("calendars: {site: {closed: [2026-03-05]}}")
    assert [f"{day:%d}" for day in made.calendar_of["site"].exceptions] == ["05"]


def test_a_base_may_have_a_base(on_top, tmp_path):
    (tmp_path / "between.yaml").write_text("base: plan.yaml\nname: Between\ntasks: {dig: {duration: 6d}}\n")
    made = on_top("name: On top", base="between.yaml")
    assert (made.name, made.tasks["project.dig"].duration) == ("On top", laws.Fixed(6 * 480))


def test_mistakes_are_told_in_the_file_in_which_they_stand(on_top, tmp_path):
    (tmp_path / "plan.yaml").write_text(BASE.replace("pert 3d 4d 9d", "pert 3d 4x 9d"))
    with pytest.raises(InvalidScenario) as refused:
        on_top("tasks:\n  cure: {duration: 3ed, after: poor}\n")
    assert places_of(refused) == [("plan.yaml", 8, 29, "unknown-unit"), ("scenario.yaml", 3, 32, "unknown-task")]


def test_a_mistake_of_the_base_is_none_where_the_scenario_puts_another_value(on_top, tmp_path):
    (tmp_path / "plan.yaml").write_text(BASE.replace("pert 3d 4d 9d", "pert 3d 4x 9d"))
    assert on_top("tasks: {pour: {duration: 4d}}").tasks["project.pour"].planned == 4 * 480


def test_a_base_is_found_beside_the_scenario_wherever_one_stands(on_top, tmp_path, monkeypatch):
    monkeypatch.chdir("/")
    assert on_top("").name == "Plan"
