"""How far the simulation is, on standard error: a line that keeps changing in a terminal, one quiet line elsewhere."""

from __future__ import annotations

import sys
from time import perf_counter

import click

ERASE_LINE = "\r\x1b[2K"


class Progress:
    """Called with (iterations done, all of them) from time to time.

    Used as a context manager, so that the line is cleared before anything else is said, whatever happens.
    """

    def __init__(self) -> None:
        self.live = sys.stderr.isatty()
        self.began = perf_counter()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self._show("")

    def doing(self, what: str) -> None:
        """Name the stage that is on its way."""
        self._show(what)
        self.began = perf_counter()

    def __call__(self, done: int, total: int) -> None:
        self._show(f"simulating: {done:,} of {total:,} iterations{time_left(done, total, perf_counter() - self.began)}")

    def _show(self, line: str) -> None:
        if self.live:
            click.echo(ERASE_LINE + line, err=True, nl=False)


def time_left(done: int, total: int, elapsed: float) -> str:
    """As words, from the pace so far; nothing before half a second has shown the pace."""
    if not 0 < done < total or elapsed < 0.5:
        return ""
    return f", {duration(elapsed * (total - done) / done)} left"


def duration(seconds: float) -> str:
    """``0.8 s``, ``12 s``, ``3 min 20 s``, ``2 h 05 min``."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
