"""Small networks drawn at random, as schedule files: the same seed gives the same file."""

from random import Random

from schedule_files import link, mspdi_calendar, mspdi_link, mspdi_task, mspdi_text, xer_calendar, xer_text

HOURS = [3, 8, 16, 20, 40]
WORKDAYS = [18, 19, 20, 21, 22, 25, 26, 27, 28, 29]  # of January 2027
LAGS = [-8, 4, 8, 16]
SIX_DAYS = "".join(f"(0||{day}()((0||0(s|07:00|f|12:00)())(0||1(s|13:00|f|16:00)())))" for day in range(2, 8)) + "(0||1()())"
CALENDARS = {"1": ("Five", "", xer_calendar()), "2": ("Six", "", xer_calendar(SIX_DAYS, "(0||0(d|46395)())"))}


def primavera(seed, size=25, *, calendars=1, lags=True, constraints=False, data_date=""):
    """An XER file. With a data date the first third is finished, and some of the next is in progress; logic is kept in sequence.

    What the referee makes of a start-to-finish link with a lag between calendars, or from work in progress, is at odds
    with itself (the work is shorter than its duration), and what lags of begun work count from is an option that it does
    not know. So there are none of these.
    """
    random = Random(seed)
    begun = 2 * size // 3 if data_date else 0
    activities = [_activity(random, number, size, calendars, constraints, data_date, number <= begun) for number in range(1, size + 1)]
    links = {}
    for after in range(2, size + 1):
        for _ in range(random.choice([0, 1, 1, 2])):
            before = random.randint(max(1, after - 6), after - 1)
            kind = random.choice(["FS", "SS", "FF", "SF"] if before > begun else ["FS", "SS", "FF"])
            lagged = lags and before > begun and random.random() < 0.4 and (kind != "SF" or calendars == 1)
            lag = random.choice(LAGS) if lagged else 0
            links.setdefault((before, after), link(before, after, pred_type=f"PR_{kind}", lag_hr_cnt=str(lag)))
    return xer_text(
        activities,
        links.values(),
        calendars=CALENDARS if calendars == 2 else None,
        project={"last_recalc_date": data_date} if data_date else None,
        options={"sched_lag_early_start_flag": "Y"},
    )


def _activity(random, number, size, calendars, constraints, data_date, begun):
    row = {"target_drtn_hr_cnt": str(random.choice(HOURS))}
    if calendars == 2 and random.random() < 0.4:
        row["clndr_id"] = "2"
    kind = random.random()
    if kind < 0.16:
        row |= {"task_type": "TT_Mile" if kind < 0.08 else "TT_FinMile", "target_drtn_hr_cnt": "0"}
    if constraints and not begun and random.random() < 0.2:
        which = random.choice(["CS_MSOA", "CS_MSOB", "CS_MEOA", "CS_MEOB"])
        row |= {"cstr_type": which, "cstr_date": f"2027-01-{random.choice(WORKDAYS)} {'08:00' if 'MSO' in which else '16:00'}"}
    return row | (_progress(random, number <= size // 3, kind < 0.16) if begun else {})


def _progress(random, finished, milestone):
    day = random.randint(4, 7)
    start = f"2027-01-{day:02} 08:00"
    if finished:
        end = start if milestone else f"2027-01-{random.randint(day, 8):02} 16:00"
        return {"status_code": "TK_Complete", "act_start_date": start, "act_end_date": end, "remain_drtn_hr_cnt": "0"}
    if milestone or random.random() < 0.5:
        return {}
    return {"status_code": "TK_Active", "act_start_date": start, "remain_drtn_hr_cnt": str(random.choice([4, 8, 16]))}


LATE_SHIFT = (("12:00", "20:00"),)


def ms_project(seed, size=25, *, calendars=1, lags=True, constraints=False):
    """An MS Project file. Its lags may be elapsed, or a share of the predecessor.

    All wait for the first task: the tools differ in what they do with links that would pull a task before the project's start.
    """
    random = Random(seed)
    tasks = []
    for number in range(1, size + 1):
        hours = 80 if number == 1 else 0 if random.random() < 0.15 else random.choice(HOURS)
        links = "".join(_msp_link(random, number, lags) for _ in range(random.choice([0, 1, 1, 2])) if number > 2)
        links += mspdi_link(1) if number > 1 else ""
        fields = {"CalendarUID": 2} if calendars == 2 and random.random() < 0.4 else {}
        if constraints and random.random() < 0.2:
            which = random.choice([2, 3, 4, 5, 6, 7])
            fields |= {
                "ConstraintType": which,
                "ConstraintDate": f"2027-01-{random.choice(WORKDAYS)}T{'08' if which in (2, 4, 5) else '17'}:00:00",
            }
        milestone = {"Milestone": int(hours == 0), "IgnoreResourceCalendar": 1}
        tasks.append(mspdi_task(number, duration=f"PT{hours}H0M0S", links=links, **milestone, **fields))
    own = [mspdi_calendar(1, "Standard"), *([mspdi_calendar(2, "Late", shifts=LATE_SHIFT, days="0111111")] if calendars == 2 else [])]
    return mspdi_text(tasks, calendars=own, head=f"<HonorConstraints>{int(constraints)}</HonorConstraints>")


def _msp_link(random, after, lags):
    before = random.randint(max(2, after - 6), after - 1)
    kind, lag, form = random.choice("0123"), 0, "7"
    if lags and kind != "2" and random.random() < 0.4:
        lags_of_any = [(600 * hours, "7") for hours in LAGS] + [(50, "19")]
        lag, form = random.choice([*lags_of_any, (14400, "8")] if kind in "13" else lags_of_any)
    return mspdi_link(before, kind, str(lag), form)
