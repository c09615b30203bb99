"""`pmosim forecast`."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pmosim.cli.failures import say
from pmosim.cli.parameters import LEDGER_VARIABLE, THREADS, Whole, overriding
from pmosim.cli.progress import Progress, duration
from pmosim.cli.sampling import Wishes, sampled
from pmosim.errors import PmosimError

if TYPE_CHECKING:
    from pmosim.batch.runner import Plan
    from pmosim.results.batch import Batch, BatchEntry
    from pmosim.results.conditions import Condition
    from pmosim.scenario.settings import Settings


@dataclass(frozen=True, slots=True)
class Settled:
    """The command line's wishes, as a batch takes them to its processes."""

    wishes: Wishes

    def over(self, settings: Settings) -> Settings:
        """Raises PmosimError for wishes that do not go with a scenario's own settings."""
        try:
            return self.wishes.over(settings)
        except click.UsageError as error:
            raise PmosimError(error.message) from None


@click.command("forecast", short_help="Forecast many scenarios unattended; add them to the ledger.")
@click.argument("sources", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="SOURCE...")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="DIR", help="Folder of all results.  [default: <source>.forecasts]"
)
@click.option(
    "--ledger",
    envvar=LEDGER_VARIABLE,
    metavar="URL",
    help=f"File or database URL in which forecasts are kept.  [default: ${LEDGER_VARIABLE}, else none]",
)
@click.option("--together", metavar="NAME", help="Forecast all files as one model of this name: what they share is drawn once.")
@click.option("--base", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Scenario under every schedule file.")
@sampled
@click.option("--jobs", type=Whole(1, 256), metavar="J", help="Processes at a time.  [default: one for each core]")
@click.option("--threads", type=THREADS, metavar="T", help="Of each process.  [default: what the cores leave]")
@click.option("--fail-if", "conditions", multiple=True, metavar="COND", help="Exit with 1 if it holds: 'P80(bridge.finish) > 2027-09-30'.")
@overriding
@click.option("--afresh", is_flag=True, help="Simulate also what is in the ledger already, unchanged.")
@click.option("--no-charts", is_flag=True, help="Write forecast.json and the tables only.")
@click.option(
    "--notify", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Append what came of it, as one line of JSON."
)
@click.option("--notify-command", metavar="COMMAND", help="Give what came of it to a command, as JSON on its standard input.")
@click.option("--log", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Append the log to this file as well.")
@click.option("--wait", type=click.FloatRange(0), default=0.0, metavar="SECONDS", help="For another batch in the same folder.")
@click.option("--json", "as_json", is_flag=True, help="Print what came of it as JSON.")
def command(
    sources: tuple[Path, ...],
    output: Path | None,
    ledger: str | None,
    conditions: tuple[str, ...],
    notify: Path | None,
    notify_command: str | None,
    as_json: bool,
    **options: Any,
) -> int:
    """Forecast each SOURCE: a scenario, a schedule file, or a folder of such.

    A scenario of several projects is one model: its links, shared risks and joint probabilities hold. With --together, all files are
    one; else they are forecast one by one: what is wrong with one is told and does not stop the others. What is in the ledger already,
    unchanged, is not simulated again.

    \b
    Exit codes: 0 all is well, 1 a condition of --fail-if holds, 2 a scenario cannot be read,
    3 something outside failed. Of several the highest counts.
    """
    asked = _conditions(conditions)
    plan = _plan(sources, output, ledger, asked, options)
    with Progress() as progress:
        progress.doing("forecasting...")
        from pmosim.batch.runner import run_batch

        batch = run_batch(plan, lambda done, all, entry: _told(progress, done, all, entry))
    if as_json:
        click.echo(batch.to_json().encode(), nl=False)
    else:
        from pmosim.output.batching import summary

        click.echo(summary(batch).rstrip("\n"))
    say(f"Results are in {plan.wanted.output}, the overview in {plan.wanted.output / 'index.html'}.")
    _notify(batch, plan.wanted.output, notify, notify_command)
    return batch.exit_code


def _conditions(texts: tuple[str, ...]) -> tuple[Condition, ...]:
    if not texts:
        return ()
    from pmosim.results.conditions import Misstated, read_condition

    made, wrong = [], []
    for text in texts:
        try:
            made.append(read_condition(text))
        except Misstated as error:
            wrong.append(str(error))
    if wrong:
        raise click.UsageError("\n".join(wrong))
    return tuple(made)


def _plan(
    sources: tuple[Path, ...], output: Path | None, ledger: str | None, conditions: tuple[Condition, ...], options: dict[str, Any]
) -> Plan:
    from pmosim.batch.job import Wanted
    from pmosim.batch.runner import Plan, cores
    from pmosim.batch.sources import sources_of, together

    wishes = Wishes(**{part.name: options.pop(part.name) for part in fields(Wishes)})
    found = tuple(sources_of(sources))
    if options["together"]:
        found = (together(options["together"], found),)
    name = found[0].name if len(found) == 1 else sources[0].resolve().stem if len(sources) == 1 else f"{len(found)} files"
    wanted = Wanted(
        output or Path(f"{name.replace(' ', '-')}.forecasts"),
        ledger,
        Settled(wishes),
        options["base"],
        not options["no_charts"],
        conditions,
        options["overrides"],
        options["afresh"],
        options["threads"],
    )
    log = options["log"]
    return Plan(name, found, wanted, options["jobs"] or min(cores(), len(found)), options["wait"], (log,) if log else ())


def _told(progress: Progress, done: int, all: int, entry: BatchEntry) -> None:
    from pmosim.output.batching import STATES

    progress.doing("")
    took = f" in {duration(entry.seconds)}" if entry.seconds else ""
    say(f"[{done}/{all}] {entry.name}: {STATES[entry.state]}{took}")
    if done < all:
        progress.doing(f"forecasting: {done} of {all} files")


def _notify(batch: Batch, output: Path, file: Path | None, command: str | None) -> None:
    if file is None and command is None:
        return
    from pmosim.batch.notify import notice_of, tell_command, tell_file

    notice = notice_of(batch, output)
    if file is not None:
        tell_file(notice, file)
    if command is not None:
        tell_command(notice, command)
