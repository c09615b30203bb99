"""The main charts as PowerPoint slides: one finding a slide, as its title; the picture with a text alternative; a footnote.

Needs python-pptx, which the extra `slides` brings.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from PIL import Image, ImageChops

from pmosim.errors import PmosimError
from pmosim.output import text, words
from pmosim.output.charts.chart import Chart
from pmosim.output.style import DOUBLE, QUIET, TEXT, Texts, encoded, raster_of, texts_apart
from pmosim.results.records import Forecast

if TYPE_CHECKING:
    from pptx.presentation import Presentation
    from pptx.slide import Slide

SLIDES = "slides.pptx"
WIDE, HIGH = 13.333, 7.5  # [inches]: 16:9
MARGIN, TITLE_TOP, TITLE_HIGH = 0.6, 0.35, 1.25
PICTURE_TOP, PICTURE_HIGH, NOTE_HIGH = 1.75, 5.0, 0.55
TITLE_ONLY = 5  # a layout of the library's own template
ALT_LONGEST = 2000
MOST_HEADLINES = 6


def check_slides() -> None:
    """Whether slides can be made; worth asking before a long simulation. Raises PmosimError where the library is missing."""
    try:
        import pptx  # noqa: F401
    except ImportError as error:
        raise PmosimError(
            "slides need python-pptx, which is not installed\n  fix: pip install 'pmosim[slides]', or leave out --pptx; "
            "the pictures in charts/ can be put on slides as they are"
        ) from error


def write_slides(forecast: Forecast, charts: Sequence[Chart], path: Path) -> None:
    """A first slide with what the forecast says, then a slide for each chart, in their order."""
    check_slides()
    from pptx import Presentation
    from pptx.util import Inches

    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDE), Inches(HIGH)
    deck.core_properties.title, deck.core_properties.author = clean(forecast.name)[:250], "pmosim"
    _opening(deck, forecast)
    for chart in charts:
        _of_chart(deck, chart)
    deck.save(str(path))


def _opening(deck: Presentation, forecast: Forecast) -> None:
    slide = _titled(deck, forecast.name)
    lines = [text.headline(one) for one in forecast.targets[:MOST_HEADLINES]]
    if forecast.joint_probability is not None:
        dated = sum(one.target is not None for one in forecast.targets)
        lines.append(f"All {dated} target dates together: {words.percent_with_range(forecast.joint_probability)}")
    _write(slide, lines, top=PICTURE_TOP, high=PICTURE_HIGH, size=20, colour=TEXT)
    _write(
        slide, [f"{words.provenance_line(forecast.provenance)}. {words.of_intervals(forecast)}"], top=_note_top(), high=NOTE_HIGH, size=10
    )


def _of_chart(deck: Presentation, chart: Chart) -> None:
    from pptx.util import Inches

    image, told = picture_of(chart)
    slide = _titled(deck, told.title or chart.title)
    under = 0.0
    if told.subtitle:
        _write(slide, [told.subtitle], top=TITLE_TOP + TITLE_HIGH - 0.1, high=0.4, size=13)
        under = 0.4
    room = (WIDE - 2 * MARGIN, PICTURE_HIGH - under)
    scale = min(room[0] / image.width, room[1] / image.height)
    size = (image.width * scale, image.height * scale)
    left = (WIDE - size[0]) / 2
    shape = slide.shapes.add_picture(BytesIO(encoded(image)), Inches(left), Inches(PICTURE_TOP + under), Inches(size[0]), Inches(size[1]))
    properties = cast(Any, shape._element).nvPicPr.cNvPr  # the library has no name of its own for the text alternative
    properties.set("name", f"Chart: {chart.name}")
    properties.set("descr", clean(chart.alt)[:ALT_LONGEST])
    if told.footnote:
        _write(slide, [told.footnote], top=_note_top(), high=NOTE_HIGH, size=10)


def picture_of(chart: Chart) -> tuple[Image.Image, Texts]:
    """The chart without its headline and footnote, cut to what is drawn; and what they say."""
    with texts_apart() as told:
        image = raster_of(chart.figure(), DOUBLE)
    drawn = ImageChops.difference(image, Image.new("RGB", image.size, "white")).getbbox()
    return (image.crop(drawn) if drawn else image), told


def clean(words_of_a_file: str) -> str:
    """Without what the XML of a presentation cannot hold."""
    return "".join(
        sign if sign >= " " and not "\ud800" <= sign <= "\udfff" and sign not in "\ufffe\uffff" else " " for sign in words_of_a_file
    )


def _note_top() -> float:
    return HIGH - NOTE_HIGH - 0.15


def _titled(deck: Presentation, title: str) -> Slide:
    """A slide with a title of its own, by which outlines and screen readers know it."""
    from pptx.enum.text import MSO_ANCHOR
    from pptx.util import Inches

    slide = deck.slides.add_slide(deck.slide_layouts[TITLE_ONLY])
    shape: Any = slide.shapes.title
    shape.left, shape.top, shape.width, shape.height = map(Inches, (MARGIN, TITLE_TOP, WIDE - 2 * MARGIN, TITLE_HIGH - 0.15))
    shape.text_frame.word_wrap, shape.text_frame.vertical_anchor = True, MSO_ANCHOR.MIDDLE
    title = clean(words.shortened(title, 180))
    _fill(shape.text_frame, [title], 26 if len(title) <= 60 else 21, TEXT, bold=True)
    return slide


def _write(slide: Slide, lines: Sequence[str], *, top: float, high: float, size: float, colour: str = QUIET) -> None:
    from pptx.util import Inches

    box = slide.shapes.add_textbox(Inches(MARGIN), Inches(top), Inches(WIDE - 2 * MARGIN), Inches(high))
    box.text_frame.word_wrap = True
    _fill(box.text_frame, [clean(line) for line in lines], size, colour)


def _fill(frame: Any, lines: Sequence[str], size: float, colour: str, *, bold: bool = False) -> None:
    from pptx.dml.color import RGBColor
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Pt

    for place, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        paragraph.alignment = PP_ALIGN.LEFT
        run = paragraph.add_run()
        run.text, run.font.size, run.font.bold = line, Pt(size), bold
        run.font.color.rgb = RGBColor.from_string(colour[1:])
        if len(lines) > 1:
            paragraph.space_after = Pt(10)
