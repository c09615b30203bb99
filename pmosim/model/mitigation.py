"""Portfolios in which responses to risks are in place: same ids, so same draws.

A mitigated risk occurs where u < p for the same u, and its impact is read at the same uniform, so that before and after
differ by the mitigation alone.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import chain

from pmosim.errors import InvalidModel, Problem, did_you_mean
from pmosim.model.laws import Fixed
from pmosim.model.project import Portfolio
from pmosim.model.risks import Impact, ImpactKind, Mitigation, Risk, Status
from pmosim.model.tasks import LinkKind

PRICE = "mitigation of "
"""Begins the id of the certain cost that books what a mitigation costs."""

AFTER = "mitigated "
"""Begins the id of a risk's state after mitigation, where both states stand side by side."""


def mitigations(portfolio: Portfolio) -> dict[str, Mitigation]:
    """The mitigations that can be bought, by the id of their risk: not those of risks that are closed or only proposed."""
    by_id = {risk.id: risk for risk in portfolio.risks}
    return {risk.id: risk.mitigation for risk in portfolio.risks if risk.mitigation and _can_act(risk, by_id)}


def _can_act(risk: Risk, by_id: dict[str, Risk]) -> bool:
    """Whether it acts, or would once the mitigations that it arises from are in place."""
    first = by_id.get(risk.arises_from or "")
    return risk.status in (Status.OPEN, Status.OCCURRED) and (first is None or _can_act(first, by_id))


def mitigated(portfolio: Portfolio, ids: Collection[str] | None = None) -> Portfolio:
    """The portfolio with the mitigations of these risks in place (None: all), and their price booked.

    Risks that arise from them then exist. Raises InvalidModel for ids that have no mitigation to be bought.
    """
    known = mitigations(portfolio)
    chosen = {*known} if ids is None else {*ids}
    _check(portfolio, chosen, known)
    risks = [_after(risk) if risk.id in chosen else risk for risk in _awakened(portfolio.risks, chosen)]
    prices = [_price(risk, known[risk.id]) for risk in portfolio.risks if risk.id in chosen and known[risk.id].cost]
    return replace(portfolio, risks=(*risks, *prices))


def _check(portfolio: Portfolio, chosen: set[str], known: dict[str, Mitigation]) -> None:
    problems = []
    for id in sorted(chosen - {*known}):
        is_risk = any(risk.id == id for risk in portfolio.risks)
        what = f"risk '{id}' has no mitigation that could be bought" if is_risk else f"there is no risk '{id}'"
        fix = did_you_mean(id, known, f"those with one are {', '.join(known)}" if known else "give risks a mitigation")
        problems.append(Problem("no-mitigation" if is_risk else "unknown-risk", ("risks", id), what, fix))
    if problems:
        raise InvalidModel(problems)


def _awakened(risks: tuple[Risk, ...], chosen: set[str]) -> list[Risk]:
    """With the secondary risks awake of which every risk up the line is mitigated."""
    by_id = {risk.id: risk for risk in risks}
    return [_as_it_is(risk, {*_line(risk, by_id)}, chosen) for risk in risks]


def _as_it_is(risk: Risk, needed: set[str], chosen: set[str]) -> Risk:
    if not needed & chosen:
        return risk
    return replace(risk, arises_from=None, status=risk.status if needed <= chosen else Status.PROPOSED)


def _line(risk: Risk, by_id: dict[str, Risk]) -> list[str]:
    """The risks without whose mitigation this one does not exist."""
    first = by_id.get(risk.arises_from or "")
    return [] if first is None else [first.id, *_line(first, by_id)]


def _after(risk: Risk) -> Risk:
    """The state after mitigation; its cost stays in the account that it had."""
    left = risk.mitigation
    assert left is not None
    hits = risk.hits if left.hits is None else left.hits
    return replace(
        risk,
        probability=risk.probability if left.probability is None else left.probability,
        hits=hits,
        cost=(risk.cost if left.cost_impact is None else left.cost_impact) or (None if hits else Fixed(0.0)),
        project=risk.account,
        mitigation=None,
    )


