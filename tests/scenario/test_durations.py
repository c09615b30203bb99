"""Durations and estimates: every unit and every law as people write them."""

import pytest

from pmosim.model import laws
from pmosim.scenario.estimates import FORMS, read_estimate
from pmosim.scenario.places import Misread
from pmosim.scenario.quantities import Kind, Units

DAY = 480
UNITS = Units(day=480, week=2400, month=9600)


def law_of(text, planned=None):
    return read_estimate(text).made(UNITS.unit, planned)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("90m", 90),
        ("90min", 90),
        ("6h", 360),
        ("5d", 2400),
        ("5 days", 2400),
        ("1 day", 480),
        ("3w", 7200),
        ("3 weeks", 7200),
        ("2mo", 19200),
        ("0.5d", 240),
        (".5d", 240),
        ("2h30m", 150),
        ("1w2d", 3360),
        ("0d", 0),
        ("5D", 2400),
        ("30em", 30),
        ("3ed", 3 * 1440),
        ("2ew", 14 * 1440),
        ("6eh", 360),
        ("1emo", 30 * 1440),
        ("fixed 5d", 2400),
    ],
)
def test_a_duration_is_a_number_and_a_unit(text, minutes):
    assert law_of(text) == laws.Fixed(minutes)


@pytest.mark.parametrize(
    ("text", "law"),
    [
        ("uniform 5d 10d", laws.Uniform(2400, 4800)),
        ("triangular 4d 5d 9d", laws.Triangular(1920, 2400, 4320)),
        ("triangle 4d 5d 9d", laws.Triangular(1920, 2400, 4320)),
        ("pert 4d 5d 9d", laws.Pert(1920, 2400, 4320)),
        ("PERT 4d 5d 9d", laws.Pert(1920, 2400, 4320)),
        ("pert(4d, 5d, 9d)", laws.Pert(1920, 2400, 4320)),
        ("pert 4 d 5 d 9 d", laws.Pert(1920, 2400, 4320)),
        ("pert 4d 1w 9d shape 6", laws.Pert(1920, 2400, 4320, 6)),
        ("pert 5d 5d 5d", laws.Pert(2400, 2400, 2400)),
        ("trigen 8d 10d 15d", laws.Trigen(3840, 4800, 7200, 0.1, 0.9)),
        ("trigen 8d 10d 15d 5% 95%", laws.Trigen(3840, 4800, 7200, 0.05, 0.95)),
        ("beta 5d 20d shapes 2 5", laws.Beta(2400, 9600, 2, 5)),
        ("beta 5d 20d alpha 2 beta 5", laws.Beta(2400, 9600, 2, 5)),
        ("normal 10d sd 2d", laws.Normal(4800, 960)),
        ("normal mean 10d sd 20%", laws.Normal(4800, 960)),
        ("normal 10d sd 2d within 8d..12d", laws.Normal(4800, 960, 3840, 5760)),
        ("lognormal 10d sd 2d", laws.Lognormal(4800, 960)),
        ("lognormal 10d sd 2d within 5d..", laws.Lognormal(4800, 960, 2400)),
        ("exponential 10d", laws.Exponential(4800)),
        ("exponential 8d from 2d", laws.Exponential(3840, 960)),
        ("weibull shape 1.5 scale 10d", laws.Weibull(1.5, 4800)),
        ("weibull shape 1.5 scale 10d from 2d", laws.Weibull(1.5, 4800, 960)),
        ("gamma shape 2 scale 5d", laws.Gamma(2, 2400)),
        ("gamma 2 5d", laws.Gamma(2, 2400)),
        ("discrete 5d 30% 8d 70%", laws.Discrete((2400, 3840), (0.3, 0.7))),
        ("discrete 5d: 30%, 8d: 70%", laws.Discrete((2400, 3840), (0.3, 0.7))),
        ("discrete 5d 1 8d 3", laws.Discrete((2400, 3840), (1, 3))),
        ("empirical 5d 6d 9d", laws.Empirical((2400, 2880, 4320))),
    ],
)
def test_a_law_is_its_name_and_its_values(text, law):
    made = law_of(text)
    assert type(made) is type(law)
    for part in law.__dataclass_fields__:
        assert getattr(made, part) == pytest.approx(getattr(law, part))


