"""Tasks in progress: what remains of them by estimate, by percentage, or by what has elapsed."""

from datetime import datetime

import pytest

from pmosim.model import laws
from pmosim.model.schedule import schedule
from pmosim.model.tasks import Progress

DAY = 480
STARTED = "started: 2026-02-16 08:00"  # ten working days before the status date


def test_a_percentage_leaves_that_much_less_of_the_duration_and_of_its_estimate(task):
    made = task(f"duration: pert 8d 10d 16d, {STARTED}, percent: 40%")
    assert made.planned == pytest.approx(6 * DAY)
    assert made.duration == laws.Pert(8 * DAY, 10 * DAY, 16 * DAY).scaled(0.6)


@pytest.mark.parametrize("written", ["100%", "1.0"])
def test_nothing_is_left_of_a_task_of_100_percent(task, written):
    made = task(f"duration: 10d, {STARTED}, percent: {written}")
    assert (made.planned, made.duration) == (0, laws.Fixed(0))


def test_a_percentage_is_of_the_planned_duration_where_there_is_one(task):
    made = task(f"duration: pert 80% 100% 150%, planned: 20d, {STARTED}, percent: 25%")
    assert made.planned == pytest.approx(15 * DAY)
    assert made.duration.support == pytest.approx((12 * DAY, 22.5 * DAY))


def test_a_task_that_has_not_started_may_say_that_nothing_is_done(task):
    assert task("duration: 10d, percent: 0%").planned == 10 * DAY


def test_suspended_work_goes_on_no_earlier_than_it_resumes(read):
    portfolio = read(f"tasks: {{a: {{{STARTED}, remaining: 3d, resumes: 2026-03-09}}}}")
    assert portfolio.tasks["project.a"].progress == Progress(datetime(2026, 2, 16, 8), resumes=datetime(2026, 3, 9))
    assert schedule(portfolio)["project.a"].finish == datetime(2026, 3, 11, 17)


# ------------------------------------------------------------------ conditional


def test_a_conditional_estimate_is_of_the_whole_task_given_what_has_elapsed(task):
    made = task(f"duration: pert 8d 12d 20d, {STARTED}, conditional: true")
    assert made.duration == laws.Remaining(laws.Pert(8 * DAY, 12 * DAY, 20 * DAY), 10 * DAY)
    assert made.planned == 2 * DAY


def test_what_has_elapsed_is_working_time_of_the_tasks_own_calendar(task):
    made = task(
        f"duration: pert 5d 12d 30d, calendar: half, {STARTED}, conditional: true", "calendars: {half: {week: {mon-thu: 08:00-12:00}}}"
    )
    assert made.duration.elapsed == 8 * 240  # two weeks of four days


def test_elapsed_time_is_counted_round_the_clock(task):
    assert task(f"duration: uniform 10ed 30ed, {STARTED}, conditional: true").duration == laws.Uniform(0, (30 - 13 - 16 / 24) * 1440)


def test_a_status_date_in_mid_shift_counts_to_the_minute(read):
    head = "pmosim: 1\nstatus_date: 2026-03-02 09:40\n"
    made = read(f"tasks: {{t: {{duration: lognormal 12d sd 4d, {STARTED}, conditional: true}}}}", head).tasks["project.t"]
    assert made.duration.elapsed == 10 * DAY + 100


def test_the_plan_takes_the_middle_of_what_is_left_where_the_planned_duration_is_past(task):
    made = task(f"duration: pert 4d 5d 20d, {STARTED}, conditional: true")
    assert made.planned == pytest.approx(float(made.duration.quantile(0.5)))


def test_a_certain_duration_leaves_its_rest(task):
    assert task(f"duration: 12d, {STARTED}, conditional: true").duration == laws.Fixed(2 * DAY)


def test_conditional_may_be_said_once_for_all_and_denied_for_one(read):
    portfolio = read(f"""
        conditional: true
        projects:
          a:
            tasks:
              t: {{duration: uniform 5d 20d, {STARTED}}}
              u: {{remaining: uniform 5d 20d, {STARTED}}}
              v: {{duration: uniform 5d 20d}}
              w: {{duration: uniform 5d 20d, {STARTED}, percent: 50%, conditional: false}}
          b: {{conditional: false, tasks: {{t: {{remaining: uniform 5d 20d, {STARTED}}}}}}}
    """)
    assert {id: task.duration for id, task in portfolio.tasks.items()} == {
        "a.t": laws.Uniform(0, 10 * DAY),
        "a.u": laws.Uniform(5 * DAY, 20 * DAY),
        "a.v": laws.Uniform(5 * DAY, 20 * DAY),
        "a.w": laws.Uniform(2.5 * DAY, 10 * DAY),
        "b.t": laws.Uniform(5 * DAY, 20 * DAY),
    }


def test_rules_over_a_conditional_task_tell_the_duration_of_the_whole(read):
    made = read(f"""
        conditional: true
        tasks:
          t: {{duration: 12d, {STARTED}}}
        uncertainty: [{{duration: uniform 50% 200%}}]
    """).tasks["project.t"]
    assert made.duration == laws.Uniform(0, 14 * DAY)
    assert made.planned == 2 * DAY


def test_a_percentage_beside_a_conditional_estimate_is_the_plans_alone(task):
    made = task(f"duration: uniform 5d 20d, planned: 10d, {STARTED}, percent: 30%, conditional: true")
    assert (made.duration, made.planned) == (laws.Uniform(0, 10 * DAY), pytest.approx(7 * DAY))


def test_progress_is_measured_against_the_status_date_of_its_own_project(read):
    portfolio = read(f"""
        projects:
          a: {{status_date: 2026-02-23, tasks: {{t: {{duration: uniform 5d 20d, {STARTED}, conditional: true}}}}}}
    """)
    assert portfolio.tasks["a.t"].duration == laws.Uniform(0, 15 * DAY)


def test_actual_dates_after_the_status_date_are_kept_where_that_is_asked_for(read):
    text = "scheduling: {future_actuals: true}\ntasks: {a: {started: 2026-03-05, finished: 2026-03-06}}"
    assert read(text).tasks["project.a"].progress.actual_start == datetime(2026, 3, 5)


def test_a_table_has_a_column_for_each_of_these(read, tmp_path):
    (tmp_path / "tasks.csv").write_text(
        "id,duration,started,percent complete [%],conditional,resumes\n"
        "a,10d,2026-02-16,40,,\n"
        "b,uniform 5d 20d,2026-02-16,,yes,2026-03-16\n"
        "c,10d,2026-02-16,20,no,\n"
    )
    tasks = read("conditional: false\ntasks_from: tasks.csv").tasks
    assert tasks["project.a"].planned == pytest.approx(6 * DAY)
    assert tasks["project.b"].duration == laws.Uniform(0, 10 * DAY)
    assert tasks["project.b"].progress.resumes == datetime(2026, 3, 16)
    assert tasks["project.c"].planned == pytest.approx(8 * DAY)