def _price(risk: Risk, mitigation: Mitigation) -> Risk:
    return Risk(
        PRICE + risk.id, 1.0, cost=Fixed(mitigation.cost), project=risk.account, name=f"{mitigation.name or 'Mitigation'}: {risk.label}"
    )


@dataclass(frozen=True)
class BothStates:
    """One portfolio that holds every risk before and after its mitigation, so that each choice is a set of risks to leave out."""

    portfolio: Portfolio
    before: dict[str, str]  # mitigable risk -> id of its state before, in ``portfolio``
    after: dict[str, tuple[str, ...]]  # -> its state after, and its price
    secondary: dict[str, frozenset[str]]  # id of a risk, in ``portfolio`` -> all that must be mitigated for it to exist

    def without(self, chosen: Collection[str]) -> tuple[str, ...]:
        """What is to be left out for the mitigations ``chosen`` to be in place, and no other."""
        gone = [state for id, state in self.before.items() if id in chosen]
        gone += chain.from_iterable(states for id, states in self.after.items() if id not in chosen)
        gone += [id for id, needed in self.secondary.items() if not needed <= {*chosen}]
        return tuple(dict.fromkeys(gone))


def both_states(portfolio: Portfolio) -> BothStates:
    """Before and after side by side, drawn alike. What ``without`` leaves has the figures of `mitigated`, to the last bit."""
    known = mitigations(portfolio)
    by_id = {risk.id: risk for risk in portfolio.risks}
    risks: list[Risk] = []
    after: dict[str, tuple[str, ...]] = {}
    secondary: dict[str, frozenset[str]] = {}
    for risk in portfolio.risks:
        needed = frozenset(_line(risk, by_id))
        awake = replace(risk, arises_from=None)
        states = [awake]
        if risk.id in known:
            states.append(replace(_after(awake), id=AFTER + risk.id, drawn_as=risk.id))
            prices = [_price(risk, known[risk.id])] if known[risk.id].cost else []
            after[risk.id] = tuple(state.id for state in (*states[1:], *prices))
            risks += prices
        if needed:
            secondary |= {state.id: needed for state in states}
        risks += [replace(state, mitigation=None) for state in states]
    return BothStates(replace(portfolio, risks=tuple(risks)), {id: id for id in known}, after, secondary)


QUANTILES = tuple(k / 64 for k in range(65))


def only_helps(portfolio: Portfolio) -> bool:
    """Whether no iteration can be later with more mitigations in place: they lower probabilities and impacts, and links only push.

    Laws are compared at 65 quantiles.
    """
    pushing = all(link.kind in (LinkKind.FS, LinkKind.SS) for link in portfolio.links)
    held = any(task.constraints or task.kind.spans for task in portfolio.tasks.values())
    secondary = any(risk.arises_from for risk in portfolio.risks)
    tangled = any(risk.group or risk.window for risk in portfolio.risks)
    return (
        pushing
        and not (held or secondary or tangled or portfolio.branches)
        and all(_lowers(risk) for risk in portfolio.risks if risk.mitigation)
    )


def _lowers(risk: Risk) -> bool:
    after = _after(risk)
    left = {(hit.target, hit.impact.kind): hit.impact.law for hit in after.hits}
    same = len(left) == len(risk.hits) == len(after.hits)
    return (
        after.probability <= risk.probability
        and same
        and all(
            (law := left.get((hit.target, hit.impact.kind))) is not None
            and _is_harmful(hit.impact)
            and (law == hit.impact.law or all(law.quantile(q) <= hit.impact.law.quantile(q) for q in QUANTILES))
            for hit in risk.hits
        )
        and all(_is_harmful(hit.impact) for hit in after.hits)
    )


def _is_harmful(impact: Impact) -> bool:
    """Never shortens anything: an opportunity that becomes less likely is a loss."""
    return impact.law.support[0] >= (1 if impact.kind is ImpactKind.FACTOR else 0)
