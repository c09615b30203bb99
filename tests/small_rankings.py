"""Small portfolios whose rankings are known, and how to ask for one."""

from building import DAY, adds, portfolio

from pmosim.forecasting.ranking import Wishes, rank
from pmosim.model.laws import Uniform
from pmosim.model.risks import Risk


def certain(name, task, days):
    """A risk that always occurs and always costs the same: nothing about its ranking is luck."""
    return Risk(name, 1.0, tuple(adds(one, days * DAY) for one in ([task] if isinstance(task, str) else task)))


def parallel(*risks, laws=None):
    """Two tasks of a day, side by side."""
    return portfolio(laws or {"a": DAY, "b": DAY}, risks=risks)


def series(*risks, laws=None):
    return portfolio(laws or {"a": DAY, "b": DAY, "c": DAY}, "a b", "b c", risks=risks)


def uncertain_series(*risks):
    return series(*risks, laws={"a": Uniform(DAY, 4 * DAY), "b": DAY, "c": Uniform(DAY, 2 * DAY)})


def ranked(made, *, iterations=1000, seed=1, threads=1, confidence=0.95, **wishes):
    return rank(made, Wishes(**wishes), iterations=iterations, seed=seed, threads=threads, confidence=confidence)


def gains(made, figure="P80"):
    """What each source is worth at a figure, by its id. [working days]"""
    return {one.source: one.days[figure].value for one in made.removals}
