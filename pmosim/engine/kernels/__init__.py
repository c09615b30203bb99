"""Compiled loops over lanes: plain arrays in, plain arrays out. These modules import nothing of pmosim but each other.

A *lane* is one iteration of the block in work; inner loops run over lanes, contiguous in memory, so that they vectorise.

Numba keeps a compiled function for as long as the function's *own* file is unchanged, while functions of other files
are compiled into it: after an update it would go on computing with the old ones, and nobody would notice. So what is
compiled is kept in a folder named after all the sources together.

Numba numbers the files of what it compiled, and two processes that compile at the same time may give one number to code for different types
of arguments: the index of one then leads to the code of the other, and that crashes. So each process has a word of its own in their names.
"""

from __future__ import annotations

import os
import sys
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from numba import config


def _folder_of_these_sources() -> Path | None:
    """Beside the sources, or where NUMBA_CACHE_DIR says; None (Numba finds a place) where that cannot be written."""
    here = Path(__file__).parent
    digest = sha256(b"".join(path.read_bytes() for path in sorted(here.glob("*.py")))).hexdigest()[:16]
    given = config.CACHE_DIR  # type: ignore[attr-defined]
    folders = [Path(given)] if given else [here / "__pycache__", Path.home() / ".cache" / "pmosim"]
    for folder in folders:
        own = folder / f"kernels-{digest}"
        try:
            own.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(own, os.W_OK):
            return own
    return None


def _load() -> None:
    """Import the kernels while Numba is told where to keep them; other packages' functions are kept where they were."""
    given = config.CACHE_DIR  # type: ignore[attr-defined]
    config.CACHE_DIR = str(_folder_of_these_sources() or given)  # type: ignore[attr-defined]
    try:
        from pmosim.engine.kernels import blocks, ranks, removal  # noqa: F401 - import all others
    finally:
        config.CACHE_DIR = given  # type: ignore[attr-defined]
    _name_apart(uuid4().hex[:8])


def _name_apart(word: str) -> None:
    """What this process compiles gets names with ``word`` in them; what it finds keeps its own."""
    for name, module in list(sys.modules.items()):
        if name.startswith(__name__ + "."):
            for function in vars(module).values():
                files = getattr(getattr(function, "_cache", None), "_cache_file", None)
                pattern = getattr(files, "_data_name_pattern", None)
                if files is not None and pattern and word not in pattern:
                    files._data_name_pattern = pattern.replace(".{number", f".{word}.{{number")


_load()
