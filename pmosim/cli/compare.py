"""`pmosim compare`."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pmosim.cli.failures import say
from pmosim.cli.parameters import ITERATIONS, SAMPLING, SEED, THREADS, check_replicates, overriding
from pmosim.cli.progress import Progress, duration
from pmosim.errors import UnreadableFile

if TYPE_CHECKING:
    from pmosim.forecasting.compare import Given
    from pmosim.results.comparison import Comparison
    from pmosim.results.records import Forecast
    from pmosim.scenario.reader import Scenario

RECORD = "forecast.json"


class Compared(click.Path):
    """A scenario, or a results folder (or the forecast.json in one)."""

    def __init__(self) -> None:
        super().__init__(exists=True, readable=True, path_type=Path)

    def convert(self, value, param: click.Parameter | None, ctx: click.Context | None):
        path = Path(value)
        if not path.exists():
            names = [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else []
            near = get_close_matches(path.name, names, n=1)
            meant = f"; did you mean '{path.parent / near[0]}'?" if near else ""
            self.fail(f"there is no file or folder '{value}'{meant}", param, ctx)
        if path.is_dir() and not (path / RECORD).is_file():
            self.fail(f"the folder '{value}' is no results folder: it has no {RECORD}", param, ctx)
        return path


@click.command("compare", short_help="Compare two scenarios on the same draws: what moved, and why.")
@click.argument("before", type=Compared(), metavar="BEFORE")
@click.argument("after", type=Compared(), metavar="[AFTER]", required=False)
@overriding
@click.option("--set-b", "overrides_b", multiple=True, metavar="PATH=VALUE", help="The same, for AFTER alone: what if? May be repeated.")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="DIR", help="Results folder.  [default: <after>.comparison]")
@click.option("-n", "--iterations", type=ITERATIONS, metavar="N", help="Futures to simulate of each.  [default: AFTER's, or 10000]")
@click.option("--seed", type=SEED, metavar="S", help="Of both.  [default: AFTER's, or 1]")
@click.option("--sampling", type=click.Choice(SAMPLING), help="Of both.  [default: AFTER's, or random]")
@click.option("--threads", type=THREADS, metavar="T", help="Changes the time taken, never the numbers.  [default: one per core]")
@click.option("--no-charts", is_flag=True, help="Write comparison.json and the tables only.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole comparison as JSON instead of the summary.")
def command(
    before: Path,
    after: Path | None,
    overrides: tuple[str, ...],
    overrides_b: tuple[str, ...],
    output: Path | None,
    iterations: int | None,
    seed: int | None,
    sampling: str | None,
    threads: int | None,
    no_charts: bool,
    as_json: bool,
) -> None:
    """Compare two scenarios, simulated on the same draws: what moved, how far, and which class of change moved it.

    Without AFTER the scenario is compared with itself, changed by --set-b. Two results folders (or their forecast.json) can be
    compared as well, by their stored figures alone.
    """
    if after is None and not overrides_b:
        raise click.UsageError("Name a second scenario, or say what is different with --set-b PATH=VALUE.")
    other = after or before
    folder = output or Path(f"{other.stem}.comparison")
    from pmosim.output.folder import check_folder

    check_folder(folder)  # before the simulation, not after it
    kinds = [is_stored(path) for path in (before, other)]
    if any(kinds) and (overrides or overrides_b or iterations or sampling or seed is not None):
        raise click.UsageError("Stored results are compared as they are. Give scenarios to simulate them with --set, -n or --seed.")
    if kinds[0] != kinds[1]:
        raise click.UsageError("Give two scenarios, or two results folders: stored figures have no iterations to be paired with.")
    made = (
        of_stored(before, other)
        if all(kinds)
        else of_scenarios(before, other, overrides, overrides_b, (iterations, seed, sampling, threads))
    )
    written(made, folder, charts=not no_charts)
    if as_json:
        click.echo(made.to_json().encode(), nl=False)
        return
    from pmosim.output.comparing import summary

    click.echo(summary(made).rstrip("\n"))


def is_stored(path: Path) -> bool:
    return path.is_dir() or path.suffix == ".json"


def of_stored(before: Path, after: Path) -> Comparison:
    from pmosim.results.stored import compare_stored

    try:
        return compare_stored(loaded(before), loaded(after), tuple(map(str, (before, after))))  # type: ignore[arg-type]
    except ValueError as error:
        raise click.UsageError(f"{error}. Compare results of the same projects.") from error


def loaded(path: Path) -> Forecast:
    from pmosim.results.records import Forecast

    file = path / RECORD if path.is_dir() else path
    try:
        return Forecast.load(file)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableFile(
            f"'{file}' is no forecast that this version of pmosim can read: {error}\n  fix: name a results folder of 'pmosim run'"
        ) from error


def of_scenarios(
    before: Path,
    after: Path,
    overrides: tuple[str, ...],
    overrides_b: tuple[str, ...],
    wishes: tuple[int | None, int | None, str | None, int | None],
) -> Comparison:
    from pmosim.scenario.overrides import Override
    from pmosim.scenario.reader import read_scenario

    first = read_scenario(before, overrides)
    second = read_scenario(after, [*overrides, *(Override(text, "--set-b") for text in overrides_b)])
    iterations, seed, sampling, threads = wishes
    check_replicates(iterations or second.settings.iterations, sampling or second.settings.sampling)
    with Progress() as progress:
        progress.doing("starting...")
        from pmosim.forecasting.compare import compare

        try:
            made = compare(
                *named(first, second, overrides_b),
                iterations=iterations or second.settings.iterations,
                seed=second.settings.seed if seed is None else seed,
                confidence=second.settings.confidence,
                sampling=sampling or second.settings.sampling,
                threads=threads,
                progress=progress,
                notes=tuple(note for note in second.notes if note not in first.notes),
            )
        except ValueError as error:
            if "in common" not in str(error):
                raise
            raise click.UsageError(f"{error}. Targets are told apart by their ids: give projects and milestones the same ones.") from error
    if made.timing:
        say(f"Simulated {made.after.provenance.iterations:,} iterations in {duration(made.timing.seconds)}.")
    return made


def named(first: Scenario, second: Scenario, overrides_b: tuple[str, ...]) -> tuple[Given, Given]:
    """Both with names that tell them apart: of the files, else of what is set."""
    from pmosim.forecasting.compare import Given

    names = [one.path.name for one in (first, second)]
    if names[0] == names[1]:
        names = [str(one.path) for one in (first, second)]
    if names[0] == names[1]:
        names = ["before", f"with {', '.join(overrides_b)}" if overrides_b else "after"]
    return (
        Given(first.portfolio, names[0], first.path.name, first.overrides),
        Given(second.portfolio, names[1], second.path.name, second.overrides),
    )


def written(made: Comparison, folder: Path, *, charts: bool) -> None:
    with Progress() as progress:
        progress.doing("drawing the charts..." if charts else "writing...")
        from pmosim.output.comparison_page import write_comparison

        write_comparison(made, folder, charts=charts)
    say(f"Results are in {folder}{', the report in ' + str(folder / 'report.html') if charts else ''}.")
