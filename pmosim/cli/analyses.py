"""What `pmosim run` can put into its report besides the forecast: `--with rank,mitigate`, and `--all-of` sets of promises."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pmosim.model.project import Portfolio, Together
    from pmosim.results.records import Forecast
    from pmosim.scenario.reader import Scenario

RANK, MITIGATE = "rank", "mitigate"
KNOWN = (RANK, MITIGATE)


class Analyses(click.ParamType):
    """``rank``, ``mitigate``, or both: ``rank,mitigate``."""

    name = "analyses"

    def convert(self, value: str | tuple[str, ...], param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        if isinstance(value, tuple):
            return value
        asked = [part for part in re.split(r"[,\s]+", value.strip().lower()) if part]
        for part in asked:
            if part not in KNOWN:
                self.fail(f"'{part}' is no analysis; write {' or '.join(KNOWN)}, or both: {','.join(KNOWN)}", param, ctx)
        return tuple(one for one in KNOWN if one in asked)


def check_analyses(read: Scenario, asked: tuple[str, ...]) -> None:
    """Before the simulation, not after it. Raises UsageError for what the scenario has nothing for."""
    from pmosim.model.mitigation import mitigations

    if MITIGATE in asked and not mitigations(read.portfolio):
        raise click.UsageError("--with mitigate: no risk of this scenario has a mitigation. Leave it out, or give risks a 'mitigation'.")


def with_analyses(made: Forecast, read: Scenario, asked: tuple[str, ...], threads: int | None) -> Forecast:
    """The forecast with what was asked for, from as many iterations and the same seed, at the settings of their own commands."""
    iterations = made.provenance.iterations
    if RANK in asked:
        from pmosim.cli.rank import ranked
        from pmosim.forecasting.ranking import Wishes

        made = replace(made, ranking=ranked(read, Wishes(ladder=True), iterations, None, threads))
    if MITIGATE in asked:
        from pmosim.cli.mitigate import planned, wish_of

        made = replace(made, responses=planned(read, wish_of(read, None, None, None, None, None), iterations, None, threads))
    return made


def sets_of(portfolio: Portfolio, written: tuple[str, ...]) -> tuple[Together, ...]:
    """Sets of promises as people write them: ``building,conveyors.accepted``. Raises UsageError for what cannot be kept or missed."""
    if not written:
        return ()
    from pmosim.cli.mitigate import node_of
    from pmosim.model.project import Together, problems_together

    parts = {text: re.split(r"[,\s]+", text.strip()) for text in written}
    sets = tuple(Together(text, tuple(node_of(portfolio, part, "--all-of") for part in names)) for text, names in parts.items())
    problems = [f"--all-of: {one.what}; {one.fix}." for one in problems_together(portfolio, sets)]
    if problems:
        raise click.UsageError("\n".join(problems))
    return tuple(replace(one, name="") for one in sets)
