"""One file of a batch, from reading to the ledger, in whatever process it is given to. What is wrong with it stays its own."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Protocol

from pmosim.batch.one import forecast_of
from pmosim.batch.sources import Source
from pmosim.errors import InvalidScenario, MissingExtra, OutsideFailure, PmosimError
from pmosim.exchange.parity import is_schedule
from pmosim.results.batch import FAILED, FORECAST, UNCHANGED, WRONG, BatchEntry, BatchFinding, BatchTarget, moved_days
from pmosim.results.records import DateEstimate, Forecast, TargetForecast

if TYPE_CHECKING:
    from pmosim.history.ledger import Ledger
    from pmosim.results.conditions import Condition
    from pmosim.scenario.salvage import Salvaged
    from pmosim.scenario.settings import Settings


class Settling(Protocol):
    """Somebody's wishes; to be sent to other processes."""

    def over(self, settings: Settings) -> Settings:
        """The settings of a scenario with these instead of its own. Raises PmosimError for what does not go together."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a batch does with each of its files."""

    output: Path
    ledger: str | None
    settings: Settling | None = None  # what goes before the scenarios' own settings
    base: Path | None = None  # under every schedule file: its uncertainty and risks
    charts: bool = True
    conditions: tuple[Condition, ...] = ()
    overrides: tuple[str, ...] = ()
    afresh: bool = False  # forecast also what is in the ledger already
    threads: int | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What came of one file."""

    entries: tuple[BatchEntry, ...]  # its own first, then the projects of it that were left out
    findings: tuple[BatchFinding, ...] = ()
    known: tuple[str, ...] = ()  # conditions that name something in it


def forecast_source(source: Source, wanted: Wanted) -> Done:
    """Read, simulate, write the results folder, add to the ledger. Raises nothing: what is wrong comes back as an entry."""
    began = perf_counter()
    try:
        done = _forecast(source, wanted)
    except Exception as error:
        done = Done((BatchEntry(source.name, str(source.path), state_after(error), message_of(error)),))
    own, *others = done.entries
    return replace(done, entries=(replace(own, seconds=perf_counter() - began), *others))


def _forecast(source: Source, wanted: Wanted) -> Done:
    salvaged = _read(source, wanted)
    if wanted.ledger is None:
        return _simulated(source, wanted, salvaged, None)
    from pmosim.history.ledger import open_ledger

    with open_ledger(wanted.ledger) as ledger:
        return _simulated(source, wanted, salvaged, ledger)


def _read(source: Source, wanted: Wanted) -> Salvaged:
    salvaged = _joined(source, wanted) if source.parts else _of_file(source.path, wanted)
    scenario = salvaged.scenario
    if wanted.settings is not None:
        scenario = replace(scenario, settings=wanted.settings.over(scenario.settings))
    return replace(salvaged, scenario=scenario)


def _of_file(path: Path, wanted: Wanted) -> Salvaged:
    from pmosim.scenario.salvage import Salvaged, read_what_can_be

    if not is_schedule(path):
        return read_what_can_be(path, wanted.overrides)
    from pmosim.scenario.reader import scenario_from_text

    base = "" if wanted.base is None else f"base: {_quoted(wanted.base.absolute())}\n"
    text = f"pmosim: 1\n{base}schedule: {_quoted(path.absolute())}\n"
    return Salvaged(replace(scenario_from_text(text, path.with_suffix(".yaml"), wanted.overrides), path=path))


def _joined(source: Source, wanted: Wanted) -> Salvaged:
    """One model of several files, without those that cannot be read. Raises what is wrong with the first, if it is so with all."""
    from pmosim.model.joining import joined
    from pmosim.scenario.reader import SINGLE
    from pmosim.scenario.salvage import Salvaged

    read: dict[str, Salvaged] = {}
    refused: dict[str, PmosimError] = {}
    for part in source.parts:
        try:
            read[part.name] = _of_file(part.path, wanted)
        except PmosimError as error:
            if isinstance(error, OutsideFailure | MissingExtra):
                raise
            refused[part.name] = error
        else:
            refused |= {f"{part.name}.{id}": error for id, error in read[part.name].refused.items()}
    if not read:
        raise next(iter(refused.values()))
    portfolio = joined(source.name, {name: one.scenario.portfolio for name, one in read.items()}, renaming={SINGLE})
    first = next(iter(read.values())).scenario
    notes = tuple(dict.fromkeys(note for one in read.values() for note in one.scenario.notes))
    scenario = replace(first, portfolio=portfolio, path=source.path, schedules=(), notes=notes)
    return Salvaged(scenario, refused, tuple(what for one in read.values() for what in one.left_out))


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _simulated(source: Source, wanted: Wanted, salvaged: Salvaged, ledger: Ledger | None) -> Done:
    read, folder = salvaged.scenario, wanted.output / source.folder
    run = _known(source, salvaged, ledger) if ledger and not wanted.afresh else None
    if run is not None and ledger is not None:
        made, state = _kept(ledger.forecast(run), folder, wanted), UNCHANGED
    else:
        made, state = forecast_of(read, threads=wanted.threads), FORECAST
        _written(made, folder, wanted)
        if ledger is not None:  # last, so that what is in the ledger has its results beside it
            run = ledger.add(made, read.portfolio, project=source.name).run
    before = _before(ledger, source.name, made) if ledger is not None else None
    findings, known = _findings(wanted.conditions, made, before, source.name)
    refused = (
        BatchEntry(f"{source.name}.{id}", str(source.path), WRONG, message_of(error)) for id, error in sorted(salvaged.refused.items())
    )
    own = replace(entry_of(source, state, made, before, run, salvaged.left_out), has_report=(folder / "report.html").exists())
    return Done((own, *refused), findings, known)


def _known(source: Source, salvaged: Salvaged, ledger: Ledger) -> int | None:
    """The run in the ledger that simulating would only repeat."""
    from pmosim.forecasting import Precision
    from pmosim.history.ledger import settings_for

    settings = salvaged.scenario.settings
    precision = Precision(settings.precision, settings.level, settings.most) if settings.precision else None
    as_asked = settings_for(
        iterations=settings.iterations,
        seed=settings.seed,
        confidence=settings.confidence,
        sampling=settings.sampling,
        precision=precision,
    )
    found = ledger.find(salvaged.scenario.portfolio, as_asked, project=source.name)
    return found.id if found is not None and found.is_complete else None


def _kept(made: Forecast, folder: Path, wanted: Wanted) -> Forecast:
    """The forecast as the ledger has it; its results are written again only where they are not there."""
    try:
        there = Forecast.load(folder / "forecast.json")
        whole = not wanted.charts or (folder / "report.html").exists()
    except (OSError, ValueError, KeyError, TypeError):
        there, whole = None, False
    if not whole or there is None or replace(there, timing=None) != replace(made, timing=None):
        _written(made, folder, wanted)
    return made


def _written(made: Forecast, folder: Path, wanted: Wanted) -> None:
    from pmosim.output.results import write_results

    write_results(made, folder, charts=wanted.charts)


def _before(ledger: Ledger, name: str, made: Forecast) -> Forecast | None:
    """The forecast of the status date before."""
    earlier = ledger.latest(name, before=made.provenance.status_date)
    return ledger.forecast(earlier.id) if earlier is not None and earlier.is_complete else None


def _findings(
    conditions: tuple[Condition, ...], made: Forecast, before: Forecast | None, name: str
) -> tuple[tuple[BatchFinding, ...], tuple[str, ...]]:
    from pmosim.output.words import day, number
    from pmosim.results.conditions import findings

    found, known = [], []
    for condition in conditions:
        holds, is_known = findings(condition, made, before, name)
        known += [condition.text] if is_known else []
        for one in holds:
            moment = isinstance(one.figure, DateEstimate)
            said = day(one.figure.value) if moment else number(one.figure)  # type: ignore[arg-type]
            value = None if moment else float(one.figure.value)  # type: ignore[arg-type]
            date = one.figure.value if isinstance(one.figure, DateEstimate) else None
            found.append(BatchFinding(condition.text, name, one.target, said, value, date))
    return tuple(found), tuple(known)


def entry_of(
    source: Source, state: str, made: Forecast, before: Forecast | None, run: int | None, left_out: tuple[str, ...] = ()
) -> BatchEntry:
    earlier = {target.id: target for target in before.targets} if before else {}
    return BatchEntry(
        source.name,
        str(source.path),
        state,
        status_date=made.provenance.status_date,
        currency=made.currency,
        fingerprint=made.provenance.fingerprint,
        run=run,
        folder=source.folder,
        targets=tuple(_target(target, earlier.get(target.id)) for target in made.targets),
        joint_probability=made.joint_probability,
        left_out=left_out,
    )


def _target(one: TargetForecast, before: TargetForecast | None) -> BatchTarget:
    cost = one.cost
    return BatchTarget(
        one.id,
        one.label,
        one.kind,
        one.planned,
        one.percentiles[50],
        one.percentiles[80],
        one.target,
        one.probability,
        cost.percentiles[80] if cost else None,
        cost.budget if cost else None,
        cost.budget_probability if cost else None,
        moved_days(one.percentiles[80], before.percentiles[80]) if before else None,
    )


def state_after(error: BaseException) -> str:
    """Whether the file is wrong, or something outside failed."""
    is_wrong = isinstance(error, PmosimError) and not isinstance(error, OutsideFailure | MissingExtra)
    return WRONG if is_wrong else FAILED


def message_of(error: BaseException) -> str:
    if isinstance(error, InvalidScenario):
        from pmosim.scenario.messages import render

        return render(error)
    if isinstance(error, PmosimError):
        return str(error)
    if isinstance(error, MemoryError):
        return "there is not enough memory\n  fix: ask for fewer iterations (-n), or fewer jobs (--jobs)"
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror or error}"
    last = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"this is a bug in pmosim, not a mistake of yours: {type(error).__name__}: {error} "
        f"({Path(last.filename).name}, line {last.lineno})\n"
        "  fix: please report it with the output of 'pmosim --debug run' on this file"
    )
