"""A planner's schedule as a scenario folder: the same network, in a text that changes only where the planner changed something."""

import random
import re
import shutil
from itertools import pairwise

import pytest
from exchange.conftest import ACTIVITIES

from pmosim.errors import PmosimError
from pmosim.exchange.folder import write_import
from pmosim.exchange.scenario import MARK, SCENARIO, SCHEDULE, generated
from pmosim.interchange.schedules import read_schedule
from pmosim.model.fingerprint import canonical_text
from pmosim.model.plan import plan_of
from pmosim.model.schedule import schedule
from pmosim.model.tasks import Reading
from pmosim.scenario.reader import read_scenario

pytestmark = pytest.mark.java

RULES = "[{match: {name: '*o*'}, duration: triangular 90% 100% 160%}, {duration: pert 80% 100% 150%}]"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "plan"


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


# ------------------------------------------------------------------ the same network


def test_the_folder_reads_as_the_network_of_the_file(schedule_file, folder):
    read = read_schedule(schedule_file)
    write_import(read, folder)
    ours, theirs = read_scenario(folder / SCENARIO).portfolio, read.portfolio()
    for reading in Reading:
        assert schedule(ours, plan_of(ours, reading)) == schedule(theirs, plan_of(theirs, reading))
    assert without_summaries(ours) == without_summaries(theirs)
    assert {id: dict(task.codes) for id, task in ours.tasks.items()} == {id: stripped(task.codes) for id, task in theirs.tasks.items()}
    assert {id: task.name for id, task in ours.tasks.items()} == {id: " ".join(task.name.split()) for id, task in theirs.tasks.items()}


def stripped(codes):
    return {name.strip(): " ".join(value.split()) for name, value in codes.items()}


def without_summaries(portfolio):
    """All that makes the numbers, but for the calendars of summary tasks, which keep none."""
    lines = canonical_text(portfolio).splitlines()
    return [text for text in lines if '"summary"' not in text and not text.startswith('["calendar","standard"')]


def test_the_folder_gives_the_same_forecast_as_the_same_rules_over_the_file(tmp_path, folder):
    from schedule_files import DATA

    from pmosim.forecasting import forecast

    shutil.copy(DATA / "mdl4ra.xer", tmp_path)
    read = read_schedule(tmp_path / "mdl4ra.xer")
    write_import(read, folder)
    id = read.projects[0].id
    (folder / SCENARIO).write_text(f"pmosim: 1\nbase: schedule.yaml\nprojects: {{{id}: {{uncertainty: {RULES}}}}}\n")
    (tmp_path / "direct.yaml").write_text(f"pmosim: 1\nprojects: {{{id}: {{schedule: mdl4ra.xer, uncertainty: {RULES}}}}}\n")
    made = [forecast(read_scenario(path).portfolio, iterations=400, seed=3) for path in (folder / SCENARIO, tmp_path / "direct.yaml")]
    first, second = ({task.id: task for task in one.tasks} for one in made)
    assert first == second
    assert [target.curve for target in made[0].targets] == [target.curve for target in made[1].targets]


def test_progress_constraints_and_lags_of_a_small_file_are_kept(house, folder):
    path = house(
        A9={"act_start_date": "2026-12-28 08:00", "status_code": "TK_Active", "remain_drtn_hr_cnt": "20"},
        A10={"cstr_type": "CS_MEOB", "cstr_date": "2027-02-01 17:00", "cstr_type2": "CS_ALAP"},
    )
    write_import(read_schedule(path), folder)
    table = (folder / "HOUSE.csv").read_text().splitlines()
    rows = [dict(zip(table[0].split(","), row.split(","), strict=True)) for row in table[1:]]
    by_id = {row["id"]: {name: cell for name, cell in row.items() if cell} for row in rows}
    assert by_id["A9"] | {} == by_id["A9"] | {"started": "2026-12-28 08:00", "remaining": "20h"}
    assert (by_id["A10"]["duration"], by_id["A10"]["after"], by_id["A10"]["finish_no_later"]) == ("36h", "A9 SS+2d", "2027-02-01 17:00")
    assert by_id["A11"]["milestone"] == "finish"


def test_actual_dates_after_the_data_date_are_kept_as_the_file_has_them(house, folder):
    begun = {"act_start_date": "2027-01-06 08:00", "status_code": "TK_Active", "remain_drtn_hr_cnt": "24"}
    read = read_schedule(house(A9=begun))
    write_import(read, folder)
    assert schedule(read_scenario(folder / SCENARIO).portfolio) == schedule(read.portfolio())
    assert "future_actuals: true" in (folder / SCHEDULE).read_text()


