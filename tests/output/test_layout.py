"""No label of any chart touches another, is cut at the edge of the page, or lies on a bar or a curve that it is not part of."""

from itertools import combinations

import pytest
from matplotlib.patches import Rectangle
from output import factory, pictures

from pmosim.output.charts import marks
from pmosim.output.style import page, theme

TOUCH = 1.0  # [pixels] at 100 dpi: what rounding to pixels may add to a box


def drawn_texts(figure):
    """(words, box in pixels) of every text that can be seen."""
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    texts = [text for text in figure.findobj(lambda one: hasattr(one, "get_text")) if text.get_visible() and text.get_text().strip()]
    shown = [text for text in texts if text.get_window_extent(renderer).width > 0 and is_drawn(text, figure)]
    return [(text.get_text(), text.get_window_extent(renderer)) for text in shown]


def is_drawn(text, figure):
    """Ticks outside the axis's limits exist, and so do those of axes that are switched off, but neither is painted."""
    for ax in figure.axes:
        for axis in (ax.xaxis, ax.yaxis):
            ticks = axis.get_major_ticks()
            if any(text in (tick.label1, tick.label2) for tick in ticks):
                low, high = sorted(axis.get_view_interval())
                tick = next(tick for tick in ticks if text in (tick.label1, tick.label2))
                return ax.axison and low <= tick.get_loc() <= high
            if text is axis.label:
                return ax.axison
    return True


def overlap(one, other):
    return min(one.x1, other.x1) - max(one.x0, other.x0) > TOUCH and min(one.y1, other.y1) - max(one.y0, other.y0) > TOUCH


def faults_of(charts):
    """Labels that touch one another or leave the page."""
    for chart in charts:
        figure = chart.figure()
        texts = drawn_texts(figure)
        width, height = figure.get_size_inches() * figure.dpi
        for words, box in texts:
            if box.x0 < -TOUCH or box.y0 < -TOUCH or box.x1 > width + TOUCH or box.y1 > height + TOUCH:
                yield f"{chart.name}: {words!r} is cut"
        yield from (f"{chart.name}: {a!r} touches {b!r}" for (a, one), (b, other) in combinations(texts, 2) if overlap(one, other))


@pytest.mark.parametrize("variant", pictures.VARIANTS)
def test_no_label_touches_another_or_leaves_the_page(variant):
    faults = []
    for name in pictures.charts(variant):
        figure = pictures.figure(variant, name)
        texts = drawn_texts(figure)
        wide, high = figure.get_size_inches() * figure.dpi
        faults += [
            f"{name}: {words!r} is cut"
            for words, box in texts
            if box.x0 < -TOUCH or box.y0 < -TOUCH or box.x1 > wide + TOUCH or box.y1 > high + TOUCH
        ]
        faults += [f"{name}: {a!r} touches {b!r}" for (a, one), (b, other) in combinations(texts, 2) if overlap(one, other)]
    assert not faults


@pytest.mark.parametrize("variant", pictures.VARIANTS)
def test_no_words_lie_on_the_bars_or_the_curve_of_a_distribution(variant):
    faults = []
    for name in pictures.charts(variant):
        if not name.endswith(("-completion", "-cost")):
            continue
        figure = pictures.figure(variant, name)
        texts = drawn_texts(figure)
        bars = [bar.get_window_extent() for ax in figure.axes for bar in ax.patches if isinstance(bar, Rectangle) and bar.get_height() > 0]
        curve = [point for line in figure.axes[0].lines[:1] for point in line.get_transform().transform(line.get_xydata())]
        faults += [f"{name}: {words!r} lies on a bar" for words, box in texts if any(overlap(box, bar) for bar in bars)]
        faults += [f"{name}: {words!r} lies on the curve" for words, box in texts if any(box.contains(x, y) for x, y in curve)]
    assert not faults


def test_the_check_sees_two_labels_that_touch():
    with theme():
        ax = page()
    ax.text(0.5, 0.5, "one label")
    ax.text(0.51, 0.5, "another")
    texts = [(words, box) for words, box in drawn_texts(ax.figure) if words in ("one label", "another")]
    assert overlap(texts[0][1], texts[1][1])


def test_labels_in_the_same_place_are_put_into_rows():
    assert marks.share_out([50, 52], [40, 40], 200) == [(30, 0), (32, 1)]


def test_labels_with_room_share_a_row_and_stay_within_the_plot():
    assert marks.share_out([10, 190], [40, 40], 200) == [(0, 0), (160, 0)]


def test_places_that_are_too_near_move_apart_about_their_middle():
    assert marks.apart([10, 10, 100], 6) == [7, 13, 100]


def test_places_keep_their_order_when_they_move_apart():
    places = marks.apart([3, 1, 2], 10)
    assert places == [12, -8, 2]


def test_points_in_one_place_get_as_many_names_as_there_is_room_for():
    with theme():
        ax = page()
    ax.set(xlim=(0, 1), ylim=(0, 1))
    found = marks.among_points(ax, [(0.5, 0.5)] * 40, [f"name {k}" for k in range(40)])
    assert found[0]
    assert not all(found)


def test_long_names_keep_their_id_so_that_the_table_can_be_searched():
    texts = [words for words, _ in drawn_texts(pictures.figure("long-names", "bridge-criticality"))]
    assert any(words.startswith("foundation  Foundation") and "…" in words for words in texts)
    assert factory.LONG in pictures.charts("long-names")["bridge-criticality"].table["name"].iloc[0]
