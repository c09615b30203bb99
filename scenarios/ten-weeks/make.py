"""Make ten weekly statusings of a programme from a world in which it really happens.

    python scenarios/ten-weeks/make.py

Every task has a true duration, drawn once; nobody in the programme knows it. Each Monday the planner writes down what has happened,
estimates anew what remains of the work in hand, and enters what has changed: a risk that struck, a new task, another way of working.
The planner of the civil works is an optimist: what they do takes about a quarter longer than they say. `pmosim calibrate` should
find that out.

The weeks are written to week-01 ... week-10 beside this file. The same seed gives the same weeks, on every machine.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from types import MappingProxyType

from pmosim.model.schedule import schedule
from pmosim.scenario.reader import scenario_from_text

HERE = Path(__file__).parent
WEEKS = 10
FIRST = datetime(2027, 3, 1)
CIVIL_OPTIMISM = 1.25
"""What the civil works really take, by what their planner says."""


WRECK = 95_000
"""What it cost to lift. [EUR]"""


@dataclass(frozen=True)
class Work:
    """A task as its planner sees it: three points in days, what it waits for, what it costs."""

    name: str
    days: tuple[int, int, int]
    after: tuple[str, ...] = ()
    cost: str = ""
    watched: bool = False


@dataclass(frozen=True)
class Programme:
    """What the scenario file says in a week, progress aside."""

    projects: dict[str, dict[str, Work]]
    teams: dict[str, str]
    targets: dict[str, str]
    closed: tuple[str, ...] = ("2027-03-26..2027-03-29", "2027-05-06")
    crane_risk: str = "40%"
    wreck: str = "feared"  # then "struck", then "over": its days are then in what the planner says of the piles
    notes: tuple[str, ...] = ()


@dataclass
class World:
    """What nobody knows: true durations in minutes of work; and what has been seen of it."""

    minutes: dict[str, int]
    started: dict[str, datetime] = field(default_factory=dict)
    finished: dict[str, datetime] = field(default_factory=dict)
    remaining: dict[str, int] = field(default_factory=dict)  # of work in hand, at the status date


PLAN = Programme(
    {
        "quay": {
            "dredge": Work("Dredge the berth", (6, 8, 14), (), "22k EUR/d", True),
            "piles": Work("Drive the piles", (10, 12, 20), ("dredge SS+3d",), "18k EUR/d", True),
            "anchors": Work("Anchors", (5, 6, 10), ("piles FS-2d",), "240k EUR"),
            "beam": Work("Capping beam", (8, 10, 15), ("piles", "anchors SS+2d"), "310k EUR", True),
            "fill": Work("Fill behind the wall", (6, 8, 13), ("anchors",), "9k EUR/d", True),
            "fenders": Work("Fenders and bollards", (4, 5, 8), ("beam",), "180k EUR"),
            "apron": Work("Apron", (8, 10, 16), ("fill", "beam"), "260k EUR"),
        },
        "cranes": {
            "design": Work("Detailed design", (8, 10, 15), (), "6k EUR/d", True),
            "steelwork": Work("Steelwork in the works", (15, 18, 28), ("design FS-3d",), "1.4M EUR", True),
            "drives": Work("Drives and electrics", (10, 12, 18), ("design",), "620k EUR", True),
            "shipping": Work("Shipped", (4, 5, 9), ("steelwork", "drives"), "150k EUR"),
            "rails": Work("Crane rails", (5, 6, 9), ("quay.beam",), "190k EUR"),
            "erection": Work("Erected on the quay", (8, 10, 18), ("shipping", "rails"), "14k EUR/d"),
            "tests": Work("Load tests", (4, 5, 9), ("erection",), "5k EUR/d"),
        },
        "yard": {
            "survey": Work("Survey and permits", (4, 5, 9), (), "3k EUR/d", True),
            "drains": Work("Drains and ducts", (8, 10, 15), ("survey",), "7k EUR/d", True),
            "paving": Work("Paving, first half", (9, 11, 16), ("drains FS-4d",), "380k EUR", True),
            "paving2": Work("Paving, second half", (9, 11, 16), ("paving", "quay.fill"), "360k EUR"),
            "lighting": Work("Lighting and fences", (6, 8, 12), ("paving",), "210k EUR"),
            "gate": Work("Gate and its software", (12, 15, 25), ("survey",), "5k EUR/d", True),
        },
    },
    {"quay": "Civil works", "cranes": "Machinery", "yard": "Civil works"},
    {"quay": "2027-05-14", "cranes": "2027-05-28", "yard": "2027-05-14"},
)


def true_minutes(plan: Programme, seed: int) -> dict[str, int]:
    """One duration for each task, of a beta law like the planner's; of the civil works, longer than they say. [working minutes]"""
    made = {}
    for project, works in plan.projects.items():
        for id, work in works.items():
            low, mode, high = work.days
            alpha, beta = 1 + 4 * (mode - low) / (high - low), 1 + 4 * (high - mode) / (high - low)
            days = low + (high - low) * Random(f"{seed} {project}.{id}").betavariate(alpha, beta)
            made[f"{project}.{id}"] = 60 * round(8 * days * optimism(plan, project))
    return made


