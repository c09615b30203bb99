"""Three-point estimates in the user-defined and custom fields of planners' files: recognised, read, and kept by an import."""

import pytest
from schedule_files import element, link, mspdi_task, mspdi_text, xer_text

from pmosim.interchange.estimates import role_of, three_points
from pmosim.model import laws
from pmosim.model.tasks import Task
from pmosim.scenario.reader import scenario_from_text

DAY = 480.0


def with_fields(**fields):
    return Task("a", planned=480.0, codes=fields)


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("Optimistic Duration", "low"),
        ("Min Rem Dur", "low"),
        ("MinDuration", "low"),
        ("Best case (d)", "low"),
        ("O", "low"),
        ("Most Likely", "mode"),
        ("ML_Dur", "mode"),
        ("Expected Duration", "mode"),
        ("Pess Dur", "high"),
        ("Maximum duration [h]", "high"),
        ("Worst Case Duration", "high"),
        ("Phase", None),
        ("Minutes", None),
        ("Low voltage", None),
        ("Duration", None),
    ],
)
def test_the_usual_names_of_three_points_are_known(name, role):
    assert role_of(name) == role


def test_columns_without_both_ends_or_without_numbers_are_no_estimates():
    assert three_points([with_fields(Min="4", ML="5")]) is None
    assert three_points([with_fields(Min="low", Max="high")]) is None
    assert three_points([with_fields(O="4", P="9")]) is None  # two single letters may mean anything
    assert three_points([with_fields(O="4", M="5", P="9")]) is not None


def user_fields(values, kind="FT_FLOAT_2_DECIMALS", names=("Opt Dur", "ML Dur", "Pess Dur")):
    """Tables of user-defined fields: by activity, the values of the three."""
    column = "udf_text" if kind == "FT_TEXT" else "udf_number"
    types = [
        {"udf_type_id": str(501 + n), "table_name": "TASK", "udf_type_label": name, "logical_data_type": kind}
        for n, name in enumerate(names)
    ]
    rows = [
        {"udf_type_id": str(501 + n), "fk_id": str(task), "proj_id": "100", column: str(value)}
        for task, three in values.items()
        for n, value in enumerate(three)
    ]
    return {"UDFTYPE": types, "UDFVALUE": rows}


@pytest.fixture
def house(tmp_path):
    """A scenario of an XER file with user-defined fields; ten-hour days, so that a day is not eight hours by chance."""

    def read(text="", kind="FT_FLOAT_2_DECIMALS", values=None):
        days = "".join(f"(0||{day}()((0||0(s|07:00|f|17:00)())))" for day in range(2, 7)) + "(0||1()())(0||7()())"
        calendar = {"1": ("Ten hours", "", f"(0||CalendarData()((0||DaysOfWeek()({days}))(0||Exceptions()())))")}
        tables = user_fields(values or {1: (4, 5, 9), 2: (8, 10, 20)}, kind)
        made = xer_text([{}, {"target_drtn_hr_cnt": "80"}, {}], [link(1, 2)], tables=tables, calendars=calendar)
        (tmp_path / "house.xer").write_bytes(made.replace("\t8\t40\t172\t", "\t10\t50\t200\t").encode())
        return scenario_from_text(f"pmosim: 1\nprojects:\n  h:\n    schedule: house.xer\n    {text}\n", tmp_path / "s.yaml")

    return read


@pytest.mark.java
@pytest.mark.parametrize(("kind", "unit"), [("FT_FLOAT_2_DECIMALS", 600.0), ("FT_INT", 600.0), ("FT_TEXT", 600.0)])
def test_user_defined_fields_of_primavera_are_estimates_in_days_of_the_calendar(house, kind, unit):
    tasks = house("estimates: {low: Opt Dur, mode: ML Dur, high: Pess Dur}", kind).portfolio.tasks
    assert tasks["h.A1"].duration == laws.Pert(4 * unit, 5 * unit, 9 * unit)
    assert tasks["h.A2"].duration == laws.Pert(8 * unit, 10 * unit, 20 * unit)
    assert (tasks["h.A1"].planned, tasks["h.A3"].duration) == (2400, laws.Fixed(2400))


@pytest.mark.java
def test_columns_go_before_rules_and_rules_take_the_rest(house):
    mapping = "estimates: {low: Opt Dur, high: Pess Dur, unit: h}\n"
    mapping += "    uncertainty: [{confidence: low}]\n    confidence: {low: pert 80% 100% 180%}"
    tasks = house(mapping, values={1: (32, 40, 72)}).portfolio.tasks
    assert tasks["h.A1"].duration == laws.Pert(32 * 60.0, 2400.0, 72 * 60.0)
    assert tasks["h.A2"].duration == laws.Pert(0.8, 1, 1.8).scaled(80 * 60.0)


@pytest.mark.java
def test_custom_durations_of_ms_project_keep_their_units(tmp_path):
    names = ("Optimistic", "Expected", "Pessimistic")
    head = element(
        "ExtendedAttributes",
        *(element("ExtendedAttribute", FieldID=188743783 + n, FieldName=f"Duration{n + 1}", Alias=name) for n, name in enumerate(names)),
    )

    def fields(*durations):
        return "".join(
            element("ExtendedAttribute", FieldID=188743783 + n, Value=value, DurationFormat=7) for n, value in enumerate(durations)
        )

    tasks = [mspdi_task(1, links=fields("PT32H0M0S", "PT40H0M0S", "PT72H30M0S")), mspdi_task(2, links=fields(*["PT0H0M0S"] * 3))]
    (tmp_path / "m.xml").write_text(mspdi_text(tasks, head=head))
    mapping = "estimates: {low: Optimistic, mode: Expected, high: Pessimistic, law: triangular}"
    made = scenario_from_text(f"pmosim: 1\nprojects: {{m: {{schedule: m.xml, {mapping}}}}}", tmp_path / "s.yaml").portfolio.tasks
    assert made["m.1"].duration == laws.Triangular(4 * DAY, 5 * DAY, 9 * DAY + 30)
    assert made["m.2"].duration == laws.Fixed(5 * DAY)  # nothing was ever entered there


@pytest.mark.java
def test_check_and_import_tell_of_columns_that_nothing_uses_and_the_imported_folder_can_use_them(house, tmp_path, capfd):
    from pmosim.cli.main import run

    house()  # writes the file
    for command in (["check", str(tmp_path / "house.xer")], ["import", str(tmp_path / "house.xer"), "-o", str(tmp_path / "folder")]):
        assert run(command) == 0
        assert "columns 'Opt Dur', 'ML Dur' and 'Pess Dur' look like estimates of 2 unfinished tasks" in "".join(capfd.readouterr())
    mine = tmp_path / "folder" / "scenario.yaml"
    proposed = 'estimates: {low: "Opt Dur", mode: "ML Dur", high: "Pess Dur"}'
    assert f"    # {proposed}" in mine.read_text()
    text = mine.read_text().replace(f"    # {proposed}", f"    {proposed}")
    tasks = scenario_from_text(text, mine).portfolio.tasks
    assert tasks["HOUSE.A2"].duration == laws.Pert(8 * 600.0, 10 * 600.0, 20 * 600.0)
