"""`pmosim mitigate`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pmosim.cli.failures import say
from pmosim.cli.parameters import ITERATIONS, SEED, THREADS, ExistingFile, Share, overriding
from pmosim.cli.progress import Progress, duration

if TYPE_CHECKING:
    from pmosim.forecasting.responses import Wish
    from pmosim.model.project import Portfolio
    from pmosim.results.responses import ResponsePlan
    from pmosim.scenario.reader import Scenario


@click.command("mitigate", short_help="Which mitigations to buy, for a budget or to reach a probability.")
@click.argument("scenario", type=ExistingFile(), metavar="SCENARIO")
@overriding
@click.option("--budget", metavar="MONEY", help="Buy the most for so much, such as 200k.  [default: whatever it costs]")
@click.option("--probability", type=Share(), metavar="P", help="Or reach this probability for as little as can be, such as 80%.")
@click.option("--target", metavar="ID", help="Project, milestone or task that matters.  [default: the portfolio, or the only project]")
@click.option("--by", metavar="DATE", help="The date that matters.  [default: the one promised]")
@click.option(
    "--gain",
    type=click.Choice(["probability", "p80"]),
    help="What a budget is to buy: the probability of the date, or an earlier P80.  [default: probability where there is a date]",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="DIR", help="Results folder.  [default: <scenario>.mitigation]")
@click.option("-n", "--iterations", type=ITERATIONS, metavar="N", help="Futures to simulate.  [default: the scenario's, or 10000]")
@click.option("--seed", type=SEED, metavar="S", help="Same scenario, seed and N: same numbers.  [default: the scenario's, or 1]")
@click.option("--threads", type=THREADS, metavar="T", help="Changes the time taken, never the numbers.  [default: one per core]")
@click.option("--no-charts", is_flag=True, help="Write mitigation.json and the tables only.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole plan as JSON instead of the summary.")
def command(
    scenario: Path,
    overrides: tuple[str, ...],
    budget: str | None,
    probability: float | None,
    target: str | None,
    by: str | None,
    gain: str | None,
    output: Path | None,
    iterations: int | None,
    seed: int | None,
    threads: int | None,
    no_charts: bool,
    as_json: bool,
) -> None:
    """Choose among the mitigations in the register of SCENARIO: which to buy, what they gain, and what more money would gain.

    Every set of mitigations is simulated on the same draws, up to 14 mitigations; of more, sets are built up by gain for money and
    improved by exchanges, and the answer says how far it may be from the best. Writes a results folder, whole or not at all.
    """
    if probability is not None and (budget is not None or gain is not None):
        raise click.UsageError("--probability asks for the least money, so it goes with neither --budget nor --gain.")
    folder = output or Path(f"{scenario.stem}.mitigation")
    from pmosim.output.folder import check_folder

    check_folder(folder)  # before the simulation, not after it
    from pmosim.scenario.reader import read_scenario

    read = read_scenario(scenario, overrides)
    made = planned(read, wish_of(read, budget, probability, target, by, gain), iterations, seed, threads)
    written(made, folder, charts=not no_charts)
    if as_json:  # JSON is UTF-8, whatever the terminal speaks
        click.echo(made.to_json().encode(), nl=False)
        return
    from pmosim.output.responding import summary

    click.echo(summary(made).rstrip("\n"))


def wish_of(read: Scenario, budget: str | None, probability: float | None, target: str | None, by: str | None, gain: str | None) -> Wish:
    from pmosim.forecasting.responses import Wish
    from pmosim.results.responses import P80, PROBABILITY

    node = node_of(read.portfolio, target)
    date = None if by is None else date_of(by, read.portfolio.status_date)
    promised = any(one.node == node and one.finish for one in read.portfolio.targets)
    if (probability is not None or gain == PROBABILITY) and not (date or promised):
        raise click.UsageError(f"'{node}' has no target date. Give one with --by 2027-09-30, or ask for --gain p80.")
    wanted = PROBABILITY if probability is not None or (gain is None and (date or promised)) else gain or P80
    return Wish(node, wanted, None if budget is None else money_of(budget, read.portfolio.currency), probability, date)


def node_of(portfolio: Portfolio, target: str | None, option: str = "--target") -> str:
    """The id of a target as people write it: a project, a task, the finish of either or of all."""
    if target is None:
        return portfolio.finishes[-1]
    known = {id: id for id in (*portfolio.finishes, *portfolio.tasks)}
    known |= {project: f"{project}.finish" for project in portfolio.project}
    if len(portfolio.projects) == 1:
        known |= {id.partition(".")[2]: id for id in [*known] if "." in id}
    if target not in known:
        from pmosim.model.naming import write_instead

        fix = write_instead(
            portfolio, target, known, f"name one of {', '.join([*portfolio.project, *portfolio.finishes][:8])}, or a task as project.task"
        )
        raise click.UsageError(f"{option}: there is no '{target}'. {fix[0].upper()}{fix[1:]}.")
    return known[target]


def date_of(text: str, status_date: datetime) -> datetime:
    from pmosim.scenario.places import Misread
    from pmosim.scenario.quantities import read_moment

    try:
        date = read_moment(text, end_of_day=True)
    except Misread as error:
        raise click.UsageError(f"--by: {error.what}; {error.fix}.") from error
    if date < status_date:
        raise click.UsageError(f"--by: {text} lies before the status date, {status_date:%Y-%m-%d}.")
    return date


def money_of(text: str, currency: str) -> float:
    from pmosim.scenario.estimates import read_estimate
    from pmosim.scenario.places import Misread
    from pmosim.scenario.quantities import Kind

    try:
        estimate = read_estimate(text, Kind.MONEY)
        law = estimate.made(lambda _unit: 1.0)
    except Misread as error:
        raise click.UsageError(f"--budget: {error.what}; {error.fix}.") from error
    if not law.is_constant or law.mean < 0 or estimate.per:
        raise click.UsageError(f"--budget: '{text}' is not one amount of money, such as 200k.")
    if estimate.currency and currency and estimate.currency != currency:
        raise click.UsageError(f"--budget: '{text}' is in {estimate.currency}, but the scenario is in {currency}.")
    return law.mean


def planned(read: Scenario, wish: Wish, iterations: int | None, seed: int | None, threads: int | None) -> ResponsePlan:
    """The command line's wishes go before the scenario's own."""
    from pmosim.model.mitigation import mitigations

    if not mitigations(read.portfolio):
        raise click.UsageError(
            "No risk of this scenario has a mitigation to choose. Give risks a 'mitigation: {probability: 10%, cost: 30k EUR}'."
        )
    with Progress() as progress:
        progress.doing("starting...")
        from pmosim.engine.simulation import is_compiled
        from pmosim.forecasting.responses import plan_responses

        if not is_compiled(weather=bool(read.portfolio.weather)):
            say("Compiling the kernels (first run only)...")
        made = plan_responses(
            read.portfolio,
            wish,
            iterations=iterations or read.settings.iterations,
            seed=read.settings.seed if seed is None else seed,
            confidence=read.settings.confidence,
            threads=threads,
            progress=lambda done, total: progress.doing(f"simulating: {done:,} of {total:,} sets of mitigations"),
            source=read.path.name,
            overrides=read.overrides,
            notes=read.notes,
        )
    if made.timing:
        each = f"each with {made.search_iterations:,} iterations"
        say(f"Simulated {made.searched:,} sets of mitigations, {each} in {duration(made.timing.seconds)}.")
    return made


def written(made: ResponsePlan, folder: Path, *, charts: bool) -> None:
    with Progress() as progress:
        progress.doing("drawing the charts..." if charts else "writing...")
        from pmosim.output.responding_page import write_plan

        write_plan(made, folder, charts=charts)
    say(f"Results are in {folder}{', the report in ' + str(folder / 'report.html') if charts else ''}.")
