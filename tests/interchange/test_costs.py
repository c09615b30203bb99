"""Resources, rates, assignments and costs of planners' files."""

import pytest
from schedule_files import DATA, element, is_said, mspdi_task, mspdi_text, xer_text

from pmosim.cli.imported import parity_findings
from pmosim.errors import InvalidScenario
from pmosim.interchange.costs import planned_total
from pmosim.interchange.schedules import read_schedule
from pmosim.model.laws import Fixed
from pmosim.model.money import Assignment
from pmosim.scenario.reader import scenario_from_text

pytestmark = pytest.mark.java

HOUR = 60


def rate(resource, price, since="2020-01-01 00:00"):
    number = {"rsrc_rate_id": f"{resource}{since}", "rsrc_id": resource, "max_qty_per_hr": "1"}
    return number | {"cost_per_qty": str(price), "start_date": since}


RESOURCES = [
    {"rsrc_id": "7", "rsrc_short_name": "CREW", "rsrc_name": "Crew", "clndr_id": "1", "rsrc_type": "RT_Labor", "curr_id": "1"},
    {"rsrc_id": "8", "rsrc_short_name": "STEEL", "rsrc_name": "Steel", "clndr_id": "1", "rsrc_type": "RT_Mat", "curr_id": "1"},
]


def assigned(task, resource, left, price, *, done=0, source="ST_Rsrc"):
    """An assignment with ``left`` units still to come; the file states what they cost at ``price``."""
    number = {"taskrsrc_id": f"{task}{resource}{left}", "task_id": str(task), "proj_id": "100", "rsrc_id": resource}
    amounts = {"remain_qty": left, "target_qty": left + done, "act_reg_qty": done, "act_ot_qty": 0, "act_ot_cost": 0, "cost_per_qty": price}
    amounts |= {"remain_cost": left * price, "act_reg_cost": done * price, "target_cost": (left + done) * price}
    kind = "RT_Labor" if resource == "7" else "RT_Mat"
    return (
        number
        | {key: str(value) for key, value in amounts.items()}
        | {"cost_per_qty_source_type": source, "rate_type": "COST_PER_QTY", "rsrc_type": kind}
    )


def expense(task, left, done=0):
    number = {"cost_item_id": f"{task}{left}", "proj_id": "100", "task_id": str(task), "cost_name": "Permit"}
    return number | {"remain_cost": str(left), "act_cost": str(done), "target_cost": str(left + done), "cost_load_type": "CL_Uniform"}


WEEK = {"early_start_date": "2027-01-04 08:00", "early_end_date": "2027-01-08 16:00"}
BEGUN = {"status_code": "TK_Active", "act_start_date": "2026-12-28 08:00", "remain_drtn_hr_cnt": "40", "target_drtn_hr_cnt": "80"}


@pytest.fixture
def loaded(tmp_path):
    """A schedule with costs, read with them."""

    def read(activities, assignments, rates=None, expenses=(), *, costs=True):
        tables = {
            "RSRC": RESOURCES,
            "RSRCRATE": rates or [rate("7", 50), rate("8", 900)],
            "TASKRSRC": assignments,
        }
        tables |= {"PROJCOST": list(expenses)} if expenses else {}
        path = tmp_path / "house.xer"
        path.write_bytes(xer_text([WEEK | row for row in activities], [], tables=tables).encode())
        return read_schedule(path, costs=costs)

    return read


def cost_parity(made):
    (finding,) = [one for one in parity_findings(made.portfolio()) if one.check.id == "parity-cost"]
    return finding


def test_an_assignment_costs_its_units_times_the_rate_for_as_long_as_the_task_takes(loaded):
    made = loaded([{}], [assigned(1, "7", 80, 50)])  # two of the crew for the 40 hours of the task
    task, (crew,) = made.tasks["HOUSE.A1"], made.resources
    assert (crew.id, crew.rate, crew.per_use) == ("Crew", Fixed(50 / HOUR), None)
    assert task.assignments == (Assignment("Crew", 2.0),)
    assert planned_total(task, {"Crew": crew}, 2400) == pytest.approx(4000)
    assert cost_parity(made).verdict == "pass"