def test_a_normal_by_percentiles_passes_through_them():
    law = law_of("normal P10 8d P90 15d")
    untruncated = laws.Normal(law.mu, law.sigma, low=-1e9)
    assert untruncated.quantile([0.1, 0.9]) == pytest.approx([8 * DAY, 15 * DAY])


def test_a_lognormal_by_percentiles_passes_through_them():
    assert law_of("lognormal P5 8d P50 10d").quantile([0.05, 0.5]) == pytest.approx([8 * DAY, 10 * DAY])


def test_percentages_of_a_stated_duration():
    assert law_of("pert 80% 100% 150% of 40d") == laws.Pert(32 * DAY, 40 * DAY, 60 * DAY)


def test_percentages_of_the_planned_duration():
    assert law_of("triangular 90% 100% 150%", planned=10 * DAY) == laws.Triangular(9 * DAY, 10 * DAY, 15 * DAY)


def test_percentages_and_durations_can_stand_in_one_estimate():
    assert law_of("pert 50% 6d 200% of 5d") == laws.Pert(2.5 * DAY, 6 * DAY, 10 * DAY)


def test_percentages_of_nothing_planned_are_nothing():
    assert law_of("pert 80% 100% 150%", planned=0) == laws.Fixed(0)


@pytest.mark.parametrize("form", [form for forms in FORMS.values() for form in forms.split(", or ") if "past.csv" not in form])
def test_every_form_that_a_remedy_proposes_can_be_read(form):
    assert law_of(form).mean > 0


def test_every_law_has_a_form_to_propose():
    assert set(FORMS) == set(laws.LAWS)


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("pert 4d 5x 9d", 9),
        ("pert 4d 9d 5d", 11),
        ("prt 4d 5d 9d", 0),
        ("triangular 4d about 9d", 14),
        ("pert 4d 5d", 10),
        ("normal 10d 2d", 11),
        ("pert 4d 5d 9d 10d", 14),
        ("uniform 5d 8d within 5d..6d", 14),
        ("pert 80% 100% 120% of 50%", 22),
        ("pert 4d 5ed 9d", 8),
    ],
)
def test_a_mistake_is_told_at_its_own_column(text, offset):
    with pytest.raises(Misread) as wrong:
        law_of(text)
    assert wrong.value.offset == offset


def test_a_misspelt_law_brings_the_right_one_to_mind():
    with pytest.raises(Misread) as wrong:
        read_estimate("triangluar 4d 5d 9d")
    assert wrong.value.fix == "write 'triangular'"


def test_three_values_without_a_law_bring_pert_to_mind():
    with pytest.raises(Misread) as wrong:
        read_estimate("4d 5d 9d")
    assert wrong.value.fix == "write pert 4d 5d 9d"


def test_an_impossible_law_is_told_in_its_authors_unit():
    with pytest.raises(Misread) as wrong:
        law_of("trigen 1w 10w 15w 10% 90%")
    assert "1 is too far below the most likely value 10" in wrong.value.what


@pytest.mark.parametrize("text", ["20k EUR", "EUR 20k", "€20k", "20k€", "20000 EUR", "20 k EUR", "20kEUR", "0.02M EUR", "0.02m EUR"])
def test_money_can_be_written_in_many_ways(text):
    estimate = read_estimate(text, Kind.MONEY)
    assert estimate.currency == "EUR"
    assert estimate.made(lambda _unit: 1.0) == laws.Fixed(20_000)


def test_a_currency_holds_for_the_whole_estimate():
    estimate = read_estimate("pert 20k 50k 0.2M EUR", Kind.MONEY)
    assert estimate.made(lambda _unit: 1.0) == laws.Pert(20_000, 50_000, 200_000)


def test_a_currency_that_begins_like_a_million_is_a_currency():
    assert read_estimate("20MXN", Kind.MONEY).made(lambda _unit: 1.0) == laws.Fixed(20)
