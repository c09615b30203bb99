"""Figures as people write them: no digit finer than the simulation's error, dates as dates, money as money."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from math import ceil, floor, isclose, log10

from pmosim.results.records import DateEstimate, Estimate, Forecast, Provenance, Stopping, Timing

# own names instead of strftime, whose words depend on the machine's locale: the same forecast reads the same everywhere
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MINUS = "−"
MOST_DECIMALS = 3


def decimals(low: float, high: float, *, exact: int = 1) -> int:
    """How many decimals an interval supports: the last digit shown is the one that the interval's width reaches.

    Negative where even the units are uncertain (tens: -1). ``exact`` is for an interval without width.
    """
    width = high - low
    return exact if width <= 0 else min(MOST_DECIMALS, -floor(log10(width) + 1e-9))


def rounded(value: float, places: int) -> str:
    """``value`` with so many decimals (tens and hundreds for negative ``places``), thousands apart, a true minus."""
    text = f"{round(value, places) + 0.0:,.{max(0, places)}f}"
    return text.replace("-", MINUS) if float(text.replace(",", "")) else text.lstrip("-")


def trimmed(value: float, places: int) -> str:
    """An exact figure: no zeros behind the decimal point."""
    text = rounded(value, places)
    return text.rstrip("0").rstrip(".") if "." in text else text


def number(estimate: Estimate, *, scale: float = 1.0, finest: int = MOST_DECIMALS) -> str:
    """``12.3 ± 0.2``; ``12.3 (12.1 to 13.4)`` where the interval is lopsided; the figure alone where it is exact.

    ``finest``: decimals that a reader can use; an interval that cannot be told from the figure with so many is left out.
    """
    value, low, high = estimate.value / scale, estimate.low / scale, estimate.high / scale
    if low == high:
        return trimmed(value, min(2, finest))
    places = min(finest, decimals(low, high))
    if rounded(low, places) == rounded(high, places) == rounded(value, places):
        return rounded(value, places)
    below, above = value - low, high - value
    step = 10.0**-places
    if max(below, above) > 2 * min(below, above) + step / 2:
        return f"{rounded(value, places)} ({rounded(low, places)} to {rounded(high, places)})"
    half = max(step, round((high - low) / 2, places))  # never "± 0"
    return f"{rounded(value, places)} ± {rounded(half, places)}"


def bare(estimate: Estimate, *, scale: float = 1.0) -> str:
    """The figure alone, with the digits that its interval supports; for a place where the interval is drawn."""
    places = decimals(estimate.low / scale, estimate.high / scale)
    return trimmed(estimate.value / scale, 2) if estimate.is_exact else rounded(estimate.value / scale, places)


def signed(estimate: Estimate) -> str:
    text = bare(estimate)
    return f"+{text}" if estimate.value > 0 and text.strip("0.,") else text


# ---- shares and probabilities ----


def percent(estimate: Estimate) -> str:
    """``71 %``; ``under 0.04 %`` where it never came about, for a share of zero among n is not an impossibility."""
    low, high = 100 * estimate.low, 100 * estimate.high
    if estimate.is_exact:
        return f"{trimmed(100 * estimate.value, 2)} %"
    if estimate.value <= 0:
        return f"under {_outward(high)} %"
    if estimate.value >= 1:
        return f"over {_inward(low)} %"
    return f"{_within(100 * estimate.value, decimals(low, high))} %"


def percent_range(estimate: Estimate) -> str:
    """``70 to 72 %``, or nothing where there is no more to say than `percent` says."""
    low, high = 100 * estimate.low, 100 * estimate.high
    if estimate.is_exact or not 0 < estimate.value < 1:
        return ""
    places = decimals(low, high)
    low_text, high_text = _within(low, places), _within(high, places)
    return f"{low_text} to {high_text} %" if low_text != high_text else ""


def percent_with_range(estimate: Estimate) -> str:
    return with_range(percent(estimate), percent_range(estimate))


def with_range(figure: str, interval: str) -> str:
    return f"{figure} ({interval})" if interval else figure


def _within(value: float, places: int) -> str:
    """Rounded, but never to the 0 or 100 that it is not."""
    places = max(0, places)
    while places < MOST_DECIMALS and not 0 < float(f"{value:.{places}f}") < 100 and 0 < value < 100:
        places += 1
    return f"{value:.{places}f}"


def _outward(high: float) -> str:
    """A small upper limit, rounded up to one digit."""
    places = max(0, -floor(log10(high))) if high > 0 else 0
    return f"{ceil(high * 10**places - 1e-9) / 10**places:.{places}f}"


def _inward(low: float) -> str:
    """A lower limit near 100, rounded down to the first digit that differs from 100."""
    places = max(0, -floor(log10(100 - low))) if low < 100 else 0
    return f"{floor(low * 10**places + 1e-9) / 10**places:.{places}f}"


def plain_percent(value: float) -> str:
    """An input share, such as a risk's probability: exact."""
    return f"{trimmed(100 * value, 2)} %"


