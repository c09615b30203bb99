"""A forecast beside the planner's activities: every date is there, task by task, and nothing else of the file has changed."""

import re
import shutil
from datetime import datetime

import pytest
from openpyxl import load_workbook
from schedule_files import DATA, element, mspdi_task, mspdi_text, unpacked, xer_tables, xer_text

from pmosim.errors import PmosimError
from pmosim.exchange.export import export
from pmosim.exchange.figures import fields_of, figures_of
from pmosim.exchange.folder import write_import
from pmosim.forecasting import forecast
from pmosim.interchange.java import java_class
from pmosim.interchange.schedules import read_schedule
from pmosim.model.schedule import schedule
from pmosim.scenario.reader import scenario_from_text

pytestmark = pytest.mark.java

FILES = [
    "mdl4ra.xer",
    "progressed-695.redacted.xer",
    "residential-construction.converted.mspdi.xml",
    "actual-task-properties.converted.mspdi.xml",
    "mpxj-task-links-project2013.mspdi.xml",
    "mpsp-j30-a10-nr1.converted.mspdi.xml.gz",
]


def forecast_of(path, project="plan"):
    rules = "uncertainty: [{duration: pert 90% 100% 150%}]"
    text = f"pmosim: 1\nprojects: {{{project}: {{schedule: {path.name}, {rules}}}}}\n"
    return forecast(scenario_from_text(text, path.parent / "s.yaml").portfolio, iterations=100, seed=2)


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    return tmp_path_factory.mktemp("export")


@pytest.fixture(scope="module", params=FILES)
def exported(request, work):
    """The planner's file, its forecast, and the file with the forecast in it."""
    name = request.param.removesuffix(".gz")
    path = unpacked(name, work) if request.param.endswith(".gz") else shutil.copy(DATA / name, work / name)
    made = forecast_of(path)
    (work / "out").mkdir(exist_ok=True)
    export(made, work / "out" / name, schedule=path)
    return path, made, work / "out" / name


def read_by_mpxj(path):
    """What MPXJ, which knows nothing of us, finds in our fields: (project's place, id) -> name of the field -> value."""
    found = {}
    for place, source in enumerate(java_class("org.mpxj.reader.UniversalProjectReader")().readAll(str(path))):
        ours = {str(one.getAlias()): one.getFieldType() for one in source.getCustomFields() if str(one.getAlias()).startswith("pmosim ")}
        for task in source.getTasks():
            values = {name: value for name, key in ours.items() if (value := task.get(key)) is not None}
            if values:
                found[place, str(task.getActivityID() or task.getUniqueID())] = {
                    name: float(value) if name.endswith("%") else datetime.fromisoformat(str(value)) for name, value in values.items()
                }
    return found


def test_mpxj_reads_every_date_of_every_unfinished_activity(exported):
    path, made, output = exported
    tasks = {id: task for id, task in read_schedule(path).tasks.items() if not task.is_finished}
    with_summaries = path.suffix == ".xml"
    expected = {}
    for task in made.tasks:
        own = task.id.partition(".")[2]
        source = next((one for id, one in tasks.items() if id.partition(".")[2] == own), None)
        if source is not None and (with_summaries or task.kind != "summary"):
            expected[source.codes.get("Activity ID", own)] = figures_of(task)
    found = {id: values for (_, id), values in read_by_mpxj(output).items()}
    assert found.keys() == expected.keys()
    assert found == expected


def test_the_network_is_what_it_was(exported):
    path, _, output = exported
    before, after = read_schedule(path), read_schedule(output)
    assert schedule(after.portfolio()) == schedule(before.portfolio())
    assert after.links == before.links
    assert {id: task.stored for id, task in after.tasks.items()} == {id: task.stored for id, task in before.tasks.items()}


