"""`pmosim explain`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pmosim.cli.compare import named
from pmosim.cli.failures import say
from pmosim.cli.parameters import ITERATIONS, SAMPLING, SEED, THREADS, ExistingFile, Whole, check_replicates, overriding
from pmosim.cli.progress import Progress, duration
from pmosim.errors import InvalidModel

if TYPE_CHECKING:
    from pmosim.forecasting.explain import Wishes
    from pmosim.forecasting.moves import Given
    from pmosim.results.explanation import Explanation

FIGURES = ("P10", "P50", "P80", "P90", "mean", "target")


@click.command("explain", short_help="Why a figure moved: from one scenario to the next, item by item.")
@click.argument("before", type=ExistingFile(), metavar="BEFORE")
@click.argument("after", type=ExistingFile(), metavar="AFTER")
@overriding
@click.option("--target", metavar="ID", help="Project or milestone that is looked at.  [default: the portfolio, or the only project]")
@click.option(
    "--at",
    "figure",
    type=click.Choice(FIGURES, case_sensitive=False),
    default="P80",
    show_default=True,
    help="The figure whose move is explained; target: the probability of meeting the target date.",
)
@click.option(
    "--in", "unit", type=click.Choice(["days", "money"]), default="days", show_default=True, help="Of the finish, or of the cost."
)
@click.option(
    "--top", type=Whole(1, 1000), default=10, show_default=True, metavar="K", help="Items told one by one; the rest of a class as one."
)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="DIR", help="Results folder.  [default: <after>.explanation]")
@click.option("-n", "--iterations", type=ITERATIONS, metavar="N", help="Futures to simulate of each.  [default: AFTER's, or 10000]")
@click.option("--seed", type=SEED, metavar="S", help="Of all.  [default: AFTER's, or 1]")
@click.option("--sampling", type=click.Choice(SAMPLING), help="Of all.  [default: AFTER's, or random]")
@click.option("--threads", type=THREADS, metavar="T", help="Changes the time taken, never the numbers.  [default: one per core]")
@click.option("--no-charts", is_flag=True, help="Write explanation.json and the tables only.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole explanation as JSON instead of the summary.")
def command(
    before: Path,
    after: Path,
    overrides: tuple[str, ...],
    target: str | None,
    figure: str,
    unit: str,
    top: int,
    output: Path | None,
    iterations: int | None,
    seed: int | None,
    sampling: str | None,
    threads: int | None,
    no_charts: bool,
    as_json: bool,
) -> None:
    """Explain why a figure moved from BEFORE to AFTER, last week's scenario and this week's.

    What differs is changed in steps, first by class (progress, tasks, links, estimates, risks, ...), then item by item, all on the
    same draws: the steps add up exactly to the move, each with its interval.
    """
    folder = output or Path(f"{after.stem}.explanation")
    from pmosim.output.folder import check_folder

    check_folder(folder)  # before the simulation, not after it
    from pmosim.forecasting.explain import Wishes
    from pmosim.scenario.reader import read_scenario

    first, second = read_scenario(before, overrides), read_scenario(after, overrides)
    settings = second.settings
    check_replicates(iterations or settings.iterations, sampling or settings.sampling)
    made = explained(
        *named(first, second, ()),
        Wishes(target, figure, unit == "money", top),
        iterations=iterations or settings.iterations,
        seed=settings.seed if seed is None else seed,
        confidence=settings.confidence,
        sampling=sampling or settings.sampling,
        threads=threads,
        notes=tuple(note for note in second.notes if note not in first.notes),
    )
    written(made, folder, charts=not no_charts)
    if as_json:
        click.echo(made.to_json().encode(), nl=False)
        return
    from pmosim.output.explaining import summary

    click.echo(summary(made).rstrip("\n"))


def explained(before: Given, after: Given, wishes: Wishes, **how) -> Explanation:
    with Progress() as progress:
        progress.doing("starting...")
        from pmosim.engine.simulation import is_compiled
        from pmosim.forecasting.explain import explain

        if not is_compiled():
            say("Compiling the kernels (first run only)...")
        try:
            made = explain(before, after, wishes, progress=progress, **how)
        except InvalidModel:
            raise
        except ValueError as error:
            raise click.UsageError(f"{str(error)[0].upper()}{str(error)[1:]}.") from error
    if made.timing:
        say(f"Simulated {made.simulations:,} times {made.after.provenance.iterations:,} iterations in {duration(made.timing.seconds)}.")
    return made


def written(made: Explanation, folder: Path, *, charts: bool) -> None:
    with Progress() as progress:
        progress.doing("drawing the chart..." if charts else "writing...")
        from pmosim.output.explanation_page import write_explanation

        write_explanation(made, folder, charts=charts)
    say(f"Results are in {folder}{', the report in ' + str(folder / 'report.html') if charts else ''}.")
