"""The command `pmosim`: finds the command asked for, runs it, and turns whatever happens into an exit code."""

from __future__ import annotations

import gc
import os
import signal
import sys
from types import FrameType
from typing import NoReturn

import click

from pmosim.cli.failures import DEBUG, ExitCode, exit_code_after
from pmosim.cli.lazy import LazyGroup

COMMANDS = {
    "run": "pmosim.cli.run",
    "forecast": "pmosim.cli.forecast",
    "rank": "pmosim.cli.rank",
    "check": "pmosim.cli.check",
    "compare": "pmosim.cli.compare",
    "explain": "pmosim.cli.explain",
    "trend": "pmosim.cli.trend",
    "replay": "pmosim.cli.replay",
    "mitigate": "pmosim.cli.mitigate",
    "ledger": "pmosim.cli.ledger",
    "calibrate": "pmosim.cli.calibrate",
    "earned": "pmosim.cli.earned",
    "init": "pmosim.cli.init",
    "import": "pmosim.cli.importing",
    "export": "pmosim.cli.exporting",
    "schema": "pmosim.cli.schema",
    "report": "pmosim.cli.report",
}

EPILOG = """\b
Exit codes:
  0    done
  1    a threshold was missed (run --fail-below, forecast --fail-if, check --fail-on),
       or a forecast is another now (ledger verify)
  2    the scenario or the command is wrong
  3    something outside failed: disk, memory, database, Java
  70   a bug in pmosim
  130  stopped with Ctrl-C"""


def _debug(ctx: click.Context, param: click.Parameter, wanted: bool) -> None:
    if wanted:
        os.environ[DEBUG] = "1"


@click.group(
    cls=LazyGroup,
    modules=COMMANDS,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    no_args_is_help=False,
    invoke_without_command=True,
)
@click.option(
    "--debug", is_flag=True, is_eager=True, expose_value=False, callback=_debug, help=f"Show the traceback of a bug. Also: {DEBUG}=1."
)
@click.version_option(package_name="pmosim", message="pmosim %(version)s")
@click.pass_context
def pmosim(ctx: click.Context) -> None:
    """Forecast when projects finish, what they cost, and which tasks and risks decide it.

    Results go to standard output, progress and messages to standard error.
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit code."""
    try:
        # not Click's own main(): its exit code for a closed pipe, 1, would say that a threshold was missed
        with pmosim.make_context("pmosim", list(arguments)) as context:
            code = pmosim.invoke(context)
        sys.stdout.flush()  # here, where a full disk or a closed pipe can still be told
    except click.exceptions.Exit as done:  # after --help and --version
        return done.exit_code
    except (Exception, KeyboardInterrupt) as error:
        return exit_code_after(error)
    return code if isinstance(code, int) else ExitCode.DONE


def main() -> NoReturn:
    signal.signal(signal.SIGTERM, _terminated)
    gc.disable()  # what a command makes lives on, but for charts, which see to it themselves: looking for garbage is a tenth of the time
    code = run(sys.argv[1:])
    gc.freeze()  # nor does it pay at the end, when Python looks once more through all that was loaded
    sys.exit(code)


def _terminated(number: int, frame: FrameType | None) -> NoReturn:
    """Leave through the same doors as an error, so that half-written files are removed on the way."""
    sys.exit(ExitCode.TERMINATED)
