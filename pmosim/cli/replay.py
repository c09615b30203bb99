"""`pmosim replay`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pmosim.cli.failures import say
from pmosim.cli.parameters import ITERATIONS, SAMPLING, SEED, THREADS, ExistingFile, check_replicates, overriding
from pmosim.cli.progress import Progress
from pmosim.errors import InvalidModel

if TYPE_CHECKING:
    from pmosim.results.replay import Replay
    from pmosim.scenario.reader import Scenario


class Percentile(click.ParamType):
    """``P80``, ``80`` or ``80%``."""

    name = "percentile"

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        text = str(value).strip().lower().removeprefix("p").removesuffix("%")
        if not text.isdigit() or not 1 <= int(text) <= 99:
            self.fail(f"'{value}' is no percentile; write P1 to P99, such as P80", param, ctx)
        return int(text)


@click.command("replay", short_help="Tell one simulated future as a complete schedule.")
@click.argument("scenario", type=ExistingFile(), metavar="SCENARIO")
@click.option("-k", "--iteration", type=ITERATIONS, metavar="K", help="Its number, from 1.")
@click.option("--nearest", type=Percentile(), metavar="P80", help="Or the one that finishes at this percentile.  [default: P80]")
@click.option("--target", metavar="ID", help="Whose finish: a task, a project, or finish for all.  [default: the first target]")
@overriding
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="DIR", help="Results folder.  [default: <scenario>.replay]")
@click.option("-n", "--iterations", type=ITERATIONS, metavar="N", help="Of the run it belongs to.  [default: the scenario's, or 10000]")
@click.option("--seed", type=SEED, metavar="S", help="Of the run it belongs to.  [default: the scenario's, or 1]")
@click.option("--sampling", type=click.Choice(SAMPLING), help="Of the run it belongs to.  [default: the scenario's, or random]")
@click.option("--threads", type=THREADS, metavar="T", help="Changes the time taken, never the numbers.  [default: one per core]")
@click.option("--no-charts", is_flag=True, help="Write replay.json and the tables only.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole replay as JSON instead of the story.")
def command(
    scenario: Path,
    iteration: int | None,
    nearest: int | None,
    target: str | None,
    overrides: tuple[str, ...],
    output: Path | None,
    iterations: int | None,
    seed: int | None,
    sampling: str | None,
    threads: int | None,
    no_charts: bool,
    as_json: bool,
) -> None:
    """Replay one iteration of SCENARIO: the dates of every task, which risks happened and what they did, and the path that decided.

    It is the same iteration that 'pmosim run' simulates with the same seed, drawn again.
    """
    if iteration is not None and nearest is not None:
        raise click.UsageError("Give either --iteration or --nearest.")
    folder = output or Path(f"{scenario.stem}.replay")
    from pmosim.output.folder import check_folder

    check_folder(folder)
    from pmosim.scenario.reader import read_scenario

    read = read_scenario(scenario, overrides)
    total = iterations or read.settings.iterations
    if iteration is not None and iteration > total:
        raise click.UsageError(f"The run has {total:,} iterations: give --iteration 1 to {total}, or ask for more with -n.")
    check_replicates(total, sampling or read.settings.sampling)
    made = replayed(read, iteration, nearest, target, (total, seed, sampling, threads))
    written(made, folder, charts=not no_charts)
    if as_json:
        click.echo(made.to_json().encode(), nl=False)
        return
    from pmosim.output.replaying import summary

    click.echo(summary(made).rstrip("\n"))


def replayed(
    read: Scenario, iteration: int | None, nearest: int | None, target: str | None, wishes: tuple[int, int | None, str | None, int | None]
) -> Replay:
    iterations, seed, sampling, threads = wishes
    with Progress() as progress:
        progress.doing("starting...")
        from pmosim.forecasting.replay import replay

        try:
            return replay(
                read.portfolio,
                iteration=iteration,
                nearest=None if iteration is not None else nearest or 80,
                target=target,
                iterations=iterations,
                seed=read.settings.seed if seed is None else seed,
                confidence=read.settings.confidence,
                sampling=sampling or read.settings.sampling,
                threads=threads,
                progress=progress,
                source=read.path.name,
                overrides=read.overrides,
                notes=read.notes,
            )
        except InvalidModel as error:
            if error.problems[0].code != "unknown-target":
                raise
            problem = error.problems[0]
            raise click.UsageError(f"--target: {problem.what}.\n  fix: {problem.fix}") from error


def written(made: Replay, folder: Path, *, charts: bool) -> None:
    with Progress() as progress:
        progress.doing("drawing the chart..." if charts else "writing...")
        from pmosim.output.replay_page import write_replay

        write_replay(made, folder, charts=charts)
    say(f"Results are in {folder}{', the report in ' + str(folder / 'report.html') if charts else ''}.")