# ------------------------------------------------------------------ a text that changes with the planner alone


def test_the_same_file_gives_the_same_bytes(schedule_file):
    assert generated(read_schedule(schedule_file)) == generated(read_schedule(schedule_file))


def test_the_order_of_rows_in_the_file_means_nothing(house):
    luck = random.Random(5)
    links = [{"pred_task_id": str(before), "task_id": str(after)} for before, after in pairwise(range(1, 9))]
    rows = [{"task_id": str(n), "task_code": f"A{n}", "task_name": f"N{n}", "wbs_id": "200" if n % 3 else "201"} for n in range(1, 9)]
    first = generated(read_schedule(house("one.xer", rows, links)))
    for _ in range(3):
        shuffled = house("other.xer", luck.sample(rows, len(rows)), luck.sample(links, len(links)))
        assert generated(read_schedule(shuffled)) == first


def test_one_changed_duration_changes_one_line(house, folder):
    write_import(read_schedule(house()), folder)
    before = contents(folder)
    done = write_import(read_schedule(house(A10={"target_drtn_hr_cnt": "60"})), folder, update=True)
    after = contents(folder)
    assert done.written == ("HOUSE.csv",)
    changed = [(old, new) for old, new in zip(before["HOUSE.csv"].splitlines(), after["HOUSE.csv"].splitlines(), strict=True) if old != new]
    assert len(changed) == 1
    assert {name for name in after if after[name] != before[name]} == {"HOUSE.csv"}


def test_a_new_activity_is_a_new_line(house, folder):
    write_import(read_schedule(house()), folder)
    before = (folder / "HOUSE.csv").read_text().splitlines()
    write_import(read_schedule(house(activities=(*ACTIVITIES, {"task_code": "A10b"}))), folder, update=True)
    after = (folder / "HOUSE.csv").read_text().splitlines()
    assert len(set(after) - set(before)) == 1
    assert set(before) <= set(after)


def test_no_text_says_when_or_from_which_file_it_was_made(house):
    first, renamed = read_schedule(house("house.xer")), read_schedule(house("house-week-2.xer"))
    assert generated(first) == generated(renamed)


def test_a_file_of_ms_project_keeps_the_id_of_its_project_though_its_name_changes(tmp_path, folder):
    from schedule_files import mspdi_task, mspdi_text

    for name in ("house-w1.xml", "house-w2.xml"):
        (tmp_path / name).write_text(mspdi_text([mspdi_task(1), mspdi_task(2)]))
    write_import(read_schedule(tmp_path / "house-w1.xml"), folder)
    before = contents(folder)
    done = write_import(read_schedule(tmp_path / "house-w2.xml"), folder, update=True)
    assert not done.changed
    assert done.kept_id == ("house-w2", "house-w1")
    assert contents(folder) == before


# ------------------------------------------------------------------ what is the planner's and what is the user's


def test_an_update_leaves_the_users_own_file_alone(house, folder):
    write_import(read_schedule(house()), folder)
    own = "pmosim: 1\nbase: schedule.yaml\nname: Mine\nprojects: {HOUSE: {uncertainty: [{duration: pert 90% 100% 140%}]}}\n"
    (folder / SCENARIO).write_text(own)
    (folder / "notes.txt").write_text("mine too")
    write_import(read_schedule(house(A9={"target_drtn_hr_cnt": "80"})), folder, update=True)
    assert (folder / SCENARIO).read_text() == own
    assert (folder / "notes.txt").read_text() == "mine too"
    portfolio = read_scenario(folder / SCENARIO).portfolio
    assert portfolio.tasks["HOUSE.A9"].duration.support == pytest.approx((0.9 * 4800, 1.4 * 4800))


def test_the_table_of_a_project_that_is_gone_goes_too(house, folder, tmp_path):
    write_import(read_schedule(house()), folder)
    text = (folder / SCHEDULE).read_text()
    (folder / SCHEDULE).write_text(text + "  SHED:\n    tasks_from: SHED.csv\n  BAD:\n    tasks_from: ../house.xer.csv\n")
    (folder / "SHED.csv").write_text("id,duration\na,1d\n")
    (tmp_path / "house.xer.csv").write_text("no table of ours")
    done = write_import(read_schedule(house()), folder, update=True)
    assert done.removed == ("SHED.csv",)
    assert not (folder / "SHED.csv").exists()
    assert (tmp_path / "house.xer.csv").exists()


