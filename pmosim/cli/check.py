"""`pmosim check`."""

from __future__ import annotations

import click


@click.command("check", short_help="Read a scenario and say what was found.")
def command() -> None:
    """Read SCENARIO and say what was found, without simulating."""
