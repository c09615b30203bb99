"""The scenario language, version 1: which keys there are and what kind of value each takes.

The models check shape alone. What stands inside a text (``pert 4d 5d 9d``, ``design SS+10d``) is read by the grammars of
`quantities`, `estimates` and `links`, and what names refer to by the reader, so that every mistake can be told at its own column.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from pmosim.scenario.values import (
    CostText,
    Duration,
    Hits,
    ImpactText,
    LagCalendarName,
    LawText,
    LogicName,
    Milestone,
    Moment,
    Money,
    Pauses,
    Percent,
    RiskTables,
    Share,
    Spend,
    Text,
    Texts,
    Uses,
    Whole,
    Worked,
    Year,
    plain_number,
)

VERSION = 1


class Entry(BaseModel):
    """A mapping with known keys only."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Calendar(Entry):
    """Working time: a week of shifts, and the days that differ."""

    name: Text | None = None
    like: Text | None = Field(default=None, description="a calendar to begin from; what is given here comes on top")
    week: dict[str, Texts | None] | None = Field(
        default=None, description="shifts by day or range of days: {mon-fri: [08:00-12:00, 13:00-17:00]}"
    )
    holidays: Texts | None = Field(default=None, description="public holidays by ISO code of country and region: DE, DE-BE, US-CA")
    years: Text | None = Field(default=None, description="years for which the public holidays are entered: 2026-2035")
    closed: Texts | None = Field(default=None, description="dates and ranges without work: [2026-12-24..2027-01-01]")
    worked: Worked | None = Field(default=None, description="dates worked although they would not be, with their shifts")
    hours_per_day: Annotated[float, Field(gt=0, le=24), BeforeValidator(plain_number)] | None = Field(
        default=None, description="what 1d means; the hours of the longest day of the week if not given"
    )
    days_per_week: Annotated[float, Field(gt=0, le=7), BeforeValidator(plain_number)] | None = Field(
        default=None, description="what 1w means; the number of working days if not given"
    )
    days_per_month: Annotated[float, Field(gt=0, le=31), BeforeValidator(plain_number)] | None = Field(
        default=None, description="what 1mo means; four weeks if not given"
    )


class Task(Entry):
    """A piece of work, a milestone, or (with ``tasks`` of its own) a summary."""

    name: Text | None = None
    description: Text | None = None
    duration: LawText | None = None
    planned: Duration | None = Field(
        default=None, description="the planner's own duration, if not the most likely one; percentages are of it"
    )
    remaining: LawText | None = Field(
        default=None, description="of a task in progress: the duration still to come, counted from the status date"
    )
    milestone: Milestone = None
    hammock: bool | None = Field(default=None, description="true: spans from the links at its start to those at its finish")
    after: Texts | None = Field(default=None, description="what the task waits for: design, [design SS+10d, permit FF-2d]")
    tasks: dict[str, Task | None] | None = Field(default=None, description="the tasks below a summary task")
    parent: Text | None = Field(default=None, description="the summary task above")
    calendar: Text | None = None
    not_before: Moment | None = Field(default=None, description="the task starts no earlier")
    start_no_earlier: Moment | None = Field(default=None, description="the same as not_before")
    start_no_later: Moment | None = Field(default=None, description="a wish, unless constraints are hard")
    finish_no_earlier: Moment | None = None
    finish_no_later: Moment | None = Field(default=None, description="a wish, unless constraints are hard")
    must_start: Moment | None = Field(default=None, description="starts no earlier; with hard constraints exactly then")
    must_finish: Moment | None = Field(default=None, description="a wish; with hard constraints it finishes exactly then")
    expected_finish: Moment | None = Field(default=None, description="with hard constraints the task lasts until then")
    as_late_as_possible: bool | None = Field(default=None, description="true: as late as nothing else is delayed")
    pauses: Pauses | None = Field(default=None, description="planned interruptions, in working time: 3d after 10d of work")
    deadline: Moment | None = Field(default=None, description="a promise whose probability is reported; delays nothing")
    watch: bool | None = Field(default=None, description="true: forecast this finish as one of the targets")
    exists: Share | None = Field(default=None, description="the probability that the task is done at all")
    confidence: Text | None = Field(default=None, description="the class under confidence that tells how uncertain the planned duration is")
    cost: CostText | None = None
    spend: Spend | None = Field(default=None, description="when the fixed part of the cost is spent; evenly if not given")
    uses: Uses | None = Field(default=None, description="resources, with the units of each: crane, [crane, crew], {crew: 4}")
    spent: Money | None = Field(default=None, description="by the status date; the cost is then of what remains")
    planned_cost: Money | None = Field(default=None, description="the planner's own figure for the whole task")
    escalated_by: Text | None = Field(default=None, description="the escalation by which its prices rise; that of the project if not given")
    wbs: Text | None = None
    codes: dict[str, Text] | None = None
    resources: Texts | None = None
    weather: bool | None = Field(default=None, description="false: bad days of its calendar do not stop it")
    splits: bool | None = Field(default=None, description="false: its work is to be done between two bad days, and waits until it can")
    started: Moment | None = None
    finished: Moment | None = None
    resumes: Moment | None = Field(default=None, description="of suspended work: what remains goes on no earlier")
    percent: Percent | None = Field(default=None, description="of the duration that is done; what remains follows from it")
    baseline_start: Moment | None = Field(default=None, description="what was once agreed; nothing is simulated by it")
    baseline_finish: Moment | None = None
    baseline_cost: Money | None = None
    conditional: bool | None = Field(
        default=None,
        description="true: the duration of a task in progress is that of the whole, given that it has not ended yet",
    )


