"""`pmosim explain`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pmosim.cli.compare import named
from pmosim.cli.failures import say
from pmosim.cli.ledger import ledger_option, opened
from pmosim.cli.parameters import ITERATIONS, SAMPLING, SEED, THREADS, ExistingFile, Whole, check_replicates, overriding
from pmosim.cli.progress import Progress, duration
from pmosim.errors import InvalidModel

if TYPE_CHECKING:
    from pmosim.forecasting.explain import Wishes
    from pmosim.forecasting.moves import Given
    from pmosim.history.ledger import Ledger
    from pmosim.results.explanation import Explanation
    from pmosim.results.ledger import RunInfo

FIGURES = ("P10", "P50", "P80", "P90", "mean", "target")


@click.command("explain", short_help="Why a figure moved: from one scenario to the next, item by item.")
@click.argument("before", metavar="[BEFORE]", required=False)
@click.argument("after", metavar="[AFTER]", required=False)
@overriding
@ledger_option
@click.option(
    "--project", metavar="NAME", help="In the ledger: explain the last two status dates of this project.  [default: the only one]"
)
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
    before: str | None,
    after: str | None,
    overrides: tuple[str, ...],
    place: str,
    project: str | None,
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
    """Explain why a figure moved from BEFORE to AFTER: two scenarios, or the numbers of two runs in a ledger.

    Without them, from the last status date but one of a project in the ledger to its last one.

    What differs is changed in steps, first by class (progress, tasks, links, estimates, risks, ...), then item by item, all on the
    same draws: the steps add up exactly to the move, each with its interval.
    """
    first, second = both(before, after, place, project, overrides)
    folder = output or Path(f"{second.stem}.explanation")
    from pmosim.output.folder import check_folder

    check_folder(folder)  # before the simulation, not after it
    from pmosim.forecasting.explain import Wishes

    check_replicates(iterations or second.iterations, sampling or second.sampling)
    made = explained(
        first.given,
        second.given,
        Wishes(target, figure, unit == "money", top),
        iterations=iterations or second.iterations,
        seed=second.seed if seed is None else seed,
        confidence=second.confidence,
        sampling=sampling or second.sampling,
        threads=threads,
        notes=tuple(note for note in second.notes if note not in first.notes),
    )
    written(made, folder, charts=not no_charts)
    if as_json:
        click.echo(made.to_json().encode(), nl=False)
        return
    from pmosim.output.explaining import summary

    click.echo(summary(made).rstrip("\n"))


@dataclass(frozen=True, slots=True)
class Chosen:
    """One of the two sides, and how it wishes to be simulated."""

    given: Given
    stem: str  # of what it is called
    iterations: int
    seed: int
    sampling: str
    confidence: float
    notes: tuple[str, ...] = ()


def both(before: str | None, after: str | None, place: str, project: str | None, overrides: tuple[str, ...]) -> tuple[Chosen, Chosen]:
    """Scenarios, or runs of a ledger: numbers that are no files."""
    if before is not None and after is None:
        raise click.UsageError("Name both BEFORE and AFTER, or neither to explain the last two status dates in a ledger.")
    by_number = [text is None or (text.isascii() and text.isdigit() and not Path(text).exists()) for text in (before, after)]
    if all(by_number):
        if overrides:
            raise click.UsageError("Runs of a ledger are explained as they are: --set is for scenarios.")
        return of_runs(before, after, place, project)
    if any(by_number) or project is not None:
        raise click.UsageError("Give two scenarios, or two runs of a ledger by their numbers; --project is for a ledger alone.")
    paths = [ExistingFile().convert(text, None, None) for text in (before, after)]
    return of_scenarios(paths[0], paths[1], overrides)


def of_scenarios(before: Path, after: Path, overrides: tuple[str, ...]) -> tuple[Chosen, Chosen]:
    from pmosim.scenario.reader import read_scenario

    read = [read_scenario(path, overrides) for path in (before, after)]
    first, second = (
        Chosen(
            given,
            one.path.stem,
            one.settings.iterations,
            one.settings.seed,
            one.settings.sampling,
            one.settings.confidence,
            tuple(one.notes),
        )
        for one, given in zip(read, named(read[0], read[1], ()), strict=True)
    )
    return first, second


def of_runs(before: str | None, after: str | None, place: str, project: str | None) -> tuple[Chosen, Chosen]:
    from pmosim.forecasting.moves import Given
    from pmosim.output.words import day

    with opened(place) as ledger:
        runs = last_two(ledger, project) if before is None or after is None else [ledger.run(int(text)) for text in (before, after)]
        first, second = (
            Chosen(
                Given(ledger.portfolio(run.id), f"{run.project}, {day(run.status_date)} (run {run.id})", run.source),
                f"run-{run.id}", run.iterations, run.seed, run.sampling, run.confidence,
            )
            for run in runs
        )  # fmt: skip
    return first, second


def last_two(ledger: Ledger, project: str | None) -> list[RunInfo]:
    """Of a project, or of the only one that there is."""
    names = ledger.projects()
    if project is None and len(names) != 1:
        known = f"; there are {', '.join(names[:5])}{', ...' if len(names) > 5 else ''}" if names else ", and it has none"
        raise click.UsageError(f"Name a project of the ledger {ledger.name} with --project{known}.")
    name = project or names[0]
    last = ledger.latest(name)
    earlier = last and ledger.latest(name, before=last.status_date)
    if last is None or earlier is None:
        raise click.UsageError(f"The ledger {ledger.name} has {'one status date' if last else 'no run'} of '{name}': two are needed.")
    return [earlier, last]


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
