"""A forecast for the terminal: what a project manager needs to know, in the order in which they ask.

Plain text. Loads neither Matplotlib nor pandas, so that a run without charts is quick.
"""

from __future__ import annotations

from collections.abc import Iterator

from pmosim.output import analyses, exposing, findings, grids, mitigating, words
from pmosim.results.records import Forecast, TargetForecast

MOST_BLOCKS = 6  # targets told in full; the others share one table
RULE = "-"


def summary(forecast: Forecast) -> str:
    """The forecast as text, ending in a line break."""
    lines = list(_head(forecast))
    told, rest = _told(forecast)
    for one in told:
        lines += ["", *_target(forecast, one)]
    if rest:
        lines += ["", *_section(grids.overview(rest), "Other targets")]
    lines += _drivers(forecast)
    lines += _closing(forecast)
    return "\n".join(lines) + "\n"


def headline(one: TargetForecast) -> str:
    """``River bridge: 80 % sure by Thu 14 Oct 2027; the target of 30 Sep 2027 has 71 % (70 to 72 %)``."""
    sure = one.percentiles[80].value
    if one.earliest == one.latest and one.percentiles[80].low == one.percentiles[80].high:
        return f"{one.label}: finishes on {words.weekday(sure)}; nothing about it is uncertain"
    if one.target is not None and one.probability is not None:
        rest = f"the target of {words.day(one.target)} has {words.percent_with_range(one.probability)}"
    else:
        rest = f"the plan of {words.day(one.planned)} has {words.percent_with_range(one.plan_probability)}"
    return f"{one.label}: 80 % sure by {words.weekday(sure)}; {rest}"


def _head(forecast: Forecast) -> Iterator[str]:
    yield forecast.name
    yield "=" * min(len(forecast.name), 100)
    for one in forecast.targets[:MOST_BLOCKS]:
        yield headline(one)
    if forecast.joint_probability is not None:
        dated = sum(one.target is not None for one in forecast.targets)
        yield f"All {dated} target dates together: {words.percent_with_range(forecast.joint_probability)}"


def _told(forecast: Forecast) -> tuple[list[TargetForecast], list[TargetForecast]]:
    """Portfolio and projects in full, as many as `MOST_BLOCKS`; milestones in a table."""
    whole = [one for one in forecast.targets if one.kind != "milestone"][:MOST_BLOCKS]
    return whole, [one for one in forecast.targets if one not in whole]


def _target(forecast: Forecast, one: TargetForecast) -> Iterator[str]:
    heading = one.label if len(forecast.targets) > 1 else "Finish and cost" if one.cost is not None else "Finish"
    yield heading
    yield RULE * min(len(heading), 100)
    yield from grids.aligned(grids.percentiles(one))
    yield f"  {findings.distance(one)}."
    if one.cost is not None:
        yield ""
        yield from grids.aligned(grids.costs(one.cost, forecast.currency))
    together = grids.joint(forecast, one)
    if together.rows:
        yield ""
        yield from grids.aligned(together)
    if driver := findings.leading(one):
        yield f"  {driver}"


def _drivers(forecast: Forecast) -> list[str]:
    """What moves the first target, the risks, and where paths meet."""
    first, lines = forecast.targets[0], []
    if first.sensitivities:
        lines += [
            "",
            *_section(
                grids.without(grids.sources(first, most=8), "Spearman", "Kendall"), note="Ranks: all that the intervals leave possible."
            ),
        ]
    shown = grids.without(grids.risks(forecast, first.id, most=8), "owner")
    if shown.rows:
        lines += ["", *_section(shown, f"Risks, by what they add to: {first.label}")]
        total = forecast.total_exposure.get(first.id)
        if total is not None:
            lines.append(f"  All risks together: {words.days(total.expected)} expected, P80 {words.days(total.p80)}.")
    lines += _mitigation(forecast, first)
    lines += _exposure(forecast)
    lines += analyses.text(forecast)
    if forecast.merge_bias:
        lines += [
            "",
            *_section(grids.merge_bias(forecast), "Merge bias: later than the latest of the mean paths, for paths wait for one another"),
        ]
    return lines


def _mitigation(forecast: Forecast, first: TargetForecast) -> list[str]:
    """What the responses to risks bring, where there are any."""
    if forecast.mitigation is None:
        return []
    table = grids.without(mitigating.payoffs(forecast, first.id, most=8), "beside the others")
    return [
        "",
        *_section(table, "Mitigation, each bought alone"),
        f"  {mitigating.finding(forecast, first)}.",
        f"  {mitigating.subtitle(forecast, first)}",
    ]


def _exposure(forecast: Forecast) -> list[str]:
    """By owner and category, across projects, and what is due before long."""
    lines: list[str] = []
    for by in exposing.BY:
        table = grids.without(exposing.groups(forecast, by, most=5), "risks", "P80 days", "P80 mitigated")
        if table.rows:
            lines += ["", *_section(table)]
    if lines and (said := exposing.concentration(forecast)):
        lines.append(f"  {said}")
    shared = exposing.shared(forecast, most=5)
    if shared.rows:
        lines += ["", *_section(shared, "Risks that move several projects: how far each moves the P80, in working days")]
    for table in (exposing.together(forecast), exposing.milestones(forecast, most=8)):
        if table.rows and (table.heading != "Due within twelve months" or len(forecast.milestones) > 1):
            lines += ["", *_section(table)]
    return lines


def _closing(forecast: Forecast) -> list[str]:
    lines: list[str] = []
    decisive = grids.without(grids.constraints(forecast), "id")
    if decisive.rows:
        lines += ["", *_section(decisive, "Constraints that decided a date, or whose date was missed")]
    tied = grids.correlations(forecast)
    if tied.rows:
        lines += ["", *_section(tied, "Correlations (Spearman), as stated and as drawn")]
    if forecast.earned:
        known = {one.id: one for one in forecast.targets}
        lines += [
            "",
            *_section(grids.earned(forecast.earned), "Earned schedule: progress against the baseline alone, beside the simulation"),
        ]
        lines += [f"  {findings.earned(one, known.get(one.id))}." for one in forecast.earned[:MOST_BLOCKS]]
    if forecast.weather:
        lines += ["", *_section(grids.weather(forecast, most=18), "Weather, in working days lost")]
        lines += [f"  {line}" for line in findings.weather(forecast)]
    if forecast.branches:
        ways = grids.without(grids.branches(forecast, most=12), "tasks")
        lines += ["", *_section(ways, "Branches, and how often each way was taken")]
    if forecast.parity:
        lines += ["", *_section(grids.parity(forecast))]
        lines += [f"    {line}" for entry in forecast.parity for line in entry.differing[:3]]
    if forecast.notes:
        lines += ["", "Notes", *(f"  - {note}" for note in forecast.notes)]
    lines += [
        "",
        f"{words.provenance_line(forecast.provenance)}.",
        words.of_intervals(forecast),
    ]
    if stopped := findings.stopped(forecast):
        lines.append(f"{stopped}.")
    if forecast.timing is not None:
        lines.append(words.took(forecast.timing))
    return lines


def _section(grid: grids.Grid, heading: str = "", note: str = "") -> Iterator[str]:
    yield heading or grid.heading
    yield from grids.aligned(grid)
    if grid.note:
        yield f"  ({grid.note})"
    if note:
        yield f"  {note}"
