"""What docs/checks.md shows is made: the table of checks from the checks, verdicts and outputs by checking the real files.

``python tests/checks_page.py`` makes it anew; it needs Java.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from schedule_files import DATA, unpacked

DOCS = Path(__file__).parents[1] / "docs"
PAGE, OUTPUTS = DOCS / "checks.md", DOCS / "checks"
NAMES = tuple(sorted(file.name.removesuffix(".gz") for file in DATA.iterdir() if file.suffix in (".xer", ".xml", ".gz")))
SHORT = {"actual": "A", "mdl4d": "B", "mdl4ra": "C", "mpsp": "D", "mpxj": "E", "progressed-695.redacted.converted": "G"}
SHORT |= {"progressed-695.redacted.xer": "F", "residential": "H"}


def part(name: str) -> re.Pattern[str]:
    """What stands in the page between the two marks of that name."""
    return re.compile(rf"(?<=<!-- {name} -->\n).*?(?=<!-- end of {name} -->)", re.DOTALL)


def letter(name: str) -> str:
    """The head of a file's column: there is no room for its name."""
    return next(short for beginning, short in SHORT.items() if name.startswith(beginning))


def check_rows(family: str) -> str:
    """One row for each check of a family."""
    from pmosim.quality.agreement import CHECKS as PARITY
    from pmosim.quality.checks import CHECKS

    cells = [
        (f"`{one.id}`", f"{one.title}; of all {one.counted}", one.threshold or "-", one.severity, one.why, one.fix, one.source or "-")
        for one in (*PARITY, *CHECKS)
        if one.family == family
    ]
    rows = ["| " + " | ".join(map(str, row)) + " |" for row in cells]
    head = "| check | what is counted | passes | fails as | why it matters | how to put it right | source |"
    return "\n".join([head, "| --- " * 7 + "|", *rows]) + "\n"


def reports() -> Iterator[tuple[str, str, dict[str, str]]]:
    """Of every real file: its name, what `pmosim check` prints, and the verdict of each check by id."""
    from pmosim.cli.check import printed, read_any, report_on
    from pmosim.quality.table import share_text

    for name in sorted(NAMES, key=letter):
        with TemporaryDirectory() as folder:
            path = unpacked(name, Path(folder)) if (DATA / f"{name}.gz").exists() else DATA / name
            read = read_any(path)
            report = report_on(path, read)
        verdicts = {}
        for finding in report.findings:
            said = (
                "n/a" if finding.verdict == "not applicable" else share_text(finding) if finding.value is not None else str(finding.count)
            )
            verdicts[finding.check.id] = f"**{said}**" if finding.failed else said
        yield name, printed(read, report, every=False), verdicts


def verdict_rows(found: list[tuple[str, str, dict[str, str]]]) -> str:
    ids = list(found[0][2])
    head = ["check", *(letter(name) for name, *_ in found)]
    rows = [[f"`{id}`", *(verdicts.get(id, "n/a") for *_, verdicts in found)] for id in ids]
    marks = ["---"] * len(head)
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, marks, *rows)) + "\n"


FAMILIES = ("parity", "dcma", "logic", "simulation")


def with_checks(page: str) -> str:
    for family in FAMILIES:
        page = part(f"checks of {family}").sub(lambda _, own=family: check_rows(own), page)
    return page


def with_verdicts(page: str, found: list[tuple[str, str, dict[str, str]]]) -> str:
    return part("verdicts").sub(lambda _: verdict_rows(found), page)


def output_of(name: str) -> Path:
    return OUTPUTS / f"{name}.txt"


if __name__ == "__main__":
    measured = list(reports())
    PAGE.write_text(with_verdicts(with_checks(PAGE.read_text(encoding="utf-8")), measured), encoding="utf-8")
    OUTPUTS.mkdir(exist_ok=True)
    for name, text, _ in measured:
        output_of(name).write_text(text, encoding="utf-8")
