"""A report as JUnit XML, which every continuous integration shows: a suite for each family, a test case for each check.

Notes pass, with what they found as output: a build need not turn red for them.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

from pmosim.quality.records import Finding, Report, Severity, Verdict
from pmosim.quality.table import HEADINGS, summary

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even escaped; names in schedule files may."""


def text(report: Report) -> str:
    families = list(dict.fromkeys(finding.check.family for finding in report.findings))
    root = ElementTree.Element("testsuites", _counts(report.findings) | {"name": _clean(f"pmosim check {report.source}")})
    for family in families:
        own = tuple(finding for finding in report.findings if finding.check.family == family)
        suite = ElementTree.SubElement(root, "testsuite", {"name": HEADINGS.get(family, family)} | _counts(own))
        for finding in own:
            _case(suite, finding, report)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _case(suite: ElementTree.Element, finding: Finding, report: Report) -> None:
    check = finding.check
    about = {"name": f"{check.id}: {check.title}", "classname": f"pmosim.{check.family}", "file": _clean(report.source), "time": "0"}
    case = ElementTree.SubElement(suite, "testcase", about)
    if finding.verdict is Verdict.NOT_APPLICABLE:
        ElementTree.SubElement(case, "skipped", {"message": _clean(finding.note)})
    elif breaks(finding):
        failure = ElementTree.SubElement(case, "failure", {"type": str(check.severity), "message": _clean(summary(finding))})
        failure.text = _behind(finding)
    elif finding.failed:
        ElementTree.SubElement(case, "system-out").text = _behind(finding)


def breaks(finding: Finding) -> bool:
    """Whether the case fails: from a warning on."""
    return finding.failed and finding.check.severity is not Severity.NOTE


def _behind(finding: Finding) -> str:
    check = finding.check
    head = [summary(finding), f"why: {check.why}", f"fix: {check.fix}", *([f"note: {finding.note}"] if finding.note else [])]
    return _clean("\n".join([*head, *map(str, finding.items)]))


def _counts(findings: tuple[Finding, ...]) -> dict[str, str]:
    skipped = sum(finding.verdict is Verdict.NOT_APPLICABLE for finding in findings)
    return {
        "tests": str(len(findings)),
        "failures": str(sum(map(breaks, findings))),
        "errors": "0",
        "skipped": str(skipped),
        "time": "0",
    }


def _clean(words: str) -> str:
    return _FORBIDDEN.sub("\ufffd", words)