def optimism(plan: Programme, project: str) -> float:
    return CIVIL_OPTIMISM if plan.teams[project] == "Civil works" else 1.0


def in_week(plan: Programme, week: int) -> Programme:
    """What the planner changes before the status date of a week, from the week before."""
    projects = {id: dict(works) for id, works in plan.projects.items()}
    if week == 3:
        projects["quay"]["apron"] = replace(projects["quay"]["apron"], days=(10, 13, 20))
        return replace(plan, projects=projects, notes=("The apron is estimated anew after the soil report: 13 days instead of 10.",))
    if week == 4:
        return replace(plan, wreck="struck", notes=("An old wreck lies in the line of the piles: the risk has occurred.",))
    if week == 5:
        return replace(plan, wreck="over", notes=("The wreck is in the estimate of the piles now.",))
    if week == 6:
        projects["yard"]["barrier"] = Work("Noise barrier", (5, 7, 12), ("drains", "survey"), "140k EUR")
        return replace(plan, projects=projects, notes=("The town demands a noise barrier: a new task.",))
    if week == 7:
        projects["cranes"]["rails"] = replace(projects["cranes"]["rails"], after=("quay.beam SS+6d",))
        return replace(plan, projects=projects, notes=("The rails no longer wait for the whole beam.",))
    if week == 8:
        return replace(plan, crane_risk="15%", notes=("The ship is chartered: the cranes will hardly come late.",))
    if week == 9:
        return replace(plan, closed=(*plan.closed, "2027-05-10..2027-05-12"), notes=("The port closes for three days in May.",))
    if week == 10:
        projects["cranes"]["erection"] = replace(projects["cranes"]["erection"], cost="19k EUR/d")
        return replace(plan, projects=projects, notes=("The floating crane costs more than was thought.",))
    return replace(plan, notes=())


# ---- the world ----


def lived(plan: Programme, world: World, since: datetime, status: datetime) -> None:
    """Let the world go on from one status date to the next: what has begun, what is done, and how much remains of what is in hand."""
    portfolio = scenario_from_text(text_of(plan, since, as_it_is(world), risks=False)).portfolio
    clock = portfolio.calendar_of["port"].clock(portfolio.epoch)
    minutes = (status - datetime.combine(portfolio.epoch, datetime.min.time())) // timedelta(minutes=1)
    for id, dates in schedule(portfolio).items():
        if id not in world.minutes or id in world.finished or dates.start >= status:
            continue
        world.started.setdefault(id, dates.start)
        if dates.finish <= status:
            world.finished[id] = dates.finish
            continue
        end = (dates.finish - datetime.combine(portfolio.epoch, datetime.min.time())) // timedelta(minutes=1)
        world.remaining[id] = clock.work(end) - clock.work(minutes)


def as_it_is(world: World) -> dict[str, str]:
    """Every task as it will really go: what has been seen, and of the rest the true duration."""
    return {id: seen(world, id) or f"duration: {minutes}min" for id, minutes in world.minutes.items()}


def seen(world: World, id: str) -> str:
    if id in world.finished:
        return f"started: {world.started[id]:%Y-%m-%d %H:%M}, finished: {world.finished[id]:%Y-%m-%d %H:%M}"
    if id in world.started:
        return f"started: {world.started[id]:%Y-%m-%d %H:%M}, remaining: {world.remaining[id]}min"
    return ""


def as_it_is_told(plan: Programme, world: World, seed: int, week: int) -> dict[str, str]:
    """What the planner writes: actual dates as they are, and of work in hand three points, by the planner's lights."""
    told = {}
    for id in world.started:
        told[id] = seen(world, id)
        if id not in world.finished:
            guess = world.remaining[id] / 60 / optimism(plan, id.partition(".")[0]) * Random(f"{seed} {week} {id}").uniform(0.9, 1.1)
            low, mode, high = (max(1, round(share * guess)) for share in (0.75, 1.0, 1.6))
            begun, _, _ = told[id].rpartition(", ")
            told[id] = f"{begun}, remaining: pert {low}h {mode}h {max(high, mode + 1)}h"
    return told


def as_it_is_paid(plan: Programme, world: World) -> dict[str, str]:
    """What has been spent on work that has begun: of a fixed price in step with the work, else by the day; and what is still to come."""
    paid = {}
    for id in world.started:
        project, _, own = id.partition(".")
        price, _, per_day = plan.projects[project][own].cost.partition("/")
        amount = float(price.split("k")[0].split("M")[0]) * (1000 if "k" in price else 1_000_000)
        total, left = world.minutes[id], 0 if id in world.finished else world.remaining[id]
        done = max(0, total - left)
        spent = amount * done / 480 if per_day else amount * done / total
        to_come = f"{price}/{per_day}" if per_day else f"{max(0.0, amount - spent) / 1000:.0f}k EUR"
        spent += WRECK if id == "quay.piles" and plan.wreck == "over" else 0
        paid[id] = f"spent: {spent / 1000:.0f}k EUR, cost: {to_come}"
    return paid


