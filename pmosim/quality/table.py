"""A report for the terminal: a table of all checks, then what is behind those that failed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from pmosim.quality.records import Finding, Report, Verdict

FEW = 10
"""Tasks shown behind a check that failed, unless all are asked for."""

WIDTH = 100
HEADINGS = {
    "parity": "Dates against the file's own",
    "dcma": "DCMA 14 points",
    "logic": "Logic",
    "simulation": "For the simulation",
}
_HEAD = ("verdict", "count", "of", "share", "threshold")


def lines(report: Report, *, every: bool = False) -> Iterator[str]:
    """``every``: name every task behind a failed check, not the first `FEW`."""
    yield from _table(report)
    yield from _not_applicable(report)
    for finding in report.findings:
        if finding.failed:
            yield ""
            yield from _details(finding, every=every)


def _table(report: Report) -> Iterator[str]:
    rows = [(finding.check.family, _row(finding)) for finding in report.findings]
    widths = [max(len(row[k]) for row in [("", *_HEAD), *(row for _, row in rows)]) for k in range(len(_HEAD) + 1)]
    widths[0] = max([widths[0], *(len(HEADINGS.get(family, family)) for family, _ in rows)])
    family = ""
    for own, row in rows:
        if own != family:
            if family:
                yield ""
            family = own
            yield _aligned((HEADINGS.get(family, family), *_HEAD), widths)
        yield _aligned(row, widths)


def _row(finding: Finding) -> tuple[str, ...]:
    check = finding.check
    threshold = "-" if check.threshold is None else str(check.threshold)
    if finding.verdict is Verdict.NOT_APPLICABLE:
        return (check.title, "n/a", "", "", "", threshold)
    verdict = str(check.severity).upper() if finding.failed else "pass"
    return (check.title, verdict, f"{finding.count:,}", f"{finding.population:,}", share_text(finding), threshold)


def share_text(finding: Finding) -> str:
    if finding.value is not None:
        return f"{finding.value:.2f}"
    share = finding.share or 0.0
    shown = f"{100 * share:.1f} %"
    return "0 %" if not share else "< 0.1 %" if shown == "0.0 %" else shown


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    """Words to the left, figures to the right."""
    cells = [cell.ljust(width) if k in (0, 1) else cell.rjust(width) for k, (cell, width) in enumerate(zip(row, widths, strict=True))]
    return "  ".join(cells).rstrip()


def _not_applicable(report: Report) -> Iterator[str]:
    """One paragraph for each reason."""
    titles: dict[str, list[str]] = {}
    for finding in report.findings:
        if finding.verdict is Verdict.NOT_APPLICABLE:
            titles.setdefault(finding.note, []).append(finding.check.title)
    if titles:
        yield ""
    for note, names in titles.items():
        yield from wrap(f"n/a: {'; '.join(names)}: {note}", WIDTH, subsequent_indent="  ")


def _details(finding: Finding, *, every: bool) -> Iterator[str]:
    check = finding.check
    yield f"{check.severity}: {check.title} ({check.id}): {summary(finding)}"
    for name, text in (("why", check.why), ("fix", check.fix), ("note", finding.note)):
        if text:
            yield from wrap(f"{name}: {text}", WIDTH, initial_indent="  ", subsequent_indent="       ")
    shown = finding.items if every else finding.items[:FEW]
    yield from (f"  - {item}" for item in shown)
    if more := len(finding.items) - len(shown):
        yield f"  … and {more:,} more (--all names them)"


def summary(finding: Finding) -> str:
    """``8 of 62 unfinished tasks``; of an index, its value."""
    check = finding.check
    if finding.value is not None:
        return f"{finding.value:.2f}, {check.threshold}"
    return f"{finding.count:,} of {finding.population:,} {check.counted}"
