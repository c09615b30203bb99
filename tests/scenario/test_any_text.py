"""Whatever stands in a file, it is a scenario or a list of mistakes; nothing else comes of it."""

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from pmosim.errors import InvalidScenario
from pmosim.scenario.effects import read_cost, read_impact
from pmosim.scenario.estimates import read_estimate
from pmosim.scenario.links import read_crossing, read_links
from pmosim.scenario.messages import render
from pmosim.scenario.places import Misread
from pmosim.scenario.quantities import Kind, Units, read_moment, read_probability
from pmosim.scenario.reader import read_scenario, scenario_from_text
from pmosim.scenario.working_time import read_days, read_days_off, read_shifts
from pmosim.scenario.writer import starter

STARTER = starter()
SIGNS = """5d pert - + x % { } [ ] : , ' " null true 0 -1 1e400 nan .. of within FS after * &a !!str | > # ? <<: 2027-01-01
0000-00-00 EUR /d é 12:30 24h mon-sun DE-BE like finish project P10 sd empirical discrete trigen column of 0d"""
PIECES = [*SIGNS.split(), " ", "\t", "\x00", "\u2028", "\U0001f600", "\n", "\n  ", "9" * 40]
gently = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])


def outcome(text, path="scenario.yaml"):
    try:
        return scenario_from_text(text, path)
    except InvalidScenario as refused:
        return refused


def reads_or_tells(text, path="scenario.yaml"):
    found = outcome(text, path)
    if isinstance(found, InvalidScenario):
        assert found.located
        assert render(found)
        for place, problem in found.located:
            assert place is None or (place.line >= 1 and 1 <= place.column <= len(place.excerpt) + 2)
            assert problem.what.strip()
            assert problem.fix.strip()


def misread(read, text):
    """The mistake that a grammar finds in a text, if it finds one."""
    try:
        read(text)
    except Misread as wrong:
        return wrong
    return None


@gently
@given(st.text(max_size=200))
def test_arbitrary_text_is_told_what_is_wrong_with_it(text):
    reads_or_tells(text)
    reads_or_tells("pmosim: 1\n" + text)


@st.composite
def changed(draw):
    """A valid scenario with a few pieces put in, taken out or exchanged."""
    text = STARTER
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        to = min(len(text), at + draw(st.sampled_from([0, 0, 1, 2, 5, 20])))
        text = text[:at] + draw(st.sampled_from(["", *PIECES]) | st.text(max_size=3)) + text[to:]
    return text


@gently
@given(changed())
def test_a_damaged_scenario_is_read_or_told_what_is_wrong_with_it(text):
    reads_or_tells(text)


@gently
@given(st.binary(max_size=120))
def test_arbitrary_bytes_are_told_what_is_wrong_with_them(tmp_path, data):
    (tmp_path / "scenario.yaml").write_bytes(data)
    with pytest.raises(InvalidScenario):
        read_scenario(tmp_path / "scenario.yaml")


CELLS = st.sampled_from(
    ["", "id", "duration", "after", "probability", "hits", "impact", "low [d]", "high", "5d", "5", "a", "b SS+1d", "30%", '"', "x,y", "#"]
)


@gently
@given(st.lists(st.lists(CELLS | st.text(max_size=5), max_size=5), max_size=5), st.booleans())
def test_an_arbitrary_table_is_told_what_is_wrong_with_it(tmp_path, rows, quoted):
    out = io.StringIO()
    if quoted:
        csv.writer(out).writerows(rows)
    else:
        out.write("\n".join(",".join(row) for row in rows))
    for name in ("tasks.csv", "risks.csv"):
        (tmp_path / name).write_bytes(out.getvalue().encode("utf-8", "surrogatepass"))
    head = "pmosim: 1\nstatus_date: 2026-03-02\n"
    reads_or_tells(head + "tasks_from: tasks.csv\n", tmp_path / "s.yaml")
    reads_or_tells(head + "tasks: {a: {duration: 1d}}\nrisks_from: risks.csv\n", tmp_path / "s.yaml")


@settings(gently, max_examples=30)
@given(data=st.binary(max_size=60), at=st.floats(0, 1))
def test_a_damaged_workbook_is_told_what_is_wrong_with_it(tmp_path, data, at):
    book, out = Workbook(), io.BytesIO()
    book.active.append(["id", "duration"])
    book.active.append(["a", "5d"])
    book.save(out)
    whole = out.getvalue()
    cut = int(at * len(whole))
    (tmp_path / "tasks.xlsx").write_bytes(whole[:cut] + data + whole[cut + len(data) :])
    reads_or_tells("pmosim: 1\nstatus_date: 2026-03-02\ntasks_from: tasks.xlsx\n", tmp_path / "s.yaml")


GRAMMATICAL = """pert triangular uniform trigen normal lognormal beta exponential weibull gamma discrete empirical fixed
within of shape scale from sd mean column in x.csv + - x , ; ( ) = : .. 5d..9d P10 P90 P0
0d 5d 9d 10d -3d 0 1 2 0.5 1e9 1e16d 10% 90% 100% 3ed 2h30m EUR EUR/d € €20k 20k 1.5M d k ' 1.2.3d 5d5 --5d ²d
FS SS+2d a b mon fri 08:00-12:00 22-06 2026-01-01 2026-01-01..2026-02-30"""
WORDS = st.sampled_from(GRAMMATICAL.split())
GRAMMARS = [
    *(lambda text, kind=kind: read_estimate(text, kind) for kind in Kind),
    read_cost,
    read_impact,
    read_links,
    lambda text: read_crossing("a after " + text),
    read_probability,
    read_moment,
    read_shifts,
    read_days,
    lambda text: [*read_days_off(text)],
]


@settings(gently, max_examples=400)
@given(st.lists(WORDS | st.text(max_size=4), min_size=1, max_size=8).map(" ".join))
def test_every_grammar_reads_a_text_or_tells_where_it_goes_wrong(text):
    for grammar in GRAMMARS:
        if wrong := misread(grammar, text):
            assert 0 <= wrong.offset <= len("a after ") + len(text)
            assert wrong.what
            assert wrong.fix


def support_of(text):
    estimate = read_estimate(text)
    return estimate.made(Units(480, 2400, 9600).unit, 4800.0).support if estimate.sample is None else (0, 0)


@settings(gently, max_examples=300)
@given(st.lists(WORDS, min_size=2, max_size=8).map(" ".join))
def test_an_estimate_that_can_be_read_is_a_law_or_a_mistake(text):
    if misread(support_of, text) is None:
        low, high = support_of(text)
        assert low <= high
