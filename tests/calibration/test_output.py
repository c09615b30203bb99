"""The program promises that a calibration of any kind can be told, drawn and kept: of one outcome, of none, of all late or all early."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache

import numpy as np
import pytest

from pmosim.output.calibrating import summary, write_calibration
from pmosim.output.calibrating.page import catalogue, report
from pmosim.results.calibration import Calibration
from pmosim.results.judging import calibration_of
from pmosim.results.outcomes import Outcome
from pmosim.results.reference import Finished, reference_classes

FIRST = datetime(2026, 1, 5, 8)


def outcomes(count, late=0.0, until=400, label="Handover of {}"):
    """Projects whose forecasts are uniform over 50 to 100 days; the actual is spread evenly over them, and then ``late`` days on."""
    made = []
    for k in range(count):
        day = int(50 + 50 * (k + 0.5) / count + late)
        known = day < until
        made.append(
            Outcome(
                id=f"p{k}.handover",
                label=label.format(k),
                project=f"p{k}",
                made=FIRST + timedelta(days=40 * (k % 5)),
                share=(0.0, 1.0),
                days=(50.0, 100.0),
                left=(50.0, 100.0),
                planned=60.0,
                day=day if known else None,
                taken=(float(day), float(day + 1)) if known else None,
                until=until,
                left_until=float(until),
                classes={"type": "bridge" if k % 2 else "road", "team": ""},
            )
        )
    return made


@cache
def worlds():
    luck = np.random.default_rng(3)
    done = [Finished(f"p.t{k}", "p", 10.0, 10 + luck.exponential(), (("wbs", 'Civil "A"'),)) for k in range(12)]
    references = reference_classes(done, [(("wbs", 'Civil "A"'),)], 0.95)
    series = [(range(12), np.linspace(0.9, 0.2, 12))]
    told = {"source": "weekly.sqlite", "confidence": 0.95}
    return {
        "none has come due": calibration_of(outcomes(3, until=10), [], **told),
        "one": calibration_of(outcomes(1), [], **told),
        "as promised": calibration_of(outcomes(60), series, references=references, notes=("A note.",), **told),
        "all late": calibration_of(outcomes(60, late=60), series, **told),
        "all still open": calibration_of(outcomes(30, late=500), [], **told),
        "all early": calibration_of(outcomes(60, late=-49), [], **told),
        "<b>names</b> & $signs$": calibration_of(outcomes(20, label="<script>{}</script> $x$"), [], **told),
    }


@pytest.fixture(params=["none has come due", "one", "as promised", "all late", "all still open", "all early", "<b>names</b> & $signs$"])
def made(request):
    return worlds()[request.param]


def test_it_is_told_drawn_and_kept(made):
    charts = catalogue(made)
    page = report(made, charts)
    assert summary(made).startswith("Calibration of weekly.sqlite\n")
    assert page.count('role="img"') == len(charts)
    assert "<script>0" not in page
    assert "nan" not in summary(made)
    assert "inf" not in summary(made).replace("information", "")
    assert Calibration.from_json(made.to_json()) == made


def test_the_finding_says_which_side_the_forecasts_erred_on():
    assert "the dates were too early" in summary(worlds()["all late"])
    assert "the dates were later than need be" in summary(worlds()["all early"])
    assert "luck explains the difference" in summary(worlds()["as promised"])
    assert "No P80 has come due yet" in summary(worlds()["none has come due"])


def test_of_forecasts_as_promised_the_histogram_is_even_and_nothing_is_suggested():
    found = worlds()["as promised"]
    assert found.histogram.counts == pytest.approx((6.0,) * 10)
    assert found.suggestion == ""


def test_a_folder_holds_every_table_and_chart(tmp_path):
    write_calibration(worlds()["all late"], tmp_path / "found")
    tables = {file.stem for file in (tmp_path / "found" / "tables").iterdir()}
    assert tables == {"hit_rates", "classes", "histogram", "periods", "outcomes"}
    assert {file.stem for file in (tmp_path / "found" / "charts").glob("*.svg")} == {"hit-rates", "transform", "bias", "losses"}
