"""What a scenario says of a risk that hits several tasks: it happens once for all of them, unless it is declared independent."""

import numpy as np

from pmosim.forecasting import simulate
from pmosim.scenario.reader import scenario_from_text

DAY = 480
TEXT = """\
pmosim: 1
status_date: 2027-01-04
tasks:
  dig: {duration: 10d}
  lay: {duration: 10d, after: dig}
risks:
  rain:
    probability: 50%
    hits: {dig: +10d, lay: +10d}
"""


def days(text):
    """Finishes that occur, in working days from the start, and how often. 4,000 iterations."""
    finish = simulate(scenario_from_text(text).portfolio, iterations=4_000, seed=9).finish["project.finish"]
    values, counts = np.unique(finish / DAY, return_counts=True)
    return dict(zip(values.tolist(), counts.tolist(), strict=True))


def test_a_shared_risk_delays_both_tasks_or_none():
    assert set(days(TEXT)) == {20, 40}


def test_an_independent_risk_can_delay_one_of_the_two():
    seen = days(TEXT.replace("probability", "independent: true\n    probability"))
    assert set(seen) == {20, 30, 40}


def test_the_spread_of_a_shared_risk_is_that_of_20_days_that_come_or_not():
    # sd 10; drawn anew for each task it would be 10/sqrt(2) = 7.1
    seen = days(TEXT)
    mean = sum(value * count for value, count in seen.items()) / 4_000
    sd = (sum((value - mean) ** 2 * count for value, count in seen.items()) / 4_000) ** 0.5
    assert 9.8 < sd <= 10.01  # 4,000 draws put the share within 0.039 of a half but for one time in a million: sd >= 9.97


def test_risks_of_100_percent_always_work():
    assert set(days(TEXT.replace("50%", "100%"))) == {40}
