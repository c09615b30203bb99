"""The report is one safe page that holds everything and needs nothing."""

import re
from base64 import b64encode
from hashlib import sha256
from itertools import pairwise

import pytest
from output import pictures
from output.markup import Page

from pmosim.output.report import report


def drawn(variant):
    chosen = list(pictures.charts(variant).values())
    return report(pictures.forecast(variant), chosen)


@pytest.fixture(scope="module")
def source():
    return drawn("portfolio")


@pytest.fixture(scope="module")
def page(source):
    return Page(source)


def test_the_page_is_well_formed(page):
    assert page.faults == []
    assert page.open == []


def test_nothing_is_fetched_and_only_our_own_script_runs(page, source):
    assert page.of("iframe", "object", "link", "img") == []
    assert page.of("script") == [{}]
    body = re.search(r"<script>(.*?)</script>", source, re.DOTALL).group(1)
    allowed = next(a["content"] for a in page.of("meta") if a.get("http-equiv") == "Content-Security-Policy")
    assert f"script-src 'sha256-{b64encode(sha256(body.encode()).digest()).decode()}'" in allowed
    assert "default-src 'none'" in allowed
    assert not [name for attributes in page.of(*{tag for tag, _ in page.elements}) for name in attributes if name.startswith("on")]
    links = [a.get("href") or a.get("xlink:href") or "" for a in page.of("a", "use", "image")]
    assert all(link.startswith("#") for link in links if link)
    assert "url(http" not in source


def test_headings_are_in_order_and_the_parts_of_the_page_have_their_roles(page):
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert [tag for tag, _ in page.elements if tag in ("header", "nav", "main", "footer")] == ["header", "nav", "main", "footer"]
    assert next(a for a in page.of("a"))["href"] == "#content"


def test_every_table_has_a_caption_and_heads_that_say_what_they_head(page):
    assert len(page.of("caption")) == len(page.of("table")) > 10
    assert {attributes["scope"] for attributes in page.of("th")} == {"col", "row"}


def test_every_chart_has_its_data_beside_it(page):
    assert len(page.of("details")) == len(page.of("svg"))


def test_every_chart_is_there_with_its_text_alternative(page):
    labels = [attributes["aria-label"] for attributes in page.of("svg")]
    assert labels == [chart.alt for chart in by_place(pictures.charts("portfolio"), labels)]
    assert len(labels) == len(pictures.charts("portfolio"))


def by_place(charts, labels):
    return sorted(charts.values(), key=lambda chart: labels.index(chart.alt))


def test_no_id_stands_twice_and_every_reference_leads_somewhere(page, source):
    ids = [attributes["id"] for _, attributes in page.elements if attributes.get("id")]
    assert len(ids) == len(set(ids))
    wanted = re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', source)
    assert {a or b for a, b in wanted} <= set(ids)


def test_the_contents_lead_to_every_section(page):
    sections = [attributes["id"] for attributes in page.of("h2")]
    links = [attributes["href"].removeprefix("#") for attributes in page.of("a") if attributes.get("href", "").startswith("#")]
    assert list(dict.fromkeys(link for link in links if link in sections)) == sections


def test_every_p_value_and_every_risk_is_in_the_page(page):
    words = " ".join(" ".join(page.text).split())
    for one in pictures.forecast("portfolio").targets:
        if one.kind != "milestone":
            assert f"{one.percentiles[80].value:%a} {one.percentiles[80].value.day} {one.percentiles[80].value:%b %Y}" in words
    assert all(risk.label in words for risk in pictures.forecast("portfolio").risks)


def test_the_whole_fingerprint_and_the_seed_are_at_the_foot(page):
    words = " ".join(page.text)
    origin = pictures.forecast("portfolio").provenance
    assert origin.fingerprint in words
    assert f"{origin.iterations:,}" in words


def test_names_that_look_like_markup_are_shown_and_not_obeyed():
    source = drawn("hostile-names")
    page = Page(source)
    assert len(page.of("script")) == 1
    assert page.faults == []
    assert source.count("<script>") == 1
    assert pictures.forecast("hostile-names").name in "".join(page.text)
    assert any("<script>alert('x')</scr" in attributes.get("aria-label", "") for attributes in page.of("svg"))


def test_data_are_linked_only_where_they_lie_beside_the_page(source):
    assert ".csv</a>" not in source
    chosen = list(pictures.charts("one-task").values())
    assert 'href="charts/bridge-completion.csv"' in report(pictures.forecast("one-task"), chosen, with_files=True)


@pytest.mark.parametrize("variant", ["certain", "one-task", "no-risks", "many-projects"])
def test_a_forecast_with_little_or_much_in_it_has_a_page(variant):
    page = Page(drawn(variant))
    assert page.faults == []
    assert "None" not in " ".join(page.text).split()
