"""The Forecast: one plain record of everything that is reported. It survives JSON and back, and computes nothing.

Every simulated figure is an `Estimate` (a number) or a `DateEstimate` (a moment): its value and the interval that
simulation error leaves round it, at ``Provenance.confidence``. Shares and probabilities are between 0 and 1,
durations and delays in working days of the project's calendar, money in the portfolio's currency.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar

from pmosim.results.cashflow import CashFlow
from pmosim.results.earned import EarnedSchedule
from pmosim.results.figures import Curve, DateEstimate, Delay, Estimate, Gain, Provenance, Timing
from pmosim.results.ranking import Ranking
from pmosim.results.responses import ResponsePlan
from pmosim.results.serial import Stored, laid_out, names_of
from pmosim.results.shared import Exposure, MilestoneForecast, TogetherForecast

FORMAT = 1
"""Version of the record; a reader refuses a later one."""


@dataclass(frozen=True, slots=True)
class Contingency:
    """P-value minus plan."""

    working_days: Estimate
    calendar_days: Estimate


@dataclass(frozen=True, slots=True)
class CostForecast:
    planned: float  # with every quantity at its planned value and no risk occurring
    mean: Estimate
    sd: Estimate
    percentiles: dict[int, Estimate]
    contingency: dict[int, Estimate]  # P-value minus planned
    plan_probability: Estimate  # of staying within the planned cost
    curve: Curve
    budget: float | None = None
    budget_probability: Estimate | None = None


@dataclass(frozen=True, slots=True)
class Tornado:
    """The target where the source is in its lowest and in its highest decile. [working days, relative to the mean]"""

    low_mean: Estimate
    high_mean: Estimate
    low_p80: Estimate
    high_p80: Estimate
    low_date: datetime  # mean finish in the lowest decile
    high_date: datetime


@dataclass(frozen=True, slots=True)
class Cruciality:
    """|correlation| of the source with the target: the field uses one word for three coefficients."""

    pearson: Estimate
    spearman: Estimate | None = None  # from the first ``TargetForecast.rank_iterations`` iterations
    kendall: Estimate | None = None


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What one source of uncertainty (a task's duration, or a risk) has to do with one target."""

    source: str  # qualified task id, or risk id
    kind: str  # "task" or "risk"
    label: str
    criticality: Estimate | None  # tasks: share of iterations on the driving path; risks: share in which it occurred
    ssi: Estimate | None  # schedule sensitivity index
    cruciality: Cruciality
    tornado: Tornado | None = None
    rank: int = 0  # by tornado, 1 first
    tied_with_next: bool = False  # the intervals of this and the next one overlap


@dataclass(frozen=True, slots=True)
class TargetForecast:
    """When one project, milestone or the whole portfolio finishes."""

    id: str  # "<project>.finish", "finish", or a task's qualified id
    label: str
    kind: str  # "project", "portfolio" or "milestone"
    planned: datetime  # finish of the deterministic pass
    plan_probability: Estimate  # of finishing no later than planned
    mean: DateEstimate  # the mean of working time, converted back
    sd: Estimate  # [working days]
    percentiles: dict[int, DateEstimate]  # order statistics: moments that really occurred
    contingency: dict[int, Contingency]
    curve: Curve
    earliest: datetime
    latest: datetime
    target: datetime | None = None
    probability: Estimate | None = None  # of finishing no later than the target
    cost: CostForecast | None = None
    sensitivities: tuple[Sensitivity, ...] = ()  # those with the largest effect, ranked
    rank_iterations: int = 0


@dataclass(frozen=True, slots=True)
class TaskForecast:
    id: str
    label: str
    project: str
    kind: str  # a TaskKind
    wbs: str
    parent: str | None
    planned_start: datetime
    planned_finish: datetime
    start: dict[int, datetime]  # percentiles, to within ``resolution_days``
    finish: dict[int, datetime]
    mean_start: datetime
    mean_finish: datetime
    resolution_days: float  # largest error of start and finish percentiles from binning; 0 if exact [working days]
    duration_mean: Estimate
    duration_sd: Estimate
    float_mean: Estimate | None  # None for summary tasks and what is finished
    planned_float: float
    criticality: dict[str, Estimate]  # by target id, for the targets that it leads to
    criticality_float: Estimate | None  # share of iterations with total float <= 0: the other tools' rule, to its project's finish
    significance: Estimate | None  # significance index, to its project's finish
    exists: Estimate | None = None  # share of iterations; its dates are of these alone. None: in all of them