def test_material_costs_its_quantity_however_long_the_task_takes(loaded):
    made = loaded([{}], [assigned(1, "8", 10, 900)])
    (steel,) = made.resources
    assert (steel.rate, steel.per_use) == (None, Fixed(900.0))
    assert made.tasks["HOUSE.A1"].assignments == (Assignment("Steel", 10.0),)


def test_a_rate_that_changes_in_the_time_of_an_assignment_counts_by_the_working_time_of_each(loaded):
    # three of the five days at 50, two at 60
    rates = [rate("7", 50), rate("7", 60, "2027-01-07 00:00")]
    made = loaded([{}], [assigned(1, "7", 40, 54)], rates)
    (crew,) = made.resources
    assert crew.rate == Fixed(50 / HOUR)
    assert made.tasks["HOUSE.A1"].assignments[0].units == pytest.approx(54 / 50)
    assert cost_parity(made).verdict == "pass"
    assert is_said(made, "1 assignment at a rate that changes with time")


def test_a_rate_of_its_own_is_that_of_the_assignment_alone(loaded):
    made = loaded([{}, {}], [assigned(1, "7", 40, 75, source="ST_Custom"), assigned(2, "7", 40, 50)])
    assert [made.tasks[f"HOUSE.A{n}"].assignments[0].units for n in (1, 2)] == pytest.approx([1.5, 1.0])
    assert cost_parity(made).verdict == "pass"


def test_two_assignments_of_a_resource_to_a_task_are_one_of_both_units(loaded):
    made = loaded([{}], [assigned(1, "7", 80, 50), assigned(1, "7", 20, 50)])
    assert made.tasks["HOUSE.A1"].assignments == (Assignment("Crew", 2.5),)
    made.portfolio()


def test_of_work_in_progress_actual_costs_are_spent_and_the_rest_is_still_to_come(loaded):
    made = loaded([BEGUN], [assigned(1, "7", 40, 50, done=60)], expenses=[expense(1, 200, 300)])
    task = made.tasks["HOUSE.A1"]
    assert task.spent == 60 * 50 + 300
    assert task.cost.fixed == Fixed(200.0)
    assert task.assignments == (Assignment("Crew", 1.0),)
    assert task.planned_cost == 100 * 50 + 500
    assert cost_parity(made).verdict == "pass"


def test_a_finished_task_costs_what_has_been_spent(loaded):
    done = {
        "status_code": "TK_Complete",
        "act_start_date": "2026-12-28 08:00",
        "act_end_date": "2027-01-01 16:00",
        "remain_drtn_hr_cnt": "0",
    }
    task = loaded([done, {}], [assigned(1, "7", 0, 50, done=40)]).tasks["HOUSE.A1"]
    assert (task.spent, task.cost, task.assignments) == (2000, None, ())


def test_what_has_been_spent_before_a_task_began_is_still_counted(loaded):
    made = loaded([{}], [], expenses=[expense(1, 200, 300)])
    task = made.tasks["HOUSE.A1"]
    assert (task.cost.fixed, task.spent) == (Fixed(500.0), None)
    assert is_said(made, "1 task with actual costs that has not begun")
    made.portfolio()


def test_a_cost_that_the_file_states_otherwise_is_named(loaded):
    made = loaded([{}], [assigned(1, "7", 40, 50) | {"remain_cost": "2500"}])
    finding = cost_parity(made)
    assert finding.verdict == "fail"
    assert [item.what for item in finding.items] == ["2,000.00, in the file 2,500.00"]
    assert "all tasks 2,000.00 EUR, in the file 2,500.00 EUR" in finding.note


def test_costs_are_read_where_the_scenario_asks_for_them_and_else_counted(loaded, tmp_path):
    assert is_said(loaded([{}], [assigned(1, "7", 40, 50)], costs=False), "1 task with costs: not read", "read_costs: true")
    text = "pmosim: 1\nprojects: {h: {schedule: house.xer}, g: {schedule: house.xer"
    plain = scenario_from_text(text + "}}", tmp_path / "s.yaml").portfolio
    costed = scenario_from_text(text + ", read_costs: true}}", tmp_path / "s.yaml").portfolio
    assert [task.assignments for task in plain.tasks.values()] == [()] * len(plain.tasks)
    assert (costed.currency, [one.id for one in costed.resources]) == ("EUR", ["Crew"])
    assert costed.tasks["g.A1"].assignments == (Assignment("Crew", 1.0),)
    assert costed.tasks["h.A1"].assignments == ()


