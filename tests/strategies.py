"""Any valid portfolio: tasks and milestones, four kinds of link with lags and leads, several calendars, shared risks."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from building import MONDAY, portfolio
from hypothesis import strategies as st

from pmosim.errors import InvalidModel
from pmosim.model.calendars import ALWAYS, STANDARD, Calendar, weekly
from pmosim.model.laws import Discrete, Exponential, Fixed, Law, Lognormal, Normal, Pert, Triangular, Uniform, Weibull
from pmosim.model.project import Portfolio, Project, Target
from pmosim.model.risks import Hit, Impact, ImpactKind, Risk
from pmosim.model.tasks import (
    Constraint,
    ConstraintKind,
    Lag,
    LagCalendar,
    Link,
    LinkKind,
    Logic,
    Pause,
    Progress,
    Reading,
    Rules,
    Task,
    TaskKind,
)

SITE = weekly("site", "1111111", ((6 * 60, 14 * 60),))
NIGHTS = weekly("nights", "1111100", ((22 * 60, 30 * 60),))  # from 22:00 to 6:00 of the next day
CLOSED = Calendar("closed", STANDARD.week, {date(2026, 3, 4): (), date(2026, 3, 9): (), date(2026, 3, 14): ((480, 720),)})
POOL = (SITE, NIGHTS, CLOSED)

minutes = st.integers(min_value=1, max_value=2000)
lags = st.integers(min_value=-1500, max_value=1500)


@dataclass(frozen=True)
class Ingredients:
    """What a portfolio is made of, in plain parts that a test can vary before it makes the portfolio."""

    laws: dict[str, Law]
    links: tuple[Link, ...] = ()
    on: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, TaskKind] = field(default_factory=dict)
    risks: tuple[Risk, ...] = ()
    calendar: str = STANDARD.id

    def portfolio(self, *, watch: bool = True) -> Portfolio:
        return portfolio(
            self.laws, *self.links, on=self.on, kinds=self.kinds, risks=self.risks, calendars=POOL, watch=watch, calendar=self.calendar
        )

    def lasting(self, durations: dict[str, Law]) -> Ingredients:
        return replace(self, laws=self.laws | durations)


@st.composite
def ingredients(
    draw,
    *,
    max_tasks: int = 7,
    laws: st.SearchStrategy[Law] | None = None,
    kinds: tuple[LinkKind, ...] = tuple(LinkKind),
    calendars: tuple[Calendar, ...] = (),  # beside the standard one
    lag: st.SearchStrategy[int] = lags,
    milestones: bool = False,
    projects: tuple[str, ...] = ("p",),
    risks: bool = False,
) -> Ingredients:
    """Tasks t0, t1, ... in topological order, every project having one at least; links between any two of them."""
    count = draw(st.integers(min_value=len(projects), max_value=max_tasks))
    homes = [*projects, *(draw(st.sampled_from(projects)) for _ in range(count - len(projects)))]
    names = [f"{home}.t{number}" for number, home in enumerate(homes)]
    what = {name: draw(laws if laws is not None else minutes.map(lambda m: Fixed(float(m)))) for name in names}
    stands_still = {name for name in names[len(projects) :] if milestones and draw(st.integers(0, 3)) == 0}  # every project has work
    works = [name for name in names[len(projects) :] if name not in stands_still]
    ids = [STANDARD.id, *(calendar.id for calendar in calendars)]
    return Ingredients(
        laws=what | dict.fromkeys(stands_still, Fixed(0.0)),
        links=draw(links_between(names, kinds, lag, elsewhere=bool(calendars))),
        on={name: draw(st.sampled_from(ids)) for name in names},
        kinds=dict.fromkeys(stands_still, TaskKind.FINISH_MILESTONE),
        risks=draw(st.lists(risk(names[: len(projects)] + works), max_size=3).map(numbered)) if risks else (),
        calendar=draw(st.sampled_from(ids)),
    )


@st.composite
def links_between(draw, names, kinds, lag, *, elsewhere: bool) -> tuple[Link, ...]:
    """Links from earlier to later tasks, some of them between the same two."""
    pairs = [(before, after) for at, after in enumerate(names) for before in names[:at]]
    chosen = draw(st.lists(st.sampled_from(pairs), max_size=2 * len(names))) if pairs else []
    where = st.sampled_from(LagCalendar) if elsewhere else st.just(LagCalendar.SUCCESSOR)
    return tuple(Link(before, after, draw(st.sampled_from(kinds)), Lag(float(draw(lag)), draw(where))) for before, after in chosen)


@st.composite
def risk(draw, names) -> Risk:
    """An event or a driver that hits one to three tasks, now and then with a draw for each."""
    factors = st.sampled_from([Fixed(1.5), Uniform(0.8, 1.4), Pert(0.9, 1.1, 2.0)])
    delays = st.sampled_from([Fixed(480.0), Triangular(0, 480, 2400), Discrete((240, 960), (2, 1))])
    kind = draw(st.sampled_from(ImpactKind))
    hit = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))
    laws = factors if kind is ImpactKind.FACTOR else delays
    hits = tuple(Hit(name, Impact(kind, draw(laws))) for name in hit)
    return Risk("r", draw(st.sampled_from([0.1, 0.5, 1.0])), hits, independent=draw(st.booleans()))


def numbered(risks: list[Risk]) -> tuple[Risk, ...]:
    return tuple(replace(one, id=f"r{number}") for number, one in enumerate(risks))


uncertain: st.SearchStrategy[Law] = st.one_of(
    minutes.map(lambda m: Fixed(float(m))),
    minutes.map(lambda m: Uniform(m, 3 * m)),
    minutes.map(lambda m: Triangular(m, 2 * m, 5 * m)),
    minutes.map(lambda m: Pert(m, 1.5 * m, 4 * m)),
    minutes.map(Exponential),
    minutes.map(lambda m: Weibull(2.0, m)),
    minutes.map(lambda m: Lognormal(2 * m, m)),
    minutes.map(lambda m: Normal(2 * m, m)),
    minutes.map(lambda m: Discrete((m, 2 * m, 4 * m), (1, 2, 1))),
)
"""Durations of every kind of law: those with a polynomial, a closed form, a table and steps."""

ALL = (SITE, NIGHTS, CLOSED, ALWAYS)

dated = [kind for kind in ConstraintKind if kind is not ConstraintKind.AS_LATE_AS_POSSIBLE]
moments = st.integers(0, 40 * 24 * 60).map(lambda minutes: MONDAY + timedelta(minutes=minutes))
past = st.integers(1, 20 * 24 * 60).map(lambda minutes: MONDAY - timedelta(minutes=minutes))


@st.composite
def scheduled(draw) -> Portfolio:
    """A portfolio with all that schedules hold beyond links: constraints, progress, interruptions, summary tasks, hammocks, options."""
    plain = draw(ingredients(laws=uncertain, calendars=ALL, milestones=True, risks=True, projects=("p", "q"))).portfolio()
    projects = tuple(draw(_decorated(project)) for project in plain.projects)
    made = replace(plain, projects=projects, constraints=draw(st.sampled_from(Reading)))
    hammocks = [id for id, task in made.tasks.items() if task.kind is TaskKind.HAMMOCK]
    workers = [id for id, task in made.tasks.items() if not task.kind.spans]
    hangers = [draw(_hanger(hammock, workers)) for hammock in hammocks for _ in range(draw(st.integers(0, 3)))]
    summaries = [id for id, task in made.tasks.items() if task.kind is TaskKind.SUMMARY]
    spans = [(summary, after) for summary in summaries for after in workers if may_follow(made, summary, after)]
    chosen = draw(st.lists(st.sampled_from(spans), max_size=2)) if spans else []
    more = [Link(before, after, draw(st.sampled_from(LinkKind)), Lag(float(draw(lags)))) for before, after in chosen]
    soft = [draw(_uncertain_lag(link)) if draw(st.integers(0, 4)) == 0 else link for link in made.links]
    made = replace(made, links=tuple(soft))
    watched = [Target(id) for id in (*hammocks, *summaries)]
    try:
        return replace(made, links=(*made.links, *hangers, *more), targets=(*made.targets, *watched))
    except InvalidModel:  # links of summary tasks closed a circle
        return replace(made, links=(*made.links, *hangers), targets=(*made.targets, *watched))


@st.composite
def _uncertain_lag(draw, link: Link) -> Link:
    return replace(link, lag=replace(link.lag, law=draw(uncertain), minutes=abs(link.lag.minutes)))


def may_follow(made: Portfolio, summary: str, after: str) -> bool:
    project, _, own = after.partition(".")
    return made.project[project].tasks[0].id != own and summary.partition(".")[0] == project and made.tasks[after].parent is None


@st.composite
def _hanger(draw, hammock: str, workers: list[str]) -> Link:
    ends = [hammock, draw(st.sampled_from(workers))]
    before, after = draw(st.permutations(ends))
    return Link(before, after, draw(st.sampled_from(LinkKind)), Lag(float(draw(lags)), draw(st.sampled_from(LagCalendar))))


@st.composite
def _decorated(draw, project: Project) -> Project:
    tasks = [draw(_with_history(task)) for task in project.tasks]
    if draw(st.booleans()):
        tasks = [replace(task, parent="s") if number < len(tasks) // 2 + 1 else task for number, task in enumerate(tasks)]
        tasks.append(Task("s", kind=TaskKind.SUMMARY))
    if draw(st.booleans()):
        tasks.append(Task("h", kind=TaskKind.HAMMOCK, calendar=draw(st.sampled_from([STANDARD.id, "site"]))))
    rules = Rules(
        logic=draw(st.sampled_from(Logic)),
        no_later_holds=draw(st.booleans()),
        through_finished=draw(st.booleans()),
        start_lag_from_actual=draw(st.booleans()),
    )
    status = draw(st.one_of(st.none(), st.integers(0, 5000).map(lambda minutes: MONDAY + timedelta(minutes=minutes))))
    return replace(project, tasks=tuple(tasks), rules=rules, status_date=status)


@st.composite
def _with_history(draw, task: Task) -> Task:
    constraints = tuple(Constraint(kind, draw(moments)) for kind in draw(st.lists(st.sampled_from(dated), max_size=2)))
    if draw(st.integers(0, 5)) == 0:
        constraints = (*constraints, Constraint(ConstraintKind.AS_LATE_AS_POSSIBLE))
    changed = replace(task, constraints=constraints)
    if task.is_milestone:
        return changed
    if draw(st.integers(0, 3)) == 0:
        changed = replace(changed, pauses=(Pause(draw(minutes), draw(minutes)), Pause(2500, draw(minutes))))
    match draw(st.integers(0, 4)):
        case 0:
            started = draw(past)
            return replace(changed, progress=Progress(started, resumes=draw(st.one_of(st.none(), moments))))
        case 1:
            started = draw(past)
            return replace(changed, constraints=(), progress=Progress(started, draw(st.one_of(st.just(MONDAY), moments))))
    return changed


__all__ = ["ALL", "MONDAY", "Ingredients", "ingredients", "scheduled", "uncertain"]
