"""Inks that can be told apart, and pictures that are the same whoever makes them and whenever."""

import re
from itertools import combinations

import matplotlib as mpl
import pytest
from output import pictures

from pmosim.output import style


def lightness(ink):
    """CIE L* of an sRGB colour: 0 is black, 100 is white."""
    channels = [int(ink[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    y = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 116 * y ** (1 / 3) - 16 if y > 0.008856 else 903.3 * y


def contrast_with_white(ink):
    """WCAG 2.1 contrast ratio."""
    light = lightness(ink)
    y = ((light + 16) / 116) ** 3 if light > 8 else light / 903.3
    return 1.05 / (y + 0.05)


@pytest.mark.parametrize(("one", "other"), list(combinations(["FORECAST", "TARGET", "GOOD", "PALE"], 2)))
def test_inks_differ_in_greyscale(one, other):
    assert abs(lightness(getattr(style, one)) - lightness(getattr(style, other))) > 12


@pytest.mark.parametrize("ink", ["FORECAST", "TARGET", "TEXT", "QUIET"])
def test_inks_that_words_are_set_in_can_be_read_on_white(ink):
    assert contrast_with_white(getattr(style, ink)) >= 4.4


def test_an_svg_holds_its_words_as_text():
    svg = style.svg_of(pictures.figure("portfolio", "bridge-completion")).decode()
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    assert pictures.charts("portfolio")["bridge-completion"].title in texts
    assert not re.search(r'id="DejaVu', svg)  # the shapes of letters


def test_the_same_chart_gives_the_same_bytes():
    chart = pictures.charts("portfolio")["bridge-gantt"]
    assert style.svg_of(chart.figure()) == style.svg_of(chart.figure())
    assert style.png_of(chart.figure(), 50) == style.png_of(chart.figure(), 50)


def test_a_picture_tells_no_date_and_no_version_of_the_tools_that_made_it():
    svg = style.svg_of(pictures.figure("portfolio", "bridge-gantt")).decode()
    assert "<dc:date>" not in svg
    assert mpl.__version__ not in svg


def test_saving_leaves_a_figure_as_it_was():
    figure = pictures.figure("portfolio", "bridge-gantt")
    before = figure.dpi, tuple(figure.get_size_inches())
    style.png_of(figure, 50)
    style.svg_of(figure)
    assert (figure.dpi, tuple(figure.get_size_inches())) == before


def test_pages_are_sixteen_to_nine_and_pictures_twice_the_size_of_a_screen():
    image = style.raster_of(pictures.figure("portfolio", "bridge-completion"))
    assert image.size == (2560, 1440)


def test_a_name_is_cut_in_the_middle_to_the_width_it_is_given():
    name = "Refurbishment of the northern approach viaduct"
    short = style.fitted(name, 120, 11)
    assert style.measure(short, 11) <= 120
    assert re.fullmatch(r"Refur.*….*duct", short)


def test_a_figure_is_never_parted_from_its_error_or_its_sign_at_the_end_of_a_line():
    lines = style.wrapped("it adds 12.3 ± 0.2 days with 30 % of them and 12.3 ± 0.2 more", 60, 11)
    assert len(lines) > 3
    assert not any(line.endswith(("±", "12.3", "30")) or line.startswith(("±", "%", "0.2")) for line in lines)
