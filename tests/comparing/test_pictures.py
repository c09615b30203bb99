"""Charts and pages of comparisons and replays: no label touches another, nothing is cut, every page stands alone."""

from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest
from building import DAY, MONDAY, adds, portfolio
from output.test_layout import faults_of

from pmosim.forecasting import forecast
from pmosim.forecasting.compare import Given, compare
from pmosim.forecasting.replay import replay
from pmosim.model.calendars import weekly
from pmosim.model.laws import Discrete, Fixed, Pert, Triangular
from pmosim.model.project import Portfolio, Target
from pmosim.model.risks import Risk
from pmosim.model.tasks import Cost
from pmosim.output import comparison_page, replay_page
from pmosim.output.charts import iteration
from pmosim.output.charts.moves import bars_of
from pmosim.output.comparing import summary
from pmosim.results.stored import compare_stored

LONG = "Reinforced concrete foundation of the northern approach ramp, including dewatering, sheet piling and all permits"
PROMISE = Target("p.finish", MONDAY + timedelta(days=40), 50_000.0)
LAWS = {"dig": Pert(2400, 4800, 9600), "found": Triangular(960, 1920, 4800), "check": 960.0}
LINKS = ("dig found", "found check")
FLOOD = Risk("flood", 0.3, (adds("dig", Triangular(480, 2400, 9600)),), cost=Fixed(1000.0), name="The river floods the pit")


def house(laws=LAWS, links=LINKS, risks=(FLOOD,), targets=(PROMISE,), cost=10_000.0, **more):
    return portfolio(laws, *links, risks=risks, targets=targets, costs={"dig": Cost(Fixed(cost), Fixed(2.0))}, **more)


def named(made: Portfolio, name: str) -> Portfolio:
    projects = tuple(
        replace(one, name=name, tasks=tuple(replace(task, name=f"{name} {task.id}") for task in one.tasks)) for one in made.projects
    )
    return replace(made, name=name, projects=projects)


def wide():
    """Forty tasks in a row, each with a long name and hit by a risk."""
    laws = {f"task{k}": Pert(480, 960, 1920) for k in range(40)}
    links = [f"task{k} task{k + 1}" for k in range(39)]
    risks = [Risk(f"risk{k}", 1.0, (adds(f"task{k}", 480),), name=f"{LONG} {k}") for k in range(40)]
    return named(portfolio(laws, *links, risks=risks, targets=[PROMISE]), LONG)


PAIRS = {
    "later": lambda: (house(), house(LAWS | {"dig": Pert(4800, 7200, 14_400)})),
    "earlier": lambda: (house(), house(risks=())),
    "the same": lambda: (house(), house()),
    "a little": lambda: (house(), house(LAWS | {"check": 1000.0})),
    "far apart": lambda: (house(), house(LAWS | {"check": 400.0 * DAY})),
    "nothing uncertain": lambda: (portfolio({"dig": 960.0}), portfolio({"dig": 1920.0})),
    "two humps": lambda: (house(), house(LAWS | {"check": Discrete((480, 30 * DAY), (0.5, 0.5))})),
    "another promise": lambda: (house(), house(targets=(replace(PROMISE, finish=PROMISE.finish + timedelta(days=7)),))),
    "long names": lambda: (named(house(), LONG), named(house(LAWS | {"check": 1920.0}), LONG)),
    "every class": lambda: (
        house(calendars=[weekly("site", "1111100", ((480, 960),))], on={"found": "site"}),
        house(
            {"dig": Pert(2400, 6000, 9600), "found": Triangular(960, 1920, 4800), "check": 1440.0, "paint": 960.0},
            ("dig found", "found check FS 480", "found paint"),
            (replace(FLOOD, probability=0.5),),
            (replace(PROMISE, budget=45_000.0),),
            12_000.0,
            calendars=[weekly("site", "1111110", ((480, 960),))],
            on={"found": "site"},
        ),
    ),
}


@cache
def comparison(name):
    before, after = PAIRS[name]()
    return compare(Given(before, "plan of Monday"), Given(after, "with another estimate"), iterations=500)


@pytest.mark.slow
@pytest.mark.parametrize("name", PAIRS)
def test_no_label_of_a_comparison_touches_another_or_leaves_the_page(name):
    charts = comparison_page.catalogue(comparison(name))
    assert charts
    assert [*faults_of(charts)] == []


@pytest.mark.slow
@pytest.mark.parametrize("plan", [house, wide, PAIRS["long names"], PAIRS["nothing uncertain"]])
def test_no_label_of_a_replay_touches_another_or_leaves_the_page(plan):
    made = plan()
    plan = made[0] if isinstance(made, tuple) else made
    assert [*faults_of([iteration.chart(replay(plan, nearest=80, iterations=200))])] == []


@pytest.mark.parametrize("name", PAIRS)
def test_bars_lie_end_to_end_from_nothing_to_the_whole(name):
    (target,) = comparison(name).targets
    rows = bars_of(comparison(name), target, in_money=False)
    at = 0.0
    for row in rows[:-1]:
        assert row.begin == pytest.approx(at)
        at += row.size.value
    if rows:
        assert rows[-1].is_whole
        assert rows[-1].size.value == pytest.approx(at)


@pytest.mark.parametrize("name", PAIRS)
def test_the_text_tells_what_moved(name):
    said = summary(comparison(name))
    expected = {"later": "later", "earlier": "earlier", "the same": "stays at", "far apart": "398 working days later"}
    assert expected.get(name, "P80") in said
    assert ("The two models are the same." in said) == (name == "the same")


@pytest.mark.slow
def test_pages_stand_alone_and_name_their_pictures():
    stored = compare_stored(*(forecast(side, iterations=300) for side in PAIRS["later"]()), ("a", "b"))
    pages = [
        comparison_page.page(comparison("every class")),
        comparison_page.page(stored),
        replay_page.page(replay(house(), nearest=80, iterations=300)),
    ]
    for page in pages:
        assert page.count("<script") == 1  # our own
        assert 'src="http' not in page
        assert page.count('role="img" aria-label="') == page.count("<svg ")
    assert "all together" in pages[0]
    assert "stored figures of two runs" in pages[1]


def test_what_a_user_wrote_is_text_on_the_page():
    made = replay(named(house(), "<b>& co"), nearest=80, iterations=100)
    page = replay_page.page(made)
    assert "<b>&" not in page
    assert "&lt;b&gt;&amp; co" in page
