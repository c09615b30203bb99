"""Measured weather from a table: a row for each day, with its date and whether, or how far, it was lost."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from pmosim.model.weather import LEAP, Series, day_of_year
from pmosim.scenario import language
from pmosim.scenario.context import Context
from pmosim.scenario.places import Findings, Misread, Origin
from pmosim.scenario.quantities import NUMBER, read_date, read_probability
from pmosim.scenario.rows import open_table
from pmosim.scenario.tables import Table, sample_of

YES, NO = {"yes", "y", "true", "lost", "x", "bad"}, {"no", "n", "false", "good", "-"}

SHORT_GAP = 7
"""Days without a row that are taken to be as the day before them; longer gaps are mistakes."""


def read_series(entry: language.WeatherSeries, origin: Origin, context: Context) -> Series | None:
    """The series, or None where something is wrong with it, which has been reported."""
    if entry.file is None:
        if not context.findings.was_dropped(origin / "file"):
            context.findings.add(origin, "series-without-file", "the series names no table", "add  file: weather.csv", key=True)
        return None
    table = open_table(entry.file, origin / "file", "", context)
    if table is None:
        return None
    before = len(context.findings.located)
    measured = _measured(table, entry, origin, context.findings)
    if len(context.findings.located) > before:
        return None
    series, notes = series_of(measured, table, entry, context.findings)
    if series is None:
        if len(context.findings.located) == before:
            what = f"'{entry.file}' covers no whole year from January to December"
            context.findings.add(origin / "file", "series-too-short", what, "give at least one whole year of days")
        return None
    context.notes += [f"{entry.file}: {note}" for note in notes]
    return series


def _measured(table: Table, entry: language.WeatherSeries, origin: Origin, findings: Findings) -> dict[date, tuple[float, int]]:
    """Share lost and row, by date."""
    columns = {"date": entry.date or "date", "lost": entry.lost or "lost"}
    cells: dict[str, dict[int, str]] = {}
    for key, column in columns.items():
        try:
            cells[key] = dict(sample_of(table, column, ""))
        except Misread as error:
            where = origin / key if getattr(entry, key) else origin / "file"
            findings.misread(where, error)
    found: dict[date, tuple[float, int]] = {}
    if len(cells) < 2:
        return found
    for row in range(len(table.rows)):
        if row not in cells["date"] and row not in cells["lost"]:
            continue
        try:
            day = read_date(cells["date"].get(row, ""))
        except Misread as error:
            findings.add(Origin(table, (row, columns["date"])), error.code, error.what, error.fix)
            continue
        try:
            share = lost_of(cells["lost"].get(row, ""), entry.above)
        except Misread as error:
            findings.add(Origin(table, (row, columns["lost"])), error.code, error.what, error.fix)
            continue
        if day in found:
            findings.add(Origin(table, (row, columns["date"])), "day-twice", f"{day} stands in the table twice", "keep one of the rows")
        found[day] = share, row
    return found


def lost_of(text: str, above: float | None) -> float:
    """``yes``, ``no``, ``0.4``, ``40%``; or, with a limit, whether a measured value lies above it."""
    word = text.strip().lower()
    if above is not None:
        if not NUMBER.fullmatch(word):
            raise Misread("not-a-number", f"'{text}' is not a measured number", "write digits, with a point for the decimals")
        return float(float(word) > above)
    if word in YES or word in NO:
        return float(word in YES)
    try:
        return read_probability(word)
    except Misread as error:
        fix = "write yes or no, a share from 0 to 1 or in %, or name the limit with  above:"
        code = error.code if error.code == "probability-out-of-range" else "not-lost-or-good"
        raise Misread(code, f"'{text}' does not say whether the day was lost", fix) from None


def series_of(
    measured: dict[date, tuple[float, int]], table: Table, entry: language.WeatherSeries, findings: Findings
) -> tuple[Series | None, list[str]]:
    """The whole years of the table, short gaps filled, and what is to be said of them."""
    days, notes = sorted(measured), []
    filled = 0
    for before, after in pairwise(days):
        gap = (after - before).days - 1
        if gap > SHORT_GAP:
            where = Origin(table, (measured[after][1], entry.date or "date"))
            what = f"{gap} days before {after} have no row; gaps of up to {SHORT_GAP} days are filled with the day before them"
            findings.add(where, "series-with-a-gap", what, "add the days, or begin the table after the gap")
            return None, []
        for k in range(gap):
            measured[before + timedelta(days=k + 1)] = measured[before]
        filled += gap
    if not days:
        return None, []
    whole = [year for year in range(days[0].year, days[-1].year + 1) if date(year, 1, 1) in measured and date(year, 12, 31) in measured]
    if not whole:
        return None, []
    years = tuple(_year(measured, year) for year in whole)
    if filled:
        notes.append(f"{filled} days without a row are taken to be as the day before them")
    if left := len(days) + filled - sum(366 if _is_leap(year) else 365 for year in whole):
        notes.append(f"{left} days of years that are not whole are left out; {len(whole)} years are used, {whole[0]} to {whole[-1]}")
    return Series(whole[0], years, entry.file or ""), notes


def _year(measured: dict[date, tuple[float, int]], year: int) -> tuple[float, ...]:
    """366 shares; without a 29 February that of the 28th."""
    shares = [0.0] * 366
    for k in range(366):
        day = date(LEAP, 1, 1) + timedelta(days=k)
        leap_day = (day.month, day.day) == (2, 29) and not _is_leap(year)
        own = day.replace(day=28).replace(year=year) if leap_day else day.replace(year=year)
        shares[day_of_year(day)] = measured[own][0]
    return tuple(shares)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
