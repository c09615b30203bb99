"""The forecast as one HTML page: charts inside, a text alternative for each, tables; nothing is fetched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pmosim.output import again, analyses, comparing, exposing, findings, grids, mitigating, overview, spending, text, words
from pmosim.output.charts import Chart, catalogue
from pmosim.output.charts.catalogue import (
    GROUP_CHARTS,
    MILESTONES_CHART,
    MITIGATION_CHARTS,
    RISK_CHARTS,
    SHARED_CHART,
    TARGETS_CHART,
    WEATHER_CHART,
    tells_milestones,
)
from pmosim.output.likeness import Likeness, apartness, moves
from pmosim.output.pages import Page, Picture, Section, Shown, pictures_of, rendered, shown
from pmosim.results.records import Forecast, MitigationForecast, TargetForecast


def report(
    forecast: Forecast,
    charts: Sequence[Chart] | None = None,
    svgs: Mapping[str, bytes] | None = None,
    *,
    with_files: bool = False,
    like: Likeness | None = None,
) -> str:
    """HTML of the whole report.

    Parameters
    ----------
    charts
        Those to show; all of the catalogue by default.
    svgs
        Pictures that are drawn already, by chart name; the others are drawn here.
    with_files
        The page lies in a results folder, beside the charts' data: link to them.
    like
        An earlier forecast, against which moves are told.
    """
    charts = catalogue(forecast, like) if charts is None else charts
    page = Page(
        title=forecast.name,
        lead=_lead(forecast),
        headlines=(*_headlines(forecast), *_moved(forecast, like)),
        sections=tuple(_sections(forecast, charts, pictures_of(charts, svgs), like)),
        explanations=(_intervals(forecast), *analyses.explanations(forecast)),
        provenance=tuple(_provenance(forecast)),
        description=forecast.description,
        command=again.command("run", forecast.provenance, *analyses.asked(forecast)),
    )
    return rendered(page, with_files=with_files)


def _lead(forecast: Forecast) -> str:
    origin = forecast.provenance
    source = f" of {origin.source}" if origin.source else ""
    return f"Forecast of {words.day(origin.status_date)}, from {origin.iterations:,} simulated futures{source}"


def _intervals(forecast: Forecast) -> str:
    return (
        f"Intervals, written as ± or in brackets, are the {words.confidence(forecast)} intervals of the simulation alone: they say how far "
        "another run of the same model might differ, not how good the model is. P80 is a date that 80 % of the simulated futures do not "
        "exceed. Working days follow the project's calendar."
    )


def _headlines(forecast: Forecast) -> list[str]:
    lines = [text.headline(one) for one in forecast.targets[: text.MOST_BLOCKS]]
    if forecast.joint_probability is not None:
        dated = sum(one.target is not None for one in forecast.targets)
        lines.append(f"All {dated} target dates together: {words.percent_with_range(forecast.joint_probability)}")
    return [*lines, *analyses.headlines(forecast)]


def _moved(forecast: Forecast, like: Likeness | None) -> Iterator[str]:
    """Of the first target, since the earlier forecast."""
    moved = like.moved(forecast.targets[0].id) if like is not None else None
    if like is not None and moved is not None:
        yield f"Since {like.called}: {comparing.headline(moved)}"


# ---- sections ----


def _sections(  # noqa: PLR0912 - one section after the other
    forecast: Forecast, charts: Sequence[Chart], pictures: Mapping[str, Picture], like: Likeness | None = None
) -> Iterator[Section]:
    """All targets; one section for the portfolio and for each project; risks; where paths meet; imported dates; notes."""
    risky = [chart for chart in charts if chart.name in RISK_CHARTS]
    eased = [chart for chart in charts if chart.name in MITIGATION_CHARTS]
    apart = {*MITIGATION_CHARTS, *RISK_CHARTS, *analyses.CHARTS}
    own = {one.id: [chart for chart in charts if chart.section == one.id and chart.name not in apart] for one in forecast.targets}
    whole = [one for one in forecast.targets if one.kind != "milestone"]
    anchors = {one.id: f"target-{place}" for place, one in enumerate(whole, 1) if own[one.id] or place <= text.MOST_BLOCKS}
    yield from _at_a_glance(forecast, charts, anchors, pictures)
    yield from _changes(like)
    for one in whole:
        if one.id in anchors:
            yield _of_target(forecast, one, anchors[one.id], own[one.id], pictures)
    if forecast.risks:
        yield _of_risks(forecast, risky, pictures)
    if forecast.mitigation is not None:
        yield _of_mitigation(forecast, forecast.mitigation, eased, pictures)
    if forecast.exposure is not None:
        yield from _of_exposure(forecast, charts, pictures)
    yield from analyses.sections(forecast, charts, pictures)
    if forecast.merge_bias:
        yield Section(
            "merge-bias",
            "Where paths meet",
            tuple(shown([grids.merge_bias(forecast, most=20)])),
            ("Where several paths meet, the last one decides: on average that is later than the latest of their averages, by this much.",),
        )
    decisive = grids.constraints(forecast, most=50)
    if decisive.rows:
        said = "How often a constraint decided where its task stands, or its date was missed where it is read as a wish."
        yield Section("constraints", "Constraints", tuple(shown([decisive])), (said,))
    tied = grids.correlations(forecast, most=50)
    if tied.rows:
        said = "Rank correlations as stated, and as the draws have them; of a group, the mean over pairs of its first members."
        yield Section("correlations", "Correlations", tuple(shown([tied])), (said,))
    if forecast.earned:
        known = {one.id: one for one in forecast.targets}
        lines = tuple(f"{findings.earned(one, known.get(one.id))}." for one in forecast.earned)
        yield Section("earned", "Earned schedule", tuple(shown([grids.earned(forecast.earned)])), (findings.EARNED_WORDS,), lines)
    if forecast.weather:
        yield _of_weather(forecast, [chart for chart in charts if chart.name.startswith(WEATHER_CHART)], pictures)
    if forecast.branches:
        said = "In how many iterations each way was taken. Dates of tasks that exist only sometimes are of the iterations in which they do."
        yield Section("branches", "Branches", tuple(shown([grids.branches(forecast, most=50)])), (said,))
    if forecast.parity:
        lines = tuple(f"{entry.source}: {line}" for entry in forecast.parity for line in entry.differing)
        yield Section("parity", "Imported dates", tuple(shown([grids.parity(forecast)])), lines=lines)
    if forecast.notes or analyses.notes(forecast):
        yield Section("notes", "Assumptions and notes", (), lines=(*forecast.notes, *analyses.notes(forecast)))


def _at_a_glance(
    forecast: Forecast, charts: Sequence[Chart], anchors: Mapping[str, str], pictures: Mapping[str, Picture]
) -> Iterator[Section]:
    """All targets, promises together, and what is due before long."""
    if len(forecast.targets) > 1:
        general = [chart for chart in charts if chart.name == TARGETS_CHART]
        tables = [overview.overview(forecast, anchors), exposing.together(forecast)]
        yield Section("all-targets", "All targets", (*_pictures(general, pictures), *shown(tables)), overview.legend(forecast))
    if tells_milestones(forecast):
        ahead = [chart for chart in charts if chart.name == MILESTONES_CHART]
        yield Section(
            "milestones", "Due within twelve months", (*_pictures(ahead, pictures), *shown([exposing.milestones(forecast, most=60)]))
        )


def _changes(like: Likeness | None) -> Iterator[Section]:
    """What moved since an earlier forecast."""
    if like is None:
        return
    both = like.comparison
    lines = [f"New: {label}" for label in both.only_after] + [f"No longer there: {label}" for label in both.only_before]
    before = words.provenance_line(both.before.provenance)
    said = (f"Before: {before}. {apartness(like)}",)
    yield Section("changes", f"Since {like.called}", tuple(shown([moves(like)])), said, tuple(lines))


def _of_target(forecast: Forecast, one: TargetForecast, anchor: str, own: Sequence[Chart], pictures: Mapping[str, Picture]) -> Section:
    """Charts in their order, and the tables behind them."""
    tables = [grids.percentiles(one)]
    if one.cost is not None:
        tables.append(grids.costs(one.cost, forecast.currency))
        tables.append(grids.joint(forecast, one))
        tables.append(spending.table(forecast, one))
    later = [grids.sources(one, most=20)]
    if one.kind != "portfolio":
        later.append(grids.tasks(forecast, one))
    first = [chart for chart in own if chart.name.endswith(("-completion", "-cost", "-joint", "-cash-flow", "-spending"))]
    rest = [chart for chart in own if chart not in first]
    parts: tuple[Picture | Shown, ...] = (*_pictures(first, pictures), *shown(tables), *_pictures(rest, pictures), *shown(later))
    return Section(anchor, one.label, parts, (f"{findings.distance(one)}. {findings.leading(one)}".strip(),))


def _of_risks(forecast: Forecast, charts: Sequence[Chart], pictures: Mapping[str, Picture]) -> Section:
    first = forecast.targets[0]
    total = forecast.total_exposure.get(first.id)
    said = () if total is None else (f"All risks together: {words.days(total.expected)} expected, P80 {words.days(total.p80)}.",)
    return Section("risks", "Risks", (*_pictures(charts, pictures), *shown([grids.risks(forecast, first.id, most=50)])), said)


def _of_exposure(forecast: Forecast, charts: Sequence[Chart], pictures: Mapping[str, Picture]) -> Iterator[Section]:
    """By group, and by what projects share; nothing where all risks are one group of one project."""
    grouped = [chart for chart in charts if chart.name in GROUP_CHARTS.values()]
    tables = [exposing.groups(forecast, by, most=50) for by in exposing.BY]
    said = tuple(filter(None, (exposing.concentration(forecast), exposing.concentration(forecast, "money"))))
    if any(table.rows for table in tables):
        parts: tuple[Picture | Shown, ...] = (*_pictures(grouped, pictures), *shown(tables))
        yield Section("exposure", "Exposure by group", parts, (*said, exposing.GROUPS_WORDS))
    across = [chart for chart in charts if chart.name == SHARED_CHART]
    if across:
        parts = (*_pictures(across, pictures), *shown([exposing.shared(forecast, most=20)]))
        yield Section("shared", "Risks that projects share", parts, (exposing.widest(forecast),))


def _of_mitigation(forecast: Forecast, made: MitigationForecast, charts: Sequence[Chart], pictures: Mapping[str, Picture]) -> Section:
    first = forecast.targets[0]
    tables = [mitigating.payoffs(forecast, first.id, most=50), mitigating.states(forecast, first.id)]
    said = (mitigating.money(forecast, made), *MITIGATION_WORDS)
    return Section("mitigation", "Before and after mitigation", (*_pictures(charts, pictures), *shown(tables)), said)


MITIGATION_WORDS = (
    "Days gained: how far the figure moves if this mitigation alone is bought; beside the others: if all the others are bought anyway. "
    "In money a mitigation pays where the expected cost that it saves is certainly more than its price; the days come on top.",
)


def _of_weather(forecast: Forecast, charts: Sequence[Chart], pictures: Mapping[str, Picture]) -> Section:
    said = "Work on these calendars stands still on lost days, which are drawn once for all projects."
    parts: tuple[Picture | Shown, ...] = (*_pictures(charts, pictures), *shown([grids.weather(forecast, most=120)]))
    return Section("weather", "Weather", parts, (" ".join(findings.weather(forecast)), said))


def _pictures(charts: Sequence[Chart], pictures: Mapping[str, Picture]) -> Iterator[Picture]:
    return (pictures[chart.name] for chart in charts)


def _provenance(forecast: Forecast) -> Iterator[tuple[str, str]]:
    origin = forecast.provenance
    yield "Scenario", origin.source or forecast.name
    for override in origin.overrides:
        yield "Instead of the scenario's own", override
    yield "Status date", words.weekday(origin.status_date)
    yield "Iterations", f"{origin.iterations:,}"
    yield "Draws", "random" if origin.sampling == "random" else "Latin hypercube, ten replicates"
    if stopped := findings.stopped(forecast):
        yield "Why so many", stopped
    if origin.sampling != "random":
        yield "Intervals", words.of_intervals(forecast)
    yield "Seed", str(origin.seed)
    yield "Model fingerprint", origin.fingerprint
    yield "Made with", ", ".join(f"{name} {version}" for name, version in origin.versions.items())
    if forecast.timing is not None:
        yield "Time", words.took(forecast.timing)
