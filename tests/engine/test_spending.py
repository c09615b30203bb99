"""The program promises the same money from the kernels as from plain payments, month by month and to the last hundredth."""

from dataclasses import replace
from datetime import date, datetime

import numpy as np
import pytest
from building import DAY, MONDAY, portfolio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import POOL, ingredients

from pmosim.engine.compiled import compile_portfolio
from pmosim.engine.costs import cents_of
from pmosim.engine.flows import cash_flows
from pmosim.engine.simulation import Run, analyse, redraw_durations, simulate_finishes
from pmosim.engine.single import single
from pmosim.model.laws import Fixed, Pert, Uniform
from pmosim.model.money import Assignment, Currency, Index, ProjectCost, Resource, Spread
from pmosim.model.passes import forward_pass
from pmosim.model.payments import payments
from pmosim.model.risks import Risk
from pmosim.model.tasks import Cost

pytestmark = pytest.mark.slow_without_jit

FALLING = Index("steel", date(2026, 1, 15), None, ((2026, 100.0), (2027, 90.0), (2028, 140.0)))
INDICES = (Index("wages", date(2026, 3, 20), Fixed(0.05)), FALLING)
RESOURCES = (Resource("crew", Fixed(1.25)), Resource("crane", Fixed(3.5), Fixed(700.0), "USD", "", "steel"))
CURRENCIES = (Currency("USD", Fixed(0.92)),)
index = st.sampled_from([None, "wages", "steel"])
currency = st.sampled_from(["", "USD"])
spread = st.sampled_from(Spread)
lasting = st.integers(1, 3000).map(lambda low: Uniform(low, low + 20_000))


@st.composite
def dear(draw):
    """Any portfolio whose every task and project costs something, at certain prices: what is uncertain is when."""
    plain = replace(draw(ingredients(laws=lasting, calendars=POOL, projects=("p", "q"), milestones=True)), risks=()).portfolio()
    projects = []
    for project in plain.projects:
        tasks = []
        for task in project.tasks:
            rate = Fixed(draw(st.sampled_from([0.5, 2.0])))
            cost = Cost(Fixed(draw(st.integers(0, 5000))), rate, draw(currency), draw(spread), draw(index))
            used = [one.id for one in RESOURCES if draw(st.booleans())]
            uses = tuple(Assignment(id, draw(st.sampled_from([0.5, 1.0, 3.0]))) for id in used)
            tasks.append(replace(task, cost=draw(st.sampled_from([None, cost])), assignments=uses))
        bond = ProjectCost("bond", Fixed(5000.0), spread=draw(spread), begins=f"{project.id}.{tasks[0].id}", index=draw(index))
        costs = (
            ProjectCost("site", Fixed(900.0), 10_080.0, index=draw(index), currency=draw(currency)),
            bond,
            ProjectCost("permit", Fixed(321.99), date=datetime(2026, 5, 1), index=draw(index)),
        )
        projects.append(replace(project, tasks=tuple(tasks), costs=costs[: draw(st.integers(0, 3))], index=draw(index)))
    return replace(plain, projects=tuple(projects), resources=RESOURCES, currencies=CURRENCIES, indices=INDICES)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(dear())
def test_every_month_of_every_iteration_is_that_of_the_plain_payments(made):
    compiled, run = compile_portfolio(made), Run(64, 5, threads=1)
    samples = simulate_finishes(compiled, run)
    accounts = range(len(compiled.accounts))
    flows = cash_flows(compiled, run, samples, accounts)
    assert np.array_equal(flows.cents.sum(axis=1), samples.costs)
    ends = [(date(month.year + month.month // 12, month.month % 12 + 1, 1) - compiled.plan.epoch).days * 1440 for month in flows.months]
    rows = redraw_durations(compiled, run, [*range(len(compiled.node_ids))])
    for iteration in (0, 31, 63):
        durations = dict(zip(compiled.node_ids, map(int, rows[:, iteration]), strict=True))
        starts, finishes = forward_pass(compiled.plan, durations)
        paid = [*payments(made, compiled.plan, durations, starts, finishes)]
        for account, id in enumerate(compiled.accounts):
            own = [one for one in paid if id in ("portfolio", one.project)]
            plain = [sum(one.until(end) for one in own) for end in ends]
            found = np.cumsum(flows.cents[account, :, iteration]) / 100
            assert np.allclose(found, plain, rtol=0, atol=0.02 * (len(own) + 1)), id


def everything():
    """Uncertain in every way that money can be."""
    laws = {"p.dig": Pert(2 * DAY, 5 * DAY, 20 * DAY), "p.fill": Uniform(DAY, 30 * DAY), "q.lay": Pert(DAY, 9 * DAY, 40 * DAY)}
    plan = portfolio(laws, "p.dig p.fill", "p.dig q.lay", costs={name: Cost(Uniform(100, 900), Uniform(1, 3)) for name in laws})
    uses = (Assignment("crew", 2.0),)
    projects = tuple(
        replace(
            one,
            tasks=tuple(replace(task, assignments=uses) for task in one.tasks),
            costs=(ProjectCost("site", Uniform(500, 900), 10_080.0, currency="USD"),),
            index="wages",
        )
        for one in plan.projects
    )
    return replace(
        plan,
        projects=projects,
        resources=(Resource("crew", Uniform(0.5, 1.5)),),
        currencies=(Currency("USD", Uniform(0.8, 1.0)),),
        indices=(Index("wages", MONDAY.date(), Uniform(0.0, 0.1)),),
        risks=(Risk("theft", 0.4, cost=Uniform(1000, 9000)),),
    )


def test_money_depends_neither_on_threads_nor_on_blocks():
    compiled = compile_portfolio(everything())
    found = []
    for threads, block in ((1, 64), (2, 128), (2, 512)):
        run = Run(1000, 9, threads=threads, block=block)
        samples = simulate_finishes(compiled, run)
        flows = cash_flows(compiled, run, samples, range(3))
        found.append((samples.costs, flows.cents, analyse(compiled, run).samples.costs))
    for costs, cents, analysed in found:
        assert np.array_equal(costs, found[0][0])
        assert np.array_equal(cents, found[0][1])
        assert np.array_equal(costs, analysed)


def test_an_iteration_alone_costs_what_it_costs_among_all():
    compiled, run = compile_portfolio(everything()), Run(200, 9)
    samples = simulate_finishes(compiled, run)
    for iteration in (0, 77, 199):
        assert np.array_equal(single(compiled, run, iteration).costs, samples.costs[:, iteration])


def test_a_task_that_is_added_leaves_the_prices_of_the_others_alone():
    less = everything()
    more = replace(less, projects=(less.projects[0], replace(less.projects[1], tasks=(*less.projects[1].tasks, less.projects[0].tasks[0]))))
    costs = [simulate_finishes(compile_portfolio(one), Run(256, 9)).costs[0] for one in (less, more)]
    assert np.array_equal(*costs)


def test_a_hundredth_is_rounded_halves_up():
    assert [cents_of(value) for value in (0.005, 0.125, 1.0, 2.675)] == [1, 13, 100, 268]
