"""Uncertainty for many tasks at once: classes of confidence, columns of three-point estimates, rules, and which of them holds."""

import pytest

from pmosim.errors import InvalidScenario
from pmosim.model import laws

CLASSES = "confidence: {high: pert 95% 100% 110%, low: pert 80% 100% 180%}\n"
DAY = 480.0
HIGH, LOW = laws.Pert(0.95, 1, 1.1), laws.Pert(0.8, 1, 1.8)


def durations(portfolio, project="project"):
    return {task.id: task.duration for task in portfolio.project[project].tasks}


# ------------------------------------------------------------------ classes of confidence


def test_a_class_is_laid_over_the_planned_duration_of_each_task_that_a_rule_matches(read):
    found = durations(
        read(
            CLASSES
            + """
uncertainty:
  - {match: {wbs: Civil*}, confidence: low}
  - {match: {calendar: night}, duration: planned}
  - confidence: high
calendars: {night: {week: {mon-fri: 22:00-06:00}}}
tasks:
  dig:  {duration: 10d, wbs: Civil.1}
  haul: {duration: 10d, calendar: night}
  roof: {duration: 5d}
"""
        )
    )
    assert found == {"dig": LOW.scaled(10 * DAY), "haul": laws.Fixed(10 * DAY), "roof": HIGH.scaled(5 * DAY)}


def test_what_stands_nearest_to_a_task_wins(read):
    found = durations(
        read(
            CLASSES
            + """
estimates: {low: Opt, mode: ML, high: Pess}
uncertainty: [{confidence: high}]
tasks:
  own:    {duration: uniform 4d 6d, codes: {Opt: 1, ML: 2, Pess: 3}}
  class:  {duration: 5d, confidence: low, codes: {Opt: 1, ML: 2, Pess: 3}}
  column: {duration: 5d, codes: {Opt: 1, ML: 2, Pess: 3}}
  rule:   {duration: 5d}
"""
        )
    )
    assert found == {
        "own": laws.Uniform(4 * DAY, 6 * DAY),
        "class": LOW.scaled(5 * DAY),
        "column": laws.Pert(DAY, 2 * DAY, 3 * DAY),
        "rule": HIGH.scaled(5 * DAY),
    }


def test_a_project_may_mean_something_else_by_a_class(read):
    portfolio = read(
        CLASSES
        + """
projects:
  bridge: {tasks: {dig: {duration: 5d, confidence: low}}}
  tower:
    confidence: {low: uniform 50% 200%}
    tasks: {dig: {duration: 5d, confidence: low}, roof: {duration: 5d, confidence: high}}
"""
    )
    assert durations(portfolio, "bridge") == {"dig": LOW.scaled(5 * DAY)}
    assert durations(portfolio, "tower") == {"dig": laws.Uniform(2.5 * DAY, 10 * DAY), "roof": HIGH.scaled(5 * DAY)}


def test_a_class_leaves_the_planned_duration_as_it_is(read):
    task = read(CLASSES + "tasks: {dig: {duration: 5d, confidence: low}}").tasks["project.dig"]
    assert task.planned == 5 * DAY


def test_the_class_of_a_conditional_task_in_progress_is_of_the_whole_of_it(task):
    made = task("duration: 10d, started: 2026-02-23, conditional: true, confidence: wide", "confidence: {wide: uniform 50% 200%}")
    assert made.duration == laws.Uniform(0.0, 15 * DAY)  # five days are over, of five to twenty


def test_a_table_of_tasks_has_a_column_of_classes(tmp_path, read):
    (tmp_path / "tasks.csv").write_text("id,duration,confidence\ndig,5d,low\nroof,5d,\n")
    assert durations(read(CLASSES + "tasks_from: tasks.csv")) == {"dig": LOW.scaled(5 * DAY), "roof": laws.Fixed(5 * DAY)}


def test_it_is_told_how_many_tasks_each_class_reaches_and_which_none_reaches(scenario):
    notes = scenario(
        CLASSES
        + """
tasks:
  dig:  {duration: 5d, confidence: low}
  pour: {duration: 5d, confidence: low}
  roof: {duration: 5d}
  walls: {duration: uniform 4d 6d}
  open: {milestone: true}
"""
    ).notes
    (said,) = [note for note in notes if "classes of confidence" in note]
    assert "reach 2 of 4 tasks that can vary (high 0, low 2)" in said
    assert "with another estimate: 1; without any, as planned: 1 (roof)" in said


# ------------------------------------------------------------------ columns of estimates


def column_task(task, values, mapping="low: Opt, mode: ML, high: Pess", keys="duration: 5d"):
    codes = ", ".join(f"{name}: {value}" for name, value in zip(("Opt", "ML", "Pess"), values, strict=True) if value is not None)
    return task(f"{keys}, codes: {{{codes}}}", f"estimates: {{{mapping}}}")


@pytest.mark.parametrize(
    ("values", "more", "law"),
    [
        ((4, 5, 9), "", laws.Pert(4 * DAY, 5 * DAY, 9 * DAY)),
        ((4, 5, 9), ", law: triangular", laws.Triangular(4 * DAY, 5 * DAY, 9 * DAY)),
        ((4, 5, 9), ", law: uniform", laws.Uniform(4 * DAY, 9 * DAY)),
        ((32, 40, 72), ", unit: h", laws.Pert(4 * DAY, 5 * DAY, 9 * DAY)),
        ((80, 100, 180), ', unit: "%"', laws.Pert(4 * DAY, 5 * DAY, 9 * DAY)),
        (("4d", "40h", "1w4d"), "", laws.Pert(4 * DAY, 5 * DAY, 9 * DAY)),
        (('"80 %"', "5", "9 days"), "", laws.Pert(4 * DAY, 5 * DAY, 9 * DAY)),
        ((5, 5, 5), "", laws.Pert(5 * DAY, 5 * DAY, 5 * DAY)),
    ],
)
def test_columns_give_three_points_in_their_own_units(task, values, more, law):
    made = column_task(task, values, "low: opt, mode: ml, high: pess" + more)  # upper and lower case alike
    assert made.duration == law
    assert made.planned == 5 * DAY


