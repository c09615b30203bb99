"""The report in a real browser: it is laid out, nothing is missing, and nothing runs over the edge."""

import os
import re
import shutil
import subprocess

import numpy as np
import pytest
from output import pictures
from PIL import Image

from pmosim.output.report import report

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
pytestmark = [
    pytest.mark.chromium,
    pytest.mark.skipif(BROWSER is None, reason="no Chromium here: install the package 'chromium' to see the report laid out"),
]


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(report(pictures.forecast("portfolio"), list(pictures.charts("portfolio").values())), encoding="utf-8")
    return path


def browse(page, tmp_path, *options):
    command = [BROWSER, *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", *options, page.as_uri()]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True, env={**os.environ, "HOME": str(tmp_path)})


def picture(page, tmp_path, width, height):
    browse(page, tmp_path, f"--window-size={width},{height}", f"--screenshot={tmp_path / 'page.png'}")
    return np.asarray(Image.open(tmp_path / "page.png").convert("RGB")).astype(int)


def test_the_first_screen_shows_the_headlines_in_ink_on_white(page, tmp_path):
    pixels = picture(page, tmp_path, 1280, 900)
    assert pixels.shape[:2] == (900, 1280)
    dark = (pixels.sum(axis=2) < 300).mean()
    assert 0.005 < dark < 0.2


@pytest.mark.parametrize("width", [1280, 500])  # a desktop's, and the narrowest that a headless window takes
def test_nothing_runs_over_the_right_edge(page, tmp_path, width):
    probe = page.with_name(f"probe-{width}.html")
    script = "<script>document.title = 'over:' + (document.documentElement.scrollWidth - document.documentElement.clientWidth)</script>"
    probe.write_text(page.read_text(encoding="utf-8").replace("</body>", script + "</body>"), encoding="utf-8")
    shown = browse(probe, tmp_path, f"--window-size={width},900", "--dump-dom").stdout
    assert re.search(r"<title>over:(-?\d+)</title>", shown).group(1) == "0"


def test_the_page_prints_without_cutting_a_chart(page, tmp_path):
    browse(page, tmp_path, f"--print-to-pdf={tmp_path / 'page.pdf'}", "--no-pdf-header-footer")
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")
