"""A PostgreSQL server of one's own, for tests: made anew, on a socket in a temporary folder, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

OPTIONS = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "listen_addresses=", "max_connections=30")


def programs() -> Path | None:
    """The folder with initdb and postgres, if there is one."""
    named = shutil.which("initdb")
    folders = [Path(named).resolve().parent] if named else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists() and (folder / "postgres").exists()), None)


def why_without() -> str:
    """The reason why there can be no server here; empty if there can."""
    if programs() is None:
        return "there is no PostgreSQL on this machine (initdb, postgres): apt install postgresql"
    if os.getuid() == 0 and user() is None:
        return "PostgreSQL does not run as root, and there is no user 'postgres' or 'nobody' to run it as"
    return ""


def user() -> str | None:
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody") if name in names), None)


@contextmanager
def server() -> Iterator[str]:
    """Yields the URL of the server, with ``{database}`` where the name of a database belongs."""
    bin, folder = programs(), Path(tempfile.mkdtemp(prefix="pmosim-postgres-"))  # not pytest's: only root may look into those
    assert bin is not None
    become = {}
    if os.getuid() == 0:
        owner = pwd.getpwnam(user() or "")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        become = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    data, log = folder / "data", (folder / "log").open("w")
    quietly = {"cwd": folder, "stdout": log, "stderr": log, "stdin": subprocess.DEVNULL, **become}
    running = None
    try:
        initdb = [bin / "initdb", "-D", data, "-U", "pmosim", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        subprocess.run(initdb, check=True, **quietly)
        options = [part for option in OPTIONS for part in ("-c", option)]
        running = subprocess.Popen([bin / "postgres", "-D", data, "-k", folder, *options], **quietly)
        url = f"postgresql+psycopg://pmosim@/{{database}}?host={quote(str(folder), safe='')}"
        _wait(url.format(database="postgres"), folder / "log")
        yield url
    finally:
        if running is not None:
            running.send_signal(2)  # fast shutdown: whoever is still connected is let go
            running.wait(30)
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


def _wait(url: str, log: Path) -> None:
    from sqlalchemy import create_engine
    from sqlalchemy.exc import OperationalError

    engine = create_engine(url)
    for _ in range(300):
        try:
            engine.connect().close()
        except OperationalError:
            time.sleep(0.1)
        else:
            return engine.dispose()
    raise AssertionError(f"the PostgreSQL server does not answer:\n{log.read_text()}")
