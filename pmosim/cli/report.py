"""`pmosim report`."""

from __future__ import annotations

from pathlib import Path

import click

from pmosim.cli.parameters import ExistingFile
from pmosim.cli.review import review_files, review_of
from pmosim.errors import UnreadableFile


@click.command("report", short_help="Draw an earlier forecast again.")
@click.argument("forecast", type=ExistingFile(), metavar="FORECAST")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="DIR", help="Results folder.  [default: the one FORECAST is in]")
@review_files
def command(forecast: Path, output: Path | None, xlsx: bool, pptx: bool, like: Path | None) -> None:
    """Draw charts, tables and report again from FORECAST, the forecast.json of an earlier run.

    Nothing is simulated, and no figure changes.
    """
    from pmosim.cli.run import print_forecast, written
    from pmosim.output.folder import check_folder
    from pmosim.results.records import Forecast

    folder, review = output or forecast.absolute().parent, review_of(xlsx, pptx, like)
    try:
        made = Forecast.load(forecast)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableFile(
            f"'{forecast}' is no forecast that this version of pmosim can read: {error}\n  fix: name the forecast.json of a results folder"
        ) from error
    check_folder(folder)
    written(made, folder, charts=True, review=review)
    print_forecast(made, as_json=False)
