"""Forecasts to draw and to print: one realistic portfolio, and the extreme ones that break charts.

The finishes are drawn with NumPy from plain shapes, and every figure is then counted from them in the way the
record prescribes, so that percentiles, curves and probabilities agree with one another. Nothing here is a claim about
a project; it is material for the output.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from math import ceil, sqrt

import numpy as np

from pmosim.results.records import (
    Contingency,
    CostForecast,
    Cruciality,
    Curve,
    DateEstimate,
    Delay,
    Estimate,
    Forecast,
    MergeBias,
    Parity,
    Provenance,
    RiskForecast,
    Sensitivity,
    TargetForecast,
    TaskForecast,
    Timing,
    Tornado,
)

LEVELS = (10, 50, 80, 90)
Z = 1.96
STATUS = datetime(2026, 11, 20, 8)
START = date(2026, 11, 23)


def moment(working_days: float) -> datetime:
    """The evening of a working day, counted from the start of the work (Monday to Friday)."""
    day = np.busday_offset(np.datetime64(START), ceil(working_days) - 1, roll="forward").astype(date)
    return datetime.combine(day, time(17))


def share(hits: int, n: int) -> Estimate:
    """A share and its Wilson interval."""
    p, spread = hits / n, Z * Z / n
    middle, half = (p + spread / 2) / (1 + spread), Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n)) / (1 + spread)
    return Estimate(p, 0.0 if hits == 0 else middle - half, 1.0 if hits == n else middle + half)


def ranks(n: int, level: int) -> tuple[int, int, int]:
    """Positions of the percentile and of its interval in the ordered sample."""
    half = Z * sqrt(n * level / 100 * (1 - level / 100))
    at = [ceil(n * level / 100) - 1, int(n * level / 100 - half), int(n * level / 100 + half)]
    return tuple(min(max(place, 0), n - 1) for place in at)  # type: ignore[return-value]


def percentile(values: np.ndarray, level: int) -> Estimate:
    ordered = np.sort(values)
    value, low, high = (float(ordered[place]) for place in ranks(len(values), level))
    return Estimate(value, low, high)


def as_date(estimate: Estimate) -> DateEstimate:
    return DateEstimate(moment(estimate.value), moment(estimate.low), moment(estimate.high))


def mean(values: np.ndarray) -> Estimate:
    middle, half = float(values.mean()), Z * float(values.std()) / sqrt(len(values))
    return Estimate(middle, middle - half, middle + half)


def deviation(values: np.ndarray) -> Estimate:
    sd = float(values.std())
    half = Z * sd / sqrt(2 * len(values))
    return Estimate(sd, max(0.0, sd - half), sd + half)


def shifted(estimate: Estimate, by: float) -> Estimate:
    return Estimate(estimate.value - by, estimate.low - by, estimate.high - by)


def curve_of_days(finish: np.ndarray) -> Curve:
    days, counts = np.unique([np.datetime64(moment(value).date()) for value in np.ceil(finish)], return_counts=True)
    return _curve(tuple(day.astype(date) for day in days), counts)


def curve_of_money(cost: np.ndarray, bins: int = 200) -> Curve:
    counts, edges = np.histogram(cost, bins=bins if cost.std() else 1)
    return _curve(tuple(float(edge) for edge in edges[1:]), counts)


def _curve(at: tuple, counts: np.ndarray) -> Curve:
    n, running = int(counts.sum()), np.cumsum(counts)
    shares = [share(int(hits), n) for hits in running]
    return Curve(
        at,
        tuple(int(count) for count in counts),
        tuple(s.value for s in shares),
        tuple(s.low for s in shares),
        tuple(s.high for s in shares),
    )


def contingency(finish: np.ndarray, planned: float, level: int) -> Contingency:
    at, plan = percentile(finish, level), moment(planned)
    calendar = Estimate(*(float((moment(value) - plan).days) for value in (at.value, at.low, at.high)))
    return Contingency(shifted(at, planned), calendar)


def cost_forecast(cost: np.ndarray, planned: float, budget: float | None) -> CostForecast:
    n = len(cost)
    percentiles = {level: percentile(cost, level) for level in LEVELS}
    return CostForecast(
        planned=planned,
        mean=mean(cost),
        sd=deviation(cost),
        percentiles=percentiles,
        contingency={level: shifted(value, planned) for level, value in percentiles.items()},
        plan_probability=share(int((cost <= planned).sum()), n),
        curve=curve_of_money(cost),
        budget=budget,
        budget_probability=None if budget is None else share(int((cost <= budget).sum()), n),
    )


def target_forecast(
    id: str,
    label: str,
    finish: np.ndarray,
    *,
    kind: str = "project",
    planned: float,
    target: datetime | None = None,
    cost: CostForecast | None = None,
    sensitivities: tuple[Sensitivity, ...] = (),
) -> TargetForecast:
    """``finish``: working days from the start, one per iteration."""
    finish, n = np.ceil(finish), len(finish)
    met = None if target is None else share(sum(moment(value) <= target for value in finish), n)
    return TargetForecast(
        id=id,
        label=label,
        kind=kind,
        planned=moment(planned),
        plan_probability=share(int((finish <= planned).sum()), n),
        mean=as_date(mean(finish)),
        sd=deviation(finish),
        percentiles={level: as_date(percentile(finish, level)) for level in LEVELS},
        contingency={level: contingency(finish, planned, level) for level in LEVELS},
        curve=curve_of_days(finish),
        earliest=moment(finish.min()),
        latest=moment(finish.max()),
        target=target,
        probability=met,
        cost=cost,
        sensitivities=sensitivities,
        rank_iterations=min(n, 2000),
    )


def about(value: float, half: float) -> Estimate:
    return Estimate(float(value), float(value - half), float(value + half))


def sensitivity(
    source: str, label: str, low: float, high: float, *, kind: str = "task", rank: int, tied: bool = False, half: float = 0.6
) -> Sensitivity:
    return Sensitivity(
        source=source,
        kind=kind,
        label=label,
        criticality=about(0.62, 0.01) if kind == "task" else about(0.3, 0.009),
        ssi=about(0.31, 0.02) if kind == "task" else None,
        cruciality=Cruciality(about(0.42, 0.02), about(0.4, 0.04), about(0.29, 0.03)),
        tornado=Tornado(
            about(low, half),
            about(high, half),
            about(low * 1.1, half * 1.6),
            about(high * 1.3, half * 1.6),
            moment(max(1, 210 + low)),
            moment(210 + high),
        ),
        rank=rank,
        tied_with_next=tied,
    )


def task_forecast(
    id: str,
    label: str,
    start: np.ndarray,
    finish: np.ndarray,
    *,
    planned: tuple[float, float],
    kind: str = "task",
    parent: str | None = None,
    wbs: str = "",
    critical: dict[str, float] | None = None,
    iterations: int = 10_000,
) -> TaskForecast:
    duration = finish - start
    return TaskForecast(
        id=id,
        label=label,
        project=id.split(".", maxsplit=1)[0],
        kind=kind,
        wbs=wbs,
        parent=parent,
        planned_start=moment(planned[0] + 1).replace(hour=8),
        planned_finish=moment(planned[1]),
        start={level: moment(percentile(start, level).value + 1).replace(hour=8) for level in LEVELS},
        finish={level: moment(percentile(finish, level).value) for level in LEVELS},
        mean_start=moment(float(start.mean()) + 1).replace(hour=8),
        mean_finish=moment(float(finish.mean())),
        resolution_days=0.1,
        duration_mean=mean(duration),
        duration_sd=deviation(duration),
        float_mean=about(4.0, 0.3),
        planned_float=3.0,
        criticality={key: share(round(value * iterations), iterations) for key, value in (critical or {}).items()},
        criticality_float=share(round(0.5 * iterations), iterations),
        significance=None if kind == "summary" else about(0.7, 0.02),
    )


def delay(expected: float, p80: float, half: float, if_occurs: float | None = None) -> Delay:
    return Delay(
        about(expected, half),
        about(p80, 2 * half),
        None if if_occurs is None else about(if_occurs, 3 * half),
        None if if_occurs is None else about(1.4 * if_occurs, 4 * half),
    )


def risk_forecast(
    id: str,
    label: str,
    probability: float,
    delays: dict[str, Delay],
    *,
    hits: tuple[str, ...] = ("bridge.foundation",),
    owner: str = "K. Brandt",
    category: str = "ground",
    cost: float | None = None,
) -> RiskForecast:
    return RiskForecast(
        id=id,
        label=label,
        kind="driver" if probability >= 1 else "event",
        owner=owner,
        category=category,
        probability=probability,
        occurred=share(round(10_000 * probability), 10_000),
        hits=hits,
        delay=delays,
        cost_expected=None if cost is None else about(cost * probability, abs(cost) * 0.02),
        cost_p80=None if cost is None else about(cost * (1.2 if probability > 0.2 else 0.0), abs(cost) * 0.03),
        cost_expected_if_occurs=None if cost is None else about(cost, abs(cost) * 0.03),
    )


TASKS = (
    # id, name, parent, kind, planned start, planned finish, spread, critical share
    ("works", "Enabling works", None, "summary", 0, 50, 8, 0),
    ("survey", "Ground survey", "works", "task", 0, 15, 3, 0.98),
    ("permit", "Building permit", "works", "task", 15, 45, 12, 0.55),
    ("clear", "Site clearance", "works", "task", 15, 35, 5, 0.31),
    ("civils", "Civil works", None, "summary", 45, 150, 18, 0),
    ("foundation", "Foundation piles, both banks", "civils", "task", 45, 85, 14, 0.93),
    ("piers", "Piers and abutments", "civils", "task", 85, 125, 16, 0.71),
    ("steel", "Steel fabrication", "civils", "task", 60, 120, 15, 0.24),
    ("deck", "Deck launch", "civils", "task", 125, 150, 18, 0.95),
    ("finish", "Finishing", None, "summary", 150, 195, 20, 0),
    ("paving", "Paving and parapets", "finish", "task", 150, 175, 19, 0.83),
    ("lighting", "Lighting & signage", "finish", "task", 150, 170, 19, 0.12),
    ("tests", "Load tests", "finish", "task", 175, 190, 20, 0.99),
    ("handover", "Handover", None, "finish-milestone", 195, 195, 20, 1.0),
)


def tasks_of(project: str, shift: float, rng: np.random.Generator, n: int) -> tuple[TaskForecast, ...]:
    rows = []
    for id, label, parent, kind, begin, end, spread, critical in TASKS:
        late = rng.gamma(2.0, spread / 2, n)
        start = begin + shift + (0.8 * late if begin else np.zeros(n))
        stop = end + shift + late
        rows.append(
            task_forecast(
                f"{project}.{id}",
                label,
                start,
                start if kind.endswith("milestone") else stop,
                planned=(begin + shift, end + shift),
                kind=kind,
                parent=f"{project}.{parent}" if parent else None,
                critical={} if kind == "summary" else {f"{project}.finish": critical, "finish": critical * 0.6},
                iterations=n,
            )
        )
    return tuple(rows)


def portfolio(iterations: int = 10_000) -> Forecast:
    """Three projects, a shared flood that makes two humps, an opportunity, a driver, ties, money."""
    n, rng = iterations, np.random.default_rng(7)
    flood = rng.random(n) < 0.3
    bridge = 195 + rng.gamma(3.0, 4.0, n) + flood * rng.triangular(35, 45, 60, n)
    tower = 230 + rng.gamma(4.0, 6.0, n) + flood * rng.triangular(5, 10, 25, n)
    station = 160 + rng.gamma(2.0, 5.0, n)
    whole = np.maximum.reduce([bridge, tower, station])
    money = [base * (1 + 0.0025 * (days - plan)) for base, days, plan in ((4.1e6, bridge, 195), (7.4e6, tower, 230), (2.2e6, station, 160))]
    drivers = (
        sensitivity("flood", "Flood of the river", -9, 31, kind="risk", rank=1),
        sensitivity("bridge.foundation", "Foundation piles, both banks", -6, 8.2, rank=2, tied=True),
        sensitivity("bridge.permit", "Building permit", -5.1, 8.0, rank=3, tied=True),
        sensitivity("soil", "Soil worse than surveyed", -4.8, 7.7, kind="risk", rank=4),
        sensitivity("bridge.deck", "Deck launch", -3, 4.1, rank=5),
        sensitivity("bridge.piers", "Piers and abutments", -1.6, 2.4, rank=6),
        sensitivity("bridge.paving", "Paving and parapets", -0.3, 0.4, rank=7, tied=True),
        sensitivity("early", "Early delivery of steel", 0.3, -0.5, kind="risk", rank=8),
    )
    targets = (
        target_forecast(
            "finish",
            "Crossing programme",
            whole,
            kind="portfolio",
            planned=230,
            cost=cost_forecast(sum(money), 13.7e6, 15e6),
            sensitivities=drivers,
        ),
        target_forecast(
            "bridge.finish",
            "River bridge",
            bridge,
            planned=195,
            target=datetime(2027, 9, 30, 23, 59),
            cost=cost_forecast(money[0], 4.1e6, 4.2e6),
            sensitivities=drivers,
        ),
        target_forecast(
            "tower.finish",
            "Control tower",
            tower,
            planned=230,
            target=datetime(2027, 12, 10, 23, 59),
            cost=cost_forecast(money[1], 7.4e6, None),
            sensitivities=drivers[:3],
        ),
        target_forecast("station.finish", "Pumping station", station, planned=160, cost=cost_forecast(money[2], 2.2e6, 2.3e6)),
        target_forecast("bridge.handover", "Handover", bridge, kind="milestone", planned=195, target=datetime(2027, 10, 29, 23, 59)),
    )
    return Forecast(
        name="Crossing programme",
        description="A bridge, its control tower and a pumping station.",
        currency="EUR",
        provenance=provenance(iterations),
        targets=targets,
        tasks=tasks_of("bridge", 0, rng, n) + tasks_of("tower", 30, rng, n) + tasks_of("station", 5, rng, n),
        risks=risks(),
        total_exposure={"finish": delay(16.2, 38, 0.4), "bridge.finish": delay(17.5, 40, 0.4), "tower.finish": delay(4.2, 9, 0.2)},
        merge_bias=(
            MergeBias("bridge.handover", "Handover", 3, about(4.21, 0.13)),
            MergeBias("tower.deck", "Deck launch", 2, about(1.07, 0.09)),
        ),
        joint_probability=share(round(0.61 * n), n),
        parity=(Parity("tower.xer", 312, 298, 309, ("A1040 Crane erection: 2 days later (constraint ignored)",)),),
        notes=("3 tasks have no uncertainty: bridge.clear, tower.clear, station.clear",),
        timing=Timing(1.84, 0.0, 2, 512),
    )


def provenance(iterations: int = 10_000) -> Provenance:
    return Provenance(
        fingerprint="9f2c41d07ab35e61" * 4,
        seed=7,
        iterations=iterations,
        confidence=0.95,
        status_date=STATUS,
        versions={"pmosim": "0.1.0", "Python": "3.11.9", "NumPy": "2.1.0", "Numba": "0.60.0"},
        source="crossing.yaml",
    )


def risks() -> tuple[RiskForecast, ...]:
    def delays(expected: float, p80: float, half: float, if_occurs: float) -> dict[str, Delay]:
        return {
            key: delay(expected * f, p80 * f, half, if_occurs * f)
            for key, f in (("finish", 0.9), ("bridge.finish", 1.0), ("tower.finish", 0.3))
        }

    return (
        risk_forecast("flood", "Flood of the river", 0.3, delays(14.0, 44.0, 0.4, 46.5), cost=420_000.0),
        risk_forecast("soil", "Soil worse than surveyed", 1.0, delays(3.1, 5.2, 0.2, 3.1), category="ground", cost=110_000.0),
        risk_forecast("permit", "Objection to the permit", 0.15, delays(3.0, 0.0, 0.3, 20.0), category="authority", cost=35_000.0),
        risk_forecast("crane", "Crane not free", 0.1, delays(0.4, 0.0, 0.1, 4.0), category="market"),
        risk_forecast("strike", "Strike at the steelworks", 0.05, delays(0.02, 0.0, 0.05, 0.4), category="market", cost=0.0),
        risk_forecast("early", "Early delivery of steel", 0.25, delays(-1.2, 0.0, 0.1, -4.8), category="market", cost=-60_000.0),
    )


def single(finish: np.ndarray, *, planned: float, target: datetime | None = None, **changes) -> Forecast:
    """One project without tasks to tell, for the shapes of a distribution."""
    cost = cost_forecast(20_000.0 * np.asarray(finish, dtype=float), 20_000.0 * planned, 1.05 * 20_000 * planned)
    base = Forecast(
        name="River bridge",
        description="",
        currency="EUR",
        provenance=provenance(len(finish)),
        targets=(target_forecast("bridge.finish", "River bridge", finish, planned=planned, target=target, cost=cost),),
        tasks=(),
        risks=(),
        total_exposure={},
        merge_bias=(),
    )
    return replace(base, **changes)


def certain() -> Forecast:
    """No uncertainty at all: one date, exact figures."""
    forecast = single(np.full(100, 120.0), planned=120, target=datetime(2027, 6, 30, 23, 59))
    exact = Estimate(1.0, 1.0, 1.0)
    target = replace(forecast.targets[0], probability=exact, plan_probability=exact)
    days = np.full(100, 40.0)
    task = task_forecast("bridge.all", "All of it", 0 * days, 3 * days, planned=(0, 120), critical={"bridge.finish": 1.0}, iterations=100)
    return replace(forecast, targets=(target,), tasks=(replace(task, criticality={"bridge.finish": exact}),))


def one_task() -> Forecast:
    finish = np.random.default_rng(1).triangular(8, 10, 18, 1000)
    task = task_forecast("bridge.all", "All of it", 0 * finish, finish, planned=(0, 10), critical={"bridge.finish": 1.0}, iterations=1000)
    return replace(single(finish, planned=10, target=moment(12)), tasks=(task,))


def target_long_before() -> Forecast:
    return single(_humped(), planned=195, target=datetime(2026, 12, 31, 23, 59))


def target_long_after() -> Forecast:
    return single(_humped(), planned=195, target=datetime(2031, 3, 31, 23, 59))


def target_just_before() -> Forecast:
    return single(_humped(), planned=195, target=datetime(2027, 8, 20, 23, 59))


def over_many_years() -> Forecast:
    finish = 900 + np.random.default_rng(5).lognormal(6.2, 0.6, 4000)
    return single(finish, planned=1100, target=datetime(2033, 6, 30, 23, 59))


def _humped() -> np.ndarray:
    rng = np.random.default_rng(3)
    return 200 + rng.gamma(3.0, 3.0, 5000) + (rng.random(5000) < 0.3) * rng.triangular(30, 40, 50, 5000)


LONG = (
    "Refurbishment of the northern approach viaduct including temporary works, possessions and the relocation of all third-party services"
)


def long_names() -> Forecast:
    forecast = portfolio(2000)
    return replace(
        forecast,
        name=LONG,
        targets=tuple(
            replace(t, label=f"{t.label}: {LONG}", sensitivities=tuple(replace(s, label=f"{s.label}: {LONG}") for s in t.sensitivities))
            for t in forecast.targets
        ),
        tasks=tuple(replace(t, label=f"{t.label}: {LONG}") for t in forecast.tasks),
        risks=tuple(replace(r, label=f"{r.label}: {LONG}", owner="A department whose name is long as well") for r in forecast.risks),
    )


def hostile_names() -> Forecast:
    """Names that would run as markup, or as mathematics, if they were not taken as plain text."""
    bad = "<script>alert('x')</script> & \"quotes\" $x_1^2$ 100%"
    forecast = portfolio(1000)
    return replace(
        forecast,
        name=bad,
        description=bad,
        notes=(bad,),
        targets=tuple(replace(t, label=bad) for t in forecast.targets),
        tasks=tuple(replace(t, label=bad) for t in forecast.tasks),
        risks=tuple(replace(r, label=bad, owner=bad) for r in forecast.risks),
    )


def without_risks() -> Forecast:
    return replace(portfolio(2000), risks=(), total_exposure={}, notes=(), parity=(), joint_probability=None)


def all_tied() -> Forecast:
    forecast = portfolio(1000)
    tied = tuple(sensitivity(f"bridge.t{k}", f"Segment {k}", -2.0, 2.0 + 0.01 * k, rank=k + 1, tied=k < 11, half=0.5) for k in range(12))
    delays = {key: delay(2.0, 4.0, 0.5, 10.0) for key in ("finish", "bridge.finish", "tower.finish")}
    risks = tuple(risk_forecast(f"r{k}", f"Risk {k}", 0.2, delays, cost=1000.0) for k in range(8))
    tasks = tuple(replace(t, criticality={key: share(500, 1000) for key in t.criticality}) if t.criticality else t for t in forecast.tasks)
    return replace(forecast, targets=tuple(replace(t, sensitivities=tied) for t in forecast.targets), risks=risks, tasks=tasks)


def many_risks(count: int = 40) -> Forecast:
    rng = np.random.default_rng(4)
    risks = []
    for k in range(count):
        p, days = float(rng.choice([0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1.0])), float(rng.gamma(1.0, 12.0)) * (-1 if k % 9 == 0 else 1)
        delays = {key: delay(p * days, (p > 0.2) * days * 1.3, 0.15, days) for key in ("finish", "bridge.finish")}
        risks.append(risk_forecast(f"R{k:02d}", f"Risk number {k} of the register", p, delays, cost=float(rng.gamma(2, 50_000))))
    return replace(portfolio(1000), risks=tuple(risks))


def many_tasks(count: int = 2000) -> Forecast:
    rng, n = np.random.default_rng(2), 200
    tasks: list[TaskForecast] = []
    for group in range(count // 50):
        top, begin = f"bridge.g{group}", 4.0 * group
        days = begin + rng.gamma(2.0, 5.0, n)
        tasks.append(task_forecast(top, f"Section {group}", days, days + 30, planned=(begin, begin + 30), kind="summary"))
        for k in range(49):
            start = begin + k / 2 + rng.gamma(2.0, 3.0, n)
            stop = start + rng.triangular(3, 5, 12, n)
            critical = float(rng.beta(0.3, 3))
            tasks.append(
                task_forecast(
                    f"{top}_{k}",
                    f"Work {k} of section {group}",
                    start,
                    stop,
                    planned=(begin + k / 2, begin + k / 2 + 5),
                    parent=top,
                    critical={"bridge.finish": critical},
                    iterations=n,
                )
            )
    return replace(single(_humped(), planned=195, target=moment(215)), tasks=tuple(tasks), risks=risks())


def many_projects(count: int = 25) -> Forecast:
    rng = np.random.default_rng(8)
    targets = [
        target_forecast(
            f"p{k}.finish",
            f"Project {k}",
            100 + 12 * k + rng.gamma(2.0, 3.0 + k, 800),
            planned=105 + 12 * k,
            target=moment(110 + 13 * k) if k % 3 else None,
        )
        for k in range(count)
    ]
    whole = target_forecast(
        "finish", "All the projects", 400 + rng.gamma(3.0, 20.0, 800), planned=420, kind="portfolio", target=moment(470)
    )
    return replace(portfolio(800), targets=(whole, *targets), tasks=(), risks=())


EXTREMES = {
    "certain": certain,
    "one-task": one_task,
    "two-thousand-tasks": many_tasks,
    "target-long-before": target_long_before,
    "target-long-after": target_long_after,
    "target-just-before": target_just_before,
    "many-years": over_many_years,
    "long-names": long_names,
    "hostile-names": hostile_names,
    "no-risks": without_risks,
    "all-tied": all_tied,
    "forty-risks": many_risks,
    "many-projects": many_projects,
}