class Scheduling(Entry):
    """Options of planners' tools that decide dates."""

    no_later_holds: bool | None = Field(
        default=None, description="with hard constraints, no-later-than dates hold against the links; false: they only take float away"
    )
    through_finished: bool | None = Field(
        default=None, description="what follows a task that finished out of sequence waits for what that should have waited for"
    )
    start_lag_from_actual: bool | None = Field(
        default=None, description="a lag after a start that has happened runs from then; false: from the status date"
    )
    open_ends_have_float: bool | None = Field(
        default=None, description="tasks without successors have float up to the project's finish; false: none"
    )
    milestones_open_the_day: bool | None = Field(default=None, description="a milestone's late date is the next morning, not the evening")
    leads_reach_the_morning: bool | None = Field(
        default=None, description="a finish that a lead sets is shown where its working minute begins"
    )
    moves_to_status: bool | None = Field(
        default=None, description="unfinished work is moved beyond the status date; false: not where dates are compared with the planner's"
    )
    future_actuals: bool | None = Field(
        default=None, description="actual dates after the status date are kept, as planners' tools do; false: they are mistakes"
    )
    joint_float: bool | None = Field(default=None, description="late dates count back from the last finish of all projects, not of each")


class Target(Entry):
    finish: Moment | None = None
    budget: Money | None = None


class Match(Entry):
    """Which tasks of a schedule a rule is for; * and ? stand for any text and any letter.

    All that is given must match; of several patterns in a list, one.
    """

    id: Texts | None = None
    wbs: Texts | None = None
    name: Texts | None = None
    resource: Texts | None = None
    code: dict[str, Texts] | None = None
    calendar: Texts | None = None


class Rule(Entry):
    """Uncertainty for the tasks of a schedule that match; the first rule that matches a task holds."""

    match: Match | None = Field(default=None, description="left out: all tasks")
    duration: LawText | None = Field(default=None, description="percentages are of the planned (remaining) duration; planned: as it is")
    confidence: Text | None = Field(default=None, description="instead of a duration: one of the classes under confidence")


class Estimates(Entry):
    """Three-point estimates in codes or custom fields of the tasks, by the names of these columns."""

    low: Text | None = None
    mode: Text | None = Field(default=None, description="the most likely value; the planned duration if there is no such column")
    high: Text | None = None
    law: Literal["pert", "triangular", "uniform"] | None = Field(default=None, description="pert if not given")
    unit: Text | None = Field(default=None, description="of bare numbers: d (if not given), h, w, or % of the planned duration")
    of: Literal["whole", "remaining"] | None = Field(
        default=None, description="what the values of a task in progress are of: the whole of it (if not given), or what remains"
    )


class Resource(Entry):
    """Somebody or something that tasks use; its prices are drawn once in an iteration, for all of them."""

    name: Text | None = None
    rate: Money | None = Field(default=None, description="of one unit for working time: 80 EUR/h, pert 600 700 900 EUR/d")
    per_use: Money | None = Field(default=None, description="of one unit, each time that a task uses it")
    escalated_by: Text | None = Field(default=None, description="an escalation; that of the project if not given")


