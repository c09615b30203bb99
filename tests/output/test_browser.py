"""Pages in a real browser: nothing is fetched, nothing fails, tables sort by keyboard, nothing is cut, in light and in dark."""

import re

import numpy as np
import pytest
from output import pictures
from output.browser import BROWSER, browsing
from PIL import Image

from pmosim.output.report import report

pytestmark = [
    pytest.mark.chromium,
    pytest.mark.skipif(BROWSER is None, reason="no Chromium here: install the package 'chromium' to see the report laid out"),
]
TABLE = "document.querySelector('section > [data-sorts]')"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Holds the pages and what was seen of them."""
    return tmp_path_factory.mktemp("report")


@pytest.fixture(scope="module")
def page(folder):
    path = folder / "report.html"
    path.write_text(report(pictures.forecast("portfolio"), list(pictures.charts("portfolio").values())), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def browser(folder):
    with browsing(folder) as tab:
        yield tab


@pytest.fixture
def tab(browser, page):
    browser.open(page)
    return browser


def pixels(tab, path, **how):
    tab.picture(path, **how)
    return np.asarray(Image.open(path).convert("RGB")).astype(int)


def test_the_page_fetches_nothing_and_its_console_is_silent(tab, page):
    tab.run("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert tab.fetched == [page.as_uri()]
    assert tab.said == []


def test_the_first_screen_shows_the_headlines_in_ink_on_white_and_pale_on_dark(tab, folder):
    light = pixels(tab, folder / "light.png")
    assert light.shape[:2] == (900, 1280)
    assert 0.005 < (light.sum(axis=2) < 300).mean() < 0.2
    tab.media(scheme="dark")
    dark = pixels(tab, folder / "dark.png")
    assert 0.005 < (dark.sum(axis=2) > 465).mean() < 0.2


def test_the_switch_turns_the_page_dark_and_back(tab):
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    choose = (
        "(name => {{const box = document.querySelector('.theme select'); box.value = name; box.dispatchEvent(new Event('change'))}})('{}')"
    )
    assert tab.run(ground) == "rgb(255, 255, 255)"
    tab.run(choose.format("dark"))
    assert tab.run(ground) == "rgb(18, 24, 30)"
    tab.run(choose.format("auto"))
    assert tab.run(ground) == "rgb(255, 255, 255)"


@pytest.mark.parametrize("width", [1280, 360])  # a desktop's and a telephone's
def test_nothing_runs_over_the_right_edge(tab, folder, width):
    tab.size(width)
    assert tab.run("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    tab.picture(folder / f"at-{width}.png")


def test_a_table_sorts_by_keyboard_up_and_down_and_back(tab):
    column = f"[...{TABLE}.querySelectorAll('tbody tr')].map(row => row.cells[0].textContent)"
    state = f"{TABLE}.querySelector('th').getAttribute('aria-sort')"
    before = tab.run(column)
    tab.run(f"{TABLE}.querySelector('th button').focus()")
    tab.press("Enter")
    assert tab.run(state) == "ascending"
    assert tab.run(column) == sorted(before, key=str.lower) != before
    tab.press(" ")
    assert tab.run(state) == "descending"
    assert tab.run(column) == sorted(before, key=str.lower, reverse=True)
    tab.press("Enter")
    assert tab.run(state) == "none"
    assert tab.run(column) == before


def test_dates_shares_and_days_sort_by_what_they_are_worth(tab):
    sort_all = """[...document.querySelectorAll('[data-sorts]')].map(frame =>
        [...frame.querySelectorAll('thead th')].map((head, column) => {
            head.querySelector('button').click();
            const cells = [...frame.querySelectorAll('tbody tr')].map(row => row.cells[column]);
            return cells.filter(cell => cell.dataset.key !== undefined).map(cell => Number(cell.dataset.key));
        })).flat().filter(keys => keys.length > 2)"""
    columns = tab.run(sort_all)
    assert len(columns) > 10
    assert all(keys == sorted(keys) for keys in columns)


def test_a_long_table_is_folded_and_filtered_on_the_screen_and_whole_in_print(browser, folder):
    path = folder / "long.html"
    path.write_text(report(pictures.forecast("two-thousand-tasks"), []), encoding="utf-8")
    browser.open(path)
    long = "[...document.querySelectorAll('[data-table]')].find(frame => frame.querySelectorAll('tbody tr').length > 30)"
    seen = f"[...{long}.querySelectorAll('tbody tr')].filter(row => row.offsetParent).length"
    everything = browser.run(f"{long}.querySelectorAll('tbody tr').length")
    assert browser.run(seen) == 25
    browser.media("print")
    assert browser.run(seen) == everything
    browser.media()
    tools = f"document.querySelector('[aria-label=\"Filter rows of: ' + {long}.querySelector('caption').textContent + '\"]')"
    browser.run(f"{tools}.value = 'Work 7 of'; {tools}.dispatchEvent(new Event('input'))")
    words = browser.run(f"[...{long}.querySelectorAll('tbody tr')].filter(row => row.offsetParent).map(row => row.textContent)")
    assert words
    assert all("Work 7 of" in row for row in words)


def test_every_image_and_every_control_has_a_name_for_screen_readers(tab):
    tree = tab.ask("Accessibility.getFullAXTree")["nodes"]
    nameless = [
        node["role"]["value"]
        for node in tree
        if not node.get("ignored")
        and node["role"]["value"] in ("image", "img", "button", "link", "searchbox", "combobox", "region", "navigation", "table")
        and not node.get("name", {}).get("value")
    ]
    assert nameless == []
    assert sum(node["role"]["value"] in ("image", "img") for node in tree) == len(pictures.charts("portfolio"))


def test_what_a_name_says_is_not_run(browser, folder):
    path = folder / "hostile.html"
    path.write_text(report(pictures.forecast("hostile-names"), list(pictures.charts("hostile-names").values())), encoding="utf-8")
    browser.open(path)
    browser.run("1 + 1")
    assert browser.said == []
    assert browser.run("document.title") == pictures.forecast("hostile-names").name
    assert browser.run("document.scripts.length") == 1


def test_the_page_prints_in_light_without_what_only_a_screen_needs(tab, folder):
    tab.media("print", "dark")
    assert tab.run("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    assert tab.run("[...document.querySelectorAll('nav, .tools, .theme')].filter(one => one.offsetParent).length") == 0
    tab.pdf(folder / "page.pdf")
    assert len(re.findall(rb"/Type\s*/Page\b", (folder / "page.pdf").read_bytes())) > 5
