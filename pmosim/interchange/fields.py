"""Fields of MPXJ's objects as Python values, asked for only where some object of the file has them.

To ask Java for a field takes microseconds, and a schedule has thousands of tasks with dozens of fields that nobody
filled in.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any


def moment(value: Any) -> datetime | None:
    """A java.time.LocalDateTime, to the minute."""
    return None if value is None else datetime.fromisoformat(str(value)[:16])


def nearest_minute(value: Any) -> datetime | None:
    """The same, rounded: where a tool has cut a duration in two, the remaining minutes have been rounded as well."""
    if value is None:
        return None
    return (datetime.fromisoformat(str(value)[:19]) + timedelta(seconds=30)).replace(second=0)


class Fields:
    """Which fields are filled in by some task of a file."""

    def __init__(self, populated: list[Any]) -> None:
        """``populated``: MPXJ FieldTypes."""
        self._names = {str(one.name()) if hasattr(one, "name") else str(one) for one in populated}

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def moment(self, name: str, value: Any) -> datetime | None:
        """``value`` is the getter, called only if the file has the field."""
        return moment(value()) if name in self._names else None
