"""What a chart draws, as a table in the page: its text alternative in figures."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pandas as pd

from pmosim.output.charts.chart import Chart
from pmosim.output.grids import Grid

MOST_ROWS = 40
CURVE = "share"  # a column of that name: rows are points along a curve


def data_of(chart: Chart) -> Grid:
    """At most 40 rows: the first ones, or of a curve every so many; the CSV file beside the chart has them all."""
    table = chart.table
    total, step = len(table), 1
    if CURVE in table.columns and total > MOST_ROWS:
        step = -(-total // MOST_ROWS)
    few = table.iloc[::step].head(MOST_ROWS)
    note = ""
    if step > 1:
        note = f"One in {step} of {total:,} rows; all are in {chart.name}.csv."
    elif total > MOST_ROWS:
        note = f"{total - MOST_ROWS:,} more in {chart.name}.csv."
    rows = tuple(tuple(_text(value) for value in row) for row in few.itertuples(index=False))
    heads = tuple(str(name).replace("_", " ") for name in few.columns)
    wordy = frozenset(place for place, name in enumerate(few.columns) if few[name].map(lambda value: isinstance(value, str)).any())
    return Grid(f"Data: {chart.title}", heads, rows, wordy or frozenset({0}), note)


def _text(value: Any) -> str:
    if pd.isna(value):
        return ""
    if isinstance(value, datetime):
        return value.isoformat(" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:.6g}" if isinstance(value, float) else str(value)
