"""`pmosim trend`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pmosim.cli.compare import Compared, loaded
from pmosim.cli.failures import say
from pmosim.cli.ledger import DATE, EVENING, ledger_option, opened
from pmosim.cli.parameters import Share
from pmosim.cli.progress import Progress

if TYPE_CHECKING:
    from pmosim.results.trend import Trend


@click.command("trend", short_help="How forecasts have moved, week by week.")
@click.argument("forecasts", type=Compared(), nargs=-1, metavar="[FORECAST]...")
@ledger_option
@click.option("--project", metavar="NAME", help="One project with all its milestones.  [default: the finishes of all]")
@click.option("--target", metavar="ID", help="One milestone or finish alone.")
@click.option("--since", type=DATE, metavar="DATE", help="From this status date on.")
@click.option("--until", type=EVENING, metavar="DATE", help="Up to this status date.")
@click.option(
    "--green", type=Share(), default="80%", show_default=True, metavar="P", help="Green from this probability of the target date."
)
@click.option("--amber", type=Share(), default="50%", show_default=True, metavar="P", help="Amber from this one; red below.")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="DIR", help="Write a results folder with charts and tables.")
@click.option("--no-charts", is_flag=True, help="Write trend.json and the tables only.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole trend as JSON instead of the summary.")
def command(
    forecasts: tuple[Path, ...],
    place: str,
    project: str | None,
    target: str | None,
    since: datetime | None,
    until: datetime | None,
    green: float,
    amber: float,
    output: Path | None,
    no_charts: bool,
    as_json: bool,
) -> None:
    """Show how forecasts have moved from one status date to the next: the band P10 to P90 of each finish and cost, with target and
    actual, how likely the target was to be met, and where all projects stand.

    Reads a ledger, or, where they are named, FORECASTs that were kept as results folders or forecast.json.
    """
    if amber > green:
        raise click.UsageError(f"--amber {amber:.0%} lies above --green {green:.0%}.")
    if output is not None:
        from pmosim.output.folder import check_folder

        check_folder(output)
    from pmosim.history.trend import Wishes, trend_of_forecasts, trend_of_ledger

    wishes = Wishes(project, target, since, until, green, amber)
    if forecasts:
        made = trend_of_forecasts([loaded(path) for path in forecasts], wishes, f"{len(forecasts)} forecasts kept as files")
    else:
        with opened(place) as ledger:
            made = trend_of_ledger(ledger, wishes)
    if output is not None:
        written(made, output, charts=not no_charts)
    if as_json:
        click.echo(made.to_json().encode(), nl=False)
        return
    from pmosim.output.trending import summary

    click.echo(summary(made).rstrip("\n"))


def written(made: Trend, folder: Path, *, charts: bool) -> None:
    with Progress() as progress:
        progress.doing("drawing the charts..." if charts else "writing...")
        from pmosim.output.trend_page import write_trend

        write_trend(made, folder, charts=charts)
    say(f"Results are in {folder}{', the report in ' + str(folder / 'report.html') if charts else ''}.")
