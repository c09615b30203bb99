"""No two batches write into one folder at the same time."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from pmosim.errors import OutsideFailure

LOCK = ".pmosim-batch.lock"
HOLDER = ".pmosim-batch.json"
"""Who holds it, for the message; the lock itself is the system's, and ends with its process."""


@contextmanager
def alone_in(folder: Path, wait: float = 0.0) -> Iterator[None]:
    """Hold the folder's lock, having waited at most so many seconds for it.

    Raises OutsideFailure if another batch has it, or if the folder cannot be written.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=wait)
    except Timeout:
        raise OutsideFailure(
            f"another batch is writing into '{folder}'{_holder(folder)}\n  fix: wait for it (--wait 600), or name another folder with -o"
        ) from None
    except OSError as error:
        raise OutsideFailure(f"cannot lock '{folder}': {error.strerror or error}\n  fix: name a folder that you may write to") from error
    try:
        with suppress(OSError):
            me = {"pid": os.getpid(), "host": socket.gethostname(), "since": datetime.now(UTC).isoformat(timespec="seconds")}
            (folder / HOLDER).write_text(json.dumps(me), encoding="utf-8")
        yield
    finally:
        (folder / HOLDER).unlink(missing_ok=True)
        lock.release()


def _holder(folder: Path) -> str:
    try:
        who = json.loads((folder / HOLDER).read_text(encoding="utf-8"))
        return f": process {who['pid']} on {who['host']}, since {who['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return ""
