"""`pmosim ledger ...`: what is in a ledger, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pmosim.cli.failures import ExitCode, say
from pmosim.cli.parameters import LEDGER_FILE, LEDGER_VARIABLE, THREADS, Whole
from pmosim.cli.progress import Progress

if TYPE_CHECKING:
    from pmosim.history.ledger import Ledger


class EndOfDay(click.DateTime):
    """A date without a time of day means all of that day."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        moment = super().convert(value, param, ctx)
        return moment.replace(hour=23, minute=59) if isinstance(value, str) and ":" not in value else moment


Command = TypeVar("Command", bound=Callable[..., Any])

RUN = Whole(1, 2**31 - 1)
DATE = click.DateTime(["%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"])
EVENING = EndOfDay(DATE.formats)
TABLES = ("figures", "runs", "curves", "actuals")


def ledger_option(command: Command) -> Command:
    """``--ledger``, for every command that reads a ledger."""
    said = f"A file, or postgresql+psycopg://user@host/database. Also: {LEDGER_VARIABLE}.  [default: {LEDGER_FILE}]"
    return click.option("--ledger", "place", metavar="URL", envvar=LEDGER_VARIABLE, default=LEDGER_FILE, help=said)(command)


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
project_option = click.option("--project", metavar="NAME", help="Runs of this project only.")


def opened(place: str) -> Ledger:
    """The ledger, which must be there."""
    from pmosim.history.ledger import open_ledger

    return open_ledger(place, create=False)


@click.group("ledger", short_help="Forecasts over time: list, show, verify, export, prune, record.")
def command() -> None:
    """Look into a ledger of forecasts, and run them again.

    'pmosim run --ledger URL' adds forecasts to it: each with its whole model, its figures with their intervals, and what
    had happened by then.
    """


@command.command("list", short_help="The runs in the ledger, by status date.")
@ledger_option
@project_option
@click.option("--since", type=DATE, metavar="DATE", help="Of this status date or later.")
@click.option("--until", type=EVENING, metavar="DATE", help="Of this status date or earlier.")
@json_option
def list_runs(place: str, project: str | None, since: datetime | None, until: datetime | None, as_json: bool) -> None:
    """List runs by status date, with the P80 of the first finish of each."""
    with opened(place) as ledger:
        runs = ledger.runs(project, since, until)
        figures = [] if as_json else ledger.figures(project, None, ["P80"], quantity="finish", since=since, until=until, every_run=True)
    from pmosim.output import ledger as output

    _print(output.as_json(runs) if as_json else output.listing(runs, figures))


@command.command("show", short_help="One run: where it came from, and its figures.")
@click.argument("run", type=RUN, metavar="RUN")
@ledger_option
@click.option("--forecast", is_flag=True, help="Print its whole forecast.json, for 'pmosim report' and 'pmosim compare'.")
@json_option
def show(run: int, place: str, forecast: bool, as_json: bool) -> None:
    """Show a RUN by its number."""
    with opened(place) as ledger:
        if forecast:
            _print(ledger.forecast_text(run))
            return
        info = ledger.run(run)
        figures = [
            one for one in ledger.figures(info.project, since=info.status_date, until=info.status_date, every_run=True) if one.run == run
        ]
    from pmosim.output import ledger as output

    _print(output.as_json({"run": info, "figures": figures}) if as_json else output.details(info, figures))


@command.command("verify", short_help="Run stored forecasts again and compare them to the bit.")
@click.argument("runs", type=RUN, nargs=-1, metavar="[RUN]...")
@ledger_option
@project_option
@click.option("--threads", type=THREADS, metavar="T", help="Changes the time taken, never the numbers.  [default: one per core]")
@json_option
def verify(runs: tuple[int, ...], place: str, project: str | None, threads: int | None, as_json: bool) -> int:
    """Forecast the stored model of each RUN again and compare every figure with the stored one; of all runs, if none is named.

    Says which version differs (of pmosim, Numba, NumPy, SciPy, Python, or the machine) where one does. Exits with 1 if a
    forecast is not the same.
    """
    from pmosim.output import ledger as output

    with opened(place) as ledger:
        chosen = [ledger.run(id) for id in runs] or ledger.runs(project)
        whole = [run.id for run in chosen if run.is_complete or run.id in runs]
        if len(whole) < len(chosen):
            say(f"{len(chosen) - len(whole):,} of {len(chosen):,} runs were pruned and cannot be run again.")
        found = []
        for id in whole:
            found.append(_verified(ledger, id, threads))
            if not as_json:
                _print(output.verdict(found[-1]))
    if as_json:
        _print(output.as_json(found))
    return ExitCode.DONE if all(one.is_same and not one.unsound for one in found) else ExitCode.MISSED