def test_the_scenario_to_start_from_can_be_run_and_says_what_may_be_added(house, folder):
    write_import(read_schedule(house()), folder)
    text = (folder / SCENARIO).read_text()
    assert read_scenario(folder / SCENARIO).portfolio.tasks
    own = read_scenario_text(folder, re.sub(r"^( *)# ( *)(?=- \{|\w+:)", r"\1\2", text, flags=re.MULTILINE))
    assert own.risks
    assert own.targets
    assert not own.tasks["HOUSE.A9"].duration.is_constant


def read_scenario_text(folder, text):
    from pmosim.scenario.reader import scenario_from_text

    return scenario_from_text(text, folder / "other.yaml").portfolio


@pytest.mark.parametrize(
    ("others", "options", "said"),
    [
        (["plan.yaml"], {}, "did not write"),
        (["plan.yaml"], {"update": True}, "did not write"),
        ([SCHEDULE], {}, "did not write"),
        ([], {"update": True}, "no earlier import"),
    ],
)
def test_a_folder_that_holds_something_else_is_left_as_it_is(house, folder, others, options, said):
    folder.mkdir()
    for name in others:
        (folder / name).write_text("mine")
    with pytest.raises(PmosimError, match=said):
        write_import(read_schedule(house()), folder, **options)
    assert sorted(contents(folder)) == others


def test_an_earlier_import_is_not_overwritten_unasked(house, folder):
    write_import(read_schedule(house()), folder)
    with pytest.raises(PmosimError, match="--update"):
        write_import(read_schedule(house(A9={"target_drtn_hr_cnt": "80"})), folder)


def test_force_writes_among_other_files_and_leaves_them(house, folder):
    folder.mkdir()
    (folder / "plan.yaml").write_text("mine")
    write_import(read_schedule(house()), folder, force=True)
    assert (folder / "plan.yaml").read_text() == "mine"
    assert (folder / SCHEDULE).read_text().startswith(MARK)


def test_an_import_that_fails_leaves_nothing_behind(house, folder, monkeypatch):
    read = read_schedule(house())
    monkeypatch.setattr("pmosim.exchange.folder.generated", lambda schedule: {"a.csv": "a", "no/such/folder.csv": "b"})
    with pytest.raises(PmosimError):
        write_import(read, folder)
    assert sorted(path.name for path in folder.parent.iterdir()) == ["house.xer"]


def test_an_update_that_fails_leaves_the_import_as_it_was(house, folder, monkeypatch):
    read = read_schedule(house())
    write_import(read, folder)
    before = contents(folder)
    monkeypatch.setattr("pmosim.exchange.folder.generated", lambda schedule: {"HOUSE.csv": "a", "no/such/folder.csv": "b"})
    with pytest.raises(PmosimError):
        write_import(read, folder, update=True)
    assert contents(folder) == before


# ------------------------------------------------------------------ the command


def test_the_command_says_what_it_wrote_and_what_comes_next(house, command):
    code, said, told = command("import", house(), "--output", "plan")
    assert (code, said) == (0, "1 project, 3 tasks, 3 links\n")
    assert "Wrote plan/schedule.yaml" in told
    assert "pmosim run plan/scenario.yaml" in told
    assert command("check", "plan/scenario.yaml")[0] == 0


def test_the_command_says_when_nothing_has_changed(house, command):
    command("import", house(), "--output", "plan")
    code, _, told = command("import", house(), "--output", "plan", "--update")
    assert code == 0
    assert "Nothing has changed" in told


def test_the_folder_is_named_after_the_schedule_unless_told(house, command, tmp_path):
    command("import", house("tower.week-2.xer"))
    assert (tmp_path / "tower" / SCHEDULE).exists()


@pytest.mark.parametrize("arguments", [["house.xer", "-o", "."], ["house.xer", "-o", "house.xer"], ["other.xer"], ["broken.xer"]])
def test_what_cannot_be_imported_ends_with_2_and_a_remedy(house, command, tmp_path, arguments):
    house()
    (tmp_path / "broken.xer").write_text("ERMHDR\t22.12\n")
    code, _, told = command("import", *arguments)
    assert code == 2
    assert "fix:" in told or "did you mean" in told or "there is no file" in told
