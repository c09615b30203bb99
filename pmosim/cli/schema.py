"""`pmosim schema`."""

from __future__ import annotations

import json

import click


@click.command("schema", short_help="Print the JSON Schema of the scenario language.")
def command() -> None:
    """Print the JSON Schema of the scenario language, for editors that complete and check while you type."""
    from pmosim.scenario.language import json_schema

    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))
