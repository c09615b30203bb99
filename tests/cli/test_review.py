"""What a review asks for on the command line: a workbook, slides, and charts like those of an earlier week."""

import json

import pytest

pytestmark = pytest.mark.slow


def test_a_workbook_and_slides_are_written_when_asked_for(command, here):
    pytest.importorskip("pptx")
    code, *_ = command("run", "shed.yaml", "-n", "500", "--no-charts", "--xlsx", "--pptx")
    assert code == 0
    assert {"forecast.xlsx", "slides.pptx"} <= {file.name for file in (here / "shed.results").iterdir()}
    code, *_ = command("run", "shed.yaml", "-n", "500", "--no-charts")
    assert code == 0
    assert not (here / "shed.results" / "forecast.xlsx").exists()


def test_a_run_like_an_earlier_one_tells_what_moved(command, here):
    command("run", "shed.yaml", "-n", "500", "--no-charts", "-o", "one")
    code, *_ = command(
        "run",
        "shed.yaml",
        "-n",
        "500",
        "--seed",
        "2",
        "--set",
        "projects.shed.tasks.roof.duration=uniform 4d 9d",
        "--like",
        "one",
        "-o",
        "two",
    )
    assert code == 0
    page = (here / "two" / "report.html").read_text(encoding="utf-8")
    assert "calendar days later" in page
    assert "independent runs" in page


@pytest.mark.parametrize("content", ["{", "[]", json.dumps({"format": 99}), "{}"])
def test_what_is_no_forecast_is_refused_before_anything_is_simulated(command, here, content):
    (here / "old.json").write_text(content, encoding="utf-8")
    code, _, err = command("run", "shed.yaml", "--like", "old.json")
    assert code == 2
    assert "old.json" in err
    assert "fix:" in err
    assert "Simulated" not in err


def test_an_empty_folder_is_no_earlier_forecast(command, here):
    (here / "old").mkdir()
    code, _, err = command("run", "shed.yaml", "--like", "old")
    assert code == 2
    assert "forecast.json" in err


def test_a_forecast_of_something_else_is_refused(command, here):
    command("run", "shed.yaml", "-n", "500", "--no-charts", "-o", "one")
    (here / "barn.yaml").write_text((here / "shed.yaml").read_text().replace("shed", "barn"), encoding="utf-8")
    code, _, err = command("run", "barn.yaml", "-n", "500", "--like", "one")
    assert code == 2
    assert "no target in common" in err
    assert not (here / "barn.results").exists()
