"""Kinds of argument that several commands share."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

import click


class Share(click.ParamType):
    """A probability as people write it: ``80%`` or ``0.8``. A bare ``80`` is refused: it may mean either."""

    name = "share"

    def convert(self, value: str | float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        text = value.strip()
        try:
            share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
        except ValueError:
            self.fail(f"'{value}' is no share; write for example 80% or 0.8", param, ctx)
        if not 0 <= share <= 1:  # NaN is refused here too
            meant = f"; did you mean {text}%?" if 1 < share <= 100 and "%" not in text else ""
            self.fail(f"'{value}' is outside 0% to 100%{meant}", param, ctx)
        return share


class Whole(click.ParamType):
    """A whole number within limits; ``1_000_000`` is easier to read than ``1000000``, and is taken too."""

    name = "whole number"

    def __init__(self, least: int, most: int) -> None:
        self.least, self.most = least, most

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        try:
            number = int(value)
        except ValueError:
            self.fail(f"'{value}' is no whole number", param, ctx)
        if not self.least <= number <= self.most:
            self.fail(f"{number} is not between {self.least} and {self.most:_}", param, ctx)
        return number


ITERATIONS, SEED, THREADS = Whole(1, 1_000_000_000), Whole(0, 2**64 - 1), Whole(1, 4096)


SAMPLING = ("random", "latin-hypercube")
REPLICATES = 10


def check_replicates(iterations: int, sampling: str) -> None:
    """A Latin hypercube is made of so many parts of one size. Raises UsageError for a number that they do not make."""
    if sampling != "random" and iterations % REPLICATES:
        near = -(-iterations // REPLICATES) * REPLICATES
        raise click.UsageError(
            f"A Latin hypercube has {REPLICATES} equal replicates, which {iterations:,} iterations do not make. Give -n {near}."
        )


class ExistingFile(click.Path):
    """A file that is there; where it is not, the most similar name in the same folder is offered."""

    def __init__(self) -> None:
        super().__init__(exists=True, dir_okay=False, readable=True, path_type=Path)

    def convert(self, value, param: click.Parameter | None, ctx: click.Context | None):
        path = Path(value)
        if not path.exists():
            folder = path.parent
            names = [entry.name for entry in folder.iterdir() if entry.is_file()] if folder.is_dir() else []
            near = get_close_matches(path.name, names, n=1)
            meant = f"; did you mean '{folder / near[0]}'?" if near else ""
            self.fail(f"there is no file '{value}'{meant}", param, ctx)
        return super().convert(value, param, ctx)


LEDGER_FILE, LEDGER_VARIABLE = "pmosim-ledger.sqlite", "PMOSIM_LEDGER"
"""Where forecasts are kept unless told otherwise, and the variable that tells so."""


overriding = click.option(
    "--set",
    "overrides",
    multiple=True,
    metavar="PATH=VALUE",
    help="Instead of the scenario's own value: risks.flood.probability=10%. May be repeated.",
)
"""What if? For every command that reads a scenario."""


def results_folder(source: Path) -> Path:
    """Where results go unless told: a folder of their own in the current one."""
    return Path(f"{source.stem}.results")
