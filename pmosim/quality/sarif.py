"""A report as SARIF 2.1.0, which code hosts and editors show beside the file.

OASIS, *Static Analysis Results Interchange Format (SARIF) Version 2.1.0*, 2020. Every check is a rule; every task behind
one that failed is a result. Checks that passed or are not applicable are results of that kind, so that a reader can tell
them from those that were never asked.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any
from urllib.parse import quote

from pmosim.quality.records import Check, Finding, Item, Report, Severity, Verdict
from pmosim.quality.table import summary

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def document(report: Report, version: str) -> dict[str, Any]:
    """The SARIF log as JSON's own types; ``version`` is pmosim's."""
    checks = list(dict.fromkeys(finding.check for finding in report.findings))
    place = {check.id: number for number, check in enumerate(checks)}
    driver = {"name": "pmosim", "semanticVersion": version, "rules": [_rule(check) for check in checks]}
    results = [result for finding in report.findings for result in _results(finding, place[finding.check.id], report)]
    run = {
        "tool": {"driver": driver},
        "artifacts": [{"location": {"uri": uri_of(report.source)}}],
        "columnKind": "unicodeCodePoints",
        "results": results,
        "properties": {"portfolio": report.name, "statusDate": report.status_date},
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(check: Check) -> dict[str, Any]:
    properties = {"family": check.family, "threshold": str(check.threshold) if check.threshold else "none published"}
    if check.source:
        properties["source"] = check.source
    return {
        "id": check.id,
        "name": "".join(part.capitalize() for part in check.id.split("-")),
        "shortDescription": {"text": check.title},
        "fullDescription": {"text": f"{check.title}: {check.why}."},
        "help": {"text": check.fix},
        "defaultConfiguration": {"level": _level(check.severity)},
        "properties": properties,
    }


def _level(severity: Severity) -> str:
    """SARIF has the same three."""
    return str(severity)


def _results(finding: Finding, rule: int, report: Report) -> list[dict[str, Any]]:
    check = finding.check
    common = {"ruleId": check.id, "ruleIndex": rule}
    whole = Item("", report.name, "", report.source)
    if finding.verdict is not Verdict.FAIL:
        kind = "pass" if finding.verdict is Verdict.PASS else "notApplicable"
        text = summary(finding) if finding.verdict is Verdict.PASS else finding.note
        return [common | {"kind": kind, "level": "none", "message": {"text": text}, "locations": [_location(whole, report)]}]
    figures = {"count": finding.count, "population": finding.population} | ({} if finding.value is None else {"value": finding.value})
    return [
        common
        | {
            "kind": "fail",
            "level": _level(check.severity),
            "message": {"text": f"{check.title}: {item if item.id else summary(finding)}"},
            "locations": [_location(item, report)],
            "partialFingerprints": {"pmosim/v1": sha256(f"{check.id}\n{item.id}\n{item.what}".encode()).hexdigest()},
            "properties": figures,
        }
        for item in finding.items or (whole,)
    ]


def _location(item: Item, report: Report) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri_of(item.file or report.source)}}
    if item.line is not None:
        physical["region"] = {"startLine": item.line}
    location: dict[str, Any] = {"physicalLocation": physical}
    if item.id:
        location["logicalLocations"] = [{"fullyQualifiedName": item.id, "name": item.label, "kind": "element"}]
    return location


def uri_of(file: str) -> str:
    """A path as a URI, relative to where the command was given if the path was."""
    uri = quote(file.replace("\\", "/"))
    return f"file://{uri}" if uri.startswith("/") else uri
