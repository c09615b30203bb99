"""Risk registers as PMOs keep them in CSV and Excel: columns by their headings, in any order, into the entries of a scenario."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from pmosim.errors import did_you_mean
from pmosim.model.laws import LAWS
from pmosim.scenario import language
from pmosim.scenario.context import Context
from pmosim.scenario.places import Origin
from pmosim.scenario.register import WrittenRisk
from pmosim.scenario.rows import flag, has_ids, named_rows, open_table
from pmosim.scenario.scales import Scales
from pmosim.scenario.tables import Table, name_columns, normalised
from pmosim.scenario.validation import validated
from pmosim.scenario.values import RegisterFile

IGNORED = "ignore"

COLUMNS = {
    "id": ("id", "risk", "risk id", "risk no", "risk number", "no", "number", "ref", "reference", "risk ref"),
    "name": ("name", "risk name", "title", "risk title", "short name"),
    "description": ("description", "risk description", "notes", "details"),
    "cause": ("cause", "risk cause", "root cause", "source"),
    "effect": ("effect", "effects", "consequence", "consequences", "risk effect"),
    "owner": ("owner", "risk owner", "responsible", "assigned to"),
    "category": ("category", "risk category", "rbs", "risk type", "area"),
    "status": ("status", "risk status", "state"),
    "type": ("type", "threat or opportunity", "threat/opportunity", "t/o"),
    "probability": ("probability", "likelihood", "chance", "pre mitigation probability", "current probability", "inherent probability"),
    "hits": ("hits", "tasks", "task", "activities", "activity", "affects", "affected tasks", "affected activities", "activity ids"),
    "impact": ("impact", "delay", "schedule impact", "time impact", "duration impact", "pre mitigation schedule impact"),
    "low": ("low", "min", "minimum", "optimistic", "best case", "best", "schedule min", "schedule low", "time min"),
    "likely": ("likely", "most likely", "mode", "ml", "realistic", "schedule likely", "schedule most likely", "time most likely"),
    "high": ("high", "max", "maximum", "pessimistic", "worst case", "worst", "schedule max", "schedule high", "time max"),
    "law": ("law", "distribution"),
    "cost": ("cost", "cost impact", "impact cost", "financial impact", "pre mitigation cost impact"),
    "cost.low": ("cost low", "cost min", "cost minimum", "min cost", "cost optimistic"),
    "cost.likely": ("cost likely", "cost most likely", "cost ml", "most likely cost"),
    "cost.high": ("cost high", "cost max", "cost maximum", "max cost", "cost pessimistic"),
    "project": ("project",),
    "independent": ("independent",),
    "group": ("group", "parallel group"),
    "window": ("window", "risk window", "active", "active period"),
    "proximity": ("proximity",),
    "response": ("response", "strategy", "response strategy", "risk response", "treatment"),
    "arises_from": ("arises from", "secondary to", "parent risk"),
    "mitigation.name": ("mitigation", "mitigation name", "action", "mitigation action", "mitigation plan", "response action"),
    "mitigation.probability": (
        "mitigation probability",
        "mitigated probability",
        "probability after mitigation",
        "post mitigation probability",
        "residual probability",
        "target probability",
        "residual likelihood",
    ),
    "mitigation.impact": (
        "mitigation impact",
        "mitigated impact",
        "impact after mitigation",
        "post mitigation impact",
        "post mitigation schedule impact",
        "residual impact",
        "residual schedule impact",
        "residual delay",
    ),
    "mitigation.low": ("residual low", "residual min", "residual minimum", "mitigated low", "mitigated min"),
    "mitigation.likely": ("residual likely", "residual most likely", "mitigated likely", "mitigated most likely"),
    "mitigation.high": ("residual high", "residual max", "residual maximum", "mitigated high", "mitigated max"),
    "mitigation.cost_impact": (
        "mitigated cost impact",
        "mitigation cost impact",
        "cost impact after mitigation",
        "post mitigation cost impact",
        "residual cost",
        "residual cost impact",
    ),
    "mitigation.cost": ("mitigation cost", "cost of mitigation", "response cost", "action cost", "cost of response", "mitigation price"),
}
"""Column -> the headings under which registers have it; the first is its own name where it has no point."""

LEFT_ASIDE = (
    "score",
    "risk score",
    "residual score",
    "rating",
    "risk rating",
    "rank",
    "priority",
    "severity",
    "rag",
    "trend",
    "expected value",
    "emv",
    "date raised",
    "raised by",
    "date identified",
    "identified by",
    "date closed",
    "last updated",
    "last reviewed",
    "review date",
    "next review",
    "due date",
    "action owner",
    "comment",
    "comments",
)
"""Headings of what a simulation has no use for: read over, and said in a notice."""

HEADINGS = {heading: name for name, headings in COLUMNS.items() for heading in headings} | dict.fromkeys(LEFT_ASIDE, IGNORED)

_SIDES = {"t": "threat", "threat": "threat", "risk": "threat", "negative": "threat"} | dict.fromkeys(
    ("o", "opp", "opportunity", "positive"), "opportunity"
)
_BARE = re.compile(rf"\s*(?:[\d.]|(?:{'|'.join(LAWS)}|triangle|betapert)\b)", re.IGNORECASE)
_LISTED = re.compile(r"[;,\n]")


def risks_from(files: Iterable[RegisterFile], origin: Origin, scales: Scales, context: Context) -> list[WrittenRisk]:
    """The risks of every table that ``risks_from`` names; what is wrong with one is reported at its cell."""
    written: list[WrittenRisk] = []
    for file in files:
        where = origin
        for step in file.steps:
            where = where / step
        if table := open_table(file.file, where, "risks", context):
            table.stands_for = (*origin.path[:-1], "risks")
            written += risks_in(table, file, where, scales, context)
    return written


def risks_in(table: Table, file: RegisterFile, origin: Origin, scales: Scales, context: Context) -> list[WrittenRisk]:
    before = len(context.findings.located)
    _name_columns(table, file, origin, context)
    broken = len(context.findings.located) > before  # what a column should have told need not be called missing in every row
    if not has_ids(table, "risks", context):
        return []
    written = []
    for row, id, values in named_rows(table, "risk", context):
        values["type"] = _SIDES.get(values.get("type", "").strip().lower(), values.get("type", "")) or None
        saves = values["type"] == "opportunity"
        for prefix in ("", "mitigation."):
            _time(table, row, values, prefix, saves, scales)
        _points(table, row, values, "cost", "cost.", saves, sign="")
        flag(values, "independent")
        mitigation = {name.partition(".")[2]: values.pop(name) for name in [*values] if name.startswith("mitigation.")}
        if mitigation.keys() - {"name"}:
            values["mitigation"] = mitigation
        elif mitigation:  # words alone say what is done, not what is left
            values.setdefault("response", mitigation["name"])
        if "hits" in values:
            values["hits"] = _hits(values["hits"])
        place, given = Origin(table, (row,)), {name: value for name, value in values.items() if value is not None}
        written.append(WrittenRisk(id, validated(language.Risk, given, place, context.findings), place, broken))
    return written


def _name_columns(table: Table, file: RegisterFile, origin: Origin, context: Context) -> None:
    known, aside = dict(HEADINGS), []
    present = {normalised(_bare(cell.text)): cell.text.strip() for cell in table.headings}
    for heading, said in file.columns.items():
        name = _column(said, origin / "columns" / heading, context)
        if normalised(_bare(heading)) not in present:
            fix = did_you_mean(heading, present.values(), f"it has {', '.join(present.values())}")
            what = f"'{table.file}' has no column '{heading}'"
            context.findings.add(origin / "columns" / heading, "missing-column", what, fix, key=True)
        known = {key: value for key, value in known.items() if value != name or name == IGNORED} | {normalised(_bare(heading)): name}
    for heading, shown in present.items():
        if known.get(heading) == IGNORED:
            known[heading] = f"\0{heading}"
            if heading not in map(normalised, file.columns):
                aside.append(shown)
    if aside:
        context.notes.append(f"{table.file}: {'column' if len(aside) == 1 else 'columns'} left aside: {', '.join(aside)}")
    name_columns(table, known, context.findings, guess=lambda heading: _guess(heading, table.file))


def _column(said: str, origin: Origin, context: Context) -> str:
    """The column that a heading is said to be."""
    name = HEADINGS.get(normalised(said), said)
    if name in COLUMNS or name == IGNORED:
        return name
    fix = did_you_mean(said, COLUMNS, f"write {IGNORED}, or one of {', '.join(COLUMNS)}")
    context.findings.add(origin, "unknown-column", f"'{said}' is not a column of a register", fix)
    return IGNORED


def _bare(heading: str) -> str:
    return re.sub(r"\s*[\[(][^\])]*[\])]\s*\Z", "", heading)


def _guess(heading: str, file: str) -> str:
    """What an unknown heading may mean, and how to say so."""
    from difflib import get_close_matches

    words = [word for word in re.findall(r"[a-z]+", heading.lower()) if len(word) > 2]
    near = get_close_matches(normalised(heading), HEADINGS, n=1, cutoff=0.75)
    best = max(COLUMNS, key=lambda name: _likeness(words, name))
    guess = HEADINGS[near[0]] if near else best if _likeness(words, best) > 0 else IGNORED
    way = f"risks_from: {{file: {file.rpartition('/')[2].partition('#')[0]}, columns: {{{heading.strip()}: {guess}}}}}"
    if guess == IGNORED:
        return f"if it has no meaning here, write  {way}"
    return f"it may be '{guess}': rename it so, or write  {way}  (or {IGNORED})"


def _likeness(words: list[str], name: str) -> float:
    """How many words of a heading begin like one of a column's usual words, less those that do not."""
    usual = {word for heading in COLUMNS[name] for word in heading.split() if len(word) > 2}
    alike = sum(any(word[:4] == other[:4] for other in usual) for word in words)
    return alike - 0.1 * len(usual) / 10 if alike else 0.0


