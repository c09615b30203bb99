"""A slide says one finding, shows its chart, and describes it for those who do not see it."""

import sys

import numpy as np
import pytest
from output import pictures

from pmosim.errors import PmosimError
from pmosim.output import style
from pmosim.output.slides import check_slides, picture_of, write_slides

pptx = pytest.importorskip("pptx", reason="slides need the extra 'slides'")


@pytest.fixture(scope="module")
def deck(tmp_path_factory):
    path = tmp_path_factory.mktemp("slides") / "slides.pptx"
    write_slides(pictures.forecast("portfolio"), list(pictures.charts("portfolio").values()), path)
    return pptx.Presentation(str(path))


def test_there_is_a_slide_for_what_it_says_and_one_for_each_chart(deck):
    titles = [slide.shapes.title.text for slide in deck.slides]
    charts = pictures.charts("portfolio").values()
    assert titles[0] == pictures.forecast("portfolio").name
    assert titles[1:] == [chart.title for chart in charts]


def test_each_picture_is_described_lies_on_its_slide_and_covers_no_words(deck):
    for slide, chart in zip(list(deck.slides)[1:], pictures.charts("portfolio").values(), strict=True):
        (picture,) = [shape for shape in slide.shapes if shape.shape_type == 13]
        assert picture._element.nvPicPr.cNvPr.get("descr") == chart.alt[:2000]
        assert picture.left >= 0
        assert picture.left + picture.width <= deck.slide_width
        title = slide.shapes.title
        assert picture.top >= title.top + title.height
        foot = max(shape.top for shape in slide.shapes if shape.has_text_frame)
        assert picture.top + picture.height <= foot


def test_each_slide_can_be_made_again(deck):
    for slide in list(deck.slides)[1:]:
        words = " ".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
        assert "seed 7" in words
        assert "model 9f2c41d0" in words


def test_a_picture_for_a_slide_has_the_drawing_and_not_the_headline():
    chart = pictures.charts("portfolio")["targets"]
    image, told = picture_of(chart)
    whole = style.raster_of(chart.figure())
    assert told.title == chart.title
    assert "iterations" in told.footnote
    assert image.height < 0.9 * whole.height
    assert (np.asarray(image) < 128).any()
    again = style.raster_of(chart.figure())
    assert np.array_equal(np.asarray(whole), np.asarray(again))  # and charts made afterwards have theirs


def test_names_that_no_presentation_can_hold_are_cleaned(tmp_path):
    write_slides(pictures.forecast("hostile-names"), [], tmp_path / "slides.pptx")
    assert pptx.Presentation(str(tmp_path / "slides.pptx")).slides[0].shapes.title.text.startswith("<script>")


def test_without_the_library_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pptx", None)
    with pytest.raises(PmosimError, match=r"pip install 'pmosim\[slides\]'"):
        check_slides()