# ---- dates ----


def day(moment: datetime | date) -> str:
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"


def weekday(moment: datetime | date) -> str:
    return f"{WEEKDAYS[moment.weekday()]} {day(moment)}"


def short_day(moment: datetime | date, reader_knows: datetime | date) -> str:
    """Without the year where the date next to it has the same one."""
    return f"{moment.day} {MONTHS[moment.month - 1]}" if moment.year == reader_knows.year else day(moment)


def day_range(estimate: DateEstimate) -> str:
    """``13 to 15 Oct 2027``, or nothing where the simulation settles the day."""
    low, high = estimate.low, estimate.high
    if low.date() == high.date():
        return ""
    if (low.year, low.month) == (high.year, high.month):
        return f"{low.day} to {day(high)}"
    return f"{short_day(low, high)} to {day(high)}"


def day_with_range(estimate: DateEstimate) -> str:
    return with_range(day(estimate.value), day_range(estimate))


# ---- time and money ----


def days(estimate: Estimate) -> str:
    """``12 ± 1 working days``."""
    return _with_unit(number(estimate), "working day")


def calendar_days(estimate: Estimate) -> str:
    """``17 calendar days``: whole ones, since dates are read as days."""
    return _with_unit(number(estimate, finest=0), "calendar day")


def _with_unit(figure: str, unit: str) -> str:
    return f"{figure} {unit if figure.lstrip(MINUS) == '1' else f'{unit}s'}"


def plural(unit: str, count: float) -> str:
    return unit if isclose(abs(count), 1) else f"{unit}s"


def money_scale(magnitude: float) -> tuple[float, str]:
    """The unit in which people speak of so much money: thousands from 10 k, millions from 1 M."""
    magnitude = abs(magnitude)
    for scale, sign in ((1e9, "bn "), (1e6, "M "), (1e3, "k ")):
        if magnitude >= (scale if scale > 1e3 else 1e4):
            return scale, sign
    return 1.0, ""


def money(estimate: Estimate, currency: str, *, like: float | None = None) -> str:
    """``4.21 ± 0.01 M EUR``; ``like`` sets the scale where several amounts stand together."""
    scale, sign = money_scale(max(map(abs, (estimate.value, estimate.low, estimate.high))) if like is None else like)
    return f"{number(estimate, scale=scale)} {sign}{currency}".strip()


def bare_money(estimate: Estimate, currency: str, *, like: float | None = None) -> str:
    scale, sign = money_scale(estimate.value if like is None else like)
    return f"{bare(estimate, scale=scale)} {sign}{currency}".strip()


def amount(value: float, currency: str) -> str:
    """An exact sum, such as a budget: ``4.2 M EUR``."""
    scale, sign = money_scale(value)
    return f"{trimmed(value / scale, 3)} {sign}{currency}".strip()


# ---- names ----


def shortened(name: str, most: int) -> str:
    """At most so many characters, cut in the middle: both the beginning and the end of a name tell things apart."""
    if len(name) <= most:
        return name
    kept = max(2, most - 1)
    return f"{name[: (kept + 1) // 2].rstrip()}…{name[len(name) - kept // 2 :].lstrip()}"


