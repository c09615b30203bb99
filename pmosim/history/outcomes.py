"""Forecasts that were made, and what happened, into outcomes: what calibration judges."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from pmosim.model.calendars import Clock
from pmosim.model.project import Portfolio
from pmosim.model.tasks import FINISH
from pmosim.results.calibration import TEAM, TYPE
from pmosim.results.outcomes import CALENDAR, WORKING, Outcome
from pmosim.results.records import Forecast


@dataclass(frozen=True, slots=True)
class Told:
    """One forecast of one target. ``knots``: moments after which at least ``share`` of the iterations were done; linear between them."""

    run: str  # name under which forecasts of the same model belong together
    target: str
    label: str
    status: datetime
    knots: tuple[datetime, ...]
    share: tuple[float, ...]
    planned: datetime
    promised: datetime | None = None
    probability: float | None = None  # of keeping the promise

    @property
    def key(self) -> tuple[str, str]:
        return self.run, self.target


Actuals = Mapping[tuple[str, str], datetime]
"""When targets came in, by name of the run and id of the target."""


def told_by(forecast: Forecast, run: str | None = None) -> list[Told]:
    """What a forecast says of its milestones and projects; of the portfolio as a whole nothing, for that is the last of these."""
    origin = forecast.provenance
    return [
        Told(
            forecast.name if run is None else run,
            one.id,
            one.label,
            _plain(origin.status_date),
            *_knots_of_days(one.curve.at, one.curve.share),  # type: ignore[arg-type]
            _plain(one.planned),
            one.target and _plain(one.target),
            one.probability.value if one.probability is not None else None,
        )
        for one in forecast.targets
        if one.kind != "portfolio"
    ]


def _knots_of_days(days: Sequence[date], share: Sequence[float]) -> tuple[tuple[datetime, ...], tuple[float, ...]]:
    """Each day's iterations lie somewhere in it."""
    knots: list[datetime] = []
    values: list[float] = []
    before = 0.0
    for day, upto in zip(days, share, strict=True):
        midnight = datetime.combine(day, time())
        knots += [midnight, midnight + timedelta(days=1)]
        values += [before, upto]
        before = upto
    return tuple(knots), tuple(values)


def knots_of_percentiles(days: Sequence[date]) -> tuple[tuple[datetime, ...], tuple[float, ...]]:
    """Of percentiles 0 to 100 told as days: by a day's end the last one that lies on it is reached, and half the way to the next."""
    last = {day: level for level, day in enumerate(days)}
    knots, values = [datetime.combine(days[0], time())], [0.0]
    for day, level in last.items():
        knots.append(datetime.combine(day, time()) + timedelta(days=1))
        values.append(1.0 if level == len(days) - 1 else (level + 0.5) / (len(days) - 1))
    return tuple(knots), tuple(values)


def finished_in(portfolio: Portfolio) -> dict[str, datetime]:
    """Moments at which tasks, and projects all of whose tasks are done, were finished."""
    found: dict[str, datetime] = {}
    for project in portfolio.projects:
        working = [task for task in project.tasks if not task.kind.spans]
        ends = {task.id: task.progress.actual_finish for task in working if task.progress and task.progress.actual_finish}
        found.update({f"{project.id}.{id}": _plain(end) for id, end in ends.items()})
        if working and len(ends) == len(working):
            found[f"{project.id}.{FINISH}"] = max(map(_plain, ends.values()))
    return found


def outcomes_of(
    told: Iterable[Told], actuals: Actuals, known_until: Mapping[str, datetime], model_of: Callable[[str], Portfolio | None]
) -> tuple[list[Outcome], list[str]]:
    """Outcomes of all forecasts that were made before their target came in, and notes on what could not be judged.

    known_until : by name of the run, the moment up to which it is known what has happened
    model_of : the model of a run, for its calendars, types and teams; None where there is none: then days are calendar days
    """
    groups: dict[tuple[str, str], list[Told]] = defaultdict(list)
    for one in told:
        groups[one.key].append(one)
    first, latest = _ends(groups)
    readings = _Readings(first)
    names = {run: model_of(run) for run in latest}
    unit = WORKING if names and all(names.values()) else CALENDAR
    found, vanished = [], 0
    for (run, target), members in groups.items():
        actual = actuals.get((run, target))
        if actual is None and max(one.status for one in members) < latest[run]:
            vanished += 1  # nobody forecasts it any more, and it did not come in: it was taken out, and says nothing
            continue
        reading = readings.of(run, names[run] if unit == WORKING else None, target)
        found += [
            _outcome(one, actual, known_until.get(run, latest[run]), reading, names[run], unit)
            for one in members
            if actual is None or one.status < actual
        ]
    notes = [f"{vanished} milestones without an actual date are no longer forecast, and are left out."] if vanished else []
    return found, notes


