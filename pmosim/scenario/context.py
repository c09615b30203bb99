"""What the readers of tasks, links and risks share: calendars, currency, names, and the findings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path as FilePath

from pmosim.errors import did_you_mean
from pmosim.model.calendars import Calendar
from pmosim.model.laws import Law
from pmosim.model.tasks import ELAPSED
from pmosim.scenario.estimates import Estimate, read_estimate
from pmosim.scenario.overrides import Overrides
from pmosim.scenario.places import Findings, Misread, Origin, Reported
from pmosim.scenario.quantities import Kind, Units, read_moment
from pmosim.scenario.references import Names


@dataclass
class Context:
    findings: Findings
    folder: FilePath  # of the scenario, which other files are beside
    calendars: dict[str, Calendar] = field(default_factory=dict)  # by id, the built-in ones included
    names: Names = field(default_factory=Names)
    status_date: datetime = datetime.min
    currency: str = ""
    foreign: dict[str, Law] = field(default_factory=dict)  # other currencies, and what a unit of each costs in this one
    misread_foreign: set[str] = field(default_factory=set)  # those whose rate is wrong, which has been said
    notes: list[str] = field(default_factory=list)
    task_calendars: dict[str, str] = field(default_factory=dict)  # by qualified task id
    without_work: set[str] = field(default_factory=set)  # qualified ids of milestones, summary and finished tasks
    sample: Callable[[Estimate, Origin, Context], Estimate] | None = None  # reads a sample's column from its table
    overrides: Overrides = field(default_factory=Overrides)  # values for rows of tables
    _laws: dict[tuple, tuple[Law, Estimate]] = field(default_factory=dict)  # an estimate that is kept keeps its identity
    _units: dict[str, Units] = field(default_factory=dict)

    def units(self, calendar: str) -> Units:
        if calendar not in self._units:
            self._units[calendar] = Units.of(self.calendars[calendar])
        return self._units[calendar]

    def known_calendar(self, id: str | None, origin: Origin, otherwise: str) -> str:
        """``id`` if there is such a calendar; else that is reported, and ``otherwise`` taken."""
        if id is None or id in self.calendars:
            return id or otherwise
        fix = did_you_mean(id, self.calendars, f"add '{id}' under calendars:, or use {', '.join(self.calendars)}")
        self.findings.add(origin, "unknown-calendar", f"there is no calendar '{id}'", fix)
        return otherwise

    def moment(self, text: str | None, origin: Origin, *, end_of_day: bool = False) -> datetime | None:
        if text is None:
            return None
        try:
            return read_moment(text, end_of_day=end_of_day)
        except Misread as error:
            self.findings.misread(origin, error)
            return None

    def estimate(self, text: str, kind: Kind, origin: Origin) -> Estimate | None:
        try:
            estimate = read_estimate(text, kind)
        except Misread as error:
            self.findings.misread(origin, error)
            return None
        return self.sampled(estimate, origin)

    def sampled(self, estimate: Estimate, origin: Origin) -> Estimate | None:
        """With the numbers of its sample, if it has one in a table; None if that could not be read."""
        if estimate.sample is None or self.sample is None:
            return estimate
        try:
            return self.sample(estimate, origin, self)
        except Reported:
            return None
        except Misread as error:
            self.findings.misread(origin, error)
            return None

    def duration(self, estimate: Estimate, calendar: str, planned: float | None, origin: Origin) -> Law | None:
        """The law in working minutes of ``calendar``. None, and a finding, if there is no such law."""
        key = (id(estimate), calendar, planned)  # the same text gives the same estimate; comparing them would take longer
        if key not in self._laws:
            try:
                self._laws[key] = estimate.made(self.units(calendar).unit, planned), estimate
            except Misread as error:
                self.findings.misread(origin, error)
                return None
        return self._laws[key][0]

    def money(self, estimate: Estimate, origin: Origin, per_minute: Units | None = None, *, saves: bool = False) -> Law | None:
        """The law in the currency of the estimate; of a rate, per working minute. With ``saves`` it may go below zero."""
        self.settle_currency(estimate.currency, origin)
        size = 1.0
        if estimate.per:
            if per_minute is None:
                fix = "write an amount without '/', such as 20k EUR"
                self.findings.add(origin, "rate-not-possible", "a rate stands where an amount of money is expected", fix)
                return None
            size = 1 / per_minute.unit(estimate.per)
        try:
            law = estimate.made(lambda _unit: size, None)
        except Misread as error:
            self.findings.misread(origin, error)
            return None
        if law.support[0] < 0 and not saves:
            negative = next((amount for amount in estimate.sizes if amount.is_negative), None)
            where = origin.at((origin.offset or 0) + negative.offset) if negative else origin
            self.findings.add(where, "negative-cost", "a cost goes below zero", "give amounts of 0 or more")
            return None
        return law

    def amount(self, estimate: Estimate, origin: Origin) -> Law | None:
        """The law of an amount, or of what is paid for whichever unit of time it names, in its own currency."""
        return self.money(replace(estimate, per=""), origin)

    def settle_currency(self, currency: str, origin: Origin) -> None:
        if currency in self.foreign or currency in self.misread_foreign:
            return
        if currency and self.currency and currency != self.currency:
            what = f"this amount is in {currency}, but others are in {self.currency}, and no rate says what a {currency} costs"
            self.findings.add(origin, "currency-without-rate", what, f"add at the top  currencies: {{{currency}: 0.92}}, or convert it")
        self.currency = self.currency or currency

    def certain_money(self, text: str | None, origin: Origin) -> float | None:
        """An amount that is no estimate, such as a budget."""
        if text is None:
            return None
        estimate = self.estimate(text, Kind.MONEY, origin)
        law = self.money(estimate, origin) if estimate else None
        if law is not None and not law.is_constant:
            self.findings.add(
                origin, "not-certain", f"'{text}' is uncertain, but one amount is expected", "write one amount, such as 4.2M EUR"
            )
            return None
        if law is None or estimate is None or estimate.currency not in self.foreign:
            return law.mean if law else None
        rate = self.foreign[estimate.currency]
        if not rate.is_constant:
            what = f"what '{text}' is in {self.currency} is uncertain, but one amount is expected"
            self.findings.add(origin, "not-certain", what, f"write it in {self.currency}")
            return None
        return law.mean * rate.mean


def on_elapsed_time(estimate: Estimate, calendar: str) -> str:
    """The calendar on which a task with this duration keeps time."""
    return ELAPSED if estimate.is_elapsed else calendar
