"""A report as a table, as JSON, as SARIF and as JUnit."""

import json
from xml.etree import ElementTree

import jsonschema
import pytest

from pmosim.quality.agreement import EARLY, FLOAT, agreement
from pmosim.quality.formats import FORMATS, rendered
from pmosim.quality.records import Check, Item, Report, Severity, Threshold

OPEN_ENDS = Check("open-ends", "logic", "open ends", Severity.WARNING, "tasks", "why so", "do this", "A guide", Threshold(0.05))
NEGATIVE = Check("negative-float", "logic", "negative float", Severity.ERROR, "tasks", "why so", "do this")
RESOURCES = Check("dcma-resources", "dcma", "no resources", Severity.NOTE, "tasks", "why so", "do this", threshold=None)
INDEX = Check("dcma-cpli", "dcma", "an index", Severity.WARNING, "projects", "why so", "do this", threshold=Threshold(0.95, at_least=True))
BASELINE = Check("dcma-bei", "dcma", "another index", Severity.WARNING, "tasks", "why so", "do this")

TASKS = [Item(f"p.t{n}", f"Task {n}", "no successor", "houses.xer", 10 + n) for n in range(12)]
REPORT = Report(
    "Houses",
    "plans/my houses.xer",
    "2026-03-02T08:00:00",
    (
        INDEX.measured(0.9, [Item("p", "Houses", "0.90: too short")], 1),
        RESOURCES.found(TASKS[:2], 40),
        BASELINE.not_applicable("there is no baseline"),
        OPEN_ENDS.found(TASKS, 40, "some of them"),
        NEGATIVE.found([], 40),
    ),
)


def form(name, report=REPORT, **more):
    return rendered(report, name, version="1.2.3", **more)


# ------------------------------------------------------------------ records


@pytest.mark.parametrize(
    ("threshold", "value", "admitted", "said"),
    [
        (Threshold(0.05), 0.05, True, "at most 5 %"),
        (Threshold(0.05), 0.0501, False, "at most 5 %"),
        (Threshold(), 0.0, True, "none"),
        (Threshold(), 0.001, False, "none"),
        (Threshold(0.95, at_least=True), 0.95, True, "at least 0.95"),
        (Threshold(0.95, at_least=True), 0.94, False, "at least 0.95"),
    ],
)
def test_a_threshold_admits_its_own_value(threshold, value, admitted, said):
    assert (threshold.admits(value), str(threshold)) == (admitted, said)


def test_nothing_to_look_at_is_not_a_pass():
    finding = OPEN_ENDS.found([], 0)
    assert (str(finding.verdict), finding.note) == ("not applicable", "there are no tasks")


@pytest.mark.parametrize(
    ("findings", "fails"),
    [
        ((NEGATIVE.found(TASKS[:1], 40), RESOURCES.found(TASKS[:1], 40)), {"note", "warning", "error"}),
        ((OPEN_ENDS.found(TASKS, 40),), {"note", "warning"}),
        ((RESOURCES.found(TASKS[:1], 40),), {"note"}),
        ((NEGATIVE.found([], 40), BASELINE.not_applicable("")), set()),
    ],
)
def test_a_report_fails_at_its_worst_severity_and_below(findings, fails):
    report = Report("", "", "", findings)
    assert {str(level) for level in Severity if report.fails_at(level)} == fails


def test_how_dates_agree_is_said_with_every_reason():
    finding = agreement(EARLY, "a.xer", TASKS[:3], 1200, 1197, 1198, {"a reason": 2, "not known": 1})
    assert (
        finding.note
        == "a.xer, early dates: of 1,200 tasks, 1,197 agree to the minute, 1,198 to the day; 2 differ: a reason; 1 differ: not known"
    )
    assert (finding.count, finding.population, finding.failed) == (3, 1200, True)


def test_a_file_that_was_never_scheduled_is_not_compared():
    finding = agreement(FLOAT, "a.xer", [], 0, 0, 0, {})
    assert (str(finding.verdict), finding.note) == ("not applicable", "a.xer stores no total float")


def test_an_unknown_format_is_refused():
    with pytest.raises(ValueError, match="known are table, json, sarif, junit"):
        form("html")


# ------------------------------------------------------------------ table


