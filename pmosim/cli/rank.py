"""`pmosim rank`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pmosim.cli.failures import say
from pmosim.cli.parameters import ITERATIONS, SEED, THREADS, ExistingFile, Whole, overriding
from pmosim.cli.progress import Progress, duration

if TYPE_CHECKING:
    from pmosim.forecasting.ranking import Wishes
    from pmosim.results.ranking import Ranking
    from pmosim.scenario.reader import Scenario


class Levels(click.ParamType):
    """Percentiles as people write them: ``50,80,90``, or ``P50,P80``."""

    name = "levels"

    def convert(self, value: str | tuple[int, ...], param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        if isinstance(value, tuple):
            return value
        found = []
        for part in re.split(r"[,\s]+", value.strip()):
            number = part.upper().removeprefix("P").removesuffix("%")
            if not number.isascii() or not number.isdigit() or not 1 <= int(number) <= 99:
                self.fail(f"'{part}' is no percentile; write whole numbers from 1 to 99, such as 50,80,90", param, ctx)
            found.append(int(number))
        return tuple(found)


class Figure(click.ParamType):
    """``mean``, or a percentile: ``P80``, ``80``."""

    name = "figure"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value.strip().lower() == "mean":
            return "mean"
        return f"P{Levels().convert(value, param, ctx)[0]}"


@click.command("rank", short_help="What each risk is worth, by taking it out.")
@click.argument("scenario", type=ExistingFile(), metavar="SCENARIO")
@overriding
@click.option(
    "--target", metavar="ID", help="Project or milestone whose finish is looked at.  [default: the portfolio, or the only project]"
)
@click.option("--levels", type=Levels(), default="50,80,90", show_default=True, metavar="LIST", help="Percentiles, beside the mean.")
@click.option(
    "--at", "figure", type=Figure(), metavar="FIGURE", help="The figure that ranks: mean, P80...  [default: P80, or the last of the levels]"
)
@click.option(
    "--in", "unit", type=click.Choice(["days", "money"]), default="days", show_default=True, help="Rank by working days, or by cost."
)
@click.option(
    "--by",
    default="all",
    show_default=True,
    metavar="HOW",
    help="Base uncertainty of all tasks together (all), by project, wbs, tasks or code:NAME, or left in (none).",
)
@click.option("--ladder", is_flag=True, help="Take the worst out, rank the rest again, until nothing is left.")
@click.option(
    "--steps",
    type=Whole(1, 100_000),
    metavar="K",
    help="Steps of the ladder; what is then left goes out together.  [default: all, up to 150]",
)
@click.option("--pairs", is_flag=True, help="Look for pairs that are worth more together than alone.")
@click.option("--shapley", is_flag=True, help="Divide the whole among its sources, whatever their order.")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="DIR", help="Results folder.  [default: <scenario>.ranking]")
@click.option("-n", "--iterations", type=ITERATIONS, metavar="N", help="Futures to simulate.  [default: the scenario's, or 10000]")
@click.option("--seed", type=SEED, metavar="S", help="Same scenario, seed and N: same numbers.  [default: the scenario's, or 1]")
@click.option("--threads", type=THREADS, metavar="T", help="Changes the time taken, never the numbers.  [default: one per core]")
@click.option("--no-charts", is_flag=True, help="Write ranking.json and the tables only.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole ranking as JSON instead of the tables.")
def command(
    scenario: Path,
    overrides: tuple[str, ...],
    target: str | None,
    levels: tuple[int, ...],
    figure: str | None,
    unit: str,
    by: str,
    ladder: bool,
    steps: int | None,
    pairs: bool,
    shapley: bool,
    output: Path | None,
    iterations: int | None,
    seed: int | None,
    threads: int | None,
    no_charts: bool,
    as_json: bool,
) -> None:
    """Rank the risks of SCENARIO, and the uncertainty of its tasks, by what taking each out is worth.

    Each source is taken out alone, all else on the same draws: how much sooner the finish, how much lower the cost.
    Prints a table, and writes a results folder with charts, report.html, tables and ranking.json, whole or not at all.
    """
    folder = output or Path(f"{scenario.stem}.ranking")
    from pmosim.output.folder import check_folder

    check_folder(folder)  # before the simulation, not after it
    from pmosim.forecasting.ranking import Wishes
    from pmosim.scenario.reader import read_scenario

    read = read_scenario(scenario, overrides)
    wishes = Wishes(target, levels, figure, unit, by, ladder or steps is not None, steps, pairs, shapley)
    made = ranked(read, wishes, iterations, seed, threads)
    written(made, folder, charts=not no_charts)
    if as_json:  # JSON is UTF-8, whatever the terminal speaks
        click.echo(made.to_json().encode(), nl=False)
        return
    from pmosim.output.ranking import summary

    click.echo(summary(made).rstrip("\n"))


def ranked(read: Scenario, wishes: Wishes, iterations: int | None, seed: int | None, threads: int | None) -> Ranking:
    """The command line's wishes go before the scenario's own."""
    with Progress() as progress:
        progress.doing("starting...")
        from pmosim.engine.simulation import is_compiled
        from pmosim.forecasting.ranking import rank

        if not is_compiled(weather=bool(read.portfolio.weather)):
            say("Compiling the kernels (first run only)...")
        made = rank(
            read.portfolio,
            wishes,
            iterations=iterations or read.settings.iterations,
            seed=read.settings.seed if seed is None else seed,
            confidence=read.settings.confidence,
            threads=threads,
            progress=progress,
            notes=(*_left_aside(read), *read.notes),
            source=read.path.name,
            overrides=read.overrides,
        )
    if made.timing:
        taken = f"Simulated {made.runs:,} times {made.provenance.iterations:,} iterations in {duration(made.timing.seconds)}"
        compiling = made.timing.compile_seconds
        say(f"{taken}{f', {duration(compiling)} of them for compiling the kernels' if compiling >= 0.05 else ''}.")
    return made


def _left_aside(read: Scenario) -> tuple[str, ...]:
    """Settings of the scenario that a ranking does not follow."""
    settings = read.settings
    said = []
    if settings.sampling != "random":
        said.append(f"A ranking draws at random, not by {settings.sampling}: its intervals come from resampling independent iterations.")
    if settings.precision:
        said.append("A ranking has the iterations that are asked for; it does not stop by precision.")
    return tuple(said)


def written(made: Ranking, folder: Path, *, charts: bool) -> None:
    with Progress() as progress:
        progress.doing("drawing the charts..." if charts else "writing...")
        from pmosim.output.ranking import write_ranking

        write_ranking(made, folder, charts=charts)
    say(f"Results are in {folder}{', the report in ' + str(folder / 'report.html') if charts else ''}.")
