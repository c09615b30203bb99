"""The tables of a calibration that people read: the terminal and the page show the same ones."""

from __future__ import annotations

from pmosim.output import words
from pmosim.output.calibrating import findings
from pmosim.output.grids import Grid
from pmosim.results.calibration import Calibration, ClassScore
from pmosim.results.reference import FEW_PROJECTS, ReferenceClass

TOLD = (10, 50, 80, 90)
MOST_CLASSES, MOST_CASES = 12, 60
HEADINGS = {"type": "By type of project", "team": "By team", "lead": "By lead time", "project": "By project"}


def rates(made: Calibration, levels: tuple[int, ...] = TOLD) -> Grid:
    rows = tuple(
        (
            f"P{one.level}",
            words.plain_percent(round(one.expected, 3)),
            findings.share(one),
            f"{one.outcomes:,}",
            "" if one.worth >= one.outcomes - 0.05 else words.rounded(one.worth, 0),
            words.rounded(made.scores.pinball[one.level], 1) if made.scores else "",
            findings.VERDICTS[one.verdict],
        )
        for one in made.rates
        if one.level in levels and one.outcomes
    )
    heads = ("", "promised", "held", "outcomes", "worth", "loss [d]", "")
    return Grid("Did the P-values hold?", heads, rows, frozenset({0, 2, 6}))


def classes(made: Calibration, by: str, most: int = MOST_CLASSES) -> Grid:
    members = [one for one in made.classes if one.by == by]
    rows = tuple(_class(one) for one in members[:most])
    more = len(members) - most
    heads = (
        "",
        "milestones",
        "P50 held",
        "P80 held",
        f"after P50 [{made.unit}]",
        "of the time to P50",
        "loss [d]",
        "plan's loss [d]",
    )
    note = f"{more:,} more in tables/classes.csv" if more > 0 else ""
    return Grid(HEADINGS[by], heads, rows, frozenset({0, 2, 3}), note)


def _class(one: ClassScore) -> tuple[str, ...]:
    bias, scores = one.bias, one.scores
    return (
        one.name,
        f"{one.milestones:,}",
        findings.share(one.p50) if one.p50.outcomes else "",
        findings.share(one.p80) if one.p80.outcomes else "",
        findings.ranged(bias.median) if bias else "",
        findings.ratio(bias) if bias else "",
        words.rounded(scores.forecast.value, 1) if scores else "",
        words.rounded(scores.plan.value, 1) if scores else "",
    )


def references(made: Calibration, most: int = MOST_CLASSES) -> Grid:
    rows = tuple(_reference(one) for one in made.references[:most])
    heads = ("class", "", "finished", "to come", "took, over estimate (median)", "mean", "P10", "P90", "")
    more = len(made.references) - most
    note = f"{more:,} more in tables/references.csv" if more > 0 else ""
    if made.references and made.references[0].projects < FEW_PROJECTS:
        note = "; ".join(filter(None, [note, "of so few projects that tasks count as if each were on its own: not of other projects"]))
    return Grid("What finished tasks took, over their first estimates", heads, rows, frozenset({0, 1, 8}), note)


def _reference(one: ReferenceClass) -> tuple[str, ...]:
    verdict = "" if not one.is_off else "longer than estimated" if one.median.value > 1 else "shorter than estimated"
    return (
        one.by,
        one.name,
        f"{one.finished:,}",
        f"{one.remaining:,}",
        findings.exactly(one.median),
        findings.exactly(one.mean),
        words.rounded(one.percentiles[10], 2),
        words.rounded(one.percentiles[90], 2),
        verdict,
    )


def cases(made: Calibration, most: int = MOST_CASES) -> Grid:
    rows = tuple(
        (
            one.label,
            one.project,
            words.day(one.made),
            words.day(one.percentiles[50]),
            words.day(one.percentiles[80]),
            words.day(one.actual) if one.actual else "still open",
            f"{words.rounded(50 * (one.low + one.high), 0)} %",
            "" if one.error is None else words.rounded(one.error, 1),
        )
        for one in made.cases[:most]
    )
    heads = ("milestone", "project", "forecast of", "P50", "P80", "came in", "place in forecast", f"after P50 [{made.unit}]")
    more = len(made.cases) - most
    return Grid("Milestones", heads, rows, frozenset({0, 1}), f"{more:,} more in tables/outcomes.csv" if more > 0 else "")
