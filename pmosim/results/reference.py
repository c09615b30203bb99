"""What finished tasks say of those to come: how long each took over what was estimated at first, by class.

Reference class forecasting (B. Flyvbjerg, From Nobel Prize to Project Management, Project Management Journal 37 (2006)): the classes
are the portfolio's own, so that like is compared with like.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pmosim.results.clusters import clustered_mean, clustered_median
from pmosim.results.records import Estimate

LEAST = 8
"""Finished tasks, for a class to be shown."""

FEW_PROJECTS = 6
"""Below so many, tasks count as if each were on its own: nothing is claimed of other projects."""

TYPICAL = 20
"""Values of the ratios that a suggested rule holds: the middles of so many equal parts of them."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A task that is done: how long it took over its first estimate."""

    id: str
    project: str
    estimated: float  # working days
    taken: float
    classes: tuple[tuple[str, str], ...]  # such as ("wbs", "Civil"), ("code Phase", "2")

    @property
    def ratio(self) -> float:
        return self.taken / self.estimated


@dataclass(frozen=True, slots=True)
class ReferenceClass:
    """Finished tasks of one kind, and those that are left of it."""

    by: str  # "wbs", "resource", "code Phase"..., or "all"
    name: str
    finished: int
    projects: int
    remaining: int
    median: Estimate  # of taken over estimated
    mean: Estimate
    percentiles: dict[int, float]  # 10, 50 and 90 of the ratios
    suggestion: str  # a rule for a scenario's ``uncertainty``

    @property
    def is_off(self) -> bool:
        """Whether the class surely takes longer, or shorter, than estimated."""
        return not self.median.low <= 1 <= self.median.high


def reference_classes(
    finished: Sequence[Finished], remaining: Sequence[tuple[tuple[str, str], ...]], confidence: float
) -> tuple[ReferenceClass, ...]:
    """Classes with at least `LEAST` finished tasks, all together first, then those with most tasks left.

    remaining : the classes of each task that is still to be done
    """
    groups: dict[tuple[str, str], list[Finished]] = {}
    for one in finished:
        for label in (("all", ""), *dict.fromkeys(one.classes)):
            groups.setdefault(label, []).append(one)
    left = {label: sum(label[0] == "all" or label in classes for classes in remaining) for label in groups}
    made = [_made(label, members, left[label], confidence) for label, members in groups.items() if len(members) >= LEAST]
    return tuple(sorted(made, key=lambda one: (one.by != "all", -one.remaining, -one.finished, one.by, one.name)))


def _made(label: tuple[str, str], members: list[Finished], left: int, confidence: float) -> ReferenceClass:
    ratios, projects = np.array([one.ratio for one in members]), [one.project for one in members]
    # tasks of one project share its luck; with few projects, what is said is of these alone
    clusters = projects if len(set(projects)) >= FEW_PROJECTS else [one.id for one in members]
    spread = {level: float(np.quantile(ratios, level / 100, method="inverted_cdf")) for level in (10, 50, 90)}
    return ReferenceClass(
        *label,
        len(members),
        len(set(projects)),
        left,
        clustered_median(ratios, clusters, confidence),
        clustered_mean(ratios, clusters, confidence),
        spread,
        rule_text(label, ratios),
    )


def rule_text(label: tuple[str, str], ratios: np.ndarray) -> str:
    """A rule for a scenario's ``uncertainty`` that gives tasks of the class the ratios of the finished ones; empty where none can."""
    by, name = label
    quoted = json.dumps(name, ensure_ascii=False)  # a text in YAML as well
    if by == "all":
        where = ""
    elif by == "wbs":
        where = f"match: {{wbs: [{quoted}, {json.dumps(name + '.*', ensure_ascii=False)}]}}, "
    elif by == "resource":
        where = f"match: {{resource: {quoted}}}, "
    elif by.startswith("code "):
        where = f"match: {{code: {{{json.dumps(by.removeprefix('code '), ensure_ascii=False)}: {quoted}}}}}, "
    else:
        return ""
    few = np.quantile(ratios, (np.arange(TYPICAL) + 0.5) / TYPICAL, method="inverted_cdf")
    values = " ".join(f"{100 * ratio:.4g}%" for ratio in few)
    return f"- {{{where}duration: empirical {values}}}"
