"""Any valid portfolio: tasks and milestones, four kinds of link with lags and leads, several calendars, shared risks."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from building import MONDAY, portfolio
from hypothesis import strategies as st

from pmosim.model.calendars import ALWAYS, STANDARD, Calendar, weekly
from pmosim.model.laws import Discrete, Exponential, Fixed, Law, Lognormal, Normal, Pert, Triangular, Uniform, Weibull
from pmosim.model.project import Portfolio
from pmosim.model.risks import Hit, Impact, ImpactKind, Risk
from pmosim.model.tasks import Lag, LagCalendar, Link, LinkKind, TaskKind

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

__all__ = ["ALL", "MONDAY", "Ingredients", "ingredients", "uncertain"]
