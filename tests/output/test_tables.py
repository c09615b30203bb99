"""Tables hold the record's own figures, unrounded, and CSV brings them back as they were."""

import csv
from datetime import datetime

import pytest
from output import pictures

from pmosim.output.results import write_csv
from pmosim.output.tables import forecast_tables, table_rows


@pytest.fixture(scope="module")
def forecast():
    return pictures.forecast("portfolio")


@pytest.fixture(scope="module")
def tables(forecast):
    return forecast_tables(forecast)


def test_there_is_a_row_for_every_target_task_and_risk(forecast, tables):
    assert list(tables["targets"]["target"]) == [one.id for one in forecast.targets]
    assert list(tables["tasks"]["task"]) == [task.id for task in forecast.tasks]
    assert list(tables["risks"]["risk"]) == [risk.id for risk in forecast.risks]


def test_percentiles_are_the_record_s_own(forecast, tables):
    rows = tables["percentiles"].set_index(["target", "level"])
    for one in forecast.targets:
        for level, value in one.percentiles.items():
            row = rows.loc[(one.id, level)]
            assert (row["finish"], row["finish_low"], row["finish_high"]) == (value.value, value.low, value.high)
            assert row["working_days"] == one.contingency[level].working_days.value


def test_criticality_has_a_row_for_each_task_and_target(forecast, tables):
    found = {(row.task, row.target): row.criticality for row in tables["criticality"].itertuples()}
    assert found == {(task.id, target): share.value for task in forecast.tasks for target, share in task.criticality.items()}


def test_the_delay_of_all_risks_together_stands_beside_those_of_each(forecast, tables):
    rows = tables["risk_delays"]
    together = rows[(rows["risk"] == "(all)") & (rows["target"] == "bridge.finish")]
    assert together["expected_days"].item() == forecast.total_exposure["bridge.finish"].expected.value


@pytest.mark.parametrize("name", ["targets", "percentiles", "tasks", "criticality", "sensitivities", "risks", "risk_delays", "merge_bias"])
def test_a_csv_file_reads_back_as_the_rows_that_were_written(forecast, name, tmp_path):
    rows = table_rows(forecast)[name]
    write_csv(tmp_path / "table.csv", rows)
    with (tmp_path / "table.csv").open(encoding="utf-8", newline="") as file:
        read = list(csv.DictReader(file))
    assert len(read) == len(rows) > 0
    for got, meant in zip(read, rows, strict=True):
        assert {key: restored(got[key], value) for key, value in meant.items()} == meant


def restored(text, like):
    if like is None:
        return None if text == "" else text
    if isinstance(like, bool):
        return text == "True"
    return datetime.fromisoformat(text) if isinstance(like, datetime) else type(like)(text)


def test_names_with_quotes_commas_and_line_breaks_survive(tmp_path):
    rows = [{"name": 'a "quoted", name\nin two lines', "days": 0.1 + 0.2}]
    write_csv(tmp_path / "table.csv", rows)
    with (tmp_path / "table.csv").open(encoding="utf-8", newline="") as file:
        assert [{"name": row["name"], "days": float(row["days"])} for row in csv.DictReader(file)] == rows
