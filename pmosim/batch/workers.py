"""Files of a batch over processes, so that one that takes its process down with it does not stop the others."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool

from pmosim.batch.job import Done, Wanted, forecast_source
from pmosim.batch.sources import Source
from pmosim.results.batch import FAILED, BatchEntry

DIED = "its process was killed, most likely for want of memory\n  fix: ask for fewer iterations (-n), or fewer jobs (--jobs)"


def over_processes(sources: Sequence[Source], wanted: Wanted, jobs: int) -> Iterator[tuple[Source, Done]]:
    """Each file and what came of it, in the order in which they are done; with one job, or one file, in this process."""
    if jobs == 1 or len(sources) < 2:
        for source in sources:
            yield source, forecast_source(source, wanted)
        return
    suspects: list[Source] = []
    with _pool(jobs) as pool:
        waiting = {pool.submit(forecast_source, source, wanted): source for source in sources}
        try:
            yield from _as_done(waiting, suspects)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    for source in suspects:  # one of them took the others' processes with it: which one shows when each is alone
        yield source, _alone(source, wanted)


def _as_done(waiting: dict[Future[Done], Source], suspects: list[Source]) -> Iterator[tuple[Source, Done]]:
    while waiting:
        done, _ = wait(waiting, timeout=0.5, return_when=FIRST_COMPLETED)
        for future in done:
            source = waiting.pop(future)
            try:
                yield source, future.result()
            except BrokenProcessPool:
                suspects.append(source)


def _alone(source: Source, wanted: Wanted) -> Done:
    with _pool(1) as pool:
        try:
            return pool.submit(forecast_source, source, wanted).result()
        except BrokenProcessPool:
            return Done((BatchEntry(source.name, str(source.path), FAILED, DIED),))


def _pool(jobs: int) -> ProcessPoolExecutor:
    # not forked: this process has threads, and the Java of planners' files does not survive a fork
    return ProcessPoolExecutor(max_workers=jobs, mp_context=multiprocessing.get_context("spawn"), initializer=_leave_interrupts_alone)


def _leave_interrupts_alone() -> None:
    """Ctrl-C is answered by the process that hands out the work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