def test_nothing_else_of_the_file_has_changed(exported):
    path, _, output = exported
    before, after = path.read_bytes(), output.read_bytes()
    if path.suffix == ".xer":
        assert re.sub(rb"%T\tUDF(TYPE|VALUE)\r\n%F[^\n]*\n(%R[^\n]*\n)*", b"", after) == before
    else:
        assert without_our_fields(after.decode()) == without_our_fields(before.decode())


DEFINITION = (
    r"\s*<ExtendedAttribute>\s*<FieldID>(\d+)</FieldID>\s*<FieldName>\w+</FieldName>\s*<Alias>pmosim [^<]*</Alias>\s*</ExtendedAttribute>"
)


def without_our_fields(text):
    """An MSPDI text without the custom fields that are ours, and without an empty list of definitions."""
    ids = "|".join(re.findall(DEFINITION, text)) or "none"
    text = re.sub(DEFINITION, "", text)
    text = re.sub(rf"\s*<ExtendedAttribute>\s*<FieldID>({ids})</FieldID>\s*<Value>[^<]*</Value>\s*</ExtendedAttribute>", "", text)
    return re.sub(r"(<ExtendedAttributes>\s*</ExtendedAttributes>|<ExtendedAttributes */>)\s*", "", text)


def test_a_second_export_replaces_the_first(exported, tmp_path):
    path, made, output = exported
    export(made, tmp_path / path.name, schedule=output)
    assert (tmp_path / path.name).read_bytes() == output.read_bytes()


# ------------------------------------------------------------------ the planner's own fields


OWN_FIELDS = {
    "UDFTYPE": [
        {"udf_type_id": "700", "table_name": "TASK", "udf_type_label": "Zone", "logical_data_type": "FT_TEXT"},
        {"udf_type_id": "701", "table_name": "PROJECT", "udf_type_label": "pmosim P80 finish", "logical_data_type": "FT_END_DATE"},
    ],
    "UDFVALUE": [{"fk_id": "1", "udf_type_id": "700", "proj_id": "100", "udf_text": "Café"}],
}


def test_fields_of_the_planners_own_stay_beside_ours(tmp_path):
    path = tmp_path / "house.xer"
    path.write_bytes(xer_text([{}, {}], tables=OWN_FIELDS).encode("cp1252"))
    export(forecast_of(path), tmp_path / "out.xer", schedule=path)
    tables = xer_tables(tmp_path / "out.xer")
    assert tables["UDFVALUE"][0] == OWN_FIELDS["UDFVALUE"][0]
    assert [row["udf_type_label"] for row in tables["UDFTYPE"][:2]] == ["Zone", "pmosim P80 finish"]
    ids = [row["udf_type_id"] for row in tables["UDFTYPE"]]
    assert len({*ids}) == len(ids) == 2 + 11
    assert all(int(id) > 701 for id in ids[2:])


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16-be", "utf-16-le"])
def test_an_xer_file_keeps_its_encoding(tmp_path, encoding):
    text = xer_text([{"task_name": "Gründung à côté"}, {}])
    text = "\ufeff" + text if encoding.startswith("utf-16") else text
    path = tmp_path / "house.xer"
    path.write_bytes(text.encode(encoding))
    export(forecast_of(path), tmp_path / "out.xer", schedule=path)
    after = (tmp_path / "out.xer").read_bytes().decode(encoding)
    assert re.sub(r"%T\tUDF(TYPE|VALUE)\r\n%F[^\n]*\n(%R[^\n]*\n)*", "", after) == text


@pytest.mark.parametrize("encoding", ["UTF-8", "ISO-8859-1", "windows-1252"])
@pytest.mark.parametrize("head", ["", "<ExtendedAttributes/>", "<ExtendedAttributes></ExtendedAttributes>"])
def test_an_xml_file_keeps_its_encoding_and_all_that_is_in_it(tmp_path, encoding, head):
    text = mspdi_text([mspdi_task(1, "Gründung"), mspdi_task(2)], head=head, encoding=encoding)
    path = tmp_path / "house.xml"
    path.write_bytes(text.encode(encoding))
    export(forecast_of(path), tmp_path / "out.xml", schedule=path)
    after = (tmp_path / "out.xml").read_bytes().decode(encoding)
    assert without_our_fields(after) == without_our_fields(text)
    assert len(read_by_mpxj(tmp_path / "out.xml")) == 2


