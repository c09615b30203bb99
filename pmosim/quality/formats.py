"""A report as text: a table for people, JSON for scripts, SARIF and JUnit for what others already read."""

from __future__ import annotations

import json
from typing import Any

from pmosim.quality.records import Finding, Report

FORMATS = ("table", "json", "sarif", "junit")
FORMAT = 1
"""Version of the JSON form."""


def rendered(report: Report, form: str, *, version: str, every: bool = False) -> str:
    """``form`` is one of `FORMATS`, ``version`` pmosim's; ``every`` names all tasks in a table, as the others always do."""
    match form:
        case "json":
            return _dumped(plain(report))
        case "sarif":
            from pmosim.quality import sarif

            return _dumped(sarif.document(report, version))
        case "junit":
            from pmosim.quality import junit

            return junit.text(report)
        case "table":
            from pmosim.quality import table

            return "\n".join(table.lines(report, every=every)) + "\n"
    raise ValueError(f"unknown format '{form}'; known are {', '.join(FORMATS)}")


def plain(report: Report) -> dict[str, Any]:
    """The report as JSON's own types."""
    return {
        "format": FORMAT,
        "name": report.name,
        "source": report.source,
        "status_date": report.status_date,
        "worst": report.worst,
        "findings": [_finding(finding) for finding in report.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    check = finding.check
    threshold = None if check.threshold is None else {"limit": check.threshold.limit, "at_least": check.threshold.at_least}
    return {
        "check": check.id,
        "family": check.family,
        "title": check.title,
        "severity": check.severity,
        "verdict": finding.verdict,
        "count": finding.count,
        "population": finding.population,
        "counted": check.counted,
        "share": finding.share,
        "value": finding.value,
        "threshold": threshold,
        "why": check.why,
        "fix": check.fix,
        "source": check.source,
        "note": finding.note,
        "items": [{"id": item.id, "label": item.label, "what": item.what, "file": item.file, "line": item.line} for item in finding.items],
    }


def _dumped(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