def _verified(ledger: Ledger, run: int, threads: int | None) -> Any:
    with Progress() as progress:
        progress.doing("starting...")
        from pmosim.history.verifying import verify

        return verify(ledger, run, threads=threads, progress=progress)


@command.command("export", short_help="A table of the ledger as CSV or JSON.")
@click.argument("table", type=click.Choice(TABLES), default="figures", metavar="[TABLE]")
@ledger_option
@project_option
@click.option("--format", "form", type=click.Choice(["csv", "json"]), default="csv", show_default=True, help="How it is written.")
@click.option(
    "--all", "every", is_flag=True, help="Of every run and every record; else the last of each status date, and the actuals that count."
)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write to FILE instead of printing.")
def export(table: str, place: str, project: str | None, form: str, every: bool, output: Path | None) -> None:
    """Export TABLE: figures (the default), runs, curves (percentiles 0 to 100) or actuals."""
    with opened(place) as ledger:
        reads: dict[str, Callable[[], list[Any]]] = {
            "figures": lambda: ledger.figures(project, every_run=every),
            "runs": lambda: ledger.runs(project),
            "curves": lambda: ledger.curves(project, every_run=every),
            "actuals": lambda: ledger.actuals(project, every_record=every),
        }
        records = reads[table]()
    from pmosim.output.ledger import as_csv, as_json

    text = as_json(records) if form == "json" else as_csv(records)
    if output is None:
        _print(text)
        return
    from pmosim.output.files import write_whole

    write_whole(output, text)
    say(f"Wrote {len(records):,} {table} to {output}.")


@command.command("prune", short_help="Drop models and whole forecasts of old runs; figures stay.")
@ledger_option
@click.option("--keep", type=Whole(0, 1_000_000), required=True, metavar="N", help="Status dates of each project whose runs stay whole.")
def prune(place: str, keep: int) -> None:
    """Make the ledger smaller. Figures, curves and actuals stay, so every trend does; old runs can no longer be verified or drawn."""
    with opened(place) as ledger:
        done = ledger.prune(keep)
    from pmosim.output import ledger as output

    _print(output.pruned(done))


@command.command("record", short_help="Write down what really happened.")
@click.argument("project", metavar="PROJECT")
@click.argument("node", metavar="NODE")
@ledger_option
@click.option("--start", type=DATE, metavar="DATE", help="When it really began.")
@click.option("--finish", type=EVENING, metavar="DATE", help="When it was really finished.")
@click.option("--cost", type=float, metavar="AMOUNT", help="What it really cost.")
@click.option("--source", default="by hand", show_default=True, metavar="WORDS", help="Who says so.")
def record(place: str, project: str, node: str, start: datetime | None, finish: datetime | None, cost: float | None, source: str) -> None:
    """Record what really happened to NODE (a task such as bridge.survey, a project's bridge.finish, or finish) of PROJECT.

    Schedules' own actual dates are taken from every forecast that is added; what is recorded by hand counts before them, and
    the last record counts.
    """
    given: dict[str, datetime | float] = {
        kind: value for kind, value in (("start", start), ("finish", finish), ("cost", cost)) if value is not None
    }
    if not given:
        raise click.UsageError("Give what happened: --start, --finish or --cost.")
    with opened(place) as ledger:
        for kind, value in given.items():
            ledger.record_actual(project, node, kind, value, source=source)
    say(f"Recorded the {' and the '.join(given)} of {node}.")


def _print(text: str) -> None:
    click.echo(text.encode(), nl=False)  # UTF-8, whatever the terminal speaks
