"""Put into docs/sampling.md what studies.py printed.

python benchmarks/studies.py intervals latin ranks stopping spread > benchmarks/studies.jsonl
python benchmarks/studies_table.py
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / "docs" / "sampling.md"

HOW = {"random": "random", "latin-hypercube": "Latin hypercube"}


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [[*heads], *map(list, rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in [lines[0], ["---"] * len(lines[0]), *lines[1:]])


def share(value: float) -> str:
    return f"{100 * value:.1f} %"


def intervals(cases: list[dict]) -> Iterator[list[str]]:
    """A row for each kind of figure, random draws beside Latin hypercubes."""
    found = {(case["kind"], case["sampling"]): case for case in cases if case["study"] == "intervals"}
    for kind in dict.fromkeys(kind for kind, _ in found):
        random, latin = found.get((kind, "random")), found.get((kind, "latin-hypercube"))
        one = random or latin
        assert one is not None
        yield [kind, str(one["figures"]), *_held(random), *_held(latin)]


def _held(case: dict | None) -> list[str]:
    return [share(case["held"]), share(case["lowest"])] if case else ["", ""]


def spread(cases: list[dict]) -> Iterator[list[str]]:
    for case in cases:
        if case["study"] == "spread":
            yield [
                case["scenario"],
                f"{case['iterations']:,}",
                case["what"],
                str(case["replicates"]),
                f"{case['random']:.3f}",
                f"{case['latin']:.3f}",
                f"{case['times']:.1f} ± {1.96 * case['error']:.1f}",
            ]


def stopping(cases: list[dict]) -> Iterator[list[str]]:
    for case in cases:
        if case["study"] == "stopping":
            reach = f"{case['iterations']:,.0f} ({case['fewest']:,} to {case['most']:,})"
            yield [HOW[case["sampling"]], f"{case['days']:g} working day", reach, share(case["held"])]


def main() -> None:
    lines = (HERE / "studies.jsonl").read_text(encoding="utf-8").splitlines()
    cases = [json.loads(line) for line in lines if line.startswith("{")]
    heads = ("figures", "how many", "random: held", "least of them", "Latin hypercube: held", "least of them")
    tables = {
        "intervals": table(heads, intervals(cases)),
        "spread": table(
            ("scenario", "iterations", "figure", "replicates", "sd, random", "sd, Latin hypercube", "times smaller"), spread(cases)
        ),
        "stopping": table(("draws", "asked for", "iterations, median (range)", "interval of P80 held"), stopping(cases)),
    }
    text = PAGE.read_text(encoding="utf-8")
    for name, made in tables.items():
        begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
        text = re.sub(f"{re.escape(begin)}.*?{re.escape(end)}", lambda _, new=f"{begin}\n{made}\n{end}": new, text, flags=re.DOTALL)
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
