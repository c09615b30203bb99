"""The command that makes the figures of a record again, fit to be pasted into a shell."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from pmosim.results.comparison import Comparison
from pmosim.results.ranking import Ranking
from pmosim.results.records import Provenance
from pmosim.results.replay import Replay
from pmosim.results.responses import ResponsePlan

ALL = "base uncertainty"  # base uncertainty of all tasks together, as a source


def command(verb: str, origin: Provenance, *more: str) -> str:
    """``pmosim run bridge.yaml -n 10000 --seed 7``; nothing where the record does not know its scenario."""
    if not origin.source:
        return ""
    return shlex.join(["pmosim", verb, _file(origin.source), *settings(origin), *more])


def settings(origin: Provenance) -> list[str]:
    return [*drawing(origin), *_set("--set", origin.overrides)]


def drawing(origin: Provenance) -> list[str]:
    """What decides the draws."""
    sampling = [] if origin.sampling == "random" else ["--sampling", origin.sampling]
    return ["-n", str(origin.iterations), "--seed", str(origin.seed), *sampling]


def of_comparison(comparison: Comparison) -> str:
    """Nothing for stored figures that were compared as they are."""
    first, second = comparison.before.provenance, comparison.after.provenance
    shared = first.overrides
    if not comparison.paired or not first.source or not second.source or second.overrides[: len(shared)] != shared:
        return ""
    own = _set("--set-b", second.overrides[len(shared) :])
    files = [_file(first.source)] if first.source == second.source and own else [_file(first.source), _file(second.source)]
    return shlex.join(["pmosim", "compare", *files, *drawing(second), *_set("--set", shared), *own])


def of_replay(replay: Replay) -> str:
    return command("replay", replay.provenance, "-k", str(replay.iteration), "--target", replay.target)


def of_ranking(ranking: Ranking) -> str:
    """Nothing where base uncertainty was taken apart by other than the default, for the record does not say by what."""
    base = [one for one in ranking.removals if one.kind == "base"]
    if len(base) > 1 or any(one.source != ALL for one in base):
        return ""
    levels = ",".join(figure.removeprefix("P") for figure in ranking.above_plan if figure != "mean")
    wishes = [("--ladder", ranking.ladder), ("--pairs", ranking.pairs), ("--shapley", ranking.shapley)]
    asked = [option for option, found in wishes if found is not None]
    steps = ranking.ladder.steps if ranking.ladder is not None else ()
    if any(one.sources > 1 for one in steps):  # what was left went out together
        asked += ["--steps", str(len(steps) - 1)]
    by = [] if base else ["--by", "none"]
    figure = ["--levels", levels, "--at", ranking.figure, "--in", ranking.unit]
    return command("rank", ranking.provenance, "--target", ranking.target, *figure, *by, *asked)


def of_plan(plan: ResponsePlan) -> str:
    goal = [] if plan.goal is None else ["--probability", f"{100 * plan.goal:.12g}%"]
    budget = [] if plan.budget is None else ["--budget", f"{plan.budget:.12g}"]
    date = [] if plan.date is None else ["--by", plan.date.date().isoformat()]
    return command("mitigate", plan.provenance, "--target", plan.target, *goal, *budget, *date, *([] if goal else ["--gain", plan.gain]))


def _set(option: str, overrides: Sequence[str]) -> list[str]:
    return [part for override in overrides for part in (option, override)]


def _file(name: str) -> str:
    return f"./{name}" if name.startswith("-") else name  # not taken for an option