@dataclass(frozen=True, slots=True)
class RiskForecast:
    id: str
    label: str
    kind: str  # "event" or "driver"
    owner: str
    category: str
    probability: float
    occurred: Estimate  # share of iterations
    hits: tuple[str, ...]
    delay: dict[str, Delay]  # by target id
    cost_expected: Estimate | None = None  # all it costs: its own cost and that of the time it adds, for the whole portfolio
    cost_p80: Estimate | None = None
    cost_expected_if_occurs: Estimate | None = None
    status: str = "open"  # or "proposed", "closed", "expired", "secondary": these do not act; "occurred"
    description: str = ""
    cause: str = ""
    effect: str = ""
    response: str = ""
    proximity: str = ""


@dataclass(frozen=True, slots=True)
class RiskState:
    """A risk before or after mitigation: with it minus without it, all else in the same state."""

    probability: float
    delay: dict[str, Delay]  # by target id
    cost_expected: Estimate | None = None  # of the risk, not of its mitigation
    cost_p80: Estimate | None = None


@dataclass(frozen=True, slots=True)
class Payoff:
    """What one mitigation brings, and whether it pays."""

    risk: str
    label: str  # of the mitigation
    price: float
    alone: dict[str, Gain]  # by id of a project or of the portfolio: this one bought, and no other
    beside: dict[str, Gain]  # for the first of them: all bought, against all but this one
    saving: Estimate  # expected cost saved by this one alone, its price not counted
    net: Estimate  # what is saved, less the price


@dataclass(frozen=True, slots=True)
class MitigatedRisk:
    id: str
    label: str
    owner: str
    category: str
    before: RiskState | None  # None for a risk that arises from a mitigation
    after: RiskState
    is_mitigated: bool


@dataclass(frozen=True, slots=True)
class TargetState:
    """A target before or after mitigation."""

    mean: DateEstimate
    percentiles: dict[int, DateEstimate]
    probability: Estimate | None
    curve: Curve
    exposure: Delay | None  # all risks together
    cost_mean: Estimate | None = None  # the price of mitigations included
    cost_p80: Estimate | None = None


@dataclass(frozen=True, slots=True)
class MitigatedTarget:
    """A target in two states: before mitigation and after it, or with all risks and with none."""

    id: str
    before: TargetState
    after: TargetState
    gain: Gain


@dataclass(frozen=True, slots=True)
class MitigationForecast:
    """The portfolio with all its mitigations in place, beside that without them, on the same draws."""

    price: float  # of all together
    risks: tuple[MitigatedRisk, ...]
    payoffs: tuple[Payoff, ...]  # the largest net saving first
    targets: tuple[MitigatedTarget, ...]
    saving: Estimate  # expected cost saved, the price not counted
    net: Estimate
    net_p80: Estimate  # how far the P80 of the cost falls, the price counted


@dataclass(frozen=True, slots=True)
class MergeBias:
    """Mean of the latest of several incoming paths, minus the latest of their means. [working days]"""

    id: str
    label: str
    paths: int
    bias: Estimate


@dataclass(frozen=True, slots=True)
class ConstraintForecast:
    """How often a constraint decided where its task stands, or was missed where it is read as a wish."""

    id: str  # of the task
    label: str
    kind: str  # a ConstraintKind
    date: datetime | None  # None: as late as possible
    holds: bool  # whether it moves the task; else its date is only watched
    share: Estimate  # of iterations


@dataclass(frozen=True, slots=True)
class CorrelationForecast:
    """A stated correlation, and what the draws achieved."""

    label: str
    items: tuple[str, ...]
    stated: float  # Spearman's rho
    achieved: Estimate | None  # mean over pairs of members; None where nothing can be measured


@dataclass(frozen=True, slots=True)
class WayForecast:
    """One way of a branch."""

    name: str
    share: Estimate  # of iterations in which it was taken
    tasks: tuple[str, ...]  # that exist only there
    probability: float | None = None  # as stated; None where it is decided
    up_to: datetime | None = None  # limit of what decides
    up_to_days: float | None = None
    up_to_cost: float | None = None  # [currency]


@dataclass(frozen=True, slots=True)
class BranchForecast:
    """How often each way of a branch was taken."""

    id: str
    label: str
    ways: tuple[WayForecast, ...]
    decided_by: str = ""  # task whose finish or duration decides; empty: by chance
    by: str = ""  # "finish", "duration" or "cost"
    not_reached: Estimate | None = None  # where all of it lies in a way of another branch that was not taken


@dataclass(frozen=True, slots=True)
class MonthOfWeather:
    """Working days that one calendar loses in a month."""

    month: date  # its first day
    working_days: int  # after the status date
    mean: Estimate
    p10: Estimate
    p80: Estimate
    p90: Estimate


@dataclass(frozen=True, slots=True)
class WeatherForecast:
    """What one weather takes from a calendar, month by month, and how much later all targets are than without it."""

    id: str
    label: str
    calendar: str
    months: tuple[MonthOfWeather, ...]  # from the status date to the last month in which work may go on
    delay: dict[str, Delay]  # of all calendars of the weather, by target id [working days of the target]
    cost: Estimate | None = None  # what it adds on average [currency]
    stuck: dict[str, Estimate] = field(default_factory=dict)  # tasks not to be split, and how often there was never room for one


