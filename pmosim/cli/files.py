"""Files appear whole or not at all, and a place that cannot be written is noticed before any work is done."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

import click

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


def refuse_unusable(folder: Path) -> None:
    """Before a long simulation: will its results folder be writable?

    Raises
    ------
    click.BadParameter
        A file stands where the folder or one above it should be.
    OutsideFailure
        The folder above may not be written to.
    """
    above = folder
    while not above.exists() and above != above.parent:
        above = above.parent
    if not above.is_dir():
        raise click.BadParameter(f"'{above}' is a file, not a folder; name another folder", param_hint="'-o' / '--output'")
    place = above if above != folder else folder.parent  # a folder of results is replaced as a whole, from beside it
    try:
        os.rmdir(tempfile.mkdtemp(prefix=".pmosim.", dir=place))  # asking for permission is not enough: a disk can be read-only
    except OSError as error:
        raise OutsideFailure(
            f"cannot write results to '{folder}': {error.strerror} in '{place.absolute()}'\n  fix: name another folder with -o"
        ) from error
