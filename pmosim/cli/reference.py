"""docs/command-line.md, made from the commands' own help: `python -m pmosim.cli.reference [FILE]`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from pmosim.cli.main import pmosim

INTRODUCTION = """\
# The command line

This page is made from the commands' own `--help`.

Results go to standard output; progress and messages go to standard error. Progress is a changing line in a terminal and a
single line elsewhere. Files appear whole or not at all: a run that is stopped, or that fails, leaves what was there before.

| exit code | meaning |
| --- | --- |
| 0 | done |
| 1 | a threshold was missed (`pmosim run --fail-below`, `pmosim check --fail-on`), or a forecast is another now (`pmosim ledger verify`) |
| 2 | the scenario or the command is wrong; the message says where and how to put it right |
| 3 | something outside failed: disk, memory, database, Java |
| 70 | a bug in pmosim; `pmosim --debug COMMAND ...` (or `PMOSIM_DEBUG=1`) shows the traceback to report |
| 130 | stopped with Ctrl-C |
"""
WIDTH = 100


def reference() -> str:
    """The whole page, as Markdown."""
    top = context_of(pmosim, "pmosim", None)
    contexts = [top, *below(top)]
    return "\n".join([INTRODUCTION, *map(section, contexts)])


def below(context: click.Context) -> Iterator[click.Context]:
    """Of the commands of a group, and of theirs."""
    group = context.command
    if isinstance(group, click.Group):
        for name in group.list_commands(context):
            if (command := group.get_command(context, name)) is not None:
                inner = context_of(command, name, context)
                yield inner
                yield from below(inner)


def context_of(command: click.Command, name: str, parent: click.Context | None) -> click.Context:
    settings = {**pmosim.context_settings, "terminal_width": WIDTH, "max_content_width": WIDTH}
    return click.Context(command, info_name=name, parent=parent, **settings)


def section(context: click.Context) -> str:
    return f"## {context.command_path}\n\n```text\n{context.command.get_help(context)}\n```\n"


if __name__ == "__main__":
    file = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/command-line.md")
    file.write_text(reference(), encoding="utf-8")
