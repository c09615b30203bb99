"""Each kind of report in a real browser: it fetches nothing, says nothing, sorts, fits a telephone, and names every picture.

Pictures of each, in light, in dark, narrow and as print, are left in the test's folder to be looked at.
"""

import pytest
from output.browser import BROWSER, browsing

from pmosim.cli.main import run

pytestmark = [
    pytest.mark.chromium,
    pytest.mark.skipif(BROWSER is None, reason="no Chromium here: install the package 'chromium' to see reports laid out"),
]

SHED = """pmosim: 1
name: Garden shed
status_date: 2027-01-04
currency: EUR
projects:
  shed:
    name: Shed
    target: {finish: 2027-01-22, budget: 20k EUR}
    tasks:
      slab: {duration: pert 3d 5d 9d, cost: 1k EUR/d}
      walls: {duration: triangular 4d 5d 8d, after: slab}
      roof: {duration: uniform 2d 4d, after: walls, cost: 500 EUR/d}
risks:
  frost: {probability: 30%, hits: {shed.slab: +triangular 1d 2d 5d}, cost: pert 1k 2k 4k EUR, mitigation: {probability: 10%, cost: 500 EUR}}
  rain: {probability: 20%, hits: {shed.roof: +triangular 1d 2d 3d}, mitigation: {probability: 5%, cost: 200 EUR}}
"""
COMMANDS = {
    "run": (),
    "compare": ("--set-b", "risks.frost.probability=60%"),
    "rank": ("--ladder", "--pairs"),
    "replay": (),
    "mitigate": (),
}
PROGRESS = ("slab: {duration: pert 3d 5d 9d,", "slab: {started: 2027-01-04, finished: 2027-01-07 12:00,")
OVER_TIME = ("trend", "explain", "calibrate")
KINDS = (*COMMANDS, *OVER_TIME, "forecast")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """With a results folder of each command in it."""
    place = tmp_path_factory.mktemp("kinds")
    (place / "shed.yaml").write_text(SHED, encoding="utf-8")
    for name, options in COMMANDS.items():
        assert run([name, str(place / "shed.yaml"), *options, "-n", "300", "-o", str(place / name)]) == 0
    ledger = ["--ledger", str(place / "ledger.sqlite")]
    first = SHED.replace("cost: 1k EUR/d}", "cost: 1k EUR/d, watch: true}")  # a milestone that comes in by the second week
    for week in (first, first.replace("01-04", "01-11", 1).replace(*PROGRESS)):
        (place / "shed.yaml").write_text(week, encoding="utf-8")
        arguments = ["forecast", str(place / "shed.yaml"), "--fail-if", "P80(*.finish) > 2030-01-01", "-n", "300", "--no-charts"]
        assert run([*arguments, *ledger, "-o", str(place / "forecast")]) == 0
    for name in OVER_TIME:
        assert run([name, *ledger, "-o", str(place / name)]) == 0
    (place / "forecast" / "index.html").rename(place / "forecast" / "report.html")
    return place


@pytest.fixture(scope="module")
def browser(folder):
    with browsing(folder) as tab:
        yield tab


@pytest.mark.parametrize("kind", KINDS)
def test_a_report_of_each_kind_works_alone_for_everybody(kind, folder, browser):
    page = folder / kind / "report.html"
    browser.open(page)
    browser.run("document.querySelectorAll('details').forEach(one => one.open = true)")
    sorted_states = """[...document.querySelectorAll('[data-sorts] thead th')].map(head => {
        head.querySelector('button').click();
        return head.getAttribute('aria-sort');
    })"""
    assert {*browser.run(sorted_states)} <= {"ascending"}
    tree = [node for node in browser.ask("Accessibility.getFullAXTree")["nodes"] if not node.get("ignored")]
    pictures = [node["name"]["value"] for node in tree if node["role"]["value"] in ("image", "img")]
    assert len(pictures) == browser.run("document.querySelectorAll('figure').length")
    assert pictures or kind == "forecast"  # the overview of a batch leads to the reports with pictures
    assert all(len(name) > 30 for name in pictures)
    assert [node["role"]["value"] for node in tree].count("main") == 1
    assert browser.run("document.querySelectorAll('h1').length") == 1
    for name, width, scheme, media in (
        ("light", 1280, "light", "screen"),
        ("dark", 1280, "dark", "screen"),
        ("narrow", 360, "light", "screen"),
    ):
        browser.media(media, scheme)
        browser.size(width)
        assert browser.run("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
        browser.picture(folder / f"{kind}-{name}.png")
    browser.media("print")
    browser.pdf(folder / f"{kind}.pdf")
    assert browser.fetched == [page.as_uri()]
    assert browser.said == []
