"""`pmosim calibrate`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pmosim.cli.failures import say
from pmosim.cli.parameters import LEDGER_FILE, LEDGER_VARIABLE, ExistingFile, Share
from pmosim.cli.progress import Progress

if TYPE_CHECKING:
    from pmosim.model.project import Portfolio
    from pmosim.results.calibration import Calibration
    from pmosim.results.records import Forecast

DATE = click.DateTime(["%Y-%m-%d"])
LEDGER = f"Ledger of the forecasts. Also: {LEDGER_VARIABLE}.  [default: {LEDGER_FILE}]"
CLASSES = ("type", "team", "lead", "project")


@click.command("calibrate", short_help="Did past forecasts hold? By what were they off?")
@click.argument("forecasts", nargs=-1, type=ExistingFile(), metavar="[FORECAST]...")
@click.option("--ledger", "place", metavar="URL", envvar=LEDGER_VARIABLE, help=LEDGER)
@click.option(
    "--schedule",
    "schedules",
    multiple=True,
    type=ExistingFile(),
    metavar="FILE",
    help="Schedule or scenario with later actual dates. May be repeated.",
)
@click.option("--project", metavar="NAME", help="Forecasts of this name only.")
@click.option("--since", type=DATE, metavar="DATE", help="Forecasts of this status date or later.")
@click.option("--until", type=DATE, metavar="DATE", help="Forecasts of this status date or earlier.")
@click.option("--by", multiple=True, type=click.Choice(CLASSES), help="Tell these classes apart in the text.  [default: type, team, lead]")
@click.option("--confidence", type=Share(), default="95%", show_default=True, metavar="SHARE", help="Of all intervals.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), default=Path("calibration"), show_default=True, metavar="DIR", help="Results folder."
)
@click.option("--no-charts", is_flag=True, help="Write calibration.json and the tables only.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole calibration as JSON instead of the text.")
def command(
    forecasts: tuple[Path, ...],
    place: str | None,
    schedules: tuple[Path, ...],
    project: str | None,
    since: datetime | None,
    until: datetime | None,
    by: tuple[str, ...],
    confidence: float,
    output: Path,
    no_charts: bool,
    as_json: bool,
) -> None:
    """Compare past forecasts with what really happened: those of a ledger, or FORECAST files (forecast.json) of earlier runs.

    What happened is known from the progress in later runs, from actual dates in --schedule files, and from what was
    recorded by hand. Prints hit rates, bias and a correction that may be pasted into a scenario; nothing is changed by itself.
    """
    if not 0.5 <= confidence < 1:
        raise click.UsageError("The confidence lies between 50% and 100%.")
    if forecasts and not schedules:
        raise click.UsageError("What has become of these forecasts? Name a schedule or a scenario with actual dates: --schedule FILE.")
    from pmosim.output.folder import check_folder

    check_folder(output)
    happened = [portfolio_of(schedule) for schedule in schedules]
    if forecasts:
        from pmosim.history.calibrate import calibrate_forecasts

        source = str(forecasts[0]) if len(forecasts) == 1 else f"{len(forecasts)} forecasts"
        wanted = [one for one in map(forecast_of, forecasts) if chosen(one, project, since, until)]
        made = calibrate_forecasts(wanted, happened, source=source, confidence=confidence)
    else:
        made = _of_ledger(place or LEDGER_FILE, happened, project, since, until, confidence)
    written(made, output, charts=not no_charts)
    if as_json:
        click.echo(made.to_json().encode(), nl=False)
        return
    from pmosim.output.calibrating import summary

    click.echo(summary(made, by or CLASSES[:3]).rstrip("\n"))


def _of_ledger(
    place: str, happened: list[Portfolio], project: str | None, since: datetime | None, until: datetime | None, confidence: float
) -> Calibration:
    from pmosim.history.calibrate import calibrate_ledger
    from pmosim.history.ledger import open_ledger

    last = until.replace(hour=23, minute=59) if until else None
    with open_ledger(place, create=False) as ledger:
        return calibrate_ledger(ledger, happened, project=project, since=since, until=last, confidence=confidence)


def portfolio_of(path: Path) -> Portfolio:
    """A planner's schedule, or a scenario."""
    from pmosim.exchange.parity import is_schedule

    if is_schedule(path):
        from pmosim.interchange.schedules import read_schedule

        return read_schedule(path).portfolio()
    from pmosim.scenario.reader import read_scenario

    return read_scenario(path).portfolio


def forecast_of(path: Path) -> Forecast:
    from pmosim.errors import UnreadableFile
    from pmosim.results.records import Forecast

    try:
        return Forecast.load(path)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableFile(
            f"'{path}' is no forecast that this version of pmosim can read: {error}\n  fix: name the forecast.json of a results folder"
        ) from error


def chosen(forecast: Forecast, project: str | None, since: datetime | None, until: datetime | None) -> bool:
    day = forecast.provenance.status_date.date()
    return project in (None, forecast.name) and (since is None or since.date() <= day) and (until is None or day <= until.date())


def written(made: Calibration, folder: Path, *, charts: bool) -> None:
    with Progress() as progress:
        progress.doing("drawing the charts..." if charts else "writing...")
        from pmosim.output.calibrating import write_calibration

        write_calibration(made, folder, charts=charts)
    say(f"Results are in {folder}{', the report in ' + str(folder / 'report.html') if charts else ''}.")
