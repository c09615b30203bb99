"""`pmosim export`."""

from __future__ import annotations

from pathlib import Path

import click

from pmosim.cli.failures import say
from pmosim.cli.parameters import ExistingFile
from pmosim.errors import UnreadableFile


@click.command("export", short_help="Write P-dates back beside the planner's activities.")
@click.argument("results", type=click.Path(exists=True, path_type=Path), metavar="RESULTS")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, metavar="FILE", help="An .xer, .xml or .xlsx file.")
@click.option("--schedule", type=ExistingFile(), metavar="SCHEDULE", help="The planner's own file, which stays as it is.")
@click.option("--project", metavar="ID", help="The project of the forecast that SCHEDULE is, where that is not clear.")
def command(results: Path, output: Path, schedule: Path | None, project: str | None) -> None:
    """Write the forecast in RESULTS (a results folder, or its forecast.json) into FILE.

    FILE is a copy of SCHEDULE with further fields beside each activity: planned dates, P10, P50, P80 and P90 of start
    and finish, and criticality. In a Primavera file (.xer) they are user-defined fields, in one of MS Project (.xml)
    custom fields; all else stays as it is. An .xlsx file has a row for each task and needs no SCHEDULE.
    """
    from pmosim.exchange.export import check, export

    check(output, schedule)
    forecast = results / "forecast.json" if results.is_dir() else results
    from pmosim.results.records import Forecast

    try:
        made = Forecast.load(forecast)
    except FileNotFoundError:
        raise UnreadableFile(f"there is no forecast.json in '{results}'\n  fix: name the results folder of 'pmosim run'") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        fix = "name the results folder of 'pmosim run', or its forecast.json"
        raise UnreadableFile(f"'{forecast}' is no forecast that this version of pmosim can read: {error}\n  fix: {fix}") from error
    done = export(made, output, schedule=schedule, project=project)
    for note in done.notes:
        say(f"note: {note}")
    say(f"Wrote {done.path}: {len(done.fields)} fields beside {done.activities} activities.")
