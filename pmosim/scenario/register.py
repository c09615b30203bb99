"""Risks as they are written (in the scenario or in a table) into the model's risks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pmosim.errors import did_you_mean
from pmosim.model.calendars import STANDARD
from pmosim.model.laws import Law
from pmosim.model.risks import Hit, Impact, ImpactKind, Mitigation, Risk
from pmosim.model.tasks import ELAPSED, FINISH
from pmosim.scenario import language
from pmosim.scenario.context import Context
from pmosim.scenario.effects import read_impact
from pmosim.scenario.estimates import Estimate
from pmosim.scenario.places import Misread, Origin
from pmosim.scenario.quantities import Kind, read_probability
from pmosim.scenario.work import id_problem


@dataclass(frozen=True, slots=True)
class WrittenRisk:
    id: str
    entry: language.Risk
    origin: Origin
    broken: bool = False  # reported already


class RiskReader:
    def __init__(self, context: Context, calendars: dict[str, str]) -> None:
        """``calendars``: that of each project, by id; impacts on a project's finish run on it."""
        self.context, self.calendars = context, calendars

    def read(self, written: Iterable[WrittenRisk]) -> list[Risk]:
        return [risk for one in written if (risk := self._risk(one)) is not None]

    def _report(self, origin: Origin, code: str, what: str, fix: str, *, key: bool = False) -> None:
        self.context.findings.add(origin, code, what, fix, key=key)

    def _risk(self, one: WrittenRisk) -> Risk | None:
        if problem := id_problem(one.id, "risk"):
            self._report(one.origin, *problem, key=True)
        entry = one.entry
        self.context.findings.register(("risks", one.id), one.origin)
        probability = self._probability(one, entry.probability, one.origin / "probability")
        hits = self._hits(one)
        cost = self._cost(one)
        if not hits and cost is None and not self._has_effect(one):
            what = f"risk '{one.id}' hits no task and costs nothing"
            fix = "add  hits: {task: +5d}  or  cost: 20k EUR"
            self._report(one.origin, "risk-without-effect", what, fix, key=True)
        if entry.project is not None and entry.project not in self.context.names.projects:
            what = f"risk '{one.id}' names project '{entry.project}', but there is none"
            fix = did_you_mean(entry.project, self.context.names.projects, f"write one of {', '.join(self.context.names.projects)}")
            self._report(one.origin / "project", "unknown-project", what, fix)
        mitigation = self._mitigation(one)
        if probability is None or not (hits or cost):
            return None
        return Risk(
            id=one.id,
            probability=probability,
            hits=tuple(hits),
            cost=cost,
            project=entry.project if entry.project in self.context.names.projects else None,
            independent=bool(entry.independent),
            name=entry.name or "",
            owner=entry.owner or "",
            category=entry.category or "",
            description=entry.description or "",
            mitigation=mitigation,
        )

    def _has_effect(self, one: WrittenRisk) -> bool:
        """Something is written, if wrongly; what is wrong with it has been said."""
        written = one.entry.hits or one.entry.cost or one.entry.impact
        dropped = any(self.context.findings.was_dropped(one.origin / key) for key in ("hits", "cost"))
        return bool(written) or dropped or one.broken

    def _probability(self, one: WrittenRisk, text: str | None, origin: Origin) -> float | None:
        if text is None:
            if not (one.broken or self.context.findings.was_dropped(origin)):
                parent = Origin(origin.source, origin.path[:-1])
                what = f"risk '{one.id}' has no probability"
                self._report(parent, "missing-probability", what, "add  probability: 30%  (100% makes it a driver)", key=True)
            return None
        try:
            return read_probability(text)
        except Misread as error:
            self.context.findings.misread(origin, error)
            return None

    def _cost(self, one: WrittenRisk) -> Law | None:
        if one.entry.cost is None:
            return None
        estimate = self.context.estimate(one.entry.cost, Kind.MONEY, one.origin / "cost")
        return self.context.money(estimate, one.origin / "cost") if estimate else None

    def _mitigation(self, one: WrittenRisk) -> Mitigation | None:
        if one.entry.mitigation is None:
            return None
        origin = one.origin / "mitigation"
        probability = self._probability(one, one.entry.mitigation.probability, origin / "probability")
        cost = self.context.certain_money(one.entry.mitigation.cost, origin / "cost")
        return Mitigation(probability, cost or 0.0) if probability is not None else None

    def _hits(self, one: WrittenRisk) -> list[Hit]:
        found: dict[str, Hit] = {}
        if one.entry.impact is not None and not one.entry.hits and not self.context.findings.was_dropped(one.origin / "hits"):
            self._report(
                one.origin / "impact", "risk-without-effect", f"risk '{one.id}' has an impact, but hits no task", "add  hits: [task]"
            )
        for place, (name, text) in enumerate((one.entry.hits or {}).items()):
            origin = self._hit_origin(one, name, place)
            impact = self._impact(one, name, text, origin)
            for target in self._targets(one, name, origin):
                self.context.findings.register(("risks", one.id, "hits", target), origin)
                law = self._law(impact, target, origin) if impact else None
                if law is not None and impact is not None and ("*" not in name or target not in found):
                    found[target] = Hit(target, Impact(impact[0], law))
        return [*found.values()]

    @staticmethod
    def _hit_origin(one: WrittenRisk, name: str, place: int) -> Origin:
        """Hits are a mapping, a list or a single name."""
        by_name = one.origin / "hits" / name
        return by_name if by_name.path in getattr(one.origin.source, "keys", {}) else one.origin / "hits" / place

    def _impact(self, one: WrittenRisk, name: str, text: str | None, origin: Origin) -> tuple[ImpactKind, Estimate, Origin] | None:
        where = origin
        if text is None:
            text, where = one.entry.impact, one.origin / "impact"
        if text is None:
            if not self.context.findings.was_dropped(where):
                what = f"risk '{one.id}' hits '{name}', but what it does there is not said"
                self._report(
                    origin, "missing-impact", what, f"write  {name}: +5d, or add  impact: +5d  for all tasks that it hits", key=True
                )
            return None
        try:
            kind, estimate, skipped = read_impact(text)
        except Misread as error:
            self.context.findings.misread(where, error)
            return None
        sampled = self.context.sampled(estimate, where.at(skipped))
        return (kind, sampled, where.at(skipped)) if sampled else None

    def _targets(self, one: WrittenRisk, name: str, origin: Origin) -> list[str]:
        if "*" in name or "?" in name:
            matching = self.context.names.matching(name)
            workable = [id for id in matching if id not in self.context.without_work]
            if not workable:
                self._report(
                    origin, "unknown-task", f"risk '{one.id}' hits '{name}', which matches no task", "correct the pattern", key=True
                )
            return workable
        try:
            return [self.context.names.node(name, one.entry.project)]
        except Misread as error:
            self._report(origin, error.code, f"risk '{one.id}' hits a task that does not exist: {error.what}", error.fix, key=True)
            return []

    def _law(self, impact: tuple[ImpactKind, Estimate, Origin], target: str, hit: Origin) -> Law | None:
        kind, estimate, origin = impact
        if kind is ImpactKind.FACTOR:
            try:
                law = estimate.made(lambda _unit: 1.0, 1.0)
            except Misread as error:
                self.context.findings.misread(origin, error)
                return None
            if law.support[0] < 0:
                self._report(origin, "negative-factor", "the factor goes below zero", "give factors of 0 or more; 1 means no change")
                return None
            return law
        calendar = self._calendar(target)
        if estimate.is_elapsed and calendar != ELAPSED:
            what = f"the impact on '{hit.path[-1]}' is elapsed time, but added time is working time of the task's calendar"
            self._report(origin, "elapsed-impact", what, "write working time, such as +5d")
            return None
        return self.context.duration(estimate, calendar, None, origin)

    def _calendar(self, target: str) -> str:
        if target in self.context.task_calendars:
            return self.context.task_calendars[target]
        return self.calendars.get(target.removesuffix(f".{FINISH}"), STANDARD.id)


def expired(risks: Iterable[Risk], finished: set[str]) -> list[str]:
    """Ids of risks that hit only tasks that are finished already."""
    return [risk.id for risk in risks if risk.hits and all(hit.target in finished for hit in risk.hits)]
