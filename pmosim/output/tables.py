"""A forecast as pandas tables: every figure unrounded, each with the ends of its interval. For CSV files and notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pmosim.results.records import DateEstimate, Estimate, Forecast, TargetForecast

if TYPE_CHECKING:
    import pandas as pd

Row = dict[str, Any]


def forecast_tables(forecast: Forecast) -> dict[str, pd.DataFrame]:
    """``targets, percentiles, joint, joint_frontier, tasks, criticality, sensitivities, risks, risk_delays, merge_bias, ...``.

    As pandas tables. Durations and delays in working days, money in the forecast's currency, shares between 0 and 1.
    """
    import pandas as pd

    return {name: pd.DataFrame(rows) for name, rows in table_rows(forecast).items()}


def table_rows(forecast: Forecast) -> dict[str, list[Row]]:
    """The same as plain rows: name of the column to value."""
    return {
        "targets": targets(forecast),
        "percentiles": percentiles(forecast),
        "joint": joint(forecast),
        "joint_frontier": joint_frontier(forecast),
        "cash_flow": cash_flow(forecast),
        "tasks": tasks(forecast),
        "criticality": criticality(forecast),
        "sensitivities": sensitivities(forecast),
        "risks": risks(forecast),
        "risk_delays": risk_delays(forecast),
        "merge_bias": merge_bias(forecast),
        "constraints": constraints(forecast),
        "correlations": correlations(forecast),
        "branches": branches(forecast),
        "weather": weather(forecast),
        "weather_delays": weather_delays(forecast),
    }


def targets(forecast: Forecast) -> list[Row]:
    """One row per target: plan, mean, spread, target date and budget with their probabilities."""
    return [_target(one) for one in forecast.targets]


def _target(one: TargetForecast) -> Row:
    row: Row = {
        "target": one.id,
        "name": one.label,
        "kind": one.kind,
        "planned": one.planned,
        **spread("plan_probability", one.plan_probability),
        **spread("mean", one.mean),
        **spread("sd_days", one.sd),
        "earliest": one.earliest,
        "latest": one.latest,
        "date": one.target,
        **spread("probability", one.probability),
    }
    cost = one.cost
    return row | {
        "planned_cost": cost.planned if cost else None,
        **spread("plan_cost_probability", cost.plan_probability if cost else None),
        **spread("mean_cost", cost.mean if cost else None),
        **spread("sd_cost", cost.sd if cost else None),
        "budget": cost.budget if cost else None,
        **spread("budget_probability", cost.budget_probability if cost else None),
    }


def percentiles(forecast: Forecast) -> list[Row]:
    """One row per target and P-level: finish, contingency, cost."""
    rows = []
    for one in forecast.targets:
        for level, value in sorted(one.percentiles.items()):
            gap, cost = one.contingency.get(level), one.cost
            rows.append(
                {
                    "target": one.id,
                    "level": level,
                    **spread("finish", value),
                    **spread("working_days", gap.working_days if gap else None),
                    **spread("calendar_days", gap.calendar_days if gap else None),
                    **spread("cost", cost.percentiles.get(level) if cost else None),
                    **spread("cost_contingency", cost.contingency.get(level) if cost else None),
                }
            )
    return rows


def joint(forecast: Forecast) -> list[Row]:
    """One row per target and pair of a date and a cost; ``level`` is empty for what was promised."""
    return [
        {
            "target": one.id,
            "level": point.level,
            "finish": point.finish,
            "cost": point.cost,
            **spread("both", point.both),
            **spread("finish_only", point.finish_only),
            **spread("cost_only", point.cost_only),
            **spread("neither", point.neither),
            **spread("on_time", point.on_time),
            **spread("on_budget", point.on_budget),
        }
        for one in forecast.joint
        for point in one.points
    ]


def joint_frontier(forecast: Forecast) -> list[Row]:
    """One row per point of each line of equal joint confidence."""
    return [
        {"target": one.id, "level": line.level, "finish": finish, "cost": cost}
        for one in forecast.joint
        for line in one.frontiers
        for finish, cost in zip(line.finish, line.cost, strict=True)
    ]


def cash_flow(forecast: Forecast) -> list[Row]:
    """One row per target and month: what is spent in it, and what has been spent by its end."""
    found = []
    for flow in forecast.cash_flow:
        for place, month in enumerate(flow.months):
            row: Row = {"target": flow.id, "month": month, "planned_by_then": flow.planned[place]}
            for name, spent in (("spent", flow.monthly), ("spent_by_then", flow.cumulative)):
                for label, series in (("mean", spent.mean), *((f"p{level}", one) for level, one in spent.percentiles.items())):
                    key = f"{name}_{label}"
                    row |= {key: series.value[place], f"{key}_low": series.low[place], f"{key}_high": series.high[place]}
            found.append(row)
    return found


def tasks(forecast: Forecast) -> list[Row]:
    """One row per task; its criticality to each target stands in the table of that name."""
    return [
        {
            "task": task.id,
            "name": task.label,
            "project": task.project,
            "kind": task.kind,
            "wbs": task.wbs,
            "parent": task.parent,
            "planned_start": task.planned_start,
            "planned_finish": task.planned_finish,
            **{f"start_p{level}": moment for level, moment in task.start.items()},
            **{f"finish_p{level}": moment for level, moment in task.finish.items()},
            "resolution_days": task.resolution_days,
            "mean_start": task.mean_start,
            "mean_finish": task.mean_finish,
            **spread("mean_duration", task.duration_mean),
            **spread("sd_duration", task.duration_sd),
            "planned_float": task.planned_float,
            **spread("mean_float", task.float_mean),
            **spread("criticality_by_float", task.criticality_float),
            **spread("significance", task.significance),
            **spread("exists", task.exists),
        }
        for task in forecast.tasks
    ]


def criticality(forecast: Forecast) -> list[Row]:
    """One row per task and target: share of iterations in which the task is on the driving path to it."""
    return [
        {"task": task.id, "target": target, **spread("criticality", share)}
        for task in forecast.tasks
        for target, share in task.criticality.items()
    ]


def sensitivities(forecast: Forecast) -> list[Row]:
    """One row per target and source of uncertainty, in order of rank."""
    rows = []
    for one in forecast.targets:
        for source in one.sensitivities:
            swing = source.tornado
            rows.append(
                {
                    "target": one.id,
                    "rank": source.rank,
                    "tied_with_next": source.tied_with_next,
                    "source": source.source,
                    "kind": source.kind,
                    "name": source.label,
                    **spread("criticality", source.criticality),
                    **spread("ssi", source.ssi),
                    **spread("pearson", source.cruciality.pearson),
                    **spread("spearman", source.cruciality.spearman),
                    **spread("kendall", source.cruciality.kendall),
                    **spread("low_decile_days", swing.low_mean if swing else None),
                    **spread("high_decile_days", swing.high_mean if swing else None),
                    **spread("low_decile_p80_days", swing.low_p80 if swing else None),
                    **spread("high_decile_p80_days", swing.high_p80 if swing else None),
                    "low_decile_date": swing.low_date if swing else None,
                    "high_decile_date": swing.high_date if swing else None,
                }
            )
    return rows


def risks(forecast: Forecast) -> list[Row]:
    """One row per risk: how likely it is, what it hits, what it costs."""
    return [
        {
            "risk": risk.id,
            "name": risk.label,
            "kind": risk.kind,
            "owner": risk.owner,
            "category": risk.category,
            "status": risk.status,
            "probability": risk.probability,
            **spread("occurred", risk.occurred),
            "hits": " ".join(risk.hits),
            **spread("cost_expected", risk.cost_expected),
            **spread("cost_p80", risk.cost_p80),
            **spread("cost_expected_if_occurs", risk.cost_expected_if_occurs),
            "description": risk.description,
            "cause": risk.cause,
            "effect": risk.effect,
            "response": risk.response,
            "proximity": risk.proximity,
        }
        for risk in forecast.risks
    ]


def risk_delays(forecast: Forecast) -> list[Row]:
    """One row per risk and target, and one for all risks together under the name ``(all)``."""
    delays = [(risk.id, target, delay) for risk in forecast.risks for target, delay in risk.delay.items()]
    delays += [("(all)", target, delay) for target, delay in forecast.total_exposure.items()]
    return [
        {
            "risk": risk,
            "target": target,
            **spread("expected_days", delay.expected),
            **spread("p80_days", delay.p80),
            **spread("expected_days_if_occurs", delay.expected_if_occurs),
            **spread("p80_days_if_occurs", delay.p80_if_occurs),
        }
        for risk, target, delay in delays
    ]


def merge_bias(forecast: Forecast) -> list[Row]:
    return [{"task": node.id, "name": node.label, "paths": node.paths, **spread("bias_days", node.bias)} for node in forecast.merge_bias]


def constraints(forecast: Forecast) -> list[Row]:
    """One row per dated constraint: the share of iterations in which it decided a date, or was missed."""
    return [
        {"task": one.id, "name": one.label, "kind": one.kind, "date": one.date, "holds": one.holds, **spread("share", one.share)}
        for one in forecast.constraints
    ]


def weather(forecast: Forecast) -> list[Row]:
    """One row per weather, calendar and month: working days, and how many of them are lost."""
    return [
        {
            "weather": one.id,
            "name": one.label,
            "calendar": one.calendar,
            "month": month.month,
            "working_days": month.working_days,
            **spread("mean", month.mean),
            **spread("p10", month.p10),
            **spread("p80", month.p80),
            **spread("p90", month.p90),
        }
        for one in forecast.weather
        for month in one.months
    ]


def weather_delays(forecast: Forecast) -> list[Row]:
    """One row per weather and target: how much later it is than without that weather, on the same draws."""
    first = {one.id: one for one in reversed(forecast.weather)}
    return [
        {"weather": id, "target": target, **spread("expected_days", delay.expected), **spread("p80_days", delay.p80)}
        for id, one in first.items()
        for target, delay in one.delay.items()
    ]


def branches(forecast: Forecast) -> list[Row]:
    """One row per way of a branch: the share of iterations in which it was taken."""
    return [
        {
            "branch": one.id,
            "way": way.name,
            **spread("share", way.share),
            "probability": way.probability,
            "decided_by": one.decided_by,
            "by": one.by,
            "up_to": way.up_to,
            "up_to_days": way.up_to_days,
            "up_to_cost": way.up_to_cost,
            "tasks": " ".join(way.tasks),
        }
        for one in forecast.branches
        for way in one.ways
    ]


def correlations(forecast: Forecast) -> list[Row]:
    """One row per stated correlation: Spearman's rho as stated and as drawn."""
    return [
        {
            "correlation": one.label,
            "members": len(one.items),
            "items": "; ".join(one.items),
            "stated": one.stated,
            **spread("achieved", one.achieved),
        }
        for one in forecast.correlations
    ]


def spread(name: str, estimate: Estimate | DateEstimate | None) -> Row:
    """A figure and the ends of its interval as three columns; empty where there is none."""
    if estimate is None:
        return {name: None, f"{name}_low": None, f"{name}_high": None}
    return {name: estimate.value, f"{name}_low": estimate.low, f"{name}_high": estimate.high}
