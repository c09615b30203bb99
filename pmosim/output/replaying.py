"""One simulated future in words and tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pmosim.output import words
from pmosim.output.grids import Grid, aligned
from pmosim.output.tables import Row
from pmosim.results.replay import PathStep, Replay, ReplayedRisk, ReplayedTask

MOST_TASKS = 40
LONG = 0.05
"""Working days below which nothing is worth telling."""


def days(value: float, unit: str = "working day") -> str:
    """``31 working days``, ``2.3 working days``: whole ones from ten on."""
    size = abs(value)
    text = words.trimmed(size, 0 if size >= 9.95 else 1)
    return f"{text} {unit if text == '1' else unit + 's'}"


def change(value: float) -> str:
    """``+2.3``, ``−0.5``, ``0``."""
    text = words.trimmed(value, 1)
    text = "0" if not text.strip("0.,−") else text
    return f"+{text}" if value > 0 and text != "0" else text


def against_plan(value: float) -> str:
    if abs(value) < LONG:
        return "just as planned"
    return f"{days(value)} {'after' if value > 0 else 'before'} plan"


def money(value: float, currency: str) -> str:
    """The size of an amount, to three digits: ``434 k EUR``."""
    return words.amount(float(f"{abs(value):.3g}"), currency)


def listed(parts: Iterable[str]) -> str:
    """``a, b and c``."""
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last


# ---- the story ----


def headline(replay: Replay) -> str:
    """``Iteration 4,711 finishes on 3 Nov 2027, 31 working days after plan``."""
    whose = "" if replay.target == "finish" or replay.target_label == replay.name else f" of {replay.target_label}"
    return f"Iteration {replay.iteration:,}{whose} finishes on {words.day(replay.finish)}, {against_plan(replay.later_days)}"


def story(replay: Replay) -> list[str]:
    """Sentence by sentence: where it lies, what happened, what decided."""
    return [
        f"{headline(replay)}.",
        *_place(replay),
        *_promise(replay),
        *_ways(replay),
        *_events(replay),
        *_drivers(replay),
        *_work(replay),
        *_way(replay),
        *_money(replay),
    ]


def _place(replay: Replay) -> Iterator[str]:
    share = words.percent(replay.no_later)
    total = replay.provenance.iterations
    if replay.asked:
        yield f"It is the {replay.asked} of the run: {share} of its {total:,} iterations finish no later."
    else:
        yield f"{share} of the run's {total:,} iterations finish no later."


def _promise(replay: Replay) -> Iterator[str]:
    if replay.target_date is None:
        return
    met = replay.finish <= replay.target_date
    yield f"The target of {words.day(replay.target_date)} is {'met' if met else 'missed'}."


def _ways(replay: Replay) -> Iterator[str]:
    """``Of branch inspection the way "again" was taken (20 %): Second inspection.``"""
    for one in replay.ways:
        chance = "" if one.probability is None else f" ({words.plain_percent(one.probability)})"
        what = listed(one.tasks) if one.tasks else "nothing is done"
        yield f"Of branch {one.branch} the way '{one.way}' was taken{chance}: {what}."


def _events(replay: Replay) -> Iterator[str]:
    happened = [risk for risk in replay.risks if risk.kind == "event"]
    for risk in happened:
        yield f"{risk.label} happened {_what_it_did(replay, risk)}."
    if replay.spared:
        named = "; ".join(replay.spared[:4])
        more = f"; and {len(replay.spared) - 4} more" if len(replay.spared) > 4 else ""
        yield f"{'What else might have happened did not' if happened else 'No risk happened'}: {named}{more}."


def _what_it_did(replay: Replay, risk: ReplayedRisk) -> str:
    """``and added 12 working days to Foundation; without it the finish would be 8 working days earlier``."""
    longer = [one for one in risk.struck if one.days > 0]
    shorter = [one for one in risk.struck if one.days < 0]
    did = []
    if longer:
        did.append("added " + listed(f"{days(one.days, one.unit)} to {one.label}" for one in longer))
    if shorter:
        did.append("took " + listed(f"{days(one.days, one.unit)} off {one.label}" for one in shorter))
    if risk.cost:
        did.append(f"{'cost' if risk.cost > 0 else 'saved'} {money(risk.cost, replay.currency)}")
    said = "and " + ", and ".join(did) if did else "but changed nothing"
    if not risk.struck:
        return said
    if abs(risk.delay) < LONG:
        return f"{said}; the finish is the same with it"
    return f"{said}; without it the finish would be {days(risk.delay)} {'earlier' if risk.delay > 0 else 'later'}"


def _drivers(replay: Replay) -> Iterator[str]:
    drivers = [risk for risk in replay.risks if risk.kind == "driver" and risk.struck]
    for risk in drivers[:3]:
        most = max(risk.struck, key=lambda one: abs(one.days))
        did = f"{'longer' if most.days > 0 else 'shorter'} by {days(most.days, most.unit)}"
        more = len(risk.struck) - 1
        others = f" (and {more} more {words.plural('task', more)})" if more else ""
        moved = f"moves the finish by {change(risk.delay)} working days" if abs(risk.delay) >= LONG else "does not move the finish"
        yield f"{risk.label}, which always works, makes {most.label} {did}{others}, and {moved}."


def _work(replay: Replay) -> Iterator[str]:
    """What of it is no risk's doing, and which work on the path took longest beyond its plan."""
    if replay.risks:
        yield f"Without any risk it would have finished on {words.day(replay.without_risks)}, {against_plan(replay.without_risks_days)}."
    over = [
        step for step in replay.path if step.days is not None and step.planned_days is not None and step.days - step.planned_days >= 0.5
    ]
    over.sort(key=lambda step: -_over(step))
    if over:
        sizes = [(step.label, words.trimmed(step.days or 0, 1), words.trimmed(step.planned_days or 0, 1)) for step in over[:3]]
        named = "; ".join(f"{label} ({took} days, planned {planned})" for label, took, planned in sizes)
        yield f"Longest beyond plan on the way that decided: {named}."


