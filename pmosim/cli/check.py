"""`pmosim check`."""

from __future__ import annotations

from pathlib import Path

import click

from pmosim.cli.imported import parity_of_imports
from pmosim.cli.parameters import ExistingFile


@click.command("check", short_help="Read a scenario and say what was found.")
@click.argument("scenario", type=ExistingFile(), metavar="SCENARIO")
def command(scenario: Path) -> None:
    """Read SCENARIO, report every mistake in it, and say what was found; nothing is simulated or written.

    The planned dates come from the durations as planned, with no risk occurring. Those of an imported schedule are
    compared with the dates that the planner's own tool stored in its file.
    """
    from pmosim.scenario.reader import read_scenario

    read = read_scenario(scenario)
    from pmosim.cli.inventory import inventory, parity_lines
    from pmosim.model.schedule import schedule

    dates = schedule(read.portfolio)
    for line in inventory(read.portfolio, dates):
        click.echo(line)
    for line in parity_lines(parity_of_imports(read.portfolio, dates)):
        click.echo(line)
    for note in read.notes:
        click.echo(f"note: {note}")
