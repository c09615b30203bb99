"""`pmosim init`."""

from __future__ import annotations

from pathlib import Path

import click

from pmosim.cli.failures import say
from pmosim.output.files import write_whole


@click.command("init", short_help="Write a commented scenario to start from.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), default="project.yaml", metavar="[FILE]")
@click.option("--force", is_flag=True, help="Overwrite FILE if it exists.")
def command(file: Path, force: bool) -> None:
    """Write a commented scenario to start from into FILE (project.yaml)."""
    if file.exists() and not force:
        raise click.UsageError(f"'{file}' exists already. Name another file, or overwrite it with --force.")
    from pmosim.scenario.writer import starter

    write_whole(file, starter(file.stem))
    say(f"Wrote {file}. Next: pmosim run {file}")