def distinct(labels: Sequence[str], ids: Sequence[str]) -> list[str]:
    """The labels, each with its id behind it where another of them reads the same."""
    seen = Counter(labels)
    short = Counter((label, id.rsplit(".", maxsplit=1)[-1]) for label, id in zip(labels, ids, strict=True))
    names = []
    for label, id in zip(labels, ids, strict=True):
        own = id.rsplit(".", maxsplit=1)[-1]
        names.append(label if seen[label] == 1 else f"{label} ({own if short[label, own] == 1 else id})")
    return names


def rank_ranges(estimates: Sequence[Estimate]) -> list[str]:
    """The ranks that each figure may have, given its interval and those of the others: ``1``, ``2–4``, ``2–5``..."""
    lows, highs = sorted(e.low for e in estimates), sorted(e.high for e in estimates)
    total = len(estimates)
    labels = []
    for estimate in estimates:
        best = 1 + total - bisect_right(lows, estimate.high)  # those certainly above it stand before it
        worst = total - bisect_left(highs, estimate.low)  # those certainly below it stand after it
        labels.append(f"{best}" if best == worst else f"{best}–{worst}")
    return labels


# ---- where it came from ----


def provenance_line(provenance: Provenance) -> str:
    """``10,000 iterations, seed 7, status 20 Nov 2026, model 9f2c41d0``."""
    return (
        f"{provenance.iterations:,} iterations{drawn(provenance)}, seed {provenance.seed}, status {day(provenance.status_date)}, "
        f"model {provenance.fingerprint[:8]}{', with ' * bool(provenance.overrides)}{', '.join(provenance.overrides)}"
    )


def drawn(provenance: Provenance) -> str:
    return "" if provenance.sampling == "random" else " in a Latin hypercube"


def of_intervals(forecast: Forecast) -> str:
    """Where the intervals come from, and which are wider than need be."""
    said = f"Intervals are of the simulation alone, at {confidence(forecast)}"
    if forecast.provenance.sampling == "random":
        return f"{said}."
    return (
        f"{said}. Those of the finish and cost of targets come from the differences between ten replicates of the Latin hypercube. "
        "All others are plain ones, as for random draws: wider than need be."
    )


def stopped(stopping: Stopping, label: str) -> str:
    """``14,000 iterations were enough: no interval of a P80 is wider than 1 working day (River bridge: 0.9)``."""
    asked, width = f"{trimmed(stopping.days, 3)} working {plural('day', 1 if stopping.days == 1 else 2)}", rounded(stopping.width, 2)
    if stopping.reached:
        said = f"{stopping.iterations:,} iterations were enough: no target's interval of P{stopping.level} is wider than {asked}"
        return f"{said} (the widest, {label}: {width})"
    said = (
        f"{stopping.iterations:,} iterations, the most allowed, were not enough: the interval of P{stopping.level} of {label} is "
        f"{width} working days wide, where {asked} {'was' if stopping.days == 1 else 'were'} asked for"
    )
    if stopping.gap > stopping.days and 2 * stopping.gap > stopping.width:
        said += (
            f". It spans a gap of {rounded(stopping.gap, 1)} days in which nothing finishes: something happens or it does not, "
            "and more iterations hardly narrow that"
        )
    return said


def note(forecast: Forecast, *sentences: str) -> str:
    """Text under a chart: what makes it repeatable, then what its marks mean."""
    return " ".join([f"{provenance_line(forecast.provenance)}.", *(sentence for sentence in sentences if sentence)])


def left_out(count: int, what: str) -> str:
    """``3 smaller risks are in the table beside this chart.``; nothing where nothing is left out."""
    return f"{count:,} {plural(what, count)} {'is' if count == 1 else 'are'} in the table beside this chart." if count > 0 else ""


def confidence(forecast: Forecast) -> str:
    return f"{trimmed(100 * forecast.provenance.confidence, 1)} %"


def took(timing: Timing) -> str:
    compiled = f", of which {timing.compile_seconds:.1f} s to compile" if timing.compile_seconds >= 0.05 else ""
    return f"Took {timing.seconds:.1f} s{compiled}, on {timing.threads} {plural('thread', timing.threads)}."
