"""A scenario to start from, with a comment for whatever is not obvious."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta

TEMPLATE = """\
# A scenario for pmosim: what a project consists of, how uncertain it is, and what may happen to it.
#   pmosim run {file}       simulates it, prints the forecast and draws the charts
#   pmosim check {file}     only looks for mistakes
# Durations: 90m, 6h, 5d, 3w, 2mo of working time; 3ed is three elapsed days, nights and weekends included.

pmosim: 1                       # version of this language
name: {name}
status_date: {status}         # nothing that is unfinished runs before it
calendar: site                  # of all tasks that name no other

simulation: {{iterations: 10000, seed: 1}}     # the same seed makes the same forecast

calendars:
  site:
    week: {{mon-thu: [08:00-12:00, 12:45-17:00], fri: 08:00-14:00}}
    holidays: DE-BE             # public holidays of Berlin; by ISO code of country and region
    closed: [{closed}]
    hours_per_day: 8            # what 1d means

target: {{finish: {target}, budget: 400k EUR}}  # what was promised; its probability is reported

tasks:
  survey:
    name: Site survey
    duration: pert 4d 5d 9d     # at least 4 days, most likely 5, at most 9
    cost: 1200 EUR/d            # for each working day that it takes
  design:
    duration: pert 15d 20d 35d
    after: survey               # begins when the survey has finished
    cost: 1500 EUR/d
  permit:
    name: Building permit
    duration: triangular 20d 30d 75d
    after: design SS+10d        # begins 10 days after the design has begun
  foundation:
    duration: pert 80% 100% 150% of 25d     # percentages of a planned duration
    after: [design, permit]
    cost: 60k EUR + 1800 EUR/d  # once, and for each day
  steelwork:
    duration: lognormal P10 18d P90 34d     # 10 % sure to take 18 days at most, 90 % sure to take 34 at most
    after: design FS+2w
    cost: 90k EUR
  concrete:
    duration: 3ed               # curing takes no notice of weekends
    after: foundation
  assembly:
    duration: pert 12d 15d 28d
    after: [steelwork, concrete]
    cost: 2200 EUR/d
  handover:
    milestone: true
    after: assembly
    deadline: {deadline}        # a second promise, reported as well

risks:
  flood:                        # an event: it happens or not, once for all the tasks that it hits
    name: Flood on the site
    probability: 15%
    hits:
      foundation: +triangular 5d 10d 25d    # adds working days
      assembly: +2d
    cost: pert 10k 20k 80k EUR
    mitigation: {{probability: 5%, cost: 8k EUR}}
  late_steel:
    name: Steel is delivered late
    probability: 30%
    hits: {{steelwork: x pert 1.1 1.2 1.6}}  # multiplies the duration
    owner: Purchasing
  productivity:                 # 100 %: not an event, but an uncertainty that these tasks share
    probability: 100%
    hits: [foundation, assembly]
    impact: x pert 0.9 1.0 1.25
"""


def starter(name: str = "River bridge", *, today: date | None = None) -> str:
    """The text of a commented scenario called ``name`` that runs as it stands."""
    status = (today or date.today()) + timedelta(days=7)
    status -= timedelta(days=status.weekday())  # a Monday
    winter = date(status.year, 12, 24)
    # targets on Fridays, in the part of the forecast where a decision is needed: neither hopeless nor certain
    return TEMPLATE.format(
        file=(re.sub(r"[^\w-]+", "-", name).strip("-").lower() or "scenario") + ".yaml",
        name=name if re.fullmatch(r"[A-Za-z][\w ,.-]*[\w.]", name) and name.lower() not in _WORDS else json.dumps(name, ensure_ascii=True),
        status=status,
        closed=f"{winter}..{winter + timedelta(days=8)}",
        target=status + timedelta(days=179),
        deadline=status + timedelta(days=193),
    )


_WORDS = ("true", "false", "null")
