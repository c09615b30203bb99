"""The inks of a page, in light and in dark: of its text, and of every chart in it.

Charts are drawn on white. On a dark screen each of their colours is replaced by its counterpart: the same hue, with its
lightness turned over, so that what stood out from the paper stands out from the dark ground by as much. Prints are always light.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from math import cbrt

PAGE = {
    # name: (light, dark)
    "ground": ("#ffffff", "#12181e"),
    "ink": ("#1b2733", "#e6ebf0"),
    "quiet": ("#5b6873", "#a3b0bb"),
    "line": ("#dfe4e9", "#37424d"),
    "forecast": ("#15508f", "#8fbdf0"),
    "target": ("#b8400d", "#ff9c6e"),
    "wash": ("#f5f7f9", "#1b232b"),
    "good": ("#1f7a4d", "#7fd6a8"),
    "fair": ("#8a5a00", "#f0c060"),
    "bad": ("#b3261e", "#ff9b92"),
}
COLOUR = re.compile(r"(?<=fill: )#([0-9a-f]{6})|(?<=stroke: )#([0-9a-f]{6})")
DARKEST, REACH = 0.2063, 0.88  # lightness of the dark ground; and how far above it black ink on paper comes to stand
LIFT = 0.82  # below 1: middle tones turn out lighter, for dark grounds swallow them


def named(svg: str) -> str:
    """The colours of a drawing, as names that a page gives a meaning to."""
    return COLOUR.sub(lambda found: f"var(--{found.group(1) or found.group(2)})", svg)


def used(svgs: Iterable[str]) -> list[str]:
    """Colours that drawings name, as six digits."""
    return sorted({colour for svg in svgs for colour in re.findall(r"var\(--([0-9a-f]{6})\)", svg)})


def style_of(colours: Iterable[str]) -> str:
    """CSS that gives the names of the page and of ``colours`` their inks, on light and on dark screens."""
    colours = list(colours)
    light = [f"--{name}: {inks[0]}" for name, inks in PAGE.items()] + [f"--{one}: #{one}" for one in colours]
    dark = [f"--{name}: {inks[1]}" for name, inks in PAGE.items()] + [f"--{one}: {dark_of('#' + one)}" for one in colours]
    rules = f"color-scheme: dark; {'; '.join(dark)};"
    return (
        f":root {{ color-scheme: light; {'; '.join(light)}; }}\n"
        "@media screen {\n"
        f'  @media (prefers-color-scheme: dark) {{ :root:not([data-theme="light"]) {{ {rules} }} }}\n'
        f'  :root[data-theme="dark"] {{ {rules} }}\n'
        "}\n"
    )


def dark_of(colour: str) -> str:
    """The same hue on a dark ground: lightness turned over in Oklab, with as much colour as a screen can show.

    Source: B. Ottosson, *A perceptual color space for image processing* (2020).
    """
    if colour == "#ffffff":
        return PAGE["ground"][1]
    lightness, a, b = _oklab(colour)
    turned = DARKEST + (1 - lightness) ** LIFT * REACH
    strength = 1.0
    while strength > 0 and not _shown(rgb := _linear(turned, a * strength, b * strength)):
        strength = max(0.0, strength - 0.02)
    return "#" + "".join(f"{round(255 * _encoded(min(1.0, max(0.0, part)))):02x}" for part in rgb)


def _shown(rgb: tuple[float, float, float]) -> bool:
    return all(-1e-4 <= part <= 1 + 1e-4 for part in rgb)


def _decoded(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _encoded(part: float) -> float:
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055


def _oklab(colour: str) -> tuple[float, float, float]:
    red, green, blue = (_decoded(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    long = cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def _linear(lightness: float, a: float, b: float) -> tuple[float, float, float]:
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