class Cost(Entry):
    """A cost of a project as a whole: an amount, or so much for every day, week or month by the wall clock."""

    name: Text | None = None
    cost: Money | None = Field(default=None, description="60k EUR, or for time 3k EUR/w; a month is the twelfth of a year")
    begins: Text | None = Field(default=None, description="the task from whose start it runs; the project's start if not given")
    ends: Text | None = Field(default=None, description="the task to whose finish it runs; the project's finish if not given")
    spend: Spend | None = Field(default=None, description="when an amount is spent; evenly if not given")
    date: Moment | None = Field(default=None, description="when an amount is spent, if on one date")
    spent: Money | None = Field(default=None, description="by the status date; the time from then on counts")
    escalated_by: Text | None = Field(default=None, description="an escalation; that of the project if not given")


class Escalation(Entry):
    """How prices rise after a base date, by a yearly rate or along a table; amounts are at prices of the base date."""

    yearly: Share | None = Field(default=None, description="certain or uncertain: 3%, triangular 1% 3% 6%")
    table: dict[Year, Annotated[float, BeforeValidator(plain_number)]] | None = Field(
        default=None, description="the index at the beginning of years: {2026: 100, 2027: 104}"
    )
    base: Moment | None = Field(default=None, description="the date of whose prices amounts are; the status date if not given")


class ProjectParts(Entry):
    """What a project is made of; stands under ``projects`` or, for a single project, at the top."""

    start: Moment | None = Field(default=None, description="no task starts earlier; the status date if not given")
    calendar: Text | None = Field(default=None, description="of every task that names no other")
    target: Target | None = None
    tasks: dict[str, Task | None] | None = None
    tasks_from: Texts | None = Field(default=None, description="CSV or Excel tables of tasks, beside this file")
    schedule: Text | None = Field(default=None, description="the planner's own file: Primavera XER or XML, MS Project XML or MPP")
    uncertainty: list[Rule] | None = None
    confidence: dict[str, LawText] | None = Field(
        default=None, description="classes of estimates, in percent of the planned duration: {high: pert 95% 100% 110%}"
    )
    estimates: Estimates | None = Field(
        default=None, description="columns of the file with three-point estimates: {low: Opt Dur, high: Pess Dur}"
    )
    baseline: Literal["planned"] | None = Field(
        default=None, description="planned: a Primavera project without a baseline in its file is measured against its planned dates"
    )
    read_costs: bool | None = Field(default=None, description="true: also the resources, rates, assignments and costs of the schedule")
    deadlines: dict[str, Moment] | None = Field(default=None, description="promises by task id: {T1450: 2027-05-01}")
    watch: Texts | None = Field(default=None, description="tasks whose finish is forecast as a target of its own")
    lag_calendar: LagCalendarName | None = Field(default=None, description="on whose calendar lags run; the successor's if not given")
    logic: LogicName | None = Field(default=None, description="what holds back work begun out of sequence; retained-logic if not given")
    conditional: bool | None = Field(default=None, description="for tasks in progress that say nothing themselves")
    must_finish: Moment | None = Field(default=None, description="late dates and float count back from it")
    costs: dict[str, Cost | None] | None = Field(default=None, description="of the project as a whole, such as site overheads")
    escalated_by: Text | None = Field(default=None, description="the escalation by which its prices rise")
    scheduling: Scheduling | None = None
    programme: Text | None = Field(default=None, description="that the project belongs to; at the top, of every project that names none")
    type: Text | None = Field(default=None, description="the kind of project, such as bridge: forecasts are judged by kind and team")
    team: Text | None = None


class Project(ProjectParts):
    name: Text | None = None
    status_date: Moment | None = Field(default=None, description="where it differs from that of the whole")


class Mitigation(Entry):
    """The risk once its response is in place; what is not given stays as it is."""

    name: Text | None = None
    probability: Share | None = None
    hits: Hits | None = None
    impact: ImpactText | None = None
    cost_impact: Money | None = Field(default=None, description="what the risk then costs where it occurs")
    cost: Money | None = Field(default=None, description="of the response itself")


