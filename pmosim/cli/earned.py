"""`pmosim earned`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pmosim.cli.calibrate import portfolio_of
from pmosim.cli.parameters import ExistingFile
from pmosim.errors import UnreadableFile

if TYPE_CHECKING:
    from pmosim.model.project import Portfolio
    from pmosim.results.earned import EarnedSchedule


@click.command("earned", short_help="Earned schedule: progress in time, and where that leads.")
@click.argument("scenario", type=ExistingFile(), metavar="SCENARIO")
@click.option("--ledger", "place", metavar="URL", help="Take the plan of the first run in it as the baseline, instead of the tasks' own.")
@click.option("--as", "name", metavar="NAME", help="Name of its runs in the ledger.  [default: the scenario's file name]")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of the table.")
def command(scenario: Path, place: str | None, name: str | None, as_json: bool) -> None:
    """How far SCENARIO, or a planner's schedule, has come against its baseline, told in time: ES, SPI(t), EAC(t).

    Nothing is simulated. 'pmosim run' tells the same beside its forecast where tasks have a baseline.
    """
    portfolio = portfolio_of(scenario)
    found = of_ledger(portfolio, place, name or scenario.name.split(".")[0]) if place else of_own(portfolio, scenario)
    if as_json:
        import json

        from pmosim.results.serial import plain

        click.echo(json.dumps(found, ensure_ascii=False, indent=1, default=plain))
        return
    from pmosim.output import findings, words
    from pmosim.output.grids import aligned, earned

    grid = earned(found)
    lines = [grid.heading, *aligned(grid), *(f"  {findings.earned(one, None)}." for one in found)]
    lines += [f"  Baseline: {found[0].source}; tasks weigh by {found[0].by}."]
    left_out = sum(one.others for one in found)
    if left_out:
        lines.append(f"  Without a baseline, and so without weight: {left_out} {words.plural('task', left_out)}.")
    click.echo("\n".join(lines))


def of_own(portfolio: Portfolio, source: Path) -> tuple[EarnedSchedule, ...]:
    """Raises UnreadableFile where there is nothing to measure against."""
    from pmosim.forecasting.earned import earned_schedules

    found = earned_schedules(portfolio)
    if not found:
        raise UnreadableFile(
            f"no project of '{source}' has a baseline that has begun by the status date\n"
            "  fix: give tasks a baseline_start and baseline_finish, or name a ledger whose first run has the plan: --ledger URL"
        )
    return found


def of_ledger(portfolio: Portfolio, place: str, name: str) -> tuple[EarnedSchedule, ...]:
    """The plan of the first whole run before the status date. Raises UnreadableFile where there is none."""
    from pmosim.forecasting.earned import baselines_of, earned_schedules
    from pmosim.history.ledger import open_ledger
    from pmosim.output import words

    with open_ledger(place, create=False) as ledger:
        runs = [run for run in ledger.runs(name) if run.is_complete and run.status_date < portfolio.status_date]
        first = ledger.portfolio(runs[0].id) if runs else None
    found: tuple[EarnedSchedule, ...] = ()
    if first is not None:
        found = earned_schedules(portfolio, baselines_of(first), f"the plan of {words.day(runs[0].status_date)}, of the ledger's first run")
    if not found:
        raise UnreadableFile(
            f"the ledger '{place}' has no whole run of '{name}' before {portfolio.status_date:%Y-%m-%d} whose plan had begun by then\n"
            "  fix: name the runs with --as; see 'pmosim ledger list'"
        )
    return found