def test_resources_of_two_files_are_one_if_they_are_the_same_and_else_kept_apart(loaded, tmp_path):
    text = "pmosim: 1\nprojects: {h: {schedule: house.xer, read_costs: true}, g: {schedule: other.xer, read_costs: true}}"
    loaded([{}], [assigned(1, "7", 40, 50)])
    (tmp_path / "house.xer").rename(tmp_path / "other.xer")
    for price, expected in ((50, ["Crew"]), (80, ["Crew", "g:Crew"])):
        loaded([{}], [assigned(1, "7", 40, price)], [rate("7", price)])
        portfolio = scenario_from_text(text, tmp_path / "s.yaml").portfolio
        assert [one.id for one in portfolio.resources] == expected
        assert portfolio.tasks["g.A1"].assignments == (Assignment(expected[-1], 1.0),)


# ------------------------------------------------------------------ MS Project


def paid(uid, name, kind=1, **fields):
    """Types: 0 material, 1 work, 2 cost."""
    own = {"UID": uid, "ID": uid, "Name": name, "Type": kind, "IsCostResource": int(kind == 2)}
    return element("Resource", **(own | fields))


def work_of(uid, task, resource, hours, cost, **fields):
    own = {"UID": uid, "TaskUID": task, "ResourceUID": resource, "Units": 1, "Cost": cost, "RemainingCost": cost}
    own |= {"Work": f"PT{hours}H0M0S", "RegularWork": f"PT{hours}H0M0S", "RemainingWork": f"PT{hours}H0M0S"}
    own |= {"Start": "2027-01-04T08:00:00", "Finish": "2027-01-08T17:00:00"}
    return element("Assignment", **(own | fields))


def test_costs_of_ms_project_come_from_rates_uses_material_cost_resources_and_fixed_costs(tmp_path):
    resources = [
        paid(1, "Crew", StandardRate=50, StandardRateFormat=2, CostPerUse=10000),
        paid(2, "Steel", 0, StandardRate=900, StandardRateFormat=8),
        paid(3, "Flights", 2),
    ]
    assignments = [  # MSPDI counts in cents
        work_of(1, 1, 1, 80, 420000, Units=2),
        work_of(2, 1, 2, 10, 900000, Units=10, HasFixedRateUnits=1),
        work_of(3, 1, 3, 0, 55500),
    ]
    whole = 420000 + 900000 + 55500 + 20000
    task = mspdi_task(1, FixedCost=20000, Cost=whole, RemainingCost=whole, ActualCost=0)
    (tmp_path / "m.xml").write_text(mspdi_text([task], resources=resources, assignments=assignments, head=element("CurrencyCode", "EUR")))
    made = read_schedule(tmp_path / "m.xml", costs=True)
    (one,) = [task for task in made.tasks.values() if task.planned]
    prices = {resource.id: resource for resource in made.resources}
    assert planned_total(one, prices, 2400) == pytest.approx(whole / 100)
    assert prices["Crew"].rate == Fixed(50 / HOUR)
    assert {use.resource: use.units for use in one.assignments} == {"Crew": 2.0, "Steel": 10.0}
    assert one.cost.fixed == Fixed(2 * 100 + 555.0 + 200.0)
    assert cost_parity(made).verdict == "pass"


def test_a_file_in_another_currency_than_the_scenario_is_refused_without_a_rate(loaded, tmp_path):
    loaded([{}], [assigned(1, "7", 40, 50)])
    with pytest.raises(InvalidScenario, match="EUR"):
        scenario_from_text("pmosim: 1\ncurrency: USD\nschedule: house.xer\nread_costs: true\n", tmp_path / "s.yaml")


