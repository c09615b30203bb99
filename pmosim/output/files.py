"""Files appear whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from pmosim.errors import OutsideFailure


def write_whole(file: Path, text: str) -> None:
    """Write to a temporary file beside ``file``, then rename.

    Raises
    ------
    OutsideFailure
        The folder is missing or cannot be written.
    """
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    except OSError as error:
        raise OutsideFailure(f"cannot write '{file}': {error.strerror}\n  fix: name a file in a folder that you may write to") from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        os.chmod(temporary, 0o666 & ~_umask())  # mkstemp makes private files; this one is the user's own
        os.replace(temporary, file)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
