"""Exposure by group, its concentration, risks that projects share, promises together, milestones ahead: sentences and tables."""

from __future__ import annotations

from collections.abc import Iterator

from pmosim.output import words
from pmosim.output.grids import Grid
from pmosim.output.tables import Row, spread
from pmosim.results.records import Estimate, Forecast
from pmosim.results.shared import Concentration, ExposureGroup, GroupState, SharedRisk

BY = ("category", "owner", "programme", "project")
COUNTS = {3: "three", 5: "five"}
MOST, MOST_SHARED, MOST_MILESTONES = 12, 8, 12

GROUPS_WORDS = (
    "By category and owner: these risks taken out together, and what that does to the finish and cost of the whole. By programme and "
    "project: all risks taken out, and what that does to its own finish and cost. Beside the sum: how far that is from the sum of what "
    "the risks add one by one; above 0 they hide one another (either of two parallel paths is late), below 0 they share a delay."
)


def groups_of(forecast: Forecast, by: str) -> list[ExposureGroup]:
    """The largest expected delay first; of what has none before mitigation, after it."""
    groups = [one for one in forecast.exposure.groups if one.by == by] if forecast.exposure else []
    return sorted(groups, key=lambda one: -(_expected(one.before) if one.before else -1 + 1e-9 * _expected(one.after)))


def _expected(state: GroupState | None) -> float:
    return state.delay.expected.value if state else 0.0


def name_of(group: ExposureGroup) -> str:
    return group.name or f"no {group.by} named"


# ---- tables for people ----


def groups(forecast: Forecast, by: str, most: int = MOST) -> Grid:
    """A row per group: expected and P80 delay and cost before and after mitigation."""
    currency = forecast.currency
    found = groups_of(forecast, by)
    rows = tuple(
        (
            words.shortened(name_of(one), 40),
            str(len(one.risks)) if one.risks else "",
            _days(one.before, "expected"),
            _days(one.after, "expected"),
            _days(one.before, "p80"),
            _days(one.after, "p80"),
            _beyond(one.before),
            _money(one.before, currency),
            _money(one.after, currency),
        )
        for one in found[:most]
    )
    heads = (by, "risks", "expected days", "mitigated", "P80 days", "P80 mitigated", "beside the sum", "expected cost", "cost mitigated")
    note = f"{len(found) - most:,} more in tables/exposure.csv" if len(found) > most else ""
    return Grid(f"Exposure by {by}", heads, rows, frozenset({0}), note)


def _days(state: GroupState | None, figure: str) -> str:
    return "" if state is None else words.number(getattr(state.delay, figure), finest=2)


def _beyond(state: GroupState | None) -> str:
    """Nothing where a group has one risk, which is its own sum."""
    if state is None or state.beyond_sum is None or (state.beyond_sum.is_exact and not state.beyond_sum.value):
        return ""
    text = words.number(state.beyond_sum, finest=2)
    return f"+{text}" if state.beyond_sum.value > 0 and text.strip("0.") else text


def _money(state: GroupState | None, currency: str) -> str:
    return "" if state is None or state.cost_expected is None else words.money(state.cost_expected, currency)


def shared(forecast: Forecast, most: int = MOST_SHARED) -> Grid:
    """A row per risk that moves several projects, a column per project: how far it moves that project's P80."""
    risks = forecast.exposure.shared if forecast.exposure else ()
    projects = columns_of(forecast)[:MOST]
    labels = {one.id: one.label for one in forecast.targets}
    rows = tuple((words.shortened(one.label, 40), str(one.certain), *(_move(one, id) for id in projects)) for one in risks[:most])
    heads = ("risk", "projects moved", *(f"P80 of {words.shortened(labels.get(id, id), 24)}" for id in projects))
    note = f"{len(risks) - most:,} more in tables/shared_risks.csv" if len(risks) > most else ""
    return Grid("Risks that move several projects", heads, rows, frozenset({0}), note)


def columns_of(forecast: Forecast) -> list[str]:
    """Projects that some shared risk moves, in the forecast's order."""
    moved = {id for one in forecast.exposure.shared for id in one.moves} if forecast.exposure else set()
    return [one.id for one in forecast.targets if one.id in moved]


def _move(risk: SharedRisk, project: str) -> str:
    return words.number(risk.moves[project], finest=1) if project in risk.moves else ""


def together(forecast: Forecast) -> Grid:
    labels = {one.id: one.label for one in forecast.targets}
    rows = tuple(
        (
            one.name,
            _unless(", ".join(labels.get(id, id) for id in one.targets), one.name),
            words.percent_with_range(one.probability),
            words.percent(one.if_unrelated),
        )
        for one in forecast.together
    )
    heads = ("promises together", "which", "all kept", "if they shared nothing")
    return Grid("Promises together", heads, rows, frozenset({0, 1}))


def _unless(text: str, said: str) -> str:
    return "" if text == said else text