def test_material_that_is_used_by_the_day_costs_more_where_the_task_takes_longer(tmp_path):
    fuel = work_of(1, 1, 2, 10, 900000, Units=2, HasFixedRateUnits=0, RateScale=3)  # two a day
    task = mspdi_task(1, Cost=900000, RemainingCost=900000, ActualCost=0)
    text = mspdi_text([task], resources=[paid(2, "Fuel", 0, StandardRate=900, StandardRateFormat=8)], assignments=[fuel])
    (tmp_path / "m.xml").write_text(text)
    (one,) = [task for task in read_schedule(tmp_path / "m.xml", costs=True).tasks.values() if task.planned]
    assert (one.cost.fixed, one.cost.rate, one.assignments) == (None, Fixed(9000 / 2400), ())


# ------------------------------------------------------------------ in a scenario


def costed(tmp_path, more, project="read_costs: true"):
    return scenario_from_text(f"pmosim: 1\n{more}\nprojects: {{h: {{schedule: house.xer, {project}}}}}", tmp_path / "s.yaml").portfolio


def test_a_file_in_a_foreign_currency_is_counted_at_its_rate(loaded, tmp_path):
    loaded([BEGUN], [assigned(1, "7", 40, 50, done=60)], expenses=[expense(1, 200, 300)])
    portfolio = costed(tmp_path, "currency: USD\ncurrencies: {EUR: 1.1}")
    task, (crew,) = portfolio.tasks["h.A1"], portfolio.resources
    assert (crew.currency, task.cost.currency, task.cost.fixed) == ("EUR", "EUR", Fixed(200.0))
    assert task.spent == pytest.approx(1.1 * 3300)  # in the currency of the totals
    (finding,) = [one for one in parity_findings(portfolio) if one.check.id == "parity-cost"]
    assert finding.verdict == "pass"


def test_the_scenario_may_say_how_uncertain_the_rate_of_a_resource_of_the_file_is(loaded, tmp_path):
    loaded([{}], [assigned(1, "7", 80, 50)])
    portfolio = costed(tmp_path, "resources: {Crew: {rate: pert 45 50 80 EUR/h}}")
    (crew,) = portfolio.resources
    assert crew.rate.support == pytest.approx((45 / HOUR, 80 / HOUR))
    assert portfolio.tasks["h.A1"].assignments == (Assignment("Crew", 2.0),)


def test_a_resource_that_the_file_pays_by_the_unit_cannot_be_paid_by_time(loaded, tmp_path):
    loaded([{}], [assigned(1, "8", 10, 900)])
    with pytest.raises(InvalidScenario) as refused:
        costed(tmp_path, "resources: {Steel: {rate: 50 EUR/h}}")
    assert [problem.code for _, problem in refused.value.located] == ["paid-otherwise"]


def test_a_forecast_has_the_costs_of_the_file(loaded, tmp_path):
    from pmosim.forecasting import forecast

    loaded([{}], [assigned(1, "7", 80, 50), assigned(1, "8", 10, 900)])
    made = forecast(costed(tmp_path, "", "read_costs: true, uncertainty: [{duration: uniform 50% 150%}]"), iterations=2000, seed=3)
    target = next(one for one in made.targets if one.cost)
    # 9,000 for steel, and two of the crew at 50 an hour for 20 to 60 hours: uniform, mean 13,000
    sd = 4000 / 12**0.5
    assert abs(target.cost.mean.value - 13000) < 5 * sd / 2000**0.5  # fails by chance once in 1.7 million seeds


def test_a_level_of_effort_costs_what_it_spans(loaded):
    effort = {"task_type": "TT_LOE", "target_drtn_hr_cnt": "0", "remain_drtn_hr_cnt": "40"}
    made = loaded([{}, effort], [assigned(2, "7", 20, 50)])
    assert made.tasks["HOUSE.A2"].assignments == (Assignment("Crew", 0.5),)


@pytest.mark.parametrize("name", ["mdl4ra.xer", "actual-task-properties.converted.mspdi.xml"])
def test_costs_of_real_files_are_those_that_their_tools_state(name):
    finding = cost_parity(read_schedule(DATA / name, costs=True))
    assert (finding.verdict, finding.count) == ("pass", 0)
    assert finding.population > 1