def custom(id, value, alias=""):
    return element("ExtendedAttribute", FieldID=id, **({"FieldName": "Date1", "Alias": alias} if alias else {"Value": value}))


def test_custom_fields_that_the_planner_uses_are_left_to_him(tmp_path):
    own = custom(188743945, "2027-05-03T08:00:00")
    path = tmp_path / "house.xml"
    head = element("ExtendedAttributes", custom(188743946, "", alias="Permit granted"))
    path.write_text(mspdi_text([mspdi_task(1, links=own), mspdi_task(2)], head=head))
    export(forecast_of(path), tmp_path / "out.xml", schedule=path)
    text = (tmp_path / "out.xml").read_text()
    assert own in text
    assert "<Alias>Permit granted</Alias>" in text
    ours = dict(re.findall(r"<FieldID>(\d+)</FieldID><FieldName>\w+</FieldName><Alias>(pmosim [^<]*)</Alias>", text))
    assert len(ours) == 11
    assert not {"188743945", "188743946"} & ours.keys()
    assert len(read_by_mpxj(tmp_path / "out.xml")[0, "1"]) == 11


def test_a_file_without_a_free_custom_field_is_refused(tmp_path):
    used = "".join(custom(188743766 + n if n < 6 else 188743976 + n, "1") for n in range(1, 21))
    path = tmp_path / "house.xml"
    path.write_text(mspdi_text([mspdi_task(1, links=used), mspdi_task(2)]))
    with pytest.raises(PmosimError, match=r"Number1-20 are in use[\s\S]*fix:"):
        export(forecast_of(path), tmp_path / "out.xml", schedule=path)
    assert not (tmp_path / "out.xml").exists()


def test_our_own_fields_do_not_come_back_with_the_next_import(tmp_path):
    path = tmp_path / "house.xml"
    path.write_text(mspdi_text([mspdi_task(1), mspdi_task(2)]))
    export(forecast_of(path), tmp_path / "back" / "house.xml", schedule=path)
    write_import(read_schedule(path), tmp_path / "before")
    write_import(read_schedule(tmp_path / "back" / "house.xml"), tmp_path / "after")
    assert (tmp_path / "before" / "house.csv").read_bytes() == (tmp_path / "after" / "house.csv").read_bytes()


# ------------------------------------------------------------------ whose forecast it is


def test_the_forecast_of_an_imported_folder_goes_back_into_the_file(tmp_path):
    path = shutil.copy(DATA / "mdl4ra.xer", tmp_path / "mdl4ra.xer")
    write_import(read_schedule(path), tmp_path / "plan")
    from pmosim.scenario.reader import read_scenario

    made = forecast(read_scenario(tmp_path / "plan" / "scenario.yaml").portfolio, iterations=50)
    assert export(made, tmp_path / "out.xer", schedule=path).activities == 62


def test_activity_ids_that_had_to_be_changed_are_found_again(tmp_path):
    path = tmp_path / "house.xer"
    path.write_bytes(xer_text([{"task_code": "A 1.0"}, {"task_code": "A/1-0"}, {"task_code": "B"}]).encode())
    made = forecast_of(path)
    export(made, tmp_path / "out.xer", schedule=path)
    assert {id for _, id in read_by_mpxj(tmp_path / "out.xer")} == {"A 1.0", "A/1-0", "B"}