def weeks(seed: int) -> Iterator[tuple[datetime, str]]:
    """Each status date and its scenario."""
    plan = PLAN
    world = World(true_minutes(plan, seed))
    for week in range(1, WEEKS + 1):
        status = FIRST + timedelta(weeks=week - 1)
        if week > 1:
            lived(plan, world, status - timedelta(weeks=1), status)
        plan = in_week(plan, week)
        if week == 4:  # what the wreck costs them; they do not know it yet
            world.remaining["quay.piles"] += 6 * 480
        for id, minutes in true_minutes(plan, seed).items():
            if id not in world.started:
                world.minutes[id] = minutes
        told = as_it_is_told(plan, world, seed, week)
        if week == 4:  # what the planner says of the piles does not contain it: the risk does
            told["quay.piles"] = as_it_is_told(plan, without_wreck(world), seed, week)["quay.piles"]
        yield status, text_of(plan, status, told, as_it_is_paid(plan, world))


def without_wreck(world: World) -> World:
    return replace(world, remaining=world.remaining | {"quay.piles": world.remaining["quay.piles"] - 6 * 480})


# ---- the file ----


def text_of(
    plan: Programme, status: datetime, entries: dict[str, str], money: Mapping[str, str] = MappingProxyType({}), *, risks: bool = True
) -> str:
    """The scenario; ``entries`` and ``money``: what a task says instead of its estimate and its cost."""
    lines = [*head(plan, status), "projects:"]
    for project, works in plan.projects.items():
        lines += [
            f"  {project}:",
            f"    name: {NAMES[project]}",
            f"    team: {plan.teams[project]}",
            f"    target: {{finish: {plan.targets[project]}}}",
        ]
        lines.append("    tasks:")
        for id, work in works.items():
            said = entries.get(f"{project}.{id}", f"duration: pert {' '.join(f'{day}d' for day in work.days)}")
            after = f", after: [{', '.join(work.after)}]" if work.after else ""
            cost = f", {money.get(f'{project}.{id}') or f'cost: {work.cost}'}"
            watch = ", watch: true" if work.watched else ""
            lines.append(f"      {id + ':':<10} {{name: '{work.name}', {said}{after}{cost}{watch}}}")
    return "\n".join([*lines, *(register(plan) if risks else ())]) + "\n"


NAMES = {"quay": "Quay wall", "cranes": "Two gantry cranes", "yard": "Container yard"}


def head(plan: Programme, status: datetime) -> Iterator[str]:
    week = (status - FIRST) // timedelta(weeks=1) + 1
    yield f"# The harbour programme as its planner sees it in week {week} of {WEEKS}. Made by ten-weeks/make.py."
    yield "#"
    yield f"#   pmosim run scenarios/ten-weeks/week-{week:02}/harbour.yaml"
    yield from (f"#\n# This week: {note}" for note in plan.notes)
    yield "pmosim: 1"
    yield "name: Harbour programme"
    yield f"status_date: {status:%Y-%m-%d}"
    yield "currency: EUR"
    yield "simulation: {iterations: 5000, seed: 4}"
    yield "target: {finish: 2027-05-28, budget: 5.6M EUR}"
    yield "calendar: port"
    yield "calendars:"
    yield "  port:"
    yield "    week: {mon-fri: [07:00-12:00, 13:00-16:00]}"
    yield f"    closed: [{', '.join(plan.closed)}]"


def register(plan: Programme) -> Iterator[str]:
    yield "risks:"
    wreck = "probability: 25%" + {"struck": ", status: occurred", "over": ", status: closed"}.get(plan.wreck, "")
    yield f"  wreck: {{name: A wreck in the line of the piles, category: Ground, {wreck},"
    yield "          hits: {quay.piles: +pert 4d 6d 10d}, cost: pert 60k 90k 200k EUR}"
    yield f"  late:  {{name: The cranes are shipped late, category: Supply, probability: {plan.crane_risk},"
    yield "          hits: {cranes.shipping: +pert 5d 10d 25d}}"
    yield "  storm: {name: A storm in spring, category: Weather, probability: 30%,"
    yield "          hits: {quay.fill: +pert 1d 3d 6d, yard.paving2: +pert 1d 2d 5d}}"


def write(folder: Path, seed: int) -> None:
    for number, (_, text) in enumerate(weeks(seed), 1):
        week = folder / f"week-{number:02}"
        week.mkdir(parents=True, exist_ok=True)
        (week / "harbour.yaml").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=2027)
    parser.add_argument("--output", type=Path, default=HERE)
    asked = parser.parse_args()
    write(asked.output, asked.seed)
