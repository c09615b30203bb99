"""Clean ids for what other tools allow any text as a name.

A qualified id is ``<project>.<task>``, and scenario files write links such as ``tower.A1000 FS+5d``. So an id keeps
only letters, digits, ``_`` and ``-``; every run of other characters becomes one ``_``. Two names that become the
same id are told apart by ``_2``, ``_3``, ... in the order of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pmosim.model.tasks import FINISH

_OTHERS = re.compile(r"[^\w-]+")


def clean(name: str, otherwise: str = "unnamed") -> str:
    return _OTHERS.sub("_", name).strip("_") or otherwise


class Ids:
    """Hands out clean ids, each once."""

    def __init__(self, reserved: Iterable[str] = (FINISH,)) -> None:
        self._reserved = frozenset(reserved)
        self._taken: set[str] = set()
        self.changed: dict[str, str] = {}  # id -> the name that it could not keep

    def id_of(self, name: str, otherwise: str = "unnamed") -> str:
        base = clean(name, otherwise)
        id, number = base, 1
        while id in self._reserved or id.casefold() in self._taken:  # ids that differ only by case would read as the same one
            number += 1
            id = f"{base}_{number}"
        self._taken.add(id.casefold())
        if id != name and name:
            self.changed[id] = name
        return id
