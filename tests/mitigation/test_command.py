"""`pmosim mitigate`: what its words mean, and what it says to those that mean nothing."""

import pytest

from pmosim.cli.main import run
from pmosim.results.responses import ResponsePlan

SITE = """\
pmosim: 1
name: Site
status_date: 2026-11-20
target: {finish: 2026-12-21}
tasks:
  dig:  {duration: 10d}
  pour: {duration: 10d, after: dig}
risks:
  water: {probability: 50%, hits: {dig: +10d}, mitigation: {name: Pumps, probability: 20%, impact: +5d, cost: 9k EUR}}
  frost: {probability: 40%, hits: {pour: +5d}, cost: 60k EUR, mitigation: {name: Heaters, probability: 10%, cost: 12k EUR}}
"""
QUICK = ("-n", "300", "--no-charts")


@pytest.fixture
def command(tmp_path, monkeypatch, capfd):
    """Runs `pmosim mitigate site.yaml ...`: (exit code, standard output, standard error)."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "site.yaml").write_text(SITE)
    (tmp_path / "bare.yaml").write_text(SITE.partition("risks:")[0])

    def mitigate(*arguments, scenario="site.yaml"):
        code = run(["mitigate", scenario, *QUICK, *arguments])
        return int(code), *capfd.readouterr()

    return mitigate


def plan(text):
    return ResponsePlan.from_json(text)


def test_a_budget_buys_what_it_can_and_the_folder_says_so(command, tmp_path):
    code, out, err = command("--budget", "10k")
    assert code == 0
    assert "for 10 k EUR at most" in out
    assert "Pumps" in out
    assert "site.mitigation" in err
    assert ResponsePlan.load(tmp_path / "site.mitigation" / "mitigation.json").chosen.risks == ("water",)


def test_a_probability_asks_for_the_least_price(command):
    code, out, _ = command("--probability", "60%", "--json")
    made = plan(out)
    assert code == 0
    assert (made.goal, made.chosen.risks) == (0.6, ("water", "frost"))


def test_a_probability_that_cannot_be_reached_is_said_to_be_so(command):
    code, out, _ = command("--probability", "99%")
    assert code == 0
    assert "no set of mitigations reaches 99 %" in out


@pytest.mark.parametrize("name", ["dig", "project.dig", "finish", "project.finish", "project"])
def test_a_target_may_be_named_as_people_write_it(command, name):
    code, out, _ = command("--target", name, "--gain", "p80", "--json")
    assert code == 0
    assert plan(out).target == ("project.dig" if "dig" in name else "project.finish")


def test_another_date_may_matter(command):
    code, out, _ = command("--target", "dig", "--by", "2026-12-04", "--json")
    made = plan(out)
    assert code == 0
    assert (made.date.date().isoformat(), made.gain) == ("2026-12-04", "probability")
    assert made.chosen.risks == ("water",)


def test_without_a_date_an_earlier_p80_is_bought(command):
    _, out, _ = command("--target", "dig", "--json")
    assert plan(out).gain == "p80"


def test_values_can_be_set_from_the_command_line(command):
    _, out, _ = command("--set", "risks.water.mitigation.cost=1k EUR", "--json")
    assert {item.risk: item.price for item in plan(out).items} == {"water": 1_000, "frost": 12_000}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--budget", "lots"), "--budget"),
        (("--budget", "-5k"), "not one amount"),
        (("--budget", "200k USD"), "is in USD, but the scenario is in EUR"),
        (("--budget", "uniform 1k 2k"), "not one amount"),
        (("--probability", "80"), "80%"),
        (("--probability", "80%", "--budget", "5k"), "neither --budget nor --gain"),
        (("--target", "digg"), "Write 'dig'"),
        (("--target", "dig", "--probability", "80%"), "Give one with --by"),
        (("--by", "Christmas"), "--by"),
        (("--by", "2026-01-01"), "before the status date"),
        (("--gain", "money"), "money"),
    ],
)
def test_words_that_mean_nothing_are_refused_with_a_remedy(command, tmp_path, arguments, said):
    code, out, err = command(*arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert not (tmp_path / "site.mitigation").exists()


def test_a_scenario_without_mitigations_has_nothing_to_choose(command):
    code, _, err = command(scenario="bare.yaml")
    assert code == 2
    assert "mitigation: {probability: 10%, cost: 30k EUR}" in err
