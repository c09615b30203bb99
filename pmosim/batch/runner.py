"""A batch from beginning to end: lock, files, overview, conditions, notices; a log of all of it."""

from __future__ import annotations

import logging
import os
import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pmosim.batch.job import Done, Wanted
from pmosim.batch.lock import HOLDER, LOCK, alone_in
from pmosim.batch.sources import Source
from pmosim.batch.workers import over_processes
from pmosim.errors import OutsideFailure, PmosimError
from pmosim.forecasting.provenance import own_version
from pmosim.results.batch import FAILED, WRONG, Batch, BatchEntry

if TYPE_CHECKING:
    from collections.abc import Iterator

RECORD, OVERVIEW, LOG = "batch.json", "index.html", "batch.log"
OURS = {RECORD, OVERVIEW, LOG, LOCK, HOLDER}

Heard = Callable[[int, int, BatchEntry], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be forecast, and what for."""

    name: str
    sources: tuple[Source, ...]
    wanted: Wanted
    jobs: int = 1
    wait: float = 0.0  # for the lock [s]
    logs: tuple[Path, ...] = field(default=())  # beside the one in the folder


def run_batch(plan: Plan, heard: Heard = lambda done, all, entry: None) -> Batch:
    """Forecast all files; ``heard`` is told of each when it is done.

    What is wrong with one file is an entry of the batch, and stops none of the others. Raises OutsideFailure where nothing could be
    done at all: the folder is locked or cannot be written; PmosimError for conditions that name nothing.
    """
    output = plan.wanted.output
    _make(output)
    with alone_in(output, plan.wait), _log((output / LOG, *plan.logs)) as log:
        _clear_away(plan)
        started = _now()
        log.info("begins: %s, %d files, ledger %s", plan.name, len(plan.sources), plan.wanted.ledger or "none")
        done: dict[str, Done] = {}
        for source, one in _forecasts(plan):
            done[source.name] = one
            for entry in one.entries:
                _note(log, entry)
                heard(len(done), len(plan.sources), entry)
        batch = _batch(plan, started, [done[source.name] for source in plan.sources])
        for finding in batch.findings:
            log.warning("%s: %s is %s (%s)", finding.entry, finding.target, finding.figure, finding.condition)
        _write(batch, output)
        log.info("ends with exit code %d: %d forecast or unchanged, %d not", batch.exit_code, _good(batch), len(batch.failed))
        _check_conditions(plan, [*done.values()])
    return batch


def _forecasts(plan: Plan) -> Iterator[tuple[Source, Done]]:
    """With one thread for each process at least; before kernels are compiled, one file alone compiles them."""
    from pmosim.engine.simulation import is_compiled

    jobs = min(plan.jobs, len(plan.sources))
    wanted = replace(plan.wanted, threads=plan.wanted.threads or max(1, cores() // max(1, jobs)))
    first, rest = (plan.sources[:1], plan.sources[1:]) if jobs > 1 and not is_compiled() else ((), plan.sources)
    yield from over_processes(first, plan.wanted, 1)
    yield from over_processes(rest, wanted, jobs)


def cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _batch(plan: Plan, started: str, done: Sequence[Done]) -> Batch:
    entries = tuple(entry for one in done for entry in one.entries)
    findings = tuple(finding for one in done for finding in one.findings)
    states = {entry.state for entry in entries}
    code = 3 if FAILED in states else 2 if WRONG in states else 1 if findings else 0
    conditions = tuple(condition.text for condition in plan.wanted.conditions)
    return Batch(plan.name, started, _now(), own_version(), entries, findings, conditions, code, _shown(plan.wanted.ledger))


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _shown(ledger: str | None) -> str:
    if ledger is None:
        return ""
    from pmosim.history.connecting import address_of, shown

    return shown(address_of(ledger))


def _good(batch: Batch) -> int:
    return len(batch.entries) - len(batch.failed)


def _check_conditions(plan: Plan, done: Sequence[Done]) -> None:
    """A condition that names nothing would never fail: better to hear of it, unless what it names may be in a file that failed."""
    known = {text for one in done for text in one.known}
    if any(entry.state in (FAILED, WRONG) for one in done for entry in one.entries):
        return
    for condition in plan.wanted.conditions:
        if condition.text not in known:
            targets = [target.id for one in done for entry in one.entries for target in entry.targets]
            raise PmosimError(
                f"'{condition.text}' names no target of any forecast\n  fix: name one of {', '.join(dict.fromkeys(targets))}"
                if targets
                else f"'{condition.text}' names no target, and there is no forecast"
            )


def _write(batch: Batch, output: Path) -> None:
    from pmosim.output.batch_page import overview
    from pmosim.output.files import write_whole

    write_whole(output / OVERVIEW, overview(batch))
    write_whole(output / RECORD, batch.to_json())


def _make(output: Path) -> None:
    """The folder, if it is ours or new. Raises PmosimError for somebody else's, OutsideFailure where it cannot be made."""
    try:
        output.mkdir(parents=True, exist_ok=True)
        if not (output / LOG).exists() and not (output / LOCK).exists() and any(output.iterdir()):
            raise PmosimError(
                f"the folder '{output}' holds what no batch has written\n  fix: name a new folder, or that of an earlier batch"
            )
    except OSError as error:
        raise OutsideFailure(f"cannot make '{output}': {error.strerror or error}\n  fix: name another folder") from error


def _clear_away(plan: Plan) -> None:
    """What a batch that was killed had begun to write; nobody else is at work here, for the lock is ours."""
    for source in plan.sources:
        for left in plan.wanted.output.glob(f".{source.folder}-*"):
            shutil.rmtree(left, ignore_errors=True)


def _note(log: logging.Logger, entry: BatchEntry) -> None:
    if entry.state in (FAILED, WRONG):
        log.error("%s: %s: %s", entry.name, entry.state, " | ".join(entry.message.splitlines()))
    else:
        log.info("%s: %s in %.1f s%s", entry.name, entry.state, entry.seconds, f", run {entry.run}" if entry.run else "")


@contextmanager
def _log(files: Sequence[Path]) -> Iterator[logging.Logger]:
    """Lines with UTC times, appended. Raises OutsideFailure for a file that cannot be written."""
    log = logging.Logger("pmosim.batch")
    form = logging.Formatter("%(asctime)sZ %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%S")
    form.converter = time.gmtime
    handlers: list[logging.Handler] = []
    try:
        for file in dict.fromkeys(files):
            handlers.append(logging.FileHandler(file, encoding="utf-8"))
            handlers[-1].setFormatter(form)
            log.addHandler(handlers[-1])
        yield log
    except OSError as error:
        if error.filename and Path(error.filename) in {file.absolute() for file in files}:
            raise OutsideFailure(
                f"cannot write the log '{error.filename}': {error.strerror}\n  fix: name another file with --log"
            ) from error
        raise
    finally:
        for handler in handlers:
            handler.close()
