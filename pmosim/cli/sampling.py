"""How many iterations, drawn how: the command line's wishes, which go before the scenario's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pmosim.cli.parameters import ITERATIONS, SEED, Whole

if TYPE_CHECKING:
    from pmosim.scenario.reader import Scenario
    from pmosim.scenario.settings import Settings

Command = TypeVar("Command", bound=Callable[..., Any])

REPLICATES = 10


class Days(click.ParamType):
    """A width in working days: ``1d``, ``0.5d``."""

    name = "days"

    def convert(self, value: str | float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        try:
            days = float(value.strip().removesuffix("d"))
        except ValueError:
            days = 0.0
        if not 0 < days < float("inf"):
            self.fail(f"'{value}' is no width in working days; write for example 1d or 0.5d", param, ctx)
        return days


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command line says; None where it says nothing."""

    iterations: int | None = None
    seed: int | None = None
    sampling: str | None = None
    precision: float | None = None
    level: int | None = None
    most: int | None = None

    def over(self, settings: Settings) -> Settings:
        """The scenario's settings with these instead of its own. Raises UsageError for what does not go together."""
        if self.iterations is not None and self.precision is not None:
            raise click.UsageError("Give either -n or --precision, which finds the iterations that it takes. --most limits them.")
        given = {part.name: value for part in fields(self) if (value := getattr(self, part.name)) is not None}
        if self.iterations is not None:
            given["precision"] = None
        made = replace(settings, **given)
        for name in ("level", "most"):
            if name in given and made.precision is None:
                raise click.UsageError(f"--{name} belongs to a precision, and none is asked for. Add for example --precision 1d.")
        if made.sampling != "random" and made.precision is None and made.iterations % REPLICATES:
            near = -(-made.iterations // REPLICATES) * REPLICATES
            what = f"A Latin hypercube has {REPLICATES} replicates of equal size, which {made.iterations:,} iterations do not make."
            raise click.UsageError(f"{what} Give -n {near}.")
        return made


def sampled(command: Command) -> Command:
    """The options, handed to the command as ``wishes``."""
    options = [
        click.option("-n", "--iterations", type=ITERATIONS, metavar="N", help="Futures to simulate.  [default: the scenario's, or 10000]"),
        click.option("--seed", type=SEED, metavar="S", help="Same scenario, seed and N: same numbers.  [default: the scenario's, or 1]"),
        click.option(
            "--sampling",
            type=click.Choice(["random", "latin-hypercube"]),
            help="How futures are drawn.  [default: the scenario's, or random]",
        ),
        click.option(
            "--precision", type=Days(), metavar="1d", help="Simulate until the interval of P80 is narrower for every target; working days."
        ),
        click.option("--level", type=Whole(1, 99), metavar="80", help="The percentile that --precision is for."),
        click.option("--most", type=Whole(1000, 1_000_000_000), metavar="N", help="Futures at most with --precision.  [default: 1000000]"),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def with_wishes(read: Scenario, wishes: Wishes) -> Scenario:
    return replace(read, settings=wishes.over(read.settings))