def _time(table: Table, row: int, values: dict[str, Any], prefix: str, saves: bool, scales: Scales) -> None:
    """What a risk does to durations: three columns, or one whose bare values are added time."""
    name = f"{prefix}impact"
    _points(table, row, values, name, prefix, saves, sign="+")
    text = values.get(name)
    if text and (row, name) not in table.composed and _BARE.match(text) and not scales.is_class("impact", text):
        sign = "-" if saves and text.strip()[0].isdigit() else "+"
        values[name], table.composed[row, name] = f"{sign}{text}", [(0, name), (1, name)]


def _points(table: Table, row: int, values: dict[str, Any], name: str, prefix: str, saves: bool, *, sign: str) -> None:
    """The columns low, likely and high (and law) become one estimate; those of an opportunity are turned round."""
    cells = [(f"{prefix}{key}", values.pop(f"{prefix}{key}", "").replace(" ", "")) for key in ("low", "likely", "high")]
    law = values.pop("law", "") if not prefix else values.get("law", "")
    if not any(text for _, text in cells):
        return
    law = law or "pert"
    if saves:
        cells = [(key, f"-{text}" if text else "") for key, text in reversed(cells)]
    text, parts = f"{sign}{law}", [(0, "law")] if "law" in table.columns else []
    for key, cell in cells:
        if cell or key in table.columns:
            parts.append((len(text) + 1, key))
            text += f" {cell}"
    table.composed[row, name] = parts
    values[name] = text


def _hits(text: str) -> Any:
    """``a, b``, ``a: +5d; b: x 1.3`` or rules: ``wbs=Civil*: x 1.2; code Phase=Fit out; resource=Crane``."""
    found: list[Any] = []
    for piece in filter(None, map(str.strip, _LISTED.split(text))):
        name, _, impact = (part.strip() for part in piece.partition(":"))
        rule = re.fullmatch(r"(wbs|name|resource|id|code\s+([^=]+?))\s*=\s*(.+)", name, re.IGNORECASE)
        if rule:
            match: dict[str, Any] = {"code": {rule[2]: rule[3]}} if rule[2] else {rule[1].lower(): rule[3]}
            found.append({"match": match} | ({"impact": impact} if impact else {}))
        else:
            found.append({name: impact or None})
    return found