def test_what_the_forecast_and_the_file_do_not_share_is_told(tmp_path):
    path, other = tmp_path / "house.xer", tmp_path / "later.xer"
    path.write_bytes(xer_text([{}, {}, {}]).encode())
    done_by = {"act_start_date": "2026-12-01 08:00", "act_end_date": "2026-12-04 17:00", "status_code": "TK_Complete"}
    other.write_bytes(xer_text([{**done_by}, {}, {"task_code": "NEW"}]).encode())
    notes = export(forecast_of(path), tmp_path / "out.xer", schedule=other).notes
    assert [note.partition(" ")[0] for note in notes] == ["1", "1", "1"]
    assert any("NEW" in note for note in notes)
    assert any("A3" in note for note in notes)


def test_a_file_of_another_project_is_refused(tmp_path):
    path, other = tmp_path / "house.xer", tmp_path / "other.xer"
    path.write_bytes(xer_text([{}, {}]).encode())
    other.write_bytes(xer_text([{"task_code": "X"}, {"task_code": "Y"}]).encode())
    with pytest.raises(PmosimError, match="no unfinished activity in common"):
        export(forecast_of(path), tmp_path / "out.xer", schedule=other)


@pytest.fixture
def twins(tmp_path):
    """A file whose activity ids occur in both projects of the forecast."""
    path = tmp_path / "house.xer"
    path.write_bytes(xer_text([{}, {}]).encode())
    rules = "uncertainty: [{duration: uniform 100% 200%}]"
    text = f"pmosim: 1\nprojects:\n  one: {{schedule: house.xer, {rules}}}\n  two: {{schedule: house.xer}}\n"
    return path, forecast(scenario_from_text(text, tmp_path / "s.yaml").portfolio, iterations=50)


def test_which_of_two_projects_is_meant_must_be_said(twins, tmp_path):
    path, made = twins
    with pytest.raises(PmosimError, match=r"'one' or 'two'[\s\S]*--project"):
        export(made, tmp_path / "out.xer", schedule=path)
    for project in ("one", "two"):
        export(made, tmp_path / "out.xer", schedule=path, project=project)
        task = next(task for task in made.tasks if task.id == f"{project}.A1")
        assert read_by_mpxj(tmp_path / "out.xer")[0, "A1"]["pmosim P80 finish"] == task.finish[80]


def test_a_project_that_the_forecast_does_not_have_is_refused_with_those_it_has(twins, tmp_path):
    path, made = twins
    with pytest.raises(PmosimError, match=r"no project 'tow'[\s\S]*write 'two'"):
        export(made, tmp_path / "out.xer", schedule=path, project="tow")


# ------------------------------------------------------------------ Excel


def test_a_sheet_has_a_row_for_every_task_with_real_dates(twins, tmp_path):
    _, made = twins
    export(made, tmp_path / "out.xlsx")
    sheet = load_workbook(tmp_path / "out.xlsx")["Forecast"]
    headings, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert len(rows) == len(made.tasks)
    by_id = {(row[0], row[2]): dict(zip(headings, row, strict=True)) for row in rows}
    for task in made.tasks:
        row = by_id[task.project, task.id.partition(".")[2]]
        dates = {f"P{level} finish": date for level, date in task.finish.items()} | {"Planned start": task.planned_start}
        assert {name: row[name] for name in dates} == dates
        assert row["Mean duration [d]"] == task.duration_mean.value
    formats = {heading: cell.number_format for heading, cell in zip(headings, sheet[2], strict=True)}
    assert formats["P80 finish"] == "yyyy-mm-dd hh:mm"
    assert formats["Criticality"] == "0.0%"


def test_a_sheet_shows_activity_ids_as_they_stand_in_the_file_and_no_name_is_a_formula(tmp_path):
    path = tmp_path / "house.xer"
    path.write_bytes(xer_text([{"task_code": "A 1.0", "task_name": "=1+1"}, {}]).encode())
    export(forecast_of(path), tmp_path / "out.xlsx", schedule=path)
    rows = {row[2].value: row[3] for row in load_workbook(tmp_path / "out.xlsx")["Forecast"].iter_rows(min_row=2)}
    assert rows["A 1.0"].value == "=1+1"
    assert rows["A 1.0"].data_type == "s"