def _ends(groups: Mapping[tuple[str, str], Sequence[Told]]) -> tuple[dict[str, datetime], dict[str, datetime]]:
    """First and last status date of each run."""
    dates: dict[str, list[datetime]] = defaultdict(list)
    for (run, _), members in groups.items():
        dates[run] += [one.status for one in members]
    return {run: min(some) for run, some in dates.items()}, {run: max(some) for run, some in dates.items()}


def _outcome(told: Told, actual: datetime | None, until: datetime, left: Reading, model: Portfolio | None, unit: str) -> Outcome:
    midnight = datetime.combine(told.status.date(), time())

    def place(moment: datetime) -> float:
        return (moment - midnight).total_seconds() / 86_400

    project = told.target.partition(".")[0]
    known = model.project.get(project) if model is not None else None
    alone = model is None or len(model.projects) == 1
    day = None if actual is None else (actual.date() - midnight.date()).days
    begin = midnight + timedelta(days=day or 0)
    first_unknown = datetime.combine(until.date(), time())
    return Outcome(
        id=told.target,
        label=told.label,
        project=told.run if alone else f"{told.run}/{project}",
        made=told.status,
        share=told.share,
        days=tuple(place(knot) for knot in told.knots),
        left=tuple(left(told.status, knot) for knot in told.knots),
        planned=place(told.planned),
        day=day,
        taken=None if day is None else (left(told.status, begin), left(told.status, begin + timedelta(days=1))),
        until=round(place(first_unknown)),
        left_until=left(told.status, first_unknown),
        unit=unit,
        classes={TYPE: known.type, TEAM: known.team} if known is not None else {},
    )


Reading = Callable[[datetime, datetime], float]


class _Readings:
    """Time from one moment to another, none if it lies before: in working days of a project, or in calendar days without a model.

    Projects of one run that keep the same calendar share its clock, which lays out each week once.
    """

    def __init__(self, first: Mapping[str, datetime]) -> None:
        self._first = first
        self._known: dict[tuple[str, str], Reading] = {}

    def of(self, run: str, model: Portfolio | None, target: str) -> Reading:
        project = model.project.get(target.partition(".")[0]) if model is not None else None
        if model is None or project is None:
            return lambda since, to: max((to - since).total_seconds() / 86_400, 0.0)
        key = run, project.calendar
        if key not in self._known:
            self._known[key] = _working(Clock(model.calendar_of[project.calendar], self._first[run].date() - timedelta(days=1)))
        return self._known[key]


def _working(clock: Clock) -> Reading:
    def left(since: datetime, to: datetime) -> float:
        return max(clock.work_at(max(to, since)) - clock.work_at(since), 0) / clock.calendar.minutes_per_day

    return left


def series_of(told: Iterable[Told], actuals: Actuals) -> list[tuple[list[int], list[float]]]:
    """Of each promise, the probability of keeping it, week by week; at the end 1 or 0 where the target came in.

    A promise that was changed is another one. Weeks are numbered from Mondays.
    """
    groups: dict[tuple[str, str, datetime], list[Told]] = defaultdict(list)
    for one in told:
        if one.promised is not None and one.probability is not None:
            groups[*one.key, one.promised].append(one)
    current = _current_promises(groups)
    series = []
    for (run, target, promised), members in groups.items():
        actual = actuals.get((run, target))
        before = sorted((one for one in members if actual is None or one.status < actual), key=lambda one: one.status)
        weeks, values = [_week(one.status) for one in before], [one.probability or 0.0 for one in before]
        if actual is not None and before and current[run, target] == promised:
            weeks.append(_week(actual))
            values.append(float(actual <= promised))
        if len(values) > 1:
            series.append((weeks, values))
    return series


def _current_promises(groups: Mapping[tuple[str, str, datetime], Sequence[Told]]) -> dict[tuple[str, str], datetime]:
    last: dict[tuple[str, str], tuple[datetime, datetime]] = {}
    for (run, target, promised), members in groups.items():
        made = max(one.status for one in members)
        last[run, target] = max(last.get((run, target), (datetime.min, promised)), (made, promised))
    return {key: promised for key, (_, promised) in last.items()}


def _week(moment: datetime) -> int:
    return (moment.date().toordinal() - 1) // 7


def _plain(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)
