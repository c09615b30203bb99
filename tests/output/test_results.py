"""A results folder appears whole or not at all, and never takes the place of what is not ours."""

import os

import pytest
from output import pictures

from pmosim.errors import OutsideFailure, PmosimError
from pmosim.output import results
from pmosim.results.records import Forecast


@pytest.fixture
def forecast():
    return pictures.forecast("one-task")


def content(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_folder_holds_the_record_the_report_tables_and_each_chart_three_times(forecast, tmp_path):
    results.write_results(forecast, tmp_path / "out")
    files = content(tmp_path / "out")
    assert {"forecast.json", "report.html", "tables/targets.csv", "tables/percentiles.csv", "tables/tasks.csv"} <= set(files)
    charts = {name.rpartition(".")[0] for name in files if name.startswith("charts/")}
    assert charts == {f"charts/{name}" for name in pictures.charts("one-task")}
    assert all(f"{chart}.{kind}" in files for chart in charts for kind in ("svg", "png", "csv"))
    assert Forecast.load(tmp_path / "out" / "forecast.json") == forecast


def test_without_charts_there_are_the_record_and_the_tables(forecast, tmp_path):
    results.write_results(forecast, tmp_path / "out", charts=False)
    assert sorted(entry.name for entry in (tmp_path / "out").iterdir()) == ["forecast.json", "tables"]


def test_the_same_forecast_gives_the_same_bytes(forecast, tmp_path):
    results.write_results(forecast, tmp_path / "one")
    results.write_results(forecast, tmp_path / "two")
    assert content(tmp_path / "one") == content(tmp_path / "two")


def test_earlier_results_are_replaced_as_a_whole(forecast, tmp_path):
    results.write_results(forecast, tmp_path / "out")
    results.write_results(forecast, tmp_path / "out", charts=False)
    assert not (tmp_path / "out" / "report.html").exists()


def test_folders_above_are_made(forecast, tmp_path):
    results.write_results(forecast, tmp_path / "a" / "b" / "out", charts=False)
    assert (tmp_path / "a" / "b" / "out" / "forecast.json").exists()


def test_an_empty_folder_is_taken(forecast, tmp_path):
    (tmp_path / "out").mkdir()
    results.write_results(forecast, tmp_path / "out", charts=False)
    assert (tmp_path / "out" / "forecast.json").exists()


def test_a_folder_with_something_else_in_it_is_refused_and_left_alone(forecast, tmp_path):
    (tmp_path / "thesis.doc").write_text("years of work")
    with pytest.raises(PmosimError, match=r"holds what pmosim did not write \(thesis.doc\)"):
        results.write_results(forecast, tmp_path)
    assert content(tmp_path) == {"thesis.doc": b"years of work"}


def test_a_file_in_the_place_of_the_folder_is_refused(forecast, tmp_path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(PmosimError, match="is a file"):
        results.write_results(forecast, tmp_path / "out")


def test_a_folder_inside_a_file_is_refused(forecast, tmp_path):
    (tmp_path / "file").write_text("a file")
    with pytest.raises(PmosimError, match="name another folder"):
        results.write_results(forecast, tmp_path / "file" / "out")


@pytest.mark.parametrize("step", ["_tables", "save_charts", "_write"])
def test_a_failure_half_way_leaves_nothing(forecast, tmp_path, monkeypatch, step):
    monkeypatch.setattr(results, step, failing)
    with pytest.raises(OutsideFailure, match="No space left on device"):
        results.write_results(forecast, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt(), ZeroDivisionError()])
def test_a_failure_half_way_leaves_earlier_results_as_they_were(forecast, tmp_path, monkeypatch, error):
    results.write_results(forecast, tmp_path / "out", charts=False)
    before = content(tmp_path)

    def fail(*_):
        raise error

    monkeypatch.setattr(results, "_tables", fail)
    with pytest.raises((OutsideFailure, KeyboardInterrupt, ZeroDivisionError)):
        results.write_results(forecast, tmp_path / "out", charts=False)
    assert content(tmp_path) == before


def failing(*_):
    raise OSError(28, "No space left on device")


def test_results_that_cannot_take_their_place_leave_the_earlier_ones_there(forecast, tmp_path, monkeypatch):
    results.write_results(forecast, tmp_path / "out", charts=False)
    before = content(tmp_path)
    rename = type(tmp_path).rename

    def only_out_of_the_way(path, target):
        if path.name == "new":
            raise OSError(18, "Invalid cross-device link")
        return rename(path, target)

    monkeypatch.setattr(type(tmp_path), "rename", only_out_of_the_way)
    with pytest.raises(OutsideFailure):
        results.write_results(forecast, tmp_path / "out", charts=False)
    assert content(tmp_path) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_place_that_may_not_be_written_is_refused_with_its_name(forecast, tmp_path):
    (tmp_path / "locked").mkdir(mode=0o500)
    with pytest.raises(OutsideFailure, match="may not be written"):
        results.write_results(forecast, tmp_path / "locked" / "out")