def test_a_unit_in_the_name_of_a_column_is_that_of_its_numbers(task):
    made = task("duration: 5d, codes: {'Opt (h)': 32, 'Pess [h]': 72}", "estimates: {low: 'Opt (h)', high: 'Pess [h]'}")
    assert made.duration == laws.Pert(4 * DAY, 5 * DAY, 9 * DAY)  # the most likely value is the planned one


def test_days_of_a_column_are_those_of_the_calendar_of_the_task(read):
    portfolio = read("""
calendars: {long: {week: {mon-fri: 06:00-18:00}}}
estimates: {low: Opt, high: Pess}
tasks: {dig: {duration: 5d, calendar: long, codes: {Opt: 4, Pess: 9}}}
""")
    assert durations(portfolio) == {"dig": laws.Pert(4 * 720.0, 5 * 720.0, 9 * 720.0)}


@pytest.mark.parametrize("values", [(None, None, None), (0, 0, 0), ("0d", None, "0h")])
def test_a_task_without_values_keeps_its_planned_duration(read, values):
    codes = ", ".join(f"{name}: {value}" for name, value in zip(("Opt", "ML", "Pess"), values, strict=True) if value is not None)
    portfolio = read(f"""
estimates: {{low: Opt, mode: ML, high: Pess}}
tasks:
  dig:  {{duration: 5d, codes: {{{codes}}}}}
  roof: {{duration: 5d, codes: {{Opt: 4, ML: 5, Pess: 9}}}}
""")
    assert durations(portfolio)["dig"] == laws.Fixed(5 * DAY)


IN_PROGRESS = "started: 2026-02-23"  # five working days before the status date


@pytest.mark.parametrize(
    ("keys", "more", "law"),
    [
        # of ten days three are left: what is left varies in the proportions of the whole
        ("remaining: 3d", "", laws.Pert(3 * 0.8 * DAY, 3 * DAY, 3 * 1.8 * DAY)),
        ("remaining: 3d", ", of: remaining", laws.Pert(8 * DAY, 10 * DAY, 18 * DAY)),
        ("duration: 10d, conditional: true", "", laws.remaining(laws.Pert(8 * DAY, 10 * DAY, 18 * DAY), 5 * DAY)),
    ],
)
def test_columns_of_a_task_in_progress_are_of_the_whole_of_it_unless_they_are_said_to_be_of_what_remains(task, keys, more, law):
    made = column_task(task, (8, 10, 18), "low: Opt, mode: ML, high: Pess" + more, f"{keys}, {IN_PROGRESS}")
    assert made.duration.support == pytest.approx(law.support)
    assert made.duration.mean == pytest.approx(law.mean)


def test_without_a_column_for_it_the_most_likely_value_of_work_in_progress_is_its_whole_planned_duration(task):
    made = task(f"remaining: 5d, {IN_PROGRESS}, codes: {{Opt: 8, Pess: 18}}", "estimates: {low: Opt, high: Pess}")
    assert made.duration == laws.Pert(4 * DAY, 5 * DAY, 9 * DAY)  # five days gone and five left of ten: half of 8, 10 and 18


def test_it_is_told_how_many_tasks_the_columns_reach_and_which_lack_a_value(scenario):
    notes = scenario("""
estimates: {low: Opt, mode: ML, high: Pess}
tasks:
  dig:  {duration: 5d, codes: {Opt: 4, ML: 5, Pess: 9}}
  pour: {duration: 5d, codes: {Opt: 4, ML: 5}}
""").notes
    assert "columns 'Opt', 'ML' and 'Pess' give 1 task its estimate (pert); 1 lack one of the values: pour" in notes


def test_columns_that_look_like_estimates_and_are_not_used_are_told_with_the_words_that_use_them(scenario):
    text = "tasks: {dig: {duration: 5d, codes: {'Optimistic Dur': 4, 'Most Likely': 5, Pess: 9}}}"
    (said,) = scenario(text).notes
    assert "look like estimates of 1 unfinished task, and nothing uses them" in said
    mapping = said.rpartition("  ")[2]
    assert mapping == 'estimates: {low: "Optimistic Dur", mode: "Most Likely", high: "Pess"}'
    used = scenario(mapping + "\n" + text)
    assert used.portfolio.tasks["project.dig"].duration == laws.Pert(4 * DAY, 5 * DAY, 9 * DAY)
    assert not any("nothing uses them" in note for note in used.notes)


def test_every_task_with_a_wrong_value_is_named(scenario):
    with pytest.raises(InvalidScenario) as refused:
        scenario("""
estimates: {low: Opt, high: Pess}
tasks:
  dig:  {duration: 5d, codes: {Opt: four, Pess: 9}}
  pour: {duration: 5d, codes: {Opt: 4, Pess: nine}}
  roof: {duration: 5d, codes: {Opt: 9, Pess: 4}}
""")
    said = [problem.what for _, problem in refused.value.located]
    assert [any(f"task '{id}'" in what for what in said) for id in ("dig", "pour", "roof")] == [True] * 3