# ------------------------------------------------------------------ the command


@pytest.fixture
def results(house, command):
    """The results folder of a small schedule."""
    house()
    with open("s.yaml", "w") as file:
        file.write("pmosim: 1\nschedule: house.xer\nuncertainty: [{match: {id: A9}, duration: pert 90% 100% 150%}]\n")
    assert command("run", "s.yaml", "-n", "50", "--no-charts", "-o", "results")[0] == 0
    return "results"


def test_the_command_writes_a_copy_and_leaves_the_planners_file_as_it_is(results, command, tmp_path):
    before = (tmp_path / "house.xer").read_bytes()
    code, _, told = command("export", results, "--schedule", "house.xer", "--output", "house-P80.xer")
    assert (code, "11 fields beside 3 activities" in told) == (0, True)
    assert (tmp_path / "house.xer").read_bytes() == before
    assert (tmp_path / "house-P80.xer").exists()


def test_the_record_itself_may_be_named_too(results, command):
    assert command("export", "results/forecast.json", "-o", "house.xlsx")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["results", "-o", "house-P80.xer"], "--schedule"),
        (["results", "--schedule", "house.xer", "-o", "house.xer"], "planner's own file"),
        (["results", "--schedule", "house.xer", "-o", "house.pdf"], ".xlsx"),
        (["results", "--schedule", "house.xer", "-o", "house.xml"], "without losing"),
        (["results", "--schedule", "s.yaml", "-o", "house.xer"], "fix:"),
        (["results", "--schedule", "house.xer", "-o", "results"], "of no kind"),
        (["house.xer", "-o", "house.xlsx"], "no forecast"),
        ([".", "-o", "house.xlsx"], "there is no forecast.json"),
        (["nowhere", "-o", "house.xlsx"], "does not exist"),
    ],
)
def test_what_cannot_be_exported_ends_with_2_and_leaves_nothing(results, command, tmp_path, arguments, said):
    before = sorted(path.name for path in tmp_path.iterdir())
    code, _, told = command("export", *arguments)
    assert (code, said in told) == (2, True), told
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_the_fields_are_the_percentiles_that_the_forecast_has(twins):
    _, made = twins
    names = [field.name for field in fields_of(made)]
    assert names[:4] == ["pmosim planned start", "pmosim planned finish", "pmosim P10 start", "pmosim P10 finish"]
    assert names[-1] == "pmosim criticality %"


# ------------------------------------------------------------------ files that are no text


def test_a_file_that_is_neither_is_converted_first_and_that_is_said(tmp_path):
    xml, path = tmp_path / "house.xml", tmp_path / "house.mpx"
    xml.write_text(mspdi_text([mspdi_task(1), mspdi_task(2, Duration="PT80H0M0S")]))
    source = java_class("org.mpxj.reader.UniversalProjectReader")().read(str(xml))
    java_class("org.mpxj.mpx.MPXWriter")().write(source, str(path))
    made = forecast_of(path)
    done = export(made, tmp_path / "out.xml", schedule=path)
    assert any("converted" in note for note in done.notes)
    found = {id: values["pmosim P80 finish"] for (_, id), values in read_by_mpxj(tmp_path / "out.xml").items()}
    assert found == {task.id.partition(".")[2]: task.finish[80] for task in made.tasks}


def test_primaveras_own_xml_is_not_rewritten(tmp_path):
    path = tmp_path / "house.xml"
    source = java_class("org.mpxj.reader.UniversalProjectReader")().read(str(DATA / "mdl4ra.xer"))
    java_class("org.mpxj.primavera.PrimaveraPMFileWriter")().write(source, str(path))
    made = forecast_of(path)
    with pytest.raises(PmosimError, match=r"without losing[\s\S]*save the schedule as XER"):
        export(made, tmp_path / "out.xml", schedule=path)
    assert export(made, tmp_path / "out.xlsx", schedule=path).activities == len(made.tasks)