def test_the_table_has_a_line_for_every_check_and_names_ten_tasks_behind_those_that_failed():
    assert form("table").splitlines() == [
        "DCMA 14 points  verdict  count  of   share      threshold",
        "an index        WARNING      1   1    0.90  at least 0.95",
        "no resources    NOTE         2  40   5.0 %              -",
        "another index   n/a                                  none",
        "",
        "Logic           verdict  count  of   share      threshold",
        "open ends       WARNING     12  40  30.0 %    at most 5 %",
        "negative float  pass         0  40     0 %           none",
        "",
        "n/a: another index: there is no baseline",
        "",
        "warning: an index (dcma-cpli): 0.90, at least 0.95",
        "  why: why so",
        "  fix: do this",
        "  - p Houses: 0.90: too short",
        "",
        "note: no resources (dcma-resources): 2 of 40 tasks",
        "  why: why so",
        "  fix: do this",
        "  - p.t0 Task 0: no successor",
        "  - p.t1 Task 1: no successor",
        "",
        "warning: open ends (open-ends): 12 of 40 tasks",
        "  why: why so",
        "  fix: do this",
        "  note: some of them",
        *(f"  - p.t{n} Task {n}: no successor" for n in range(10)),
        "  … and 2 more (--all names them)",
    ]


def test_all_tasks_are_named_if_asked_for():
    lines = form("table", every=True).splitlines()
    assert lines[-1] == "  - p.t11 Task 11: no successor"


def test_a_share_that_is_not_zero_never_reads_as_zero():
    assert "< 0.1 %" in form("table", Report("", "", "", (NEGATIVE.found(TASKS[:1], 5000),)))


# ------------------------------------------------------------------ JSON


def test_json_holds_every_figure_and_every_task():
    data = json.loads(form("json"))
    assert (data["format"], data["source"], data["status_date"], data["worst"]) == (1, REPORT.source, REPORT.status_date, "warning")
    by_check = {one["check"]: one for one in data["findings"]}
    ends = by_check["open-ends"]
    assert (ends["verdict"], ends["severity"], ends["count"], ends["population"], ends["share"]) == ("fail", "warning", 12, 40, 0.3)
    assert ends["threshold"] == {"limit": 0.05, "at_least": False}
    assert len(ends["items"]) == 12
    assert ends["items"][1] == {"id": "p.t1", "label": "Task 1", "what": "no successor", "file": "houses.xer", "line": 11}
    assert (by_check["dcma-cpli"]["value"], by_check["dcma-cpli"]["share"]) == (0.9, None)
    assert by_check["dcma-resources"]["threshold"] is None
    assert by_check["dcma-bei"]["verdict"] == "not applicable"


# ------------------------------------------------------------------ SARIF

TEXT = {"type": "object", "properties": {"text": {"type": "string", "minLength": 1}}, "required": ["text"]}
RULE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["id", "shortDescription", "defaultConfiguration"],
    "properties": {
        "id": {"type": "string"},
        "name": {"type": "string", "pattern": "^[A-Za-z0-9]+$"},
        "shortDescription": TEXT,
        "fullDescription": TEXT,
        "help": TEXT,
        "defaultConfiguration": {"type": "object", "properties": {"level": {"enum": ["none", "note", "warning", "error"]}}},
        "properties": {"type": "object"},
    },
}
ARTIFACT = {
    "type": "object",
    "properties": {"uri": {"type": "string", "format": "uri-reference", "pattern": "^[^ ]*$"}},
    "required": ["uri"],
}
PHYSICAL = {
    "type": "object",
    "additionalProperties": False,
    "required": ["artifactLocation"],
    "properties": {
        "artifactLocation": ARTIFACT,
        "region": {"type": "object", "properties": {"startLine": {"type": "integer", "minimum": 1}}, "required": ["startLine"]},
    },
}
LOCATION = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "physicalLocation": PHYSICAL,
        "logicalLocations": {
            "type": "array",
            "items": {"type": "object", "properties": {name: {"type": "string"} for name in ("fullyQualifiedName", "name", "kind")}},
        },
    },
}
RESULT = {
    "type": "object",
    "additionalProperties": False,
    "required": ["ruleId", "ruleIndex", "message", "kind", "level", "locations"],
    "properties": {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": 0},
        "kind": {"enum": ["notApplicable", "pass", "fail", "review", "open", "informational"]},
        "level": {"enum": ["none", "note", "warning", "error"]},
        "message": TEXT,
        "locations": {"type": "array", "items": LOCATION},
        "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
        "properties": {"type": "object"},
    },
    # section 3.27.10 of the standard: a result that is no failure has no level
    "if": {"properties": {"kind": {"const": "fail"}}},
    "then": {"properties": {"level": {"enum": ["note", "warning", "error"]}}},
    "else": {"properties": {"level": {"const": "none"}}},
}
RUN = {
    "type": "object",
    "additionalProperties": False,
    "required": ["tool", "results"],
    "properties": {
        "tool": {
            "type": "object",
            "required": ["driver"],
            "properties": {
                "driver": {
                    "type": "object",
                    "required": ["name", "rules"],
                    "properties": {"name": {"type": "string"}, "rules": {"type": "array", "uniqueItems": True, "items": RULE}},
                }
            },
        },
        "artifacts": {"type": "array", "uniqueItems": True, "items": {"type": "object", "properties": {"location": ARTIFACT}}},
        "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        "results": {"type": "array", "items": RESULT},
        "properties": {"type": "object"},
    },
}
SARIF = {
    "type": "object",
    "additionalProperties": False,
    "required": ["version", "runs"],
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {"type": "array", "minItems": 1, "items": RUN},
    },
}
"""The parts of the standard's schema that are used here, closed where the standard closes them."""


