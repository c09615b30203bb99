"""`pmosim check`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from pmosim.cli.failures import ExitCode, say
from pmosim.cli.parameters import ExistingFile, overriding
from pmosim.exchange.parity import is_schedule

if TYPE_CHECKING:
    from pmosim.model.project import Portfolio
    from pmosim.quality.basis import PlaceOf
    from pmosim.quality.records import Report

LEVELS = ("none", "error", "warning", "note")


class Read(NamedTuple):
    """What there is to check, whichever kind of file it came from."""

    portfolio: Portfolio
    notes: tuple[str, ...]
    place_of: PlaceOf


@click.command("check", short_help="Check a scenario or a schedule: its dates, its logic, its quality.")
@click.argument("file", type=ExistingFile(), metavar="FILE")
@overriding
@click.option("--all", "every", is_flag=True, help="Name every task behind a check that failed, not the first ten.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "sarif", "junit"]),
    default="table",
    show_default=True,
    help="SARIF and JUnit are for continuous integration.",
)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="OUT", help="Write to OUT instead of printing.")
@click.option(
    "--fail-on",
    type=click.Choice(LEVELS),
    default="none",
    show_default=True,
    help="Exit with 1 if a check of this severity or worse fails.",
)
def command(file: Path, overrides: tuple[str, ...], every: bool, form: str, output: Path | None, fail_on: str) -> int:
    """Check FILE, a scenario or a planner's schedule (.xer, .xml, .mpp, ...); nothing is simulated.

    Says what was read; compares the dates of schedules with those that the planner's own tool stored; then asks the
    DCMA's 14 points, how sound the logic is, and what matters to a simulation alone. Mistakes in a scenario are
    reported first, all of them.
    """
    read = read_any(file, overrides)
    report = report_on(file, read)
    text = printed(read, report, every=every) if form == "table" else in_format(report, form)
    if output is None:
        click.echo(text.encode() if form != "table" else text, nl=False)  # the others are UTF-8, whatever the terminal speaks
    else:
        from pmosim.output.files import write_whole

        write_whole(output, text)
        say(f"The findings are in {output}.")
    return ExitCode.MISSED if fails(report, fail_on) else ExitCode.DONE


def read_any(file: Path, overrides: tuple[str, ...] = ()) -> Read:
    """A scenario, or a schedule as its planner wrote it."""
    from pmosim.cli.imported import unused_estimates
    from pmosim.cli.places import places_in_scenario, places_in_schedule

    if is_schedule(file):
        if overrides:
            raise click.UsageError(f"--set is for scenarios, and '{file}' is a planner's schedule. 'pmosim import' makes a scenario of it.")
        from pmosim.interchange.schedules import read_schedule

        schedule = read_schedule(file, costs=True)
        return Read(schedule.portfolio(), (*schedule.warnings, *unused_estimates(schedule)), places_in_schedule(file))
    from pmosim.scenario.reader import read_scenario

    scenario = read_scenario(file, overrides)
    return Read(scenario.portfolio, scenario.notes, places_in_scenario(scenario))


def report_on(file: Path, read: Read) -> Report:
    from pmosim.cli.imported import parity_findings
    from pmosim.quality.checks import report

    return report(read.portfolio, str(file), read.place_of, parity_findings(read.portfolio, read.place_of))


def printed(read: Read, report: Report, *, every: bool) -> str:
    """For people: what was read, what is to be known of it, and the findings."""
    from pmosim.cli.inventory import inventory
    from pmosim.model.schedule import schedule
    from pmosim.quality.table import lines

    said = [*inventory(read.portfolio, schedule(read.portfolio)), *(f"note: {note}" for note in read.notes)]
    agreement = [finding.note for finding in report.findings if finding.check.family == "parity"]
    return "\n".join([*said, *agreement, "", *lines(report, every=every)]) + "\n"


def in_format(report: Report, form: str) -> str:
    from pmosim.forecasting.provenance import own_version
    from pmosim.quality.formats import rendered

    return rendered(report, form, version=own_version())


def fails(report: Report, level: str) -> bool:
    """Whether something of that severity, or worse, was found."""
    from pmosim.quality.records import Severity

    return level != "none" and report.fails_at(Severity(level))
