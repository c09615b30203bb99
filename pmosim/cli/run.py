"""`pmosim run`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pmosim.cli.analyses import Analyses, check_analyses, sets_of, with_analyses
from pmosim.cli.failures import ExitCode, say
from pmosim.cli.parameters import THREADS, ExistingFile, Share, overriding, results_folder
from pmosim.cli.progress import Progress, duration
from pmosim.cli.review import PLAIN, Review, review_files, review_of
from pmosim.cli.sampling import Wishes, sampled, with_wishes

if TYPE_CHECKING:
    from pmosim.model.project import Together
    from pmosim.results.records import Estimate, Forecast, Timing
    from pmosim.scenario.reader import Scenario


@click.command("run", short_help="Simulate a scenario; write forecast, charts and report.")
@click.argument("scenario", type=ExistingFile(), metavar="SCENARIO")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="DIR", help="Results folder.  [default: <scenario>.results]")
@sampled
@click.option("--threads", type=THREADS, metavar="T", help="Changes the time taken, never the numbers.  [default: one per core]")
@overriding
@click.option(
    "--ledger", "place", metavar="URL", help="Add the forecast to this ledger: a file, or postgresql+psycopg://user@host/database."
)
@click.option(
    "--with",
    "analyses",
    type=Analyses(),
    default="",
    metavar="LIST",
    help="Put these into the same report: rank (what each risk is worth, with the ladder), mitigate (which mitigations to buy), or both.",
)
@click.option(
    "--all-of",
    "sets",
    multiple=True,
    metavar="LIST",
    help="How likely these promises are all kept: projects, milestones, or finish for the whole.  [repeatable]",
)
@click.option("--as", "name", metavar="NAME", help="Name in the ledger.  [default: that of the scenario's file, without its ending]")
@click.option("--no-charts", is_flag=True, help="Write forecast.json and the tables only.")
@review_files
@click.option("--json", "as_json", is_flag=True, help="Print the whole forecast as JSON instead of the summary.")
@click.option(
    "--fail-below", type=Share(), metavar="P", help="Exit with 1 if a target or budget is met with less than this probability, such as 80%."
)
def command(
    scenario: Path,
    output: Path | None,
    threads: int | None,
    overrides: tuple[str, ...],
    place: str | None,
    name: str | None,
    analyses: tuple[str, ...],
    sets: tuple[str, ...],
    no_charts: bool,
    xlsx: bool,
    pptx: bool,
    like: Path | None,
    as_json: bool,
    fail_below: float | None,
    **wishes: Any,
) -> int:
    """Simulate SCENARIO, print its forecast, and write a results folder.

    The folder holds report.html, charts, tables and forecast.json. It appears whole or not at all, and replaces
    the results of an earlier run in the same place.
    """
    folder = output or results_folder(scenario)
    from pmosim.output.folder import check_folder

    check_folder(folder)  # before the simulation, not after it
    review = review_of(xlsx, pptx, like)
    from pmosim.scenario.reader import read_scenario

    if name is not None and place is None:
        raise click.UsageError("--as is the name in a ledger: give --ledger, too.")
    if place is not None and overrides:
        raise click.UsageError("--set asks what if, and a ledger keeps what is forecast: give --ledger without --set.")
    read = with_wishes(read_scenario(scenario, overrides), Wishes(**wishes))
    if fail_below is not None and not read.portfolio.targets:
        raise click.UsageError("--fail-below needs a target, and the scenario has none. Give a project 'target: {finish: ...}'.")
    if place is not None:
        check_ledger(place)  # before the simulation, too
    check_analyses(read, analyses)
    made = simulated(read, threads, sets_of(read.portfolio, sets))
    if place is not None:
        added(made, read, place, name)
    made = with_analyses(made, read, analyses, threads)
    written(made, folder, charts=not no_charts, review=review)
    print_forecast(made, as_json=as_json)
    return report_missed(made, fail_below) if fail_below is not None else ExitCode.DONE


def simulated(read: Scenario, threads: int | None, together: tuple[Together, ...] = ()) -> Forecast:
    """The forecast of what was read, as its settings say."""
    with Progress() as progress:
        progress.doing("starting...")
        from pmosim.batch.one import forecast_of
        from pmosim.engine.simulation import is_compiled

        if not is_compiled(weather=bool(read.portfolio.weather)):
            say("Compiling the kernels (first run only)...")
        made = forecast_of(read, threads=threads, progress=progress, together=together)
    if made.timing:
        say(time_taken(made.provenance.iterations, made.timing))
    return made


def check_ledger(place: str) -> None:
    """Open it, and make it where there is none yet. Raises what `open_ledger` raises."""
    from pmosim.history.ledger import open_ledger

    open_ledger(place).close()


def added(made: Forecast, read: Scenario, place: str, name: str | None) -> None:
    from pmosim.history.ledger import open_ledger

    with open_ledger(place) as ledger:
        run, created = ledger.add(made, read.portfolio, project=name or read.path.stem)  # as batches name them
        say(f"Added to the ledger {ledger.name} as run {run}." if created else f"The ledger {ledger.name} has it already, as run {run}.")


def time_taken(iterations: int, timing: Timing) -> str:
    compiling = f", {duration(timing.compile_seconds)} of them for compiling the kernels" if timing.compile_seconds >= 0.05 else ""
    return f"Simulated {iterations:,} iterations in {duration(timing.seconds)}{compiling}."


def written(made: Forecast, folder: Path, *, charts: bool, review: Review = PLAIN) -> None:
    with Progress() as progress:
        progress.doing("drawing the charts..." if charts else "writing...")
        from pmosim.output.results import write_results

        write_results(made, folder, charts=charts, workbook=review.xlsx, slides=review.pptx, like=review.like)
    say(f"Results are in {folder}{', the report in ' + str(folder / 'report.html') if charts else ''}.")


def print_forecast(made: Forecast, *, as_json: bool) -> None:
    if as_json:  # JSON is UTF-8, whatever the terminal speaks
        click.echo(made.to_json().encode(), nl=False)
        return
    from pmosim.output.text import summary

    click.echo(summary(made).rstrip("\n"))


def report_missed(made: Forecast, threshold: float) -> ExitCode:
    """Name on standard error every target that is met too seldom."""
    from pmosim.output.words import percent_with_range, plain_percent

    missed = [f"{what} {percent_with_range(share)}" for what, share in probabilities(made) if share.value < threshold]
    if not missed:
        return ExitCode.DONE
    say(f"Below {plain_percent(threshold)}: " + "; ".join(missed))
    return ExitCode.MISSED


def probabilities(made: Forecast) -> Iterator[tuple[str, Estimate]]:
    """Of every date and every budget that was promised."""
    from pmosim.output.words import day

    for target in made.targets:
        if target.target and target.probability:
            yield f"{target.label} by {day(target.target)}:", target.probability
        if target.cost and target.cost.budget is not None and target.cost.budget_probability:
            yield f"{target.label} within its budget:", target.cost.budget_probability