def _over(step: PathStep) -> float:
    return (step.days or 0.0) - (step.planned_days or 0.0)


def _way(replay: Replay) -> Iterator[str]:
    if not replay.path:
        return
    tied = f"; {replay.tied} more {'task decides' if replay.tied == 1 else 'tasks decide'} as well" if replay.tied > 0 else ""
    yield f"The path that decided: {' → '.join(_shortened(replay.path))}{tied}."


def _shortened(path: tuple[PathStep, ...], most: int = 12) -> list[str]:
    names = [step.label for step in path]
    return names if len(names) <= most else [*names[: most // 2], f"({len(names) - most} more)", *names[-most // 2 :]]


def _money(replay: Replay) -> Iterator[str]:
    if replay.cost is None:
        return
    gap = replay.cost.cost - replay.cost.planned
    side = "as planned" if abs(gap) < 0.5 else f"{money(gap, replay.currency)} {'above' if gap > 0 else 'below'} plan"
    kept = "" if replay.cost.budget is None else f"; the budget is {'kept' if replay.cost.cost <= replay.cost.budget else 'exceeded'}"
    yield f"It costs {money(replay.cost.cost, replay.currency)}, {side}{kept}."


# ---- tables ----


def rows_shown(replay: Replay, most: int) -> list[ReplayedTask]:
    """All tasks, if there are few; else those that drive or were hit, then those with the least float. In order of their start."""
    if len(replay.tasks) <= most:
        kept = set(replay.tasks)
    else:
        ranked = sorted(
            (task for task in replay.tasks if task.kind != "summary"),
            key=lambda task: (not task.drives, not task.risks, task.total_float if task.total_float is not None else 1e9),
        )
        kept = set(ranked[:most])
    return sorted((task for task in replay.tasks if task in kept), key=lambda task: (task.start, task.finish))


def tasks(replay: Replay, most: int = MOST_TASKS) -> Grid:
    shown = rows_shown(replay, most)
    rows = tuple(
        (
            "●" if task.drives else "",
            task.label,
            words.day(task.start) if task.exists else "not done",
            words.day(task.finish) if task.exists else "",
            "" if task.days is None or not task.exists else words.trimmed(task.days, 1),
            "" if task.planned_days is None else words.trimmed(task.planned_days, 1),
            change(task.later_days) if task.exists else "",
            "" if task.total_float is None else words.trimmed(task.total_float, 1),
            ", ".join(task.risks),
        )
        for task in shown
    )
    heads = ("●", "task", "start", "finish", "days", "planned days", "finish after plan", "total float", "hit by")
    left = len(replay.tasks) - len(shown)
    note = "● on the driving path; days of each task's own calendar." + (f" {left:,} more in tables/tasks.csv." if left > 0 else "")
    return Grid("The schedule of this iteration", heads, rows, frozenset({0, 1, 2, 3, 8}), note)


def path(replay: Replay) -> Grid:
    rows = tuple(
        (
            step.label,
            step.waits,
            words.day(step.start),
            words.day(step.finish),
            "" if step.days is None else words.trimmed(step.days, 1),
            "" if step.planned_days is None else words.trimmed(step.planned_days, 1),
        )
        for step in replay.path
    )
    return Grid("The path that decided", ("task", "starts", "start", "finish", "days", "planned days"), rows, frozenset({0, 1, 2, 3}))


def summary(replay: Replay) -> str:
    """The story and the schedule as text, ending in a line break."""
    lines = [replay.name, "=" * min(len(replay.name), 100), *_wrapped(replay), ""]
    grid = tasks(replay)
    lines += [grid.heading, *aligned(grid), f"  ({grid.note})"]
    if replay.notes:
        lines += ["", "Notes", *(f"  - {note}" for note in replay.notes)]
    return "\n".join([*lines, "", f"{words.provenance_line(replay.provenance)}."]) + "\n"


def _wrapped(replay: Replay) -> Iterator[str]:
    from textwrap import wrap

    for sentence in story(replay):
        yield from wrap(sentence, 110, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)


def table_rows(replay: Replay) -> dict[str, list[Row]]:
    """``tasks, risks, path``: unrounded."""
    return {
        "tasks": [
            {
                "task": task.id,
                "name": task.label,
                "kind": task.kind,
                "project": task.project,
                "parent": task.parent,
                "planned_start": task.planned_start,
                "planned_finish": task.planned_finish,
                "start": task.start,
                "finish": task.finish,
                "planned_days": task.planned_days,
                "days": task.days,
                "finish_after_plan_days": task.later_days,
                "total_float_days": task.total_float,
                "drives": task.drives,
                "exists": task.exists,
                "risks": ", ".join(task.risks),
                "days_lost_to_weather": len(task.lost),
            }
            for task in replay.tasks
        ],
        "risks": [
            {
                "risk": risk.id,
                "name": risk.label,
                "kind": risk.kind,
                "probability": risk.probability,
                "task": one.task if one else None,
                "task_days": one.days if one else None,
                "target_delay_days": risk.delay,
                "cost": risk.cost,
            }
            for risk in replay.risks
            for one in (risk.struck or (None,))
        ],
        "path": [
            {
                "task": step.id,
                "name": step.label,
                "starts": step.waits,
                "start": step.start,
                "finish": step.finish,
                "days": step.days,
                "planned_days": step.planned_days,
            }
            for step in replay.path
        ],
    }
