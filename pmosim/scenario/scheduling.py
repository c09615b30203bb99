"""The options by which a project is scheduled: those of its file, of the whole scenario, and its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pmosim.model.tasks import Logic, Rules
from pmosim.scenario import language
from pmosim.scenario.context import Context
from pmosim.scenario.places import Origin

OPTIONS = ("lag_calendar", "logic", "conditional", "must_finish", "scheduling")
"""Keys of a project that hold for every project of its schedule file too."""

KINSHIP = ("programme", "type", "team")
"""What a project has in common with others."""


def kinship_of(entries: Sequence[language.ProjectParts]) -> tuple[str, str, str]:
    """Programme, type and team; the first entry that says something holds."""
    programme, type, team = (next((said for one in entries if (said := getattr(one, key))), "") for key in KINSHIP)
    return programme, type, team


def rules_of(entries: Sequence[tuple[language.ProjectParts, Origin]], given: Rules, context: Context) -> Rules:
    """``given`` with what the entries say; the first that says something holds."""
    said: dict[str, Any] = {}
    for entry, origin in reversed(entries):
        said |= entry.scheduling.model_dump(exclude_none=True, exclude={"future_actuals"}) if entry.scheduling else {}
        if entry.logic is not None:
            said["logic"] = Logic(entry.logic)
        if date := context.moment(entry.must_finish, origin / "must_finish", end_of_day=True):
            said["must_finish"] = date
    return replace(given, **said)


def keeps_future_actuals(entries: Sequence[language.ProjectParts]) -> bool:
    """Whether actual dates after the status date are taken as they are; the first entry that says something holds."""
    said = (entry.scheduling.future_actuals for entry in entries if entry.scheduling)
    return next((one for one in said if one is not None), False)