class Risk(Entry):
    name: Text | None = None
    description: Text | None = None
    cause: Text | None = None
    effect: Text | None = None
    owner: Text | None = None
    category: Text | None = None
    status: Text | None = Field(default=None, description="open (if not given), proposed, closed or occurred, and what registers call them")
    type: Literal["threat", "opportunity"] | None = None
    probability: Share | None = Field(default=None, description="100% makes it a driver, which always works; or a class of the scale")
    hits: Hits | None = Field(default=None, description="tasks with what happens to them: {bridge.foundation: +triangular 5d 15d 30d}")
    impact: ImpactText | None = Field(
        default=None, description="of the tasks under hits that have none of their own; or a class of the scale"
    )
    cost: Money | None = Field(default=None, description="where the risk occurs; or a class of the scale")
    project: Text | None = Field(default=None, description="to which the cost is booked")
    independent: bool | None = Field(default=None, description="true: every task has an occurrence of its own")
    group: Text | None = Field(default=None, description="parallel: of a group's risks on one task only the largest counts")
    window: Text | None = Field(default=None, description="when the risk is live: 2027-11-01..2028-03-31; either date may be left out")
    proximity: Text | None = None
    response: Text | None = None
    mitigation: Mitigation | None = None
    arises_from: Text | None = Field(default=None, description="the risk whose mitigation brings this one about")


class Scales(Entry):
    """What the classes of a register mean: {VL: 5%, L: 20%, M: 40%, H: 60%, VH: 80%}; a range stands for a uniform law."""

    probability: dict[str, Share] | None = None
    impact: dict[str, ImpactText] | None = None
    cost: dict[str, Money] | None = None


class Correlation(Entry):
    """Uncertain quantities that rise and fall together: a pair, or a group of any size."""

    name: Text | None = Field(default=None, description="of a group; others can join it without changing its members' draws")
    tasks: Texts | None = Field(default=None, description="by id or pattern of ids: their durations")
    match: Match | None = Field(default=None, description="tasks by rule: {wbs: Civil*}")
    risks: Texts | None = Field(default=None, description="flood.impact, flood.occurrence or flood.cost")
    costs: Texts | None = Field(default=None, description="tasks, whose costs are meant; dig.fixed or dig.rate where a task has both")
    rho: Annotated[float, BeforeValidator(plain_number)] | None = Field(
        default=None, description="Spearman's rank correlation of every two of them, from -1 to 1"
    )


class Way(Entry):
    """One way that work can go: its tasks exist only where it is taken."""

    probability: Share | None = Field(default=None, description="of a branch by chance; one way may leave it out, and has the rest")
    up_to: Text | None = Field(default=None, description="of a decided branch: taken up to this date or duration; the last way has none")
    tasks: Texts | None = Field(default=None, description="by id; a summary task stands for all below it. Without tasks nothing is done")


class Branch(Entry):
    """Of several ways each iteration takes one: by chance, or by what has happened."""

    decided_by: Text | None = Field(default=None, description="permit finish, test duration or test cost; by chance if not given")
    ways: dict[str, Way | None] | None = None


class Rework(Entry):
    """Work that may have to be done again; every round is a copy of its tasks."""

    repeat: Texts | None = Field(default=None, description="the tasks of a round; without 'after' they are done once in any case")
    after: Text | None = Field(default=None, description="the task whose failure calls for the first round")
    probability: Share | None = Field(default=None, description="that another round is needed, each time")
    at_most: Whole | None = Field(default=None, description="how often they may be repeated")


class BadDays(Entry):
    """Good and bad days that follow one another."""

    share: dict[str, Share] | Share | None = Field(default=None, description="of bad days, by month: {nov-mar: 30%, apr-oct: 10%}; or 20%")
    persistence: Share | None = Field(
        default=None, description="how often a bad day is followed by another; days know nothing of one another if not given"
    )


class WeatherSeries(Entry):
    """A table of measured days, of whole years."""

    file: Text | None = None
    date: Text | None = Field(default=None, description="heading of the column of dates; date if not given")
    lost: Text | None = Field(default=None, description="heading of the column that says yes or no, or a share, or a measured value")
    above: Annotated[float, BeforeValidator(plain_number)] | None = Field(
        default=None, description="days with a measured value above it are lost"
    )


class WeatherWindow(Entry):
    """A period whose edges may be uncertain: triangular 2027-11-10 2027-11-20 2027-12-15 .. 2028-03-01 +- 10d."""

    closed: Text | None = Field(default=None, description="first and last day of a period in which all days are lost")
    open: Text | None = Field(default=None, description="first and last day of a period outside which all days are lost")
    yearly: bool | None = Field(default=None, description="true: every year again, with edges of its own")