def sarif(report=REPORT):
    data = json.loads(form("sarif", report))
    jsonschema.validate(data, SARIF)
    (run,) = data["runs"]
    return run


def test_sarif_keeps_to_the_standard_and_every_result_to_its_rule():
    run = sarif()
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [finding.check.id for finding in REPORT.findings]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    assert run["tool"]["driver"]["semanticVersion"] == "1.2.3"


def test_every_task_behind_a_failed_check_is_a_result_at_its_place():
    results = [result for result in sarif()["results"] if result["ruleId"] == "open-ends"]
    assert len(results) == 12
    (location,) = results[1]["locations"]
    assert location["physicalLocation"] == {"artifactLocation": {"uri": "houses.xer"}, "region": {"startLine": 11}}
    assert location["logicalLocations"] == [{"fullyQualifiedName": "p.t1", "name": "Task 1", "kind": "element"}]
    assert results[1]["message"]["text"] == "open ends: p.t1 Task 1: no successor"


def test_checks_that_passed_or_were_not_asked_are_results_of_that_kind():
    kinds = {result["ruleId"]: (result["kind"], result["level"]) for result in sarif()["results"]}
    assert kinds["negative-float"] == ("pass", "none")
    assert kinds["dcma-bei"] == ("notApplicable", "none")
    assert kinds["dcma-resources"] == ("fail", "note")


def test_fingerprints_are_the_same_next_week_and_differ_between_tasks():
    prints = [result["partialFingerprints"]["pmosim/v1"] for result in sarif()["results"] if "partialFingerprints" in result]
    assert len(set(prints)) == len(prints) == 1 + 2 + 12
    fewer = Report("Houses", REPORT.source, "2026-03-09T08:00:00", (OPEN_ENDS.found(TASKS[3:], 39),))
    assert {result["partialFingerprints"]["pmosim/v1"] for result in sarif(fewer)["results"]} <= set(prints)


@pytest.mark.parametrize(
    ("source", "uri"),
    [("plans/my houses.xer", "plans/my%20houses.xer"), ("/plans/ü.xer", "file:///plans/%C3%BC.xer"), ("plans\\a.xer", "plans/a.xer")],
)
def test_paths_become_uris(source, uri):
    assert sarif(Report("", source, "", (NEGATIVE.found([], 1),)))["artifacts"] == [{"location": {"uri": uri}}]


# ------------------------------------------------------------------ JUnit


def suites(report=REPORT):
    root = ElementTree.fromstring(form("junit", report))
    assert root.tag == "testsuites"
    assert [suite.tag for suite in root] == ["testsuite"] * len(root)
    return root


def counts(element):
    return tuple(int(element.get(name)) for name in ("tests", "failures", "errors", "skipped"))


def test_junit_has_a_suite_for_each_family_and_a_case_for_each_check():
    root = suites()
    assert [(suite.get("name"), counts(suite)) for suite in root] == [("DCMA 14 points", (3, 1, 0, 1)), ("Logic", (2, 1, 0, 0))]
    assert counts(root) == (5, 2, 0, 1)
    for suite in root:
        assert counts(suite) == (
            len(suite.findall("testcase")),
            len(suite.findall("testcase/failure")),
            0,
            len(suite.findall("testcase/skipped")),
        )


def test_junit_cases_fail_from_a_warning_on_and_name_every_task():
    cases = {case.get("name").partition(":")[0]: case for case in suites().iter("testcase")}
    failure = cases["open-ends"].find("failure")
    assert (failure.get("type"), failure.get("message")) == ("warning", "12 of 40 tasks")
    assert failure.text.splitlines()[1:4] == ["why: why so", "fix: do this", "note: some of them"]
    assert failure.text.splitlines()[-1] == "p.t11 Task 11: no successor"
    note = cases["dcma-resources"]
    assert note.find("failure") is None
    assert note.find("system-out").text.startswith("2 of 40 tasks")
    assert cases["dcma-bei"].find("skipped").get("message") == "there is no baseline"
    assert len(cases["negative-float"]) == 0


def test_what_xml_cannot_hold_is_replaced():
    wild = Item("p.a", "a\x00b\x1f<&\ud800", "what")
    root = suites(Report("", "", "", (NEGATIVE.found([wild], 1),)))
    assert root.find(".//failure").text.splitlines()[-1] == "p.a a\ufffdb\ufffd<&\ufffd: what"


def test_all_formats_are_known():
    assert [bool(form(name)) for name in FORMATS] == [True] * 4
