"""Risks as they are written (in the scenario or in a table) into the model's risks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from pmosim.errors import did_you_mean
from pmosim.model.laws import Law
from pmosim.model.project import Portfolio
from pmosim.model.risks import Hit, Mitigation, Risk, Status, Window
from pmosim.scenario import language
from pmosim.scenario.money import currency_of
from pmosim.scenario.places import Misread, Origin
from pmosim.scenario.quantities import read_moment
from pmosim.scenario.scales import turned
from pmosim.scenario.striking import Blow, Register, merged, read_hits, struck_again
from pmosim.scenario.work import id_problem

STATUSES = {
    Status.OPEN: ("open", "active", "live", "identified", "assessed", "managed", "monitored", "in progress", "mitigating"),
    Status.PROPOSED: ("proposed", "draft", "new", "candidate"),
    Status.CLOSED: ("closed", "retired", "avoided", "cancelled", "rejected", "expired", "did not occur"),
    Status.OCCURRED: ("occurred", "issue", "impacted", "materialised", "materialized", "realised", "realized"),
}
"""What registers call the states of a risk."""


@dataclass(frozen=True, slots=True)
class WrittenRisk:
    id: str
    entry: language.Risk
    origin: Origin
    broken: bool = False  # reported already


class RiskReader:
    def __init__(self, register: Register) -> None:
        self.register, self.context, self.scales = register, register.context, register.scales
        self.currencies: dict[str, str] = {}  # of the costs of each risk, where it is not the portfolio's

    def read(self, written: Iterable[WrittenRisk]) -> list[Risk]:
        return [risk for one in written if (risk := self._risk(one)) is not None]

    def _report(self, origin: Origin, code: str, what: str, fix: str, *, key: bool = False) -> None:
        self.context.findings.add(origin, code, what, fix, key=key)

    def _risk(self, one: WrittenRisk) -> Risk | None:
        if problem := id_problem(one.id, "risk"):
            self._report(one.origin, *problem, key=True)
        entry = one.entry
        self.context.findings.register(("risks", one.id), one.origin)
        probability = self._probability(one)
        hits = self._hits(one)
        cost = self._cost(one, entry.cost, one.origin / "cost")
        if not hits and cost is None and not self._has_effect(one):
            what = f"risk '{one.id}' hits no task and costs nothing"
            fix = "add  hits: {task: +5d}  or  cost: 20k EUR"
            self._report(one.origin, "risk-without-effect", what, fix, key=True)
        if entry.project is not None and entry.project not in self.context.names.projects:
            what = f"risk '{one.id}' names project '{entry.project}', but there is none"
            fix = did_you_mean(entry.project, self.context.names.projects, f"write one of {', '.join(self.context.names.projects)}")
            self._report(one.origin / "project", "unknown-project", what, fix)
        status, window = self._status(one), self._window(one)
        mitigation = self._mitigation(one, hits)
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
            group=entry.group,
            window=window,
            status=status,
            arises_from=entry.arises_from,
            cause=entry.cause or "",
            effect=entry.effect or "",
            response=entry.response or "",
            proximity=entry.proximity or "",
            currency=self.currencies.get(one.id, ""),
        )

    def _has_effect(self, one: WrittenRisk) -> bool:
        """Something is written, if wrongly; what is wrong with it has been said."""
        written = one.entry.hits or one.entry.cost or one.entry.impact
        dropped = any(self.context.findings.was_dropped(one.origin / key) for key in ("hits", "cost"))
        return bool(written) or dropped or one.broken

    def _probability(self, one: WrittenRisk) -> float | None:
        text, origin = one.entry.probability, one.origin / "probability"
        if text is not None:
            return self.scales.probability(text, origin)
        if not (one.broken or self.context.findings.was_dropped(origin)):
            what = f"risk '{one.id}' has no probability"
            self._report(one.origin, "missing-probability", what, "add  probability: 30%  (100% makes it a driver)", key=True)
        return None

    def _is_opportunity(self, one: WrittenRisk) -> bool | None:
        return None if one.entry.type is None else one.entry.type == "opportunity"

    def _hits(self, one: WrittenRisk) -> list[Hit]:
        entry = one.entry
        if entry.impact is not None and not entry.hits and not self.context.findings.was_dropped(one.origin / "hits"):
            what = f"risk '{one.id}' has an impact, but hits no task"
            self._report(one.origin / "impact", "risk-without-effect", what, "add  hits: [task]")
        blow = Blow(
            one.id, entry.hits or {}, entry.impact, one.origin, one.origin / "impact", self._project(one), self._is_opportunity(one)
        )
        return read_hits(blow, self.register)

    @staticmethod
    def _project(one: WrittenRisk) -> str | None:
        return one.entry.project

    def _cost(self, one: WrittenRisk, text: str | None, origin: Origin) -> Law | None:
        if text is None:
            return None
        read = self.scales.cost(text, origin)
        estimate = self.context.sampled(*read) if read else None
        if read is None or estimate is None:
            return None
        opportunity = self._is_opportunity(one)
        if opportunity and self.scales.is_class("cost", text):
            try:
                estimate = turned(estimate)
            except Misread as error:
                self.context.findings.misread(origin, error)
                return None
        currency = currency_of([estimate], read[1], self.context)
        if self.currencies.setdefault(one.id, currency) != currency:
            what = f"risk '{one.id}' costs in one currency before its mitigation and in another after it"
            self._report(origin, "mixed-currencies", what, "give both in one currency")
        return self.context.money(estimate, read[1], saves=opportunity is True)

    def _status(self, one: WrittenRisk) -> Status:
        text = one.entry.status
        if text is None:
            return Status.OPEN
        word = " ".join(text.casefold().replace("_", " ").replace("-", " ").split())
        for status, names in STATUSES.items():
            if word in names:
                return status
        known = [name for names in STATUSES.values() for name in names]
        fix = did_you_mean(word, known, f"write {', '.join(status for status in STATUSES)}")
        self._report(one.origin / "status", "unknown-status", f"'{text}' is not a status of a risk", fix)
        return Status.OPEN

    def _window(self, one: WrittenRisk) -> Window | None:
        text, origin = one.entry.window, one.origin / "window"
        if text is None:
            return None
        first, dots, last = text.partition("..")
        if not dots or not (first.strip() or last.strip()):
            what = f"'{text}' is no window of dates"
            self._report(origin, "not-a-window", what, "write  2027-11-01..2028-03-31; either date may be left out")
            return None
        try:
            begins = read_moment(first.strip()) if first.strip() else None
        except Misread as error:
            self.context.findings.misread(origin, error)
            return None
        ends = self._end_of_window(last, origin.at(len(first) + 2)) if last.strip() else None
        if begins and ends and ends < begins:
            what = f"the window of risk '{one.id}' ends before it begins"
            self._report(origin, "dates-out-of-order", what, f"write  {last.strip()}..{first.strip()}")
            return None
        return begins, ends

    def _end_of_window(self, text: str, origin: Origin) -> datetime | None:
        try:
            return read_moment(text.strip(), end_of_day=True)
        except Misread as error:
            self.context.findings.misread(origin, error)
            return None

    def _mitigation(self, one: WrittenRisk, hits: list[Hit]) -> Mitigation | None:
        entry = one.entry.mitigation
        if entry is None:
            return None
        origin = one.origin / "mitigation"
        findings = self.context.findings
        probability = None if entry.probability is None else self.scales.probability(entry.probability, origin / "probability")
        price = self.context.certain_money(entry.cost, origin / "cost")
        left = self._hits_left(one, entry, origin, hits)
        cost = self._cost(one, entry.cost_impact, origin / "cost_impact")
        changing = ("probability", "hits", "impact", "cost_impact")
        if all(getattr(entry, key) is None for key in changing):
            if not one.broken and not any(findings.was_dropped(origin / key) for key in changing):
                what = f"the mitigation of risk '{one.id}' does not say what is left of the risk"
                self._report(origin, "mitigation-without-effect", what, "add  probability: 10%  or  impact: +2d", key=True)
            return None
        if probability is None and left is None and cost is None:
            return None
        return Mitigation(probability, price or 0.0, left, cost, entry.name or "")

    def _hits_left(self, one: WrittenRisk, entry: language.Mitigation, origin: Origin, hits: list[Hit]) -> tuple[Hit, ...] | None:
        """What the risk does once mitigated: tasks that are not named are hit as before."""
        if entry.hits is None and entry.impact is None:
            return None
        side, place = self._is_opportunity(one), origin / "impact"
        if entry.hits is None:
            blow = Blow(one.id, {}, entry.impact, origin, place, self._project(one), side)
            return tuple(struck_again(blow, [hit.target for hit in hits], self.register))
        impact, place = (entry.impact, place) if entry.impact is not None else (one.entry.impact, one.origin / "impact")
        blow = Blow(one.id, entry.hits, impact, origin, place, self._project(one), side)
        return tuple(merged(hits, read_hits(blow, self.register)))


def notes_on(portfolio: Portfolio) -> Iterator[str]:
    """What the reader of a forecast should know of risks that do not act, or not as their mitigation would have it."""
    for risk in portfolio.risks:
        if risk.status is Status.EXPIRED:
            passed = risk.window and risk.window[1] and risk.window[1] < portfolio.status_date
            yield f"risk '{risk.id}' has expired: " + ("its window has passed" if passed else "all tasks that it hits are finished")
        elif risk.status in (Status.CLOSED, Status.PROPOSED):
            yield f"risk '{risk.id}' is {risk.status} and does not act"
        past = [hit.target for hit in risk.hits if (task := portfolio.tasks.get(hit.target)) and task.is_finished]
        if past and risk.acts:
            which = f"'{past[0]}', which is finished" if len(past) == 1 else f"{len(past)} tasks that are finished"
            yield f"risk '{risk.id}' hits {which}: it does nothing there any more"
        left = risk.mitigation.probability if risk.mitigation else None
        if left is not None and left > risk.probability:
            yield f"the mitigation of risk '{risk.id}' raises its probability, from {100 * risk.probability:g} % to {100 * left:g} %"
