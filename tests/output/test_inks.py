"""Every ink of a page can be read on its ground, in light and in dark (WCAG 2.2, success criteria 1.4.3 and 1.4.11)."""

import re

import pytest
from output import pictures

from pmosim.output import inks, style
from pmosim.output.pages import pictures_of

TEXT_CONTRAST, GRAPHIC_CONTRAST = 4.5, 3.0


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """WCAG's ratio."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_ratio_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=1e-3)


@pytest.mark.parametrize("look", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["ink", "quiet", "forecast", "target", "good", "fair", "bad"])
def test_text_of_the_page_stands_out_from_both_its_grounds(name, look):
    for ground in ("ground", "wash"):
        assert contrast(inks.PAGE[name][look], inks.PAGE[ground][look]) >= TEXT_CONTRAST


@pytest.mark.parametrize("colour", [style.TEXT, style.QUIET, style.FORECAST, style.TARGET])
def test_text_of_charts_stands_out_in_the_dark(colour):
    assert contrast(inks.dark_of(colour.lower()), inks.PAGE["ground"][1]) >= TEXT_CONTRAST


def test_lines_of_charts_stand_out_in_the_dark_at_least_as_far_as_graphics_must():
    assert contrast(inks.dark_of(style.GOOD.lower()), inks.PAGE["ground"][1]) >= GRAPHIC_CONTRAST


def test_what_is_darker_on_paper_is_lighter_in_the_dark():
    greys = [f"#{grey:02x}{grey:02x}{grey:02x}" for grey in range(0, 255, 15)]
    turned = [luminance(inks.dark_of(grey)) for grey in greys]
    assert turned == sorted(turned, reverse=True)


def test_every_colour_of_a_chart_has_an_ink_in_both_looks():
    charts = list(pictures.charts("portfolio").values())
    svgs = [picture.svg for picture in pictures_of(charts).values()]
    assert not any(re.search(r"(?:fill|stroke): #", svg) for svg in svgs)
    looks = inks.style_of(inks.used(svgs))
    for colour in {name for svg in svgs for name in re.findall(r"var\(--(\w+)\)", svg)}:
        assert looks.count(f"--{colour}: #") == 3  # light; dark by the system's wish; dark by the switch
