"""The textbook's plant: the scenario is the book's network, and what its comments say about it is true.

The checks against random samples fail on right code with a probability of 1e-6 each, whatever the seeds.
"""

import re
from datetime import datetime
from functools import cache
from math import sqrt
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest

from pmosim.forecasting import simulate
from pmosim.model.laws import Fixed, Pert
from pmosim.model.schedule import schedule
from pmosim.scenario.reader import read_scenario, scenario_from_text

SCENARIO = Path(__file__).parents[2] / "scenarios" / "reliable-construction.yaml"
TEXT = SCENARIO.read_text("utf-8")
WEEK = 2400  # working minutes

# activity: (predecessors, the book's mean duration, its three estimates), in weeks
BOOK = {
    "A": ("", 2, (1, 2, 3)),
    "B": ("A", 4, (2, 3.5, 8)),
    "C": ("B", 10, (6, 9, 18)),
    "D": ("C", 6, (4, 5.5, 10)),
    "E": ("C", 4, (1, 4.5, 5)),
    "F": ("E", 5, (4, 4, 10)),
    "G": ("D", 7, (5, 6.5, 11)),
    "H": ("EG", 9, (5, 8, 17)),
    "I": ("C", 7, (3, 7.5, 9)),
    "J": ("FI", 8, (3, 9, 9)),
    "K": ("J", 4, (4, 4, 4)),
    "L": ("J", 5, (1, 5.5, 7)),
    "M": ("H", 2, (1, 2, 3)),
    "N": ("KL", 6, (5, 5.5, 9)),
}
CRITICAL = "ABCEFJLN"
N_HERE, N_NUMPY = 20_000, 400_000


@pytest.fixture(scope="module")
def portfolio():
    return read_scenario(SCENARIO).portfolio


def weeks_of(portfolio):
    """The finish of the project in every iteration. [weeks]"""
    return simulate(portfolio, iterations=N_HERE, seed=3).finish["project.finish"] / WEEK


@cache
def by_numpy(law):
    """The same network once more, drawn by NumPy's own generators. [weeks]"""
    luck, finish = np.random.default_rng(20270104), {}
    for activity, (before, _, (a, m, b)) in BOOK.items():
        if law == "pert" and b > a:
            duration = a + (b - a) * luck.beta(1 + 4 * (m - a) / (b - a), 1 + 4 * (b - m) / (b - a), N_NUMPY)
        else:
            duration = luck.triangular(a, m, b, N_NUMPY) if b > a else float(a)
        finish[activity] = duration + np.max([finish[one] for one in before], axis=0) if before else duration
    return np.maximum(finish["M"], finish["N"])


def assert_same_share(ours, reference):
    """Two shares of samples, as far apart as luck explains."""
    p = float(reference.mean())
    error = sqrt(p * (1 - p) * (1 / len(ours) + 1 / len(reference)))
    assert abs(float(ours.mean()) - p) <= NormalDist().inv_cdf(1 - 0.5e-6) * error


# --- the network ---


@pytest.mark.parametrize("activity", BOOK)
def test_the_estimates_are_those_of_the_book(portfolio, activity):
    _, planned, (a, m, b) = BOOK[activity]
    task = portfolio.tasks[f"project.{activity}"]
    assert task.duration == (Pert(a * WEEK, m * WEEK, b * WEEK) if b > a else Fixed(a * WEEK))
    assert task.planned == planned * WEEK


def test_the_links_are_those_of_the_book(portfolio):
    links = {(link.predecessor[-1], link.successor[-1]) for link in portfolio.links if link.successor != "project.ready"}
    assert links == {(before, after) for after, (befores, _, _) in BOOK.items() for before in befores}


def test_the_plan_takes_44_weeks(portfolio):
    # week 1 begins on Monday 4 January 2027; week 44 ends on Friday 5 November
    assert schedule(portfolio)["project.finish"].finish == datetime(2027, 11, 5, 17)


def test_the_critical_path_is_the_one_of_the_book(portfolio):
    planned = schedule(portfolio)
    assert "".join(activity for activity in BOOK if planned[f"project.{activity}"].total_float == 0) == CRITICAL


def test_the_target_is_the_end_of_week_47_and_the_bonus_that_of_week_40(portfolio):
    dates = {target.node: target.finish.date() for target in portfolio.targets}
    assert dates == {"project.finish": datetime(2027, 11, 26).date(), "project.ready": datetime(2027, 10, 8).date()}


# --- what the comments say ---


def said(pattern):
    """The figure in the scenario's comments that the pattern finds."""
    comments = " ".join(line.lstrip("# ") for line in TEXT.splitlines() if line.startswith("#"))
    (figure,) = re.findall(pattern, comments)
    return float(figure)


def test_the_arithmetic_of_the_book_is_told_rightly():
    mean = sum((a + 4 * m + b) / 6 for _, _, (a, m, b) in (BOOK[activity] for activity in CRITICAL))
    variance = sum(((b - a) / 6) ** 2 for _, _, (a, _, b) in (BOOK[activity] for activity in CRITICAL))
    assert (mean, variance) == pytest.approx((said(r"mean of (\d+) weeks and"), said(r"a variance of (\d+)\.")))
    assert round(100 * NormalDist(mean, sqrt(variance)).cdf(47)) == said(r"47 - 44\)/3\) = (\d+) %")


def test_the_figures_of_simulation_are_told_rightly():
    pert, triangular = by_numpy("pert"), by_numpy("triangular")
    assert said(r"any one path: ([\d.]+) weeks") == pytest.approx(pert.mean(), abs=0.05 + 0.03)
    assert said(r"Together: (\d+) %") == pytest.approx(100 * (pert <= 47).mean(), abs=0.5 + 0.3)
    assert said(r"and (\d+) % for the bonus") == pytest.approx(100 * (pert <= 40).mean(), abs=0.5 + 0.2)
    assert said(r"has (\d+) % instead of") == pytest.approx(100 * (triangular <= 47).mean(), abs=0.5 + 0.4)


# --- the simulation ---


@pytest.mark.parametrize("weeks", [40, 44, 47, 50])
def test_the_simulation_agrees_with_numpy(portfolio, weeks):
    half_a_minute_a_task = 8 * 0.5 / WEEK  # durations are whole minutes, and paths have at most eight activities
    ours = weeks_of(portfolio)
    assert_same_share(ours <= weeks + half_a_minute_a_task, by_numpy("pert") <= weeks)


def test_the_mean_is_later_than_that_of_the_critical_path(portfolio):
    ours, reference = weeks_of(portfolio), by_numpy("pert")
    error = NormalDist().inv_cdf(1 - 0.5e-6) * float(reference.std()) * sqrt(1 / len(ours) + 1 / len(reference))
    assert float(ours.mean()) == pytest.approx(float(reference.mean()), abs=error)
    assert float(ours.mean()) - 44 > error


def test_triangles_through_the_same_points_are_far_less_sure_of_the_deadline(portfolio):
    triangles = scenario_from_text(TEXT.replace("duration: pert", "duration: triangular")).portfolio
    assert_same_share(weeks_of(triangles) <= 47, by_numpy("triangular") <= 47)
    assert (weeks_of(triangles) <= 47).mean() < (weeks_of(portfolio) <= 47).mean() - 0.15