@dataclass(frozen=True, slots=True)
class Stopping:
    """How many iterations it took until the interval of a percentile was narrow for every target, or that they were not enough."""

    days: float  # as wide as the interval may be [working days]
    level: int  # of the percentile
    most: int  # iterations, whatever the width
    iterations: int
    reached: bool
    widest: str  # target with the widest interval
    width: float  # of that interval [working days]
    gap: float = 0.0  # in which that interval has no finish at all [working days]


@dataclass(frozen=True, slots=True)
class Parity:
    """How the deterministic dates compare with those that the planner's tool stored in its file."""

    source: str
    compared: int  # tasks that have both
    to_the_minute: int  # tasks whose start and finish are equal
    to_the_day: int  # tasks whose start and finish fall on the same days
    differing: tuple[str, ...] = ()  # a line each for the worst ones
    late_compared: int = 0  # of the latest dates, likewise
    late_to_the_minute: int = 0
    late_to_the_day: int = 0
    float_compared: int = 0  # of total float
    float_to_the_minute: int = 0
    float_to_the_day: int = 0  # less than a working day apart
    reasons: dict[str, int] = field(default_factory=dict)  # why start or finish differ: how many tasks


@dataclass(frozen=True, slots=True)
class JointPoint:
    """A date and a cost: in how many iterations both hold, one of them only, or neither."""

    level: int | None  # both are P-values of that level; None: the target date and the budget
    finish: datetime
    cost: float
    iterations: tuple[int, ...]  # both, the date only, the cost only, neither: whole numbers, so that nothing is lost in adding up
    both: Estimate  # the joint confidence level
    finish_only: Estimate
    cost_only: Estimate
    neither: Estimate
    on_time: Estimate  # whatever it costs
    on_budget: Estimate  # whenever it is finished


@dataclass(frozen=True, slots=True)
class JointFrontier:
    """Dates with the cost that goes with each, so that both hold in ``level`` % of iterations: steps, later and cheaper."""

    level: int
    finish: tuple[datetime, ...]
    cost: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class JointForecast:
    """Finish and cost of a target together."""

    id: str
    points: tuple[JointPoint, ...]  # what was promised first, where both date and budget are
    frontiers: tuple[JointFrontier, ...]
    finish: tuple[datetime, ...]  # of the first iterations, for a scatter
    cost: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Forecast(Stored):
    FORMAT: ClassVar[int] = FORMAT
    CALLED: ClassVar[str] = "forecast"

    name: str
    description: str
    currency: str
    provenance: Provenance
    targets: tuple[TargetForecast, ...]  # the portfolio first if there is more than one project, then projects, then milestones
    tasks: tuple[TaskForecast, ...]
    risks: tuple[RiskForecast, ...]
    total_exposure: dict[str, Delay]  # all risks together, by target id
    merge_bias: tuple[MergeBias, ...]  # the worst nodes, worst first
    joint_probability: Estimate | None = None  # that every target date is met, where there are two or more
    joint: tuple[JointForecast, ...] = ()  # of projects and the portfolio, where both finish and cost are uncertain
    cash_flow: tuple[CashFlow, ...] = ()  # of projects and the portfolio, where something costs
    mitigation: MitigationForecast | None = None  # where there are any mitigations
    exposure: Exposure | None = None  # by group of risks, where there are any
    without_risks: tuple[MitigatedTarget, ...] = ()  # portfolio and projects with all risks, and with none
    together: tuple[TogetherForecast, ...] = ()  # chosen sets of promises
    milestones: tuple[MilestoneForecast, ...] = ()  # due within twelve months, in order of their planned dates
    ranking: Ranking | None = None  # what each source is worth, where it was asked for
    responses: ResponsePlan | None = None  # which mitigations to buy, likewise
    constraints: tuple[ConstraintForecast, ...] = ()
    correlations: tuple[CorrelationForecast, ...] = ()
    branches: tuple[BranchForecast, ...] = ()
    earned: tuple[EarnedSchedule, ...] = ()  # of projects with a baseline: a line beside the simulation, not of it
    weather: tuple[WeatherForecast, ...] = ()
    stopping: Stopping | None = None  # where iterations were run until a precision was reached
    parity: tuple[Parity, ...] = ()
    notes: tuple[str, ...] = ()  # choices made and warnings, in words
    timing: Timing | None = None
    format: int = field(default=FORMAT)

    def to_json(self) -> str:
        """One line for each field, and for each target, task and risk: two forecasts can be compared line by line."""
        lines = [f"{json.dumps(name)}: {laid_out(getattr(self, name))}" for name in names_of(type(self))]  # type: ignore[arg-type]
        return "{\n" + ",\n".join(lines) + "\n}\n"