def milestones(forecast: Forecast, most: int = MOST_MILESTONES) -> Grid:
    """What is due within twelve months, in order."""
    names = words.distinct([one.label for one in forecast.milestones], [one.id for one in forecast.milestones])
    several = len({one.project for one in forecast.milestones}) > 1
    rows = tuple(
        (
            words.shortened(name, 44),
            one.project if several and one.project != one.label else "",
            words.day(one.planned),
            words.day(one.target) if one.target else "",
            words.percent_with_range(one.probability),
            words.day(one.percentiles[50].value),
            words.day_with_range(one.percentiles[80]),
        )
        for name, one in zip(names, forecast.milestones, strict=True)
    )
    heads = ("due", "project", "plan", "target", "probability", "P50", "P80")
    note = f"{len(rows) - most:,} more in tables/milestones.csv" if len(rows) > most else ""
    return Grid("Due within twelve months", heads, rows[:most], frozenset({0, 1, 6}), note)


# ---- sentences ----


def concentration(forecast: Forecast, unit: str = "days") -> str:
    """``The largest risk makes 38 ± 1 % of the expected days of all, the largest 3 make 72 %; as concentrated as 4.3 equal risks``."""
    told = next((one for one in forecast.exposure.concentration if one.unit == unit), None) if forecast.exposure else None
    if told is None or 1 not in told.top:
        return ""
    labels = {risk.id: risk.label for risk in forecast.risks}
    first = words.shortened(labels.get(told.largest[0], told.largest[0]), 40)
    more = "".join(f", the largest {COUNTS[count]} {_share(told, count)}" for count in COUNTS if count in told.top)
    what = "working days" if unit == "days" else "money"
    return (
        f"Of what the {len(told.largest)} threats add in {what}, one by one, '{first}' makes {_share(told, 1)}{more}: "
        f"as concentrated as {words.number(told.equal_risks, finest=1)} risks of one size."
    )


def _share(told: Concentration, count: int) -> str:
    return words.percent(told.top[count])


def widest(forecast: Forecast) -> str:
    """``'Grid operator is late' moves the P80 of 3 projects, that of Hall furthest: by 8.8 ± 0.6 working days``."""
    if forecast.exposure is None or not forecast.exposure.shared or not forecast.exposure.shared[0].certain:
        return ""
    one = forecast.exposure.shared[0]
    labels = {target.id: target.label for target in forecast.targets}
    furthest = max(one.moves, key=lambda id: abs(one.moves[id].value))
    which = f"{one.certain} projects, that of {words.shortened(labels[furthest], 32)} furthest" if one.certain > 1 else labels[furthest]
    said = words.days(Estimate(*(abs(part) for part in _in_order(one.moves[furthest]))))
    return f"'{words.shortened(one.label, 40)}' moves the P80 of {which}: by {said}."


def _in_order(move: Estimate) -> tuple[float, float, float]:
    return (move.value, move.low, move.high) if move.value >= 0 else (move.value, move.high, move.low)


# ---- tables as data ----


def table_rows(forecast: Forecast) -> dict[str, list[Row]]:
    return {
        "exposure": list(_exposure_rows(forecast)),
        "concentration": list(_concentration_rows(forecast)),
        "shared_risks": list(_shared_rows(forecast)),
        "without_risks": [
            {
                "target": one.id,
                **spread("mean_without", one.after.mean),
                **spread("p80_without", one.after.percentiles[80]),
                **spread("probability_without", one.after.probability),
                **spread("expected_days", one.gain.expected),
                **spread("p50_moves_days", one.gain.p50),
                **spread("p80_moves_days", one.gain.p80),
            }
            for one in forecast.without_risks
        ],
        "together": [
            {
                "name": one.name,
                "targets": " ".join(one.targets),
                **spread("probability", one.probability),
                **spread("if_unrelated", one.if_unrelated),
            }
            for one in forecast.together
        ],
        "milestones": [
            {
                "id": one.id,
                "name": one.label,
                "project": one.project,
                "planned": one.planned,
                "target": one.target,
                **spread("probability", one.probability),
                **{f"p{level}": value.value for level, value in one.percentiles.items()},
            }
            for one in forecast.milestones
        ],
    }


def _exposure_rows(forecast: Forecast) -> Iterator[Row]:
    for one in forecast.exposure.groups if forecast.exposure else ():
        for name, state in (("before", one.before), ("after", one.after)):
            if state is not None:
                yield {
                    "by": one.by,
                    "group": one.name,
                    "state": name,
                    "risks": " ".join(one.risks),
                    **spread("expected_days", state.delay.expected),
                    **spread("p80_days", state.delay.p80),
                    **spread("cost_expected", state.cost_expected),
                    **spread("cost_p80", state.cost_p80),
                    "sum_of_risks_days": state.sum_expected,
                    **spread("beside_the_sum_days", state.beyond_sum),
                }


def _concentration_rows(forecast: Forecast) -> Iterator[Row]:
    for one in forecast.exposure.concentration if forecast.exposure else ():
        shares = {name: value for count in (1, 3, 5) for name, value in spread(f"largest_{count}", one.top.get(count)).items()}
        yield {"unit": one.unit, **spread("total", one.total), **shares, **spread("equal_risks", one.equal_risks)}


def _shared_rows(forecast: Forecast) -> Iterator[Row]:
    for one in forecast.exposure.shared if forecast.exposure else ():
        for project, move in one.moves.items():
            yield {"risk": one.id, "name": one.label, "project": project, **spread("p80_moves_days", move)}