class Weather(Entry):
    """Days that are lost to work, drawn once in each iteration for all tasks of the calendars."""

    name: Text | None = None
    calendars: Texts | None = Field(default=None, description="ids of the calendars whose tasks stand still on lost days")
    lost_days: dict[str, LawText] | None = Field(
        default=None, description="working days lost in each month: {nov-mar: pert 3d 6d 12d, apr: 2d}"
    )
    bad_days: BadDays | None = None
    series: WeatherSeries | None = None
    windows: dict[str, WeatherWindow | None] | None = None
    standby: Literal["paid", "unpaid"] | None = Field(
        default=None, description="paid (if not given): what a task costs by the time, it costs on lost days too"
    )


class Simulation(Entry):
    iterations: Annotated[int, Field(ge=1, le=1_000_000_000), BeforeValidator(plain_number)] | None = None
    seed: Annotated[int, Field(ge=0, lt=2**64), BeforeValidator(plain_number)] | None = None
    confidence: Share | None = Field(default=None, description="of the intervals that simulation error leaves; 95% if not given")
    sampling: Literal["random", "latin-hypercube"] | None = Field(default=None, description="random if not given")
    precision: Duration | None = Field(
        default=None, description="iterate until the percentile's interval is narrower for every target; in working days, 0.5d"
    )
    level: Annotated[int, Field(ge=1, le=99), BeforeValidator(plain_number)] | None = Field(
        default=None, description="the percentile that precision is for; 80 if not given"
    )
    most: Annotated[int, Field(ge=1000, le=1_000_000_000), BeforeValidator(plain_number)] | None = Field(
        default=None, description="iterations at most where a precision is given; a million if not given"
    )


class Scenario(ProjectParts):
    """A portfolio of projects, or a single project, with its risks."""

    pmosim: Whole | None = Field(default=None, description="version of the language: 1")
    base: Text | None = Field(
        default=None, description="a scenario beside this one that it goes on from; what stands here goes before that"
    )
    name: Text | None = None
    description: Text | None = None
    status_date: Moment | None = Field(default=None, description="nothing unfinished runs before it")
    currency: Text | None = Field(default=None, description="of all totals; that of the first amount if not given")
    currencies: dict[str, Share | None] | None = Field(
        default=None, description="what a unit of another currency costs: {USD: 0.92, CHF: pert 1.00 1.04 1.15}"
    )
    escalation: dict[str, Escalation | None] | None = Field(default=None, description="how prices rise, to be named by escalated_by")
    resources: dict[str, Resource | None] | None = Field(default=None, description="what tasks use, and what that costs")
    constraints: Literal["soft", "hard"] | None = Field(
        default=None,
        description="soft (if not given): no-later-than and must dates are wishes, counted where missed; hard: they hold",
    )
    simulation: Simulation | None = None
    calendars: dict[str, Calendar | None] | None = None
    projects: dict[str, Project | None] | None = None
    links: Texts | None = Field(default=None, description="links between projects: [tower.T1450 after bridge.handover FS+5d]")
    risks: dict[str, Risk | None] | None = None
    risks_from: RiskTables | None = Field(default=None, description="CSV or Excel tables of risks, beside this file")
    correlations: list[Correlation] | None = Field(default=None, description="durations, impacts and costs that rise and fall together")
    repair_correlations: Literal["nearest"] | None = Field(
        default=None, description="nearest: of correlations that cannot hold together, take the nearest that can"
    )
    branches: dict[str, Branch | None] | None = Field(default=None, description="ways of which each iteration takes one")
    rework: dict[str, Rework | None] | None = Field(default=None, description="work that may have to be done again")
    together: dict[str, Texts] | None = Field(
        default=None, description="sets of promises, and how likely each is kept as a whole: {opening: [building, conveyors.accepted]}"
    )
    weather: dict[str, Weather | None] | None = Field(default=None, description="days that are lost to work, and on which calendars")
    scales: Scales | None = Field(default=None, description="what classes such as VL, L, M, H and VH mean in registers")


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of the language, for editors."""
    schema = Scenario.model_json_schema()
    named = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "pmosim scenario"}
    return named | {key: part for key, part in schema.items() if key != "title"} | {"required": ["pmosim"]}
