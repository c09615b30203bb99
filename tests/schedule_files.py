"""Small schedule files made for one promise each, and the real ones read without MPXJ, for comparison."""

import gzip
import re
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

DATA = Path(__file__).parent / "data"
MORE = DATA / "more"  # smaller files, each read for a few promises
P6_KINDS = {"PR_FS": "FS", "PR_SS": "SS", "PR_FF": "FF", "PR_SF": "SF"}
MSP_KINDS = {"0": "FF", "1": "FS", "2": "SF", "3": "SS"}


def unpacked(name, folder):
    """The path of a file that the repository keeps compressed, unpacked into ``folder``."""
    path = folder / name
    kept = next(one for one in (DATA / f"{name}.gz", MORE / f"{name}.gz") if one.exists())
    path.write_bytes(gzip.decompress(kept.read_bytes()))
    return path


# ------------------------------------------------------------------ Primavera XER


def xer_tables(path):
    """An XER file as its tables: name -> rows, each a dictionary of texts."""
    tables, columns = {}, []
    for line in path.read_text(encoding="cp1252").splitlines():
        cells = line.split("\t")
        if cells[0] == "%T":
            rows = tables.setdefault(cells[1], [])
        elif cells[0] == "%F":
            columns = cells[1:]
        elif cells[0] == "%R":
            rows.append(dict(zip(columns, cells[1:], strict=False)))
    return tables


def xer_links(path):
    """(predecessor's code, successor's code, kind, lag in minutes) -> how often it stands in the file."""
    tables = xer_tables(path)
    code = {row["task_id"]: row["task_code"] for row in tables["TASK"]}
    return Counter(
        (code[row["pred_task_id"]], code[row["task_id"]], P6_KINDS[row["pred_type"]], round(60 * float(row["lag_hr_cnt"])))
        for row in tables["TASKPRED"]
    )


FIVE_DAYS = "".join(f"(0||{day}()((0||0(s|08:00|f|16:00)())))" for day in range(2, 7)) + "(0||1()())(0||7()())"


def xer_calendar(days=FIVE_DAYS, exceptions=""):
    return f"(0||CalendarData()((0||DaysOfWeek()({days}))(0||Exceptions()({exceptions}))))"


def xer_text(activities, links=(), *, project=None, calendars=None, options=None, tables=None):
    """A whole XER file of one project. ``activities`` and ``links`` are dictionaries that add to plain ones."""
    calendars = calendars or {"1": ("Five days", "", xer_calendar())}
    parts = {
        "PROJECT": [
            {
                "proj_id": "100",
                "proj_short_name": "HOUSE",
                "clndr_id": "1",
                "last_recalc_date": "2027-01-04 08:00",
                "plan_start_date": "2027-01-04 08:00",
                "export_flag": "Y",
            }
            | (project or {})
        ],
        "CALENDAR": [
            {
                "clndr_id": id,
                "clndr_name": name,
                "base_clndr_id": base,
                "clndr_type": "CA_Base",
                "day_hr_cnt": "8",
                "week_hr_cnt": "40",
                "month_hr_cnt": "172",
                "year_hr_cnt": "2000",
                "clndr_data": data,
            }
            for id, (name, base, data) in calendars.items()
        ],
        "SCHEDOPTIONS": [
            {
                "schedoptions_id": "1",
                "proj_id": "100",
                "sched_retained_logic": "Y",
                "sched_progress_override": "N",
                "sched_calendar_on_relationship_lag": "rcal_Predecessor",
            }
            | (options or {})
        ],
        "PROJWBS": [
            {
                "wbs_id": "200",
                "proj_id": "100",
                "wbs_short_name": "HOUSE",
                "wbs_name": "A house",
                "proj_node_flag": "Y",
                "parent_wbs_id": "",
            },
            {
                "wbs_id": "201",
                "proj_id": "100",
                "wbs_short_name": "SHELL",
                "wbs_name": "The shell",
                "proj_node_flag": "N",
                "parent_wbs_id": "200",
            },
            {
                "wbs_id": "202",
                "proj_id": "100",
                "wbs_short_name": "EMPTY",
                "wbs_name": "Nothing here",
                "proj_node_flag": "N",
                "parent_wbs_id": "200",
            },
        ],
        **{name: rows for name, rows in (tables or {}).items() if not name.endswith("+")},
        "TASK": [_activity(number, row) for number, row in enumerate(activities, start=1)],
        "TASKPRED": [
            {"task_pred_id": str(900 + number), "proj_id": "100", "pred_proj_id": "100", "pred_type": "PR_FS", "lag_hr_cnt": "0"} | row
            for number, row in enumerate(links)
        ],
    }
    for name, rows in (tables or {}).items():  # "PROJECT+": more rows of a table that is there already
        if name.endswith("+"):
            parts[name[:-1]] += rows
    lines = ["ERMHDR\t22.12\t2027-01-04\tProject\tuser\tuser\tdb\tProject Management\tEUR"]
    for name, rows in parts.items():
        columns = list(dict.fromkeys(key for row in rows for key in row))
        lines += [f"%T\t{name}", "\t".join(["%F", *columns]), *("\t".join(["%R", *(row.get(key, "") for key in columns)]) for row in rows)]
    return "\r\n".join([*lines, "%E", ""])


def _activity(number, row):
    usual = {
        "task_id": str(number),
        "proj_id": "100",
        "wbs_id": "201",
        "clndr_id": "1",
        "task_type": "TT_Task",
        "status_code": "TK_NotStart",
    }
    usual |= {"task_code": f"A{number}", "task_name": f"Activity {number}", "target_drtn_hr_cnt": "40", "complete_pct_type": "CP_Drtn"}
    row = usual | row
    return {"remain_drtn_hr_cnt": row["target_drtn_hr_cnt"]} | row


def link(before, after, **more):
    """A TASKPRED row between the activities of these positions, counted from 1."""
    return {"pred_task_id": str(before), "task_id": str(after), **more}


# ------------------------------------------------------------------ MS Project XML

SPACE = "{http://schemas.microsoft.com/project}"


def mspdi_links(path):
    """(predecessor's UID, successor's UID, kind) -> how often it stands in the file."""
    root = ElementTree.parse(path).getroot()
    return Counter(
        (entry.findtext(f"{SPACE}PredecessorUID"), task.findtext(f"{SPACE}UID"), MSP_KINDS[entry.findtext(f"{SPACE}Type")])
        for task in root.iter(f"{SPACE}Task")
        for entry in task.iter(f"{SPACE}PredecessorLink")
    )


def element(name, *content, **children):
    """An XML element; children by name are elements with a text each."""
    return f"<{name}>{''.join(content)}{''.join(element(key, str(value)) for key, value in children.items())}</{name}>"


def mspdi_calendar(uid, name, base="-1", shifts=(("08:00", "12:00"), ("13:00", "17:00")), days="0111110", exceptions="", weeks=""):
    """A base or derived calendar; ``days`` from Sunday on, "-" for a day that it inherits."""
    times = element("WorkingTimes", *(element("WorkingTime", FromTime=f"{a}:00", ToTime=f"{b}:00") for a, b in shifts))
    week = "".join(
        element("WeekDay", element("DayType", str(number)), element("DayWorking", mark), times if mark == "1" else "")
        for number, mark in enumerate(days, start=1)
        if mark != "-"
    )
    own = {"UID": uid, "Name": name, "IsBaseCalendar": int(base == "-1"), "BaseCalendarUID": base}
    parts = {"WeekDays": week, "Exceptions": exceptions, "WorkWeeks": weeks}
    return element("Calendar", **own, **parts)


def mspdi_task(uid, name="", outline="1", duration="PT40H0M0S", links="", active=1, **fields):
    own = {"UID": uid, "ID": uid, "Name": name or f"Task {uid}", "WBS": outline, "OutlineNumber": outline}
    own |= {"OutlineLevel": outline.count(".") + 1, "Active": active, "Duration": duration}
    return element("Task", *(element(key, str(value)) for key, value in (own | fields).items()), links)


def mspdi_link(before, kind="1", lag="0", form="7"):
    """``lag`` in tenths of minutes, or in per cent with form 19; ``kind`` 0 FF, 1 FS, 2 SF, 3 SS."""
    return element("PredecessorLink", PredecessorUID=before, Type=kind, LinkLag=lag, LagFormat=form)


def mspdi_resource(uid, name="", calendar="", **fields):
    """Somebody who works; ``calendar`` is the UID of one of the calendars."""
    own = {"UID": uid, "ID": uid, "Name": name or f"Crew {uid}", "Type": 1} | ({"CalendarUID": calendar} if calendar else {})
    return element("Resource", **(own | fields))


def mspdi_assignment(task, resource, days=(), work="PT40H0M0S", done=(), uid=1):
    """``days`` of January 2027 on which eight hours are to be worked, and those on which they have been."""
    stretches = [(1, day) for day in days] + [(2, day) for day in done]
    timephased = [
        element(
            "TimephasedData",
            Type=kind,
            UID=uid,
            Start=f"2027-01-{day:02}T08:00:00",
            Finish=f"2027-01-{day:02}T17:00:00",
            Unit=2,
            Value="PT8H0M0S",
        )
        for kind, day in sorted(stretches, key=lambda one: (-one[0], one[1]))
    ]
    if days or done:
        worked = sorted({*days, *done})
        span = {"Start": f"2027-01-{worked[0]:02}T08:00:00", "Finish": f"2027-01-{worked[-1]:02}T17:00:00"}
        amounts = {"Work": len(worked), "RegularWork": len(worked), "ActualWork": len(done), "RemainingWork": len(days)}
        span |= {key: f"PT{8 * amount}H0M0S" for key, amount in amounts.items()}
    else:
        span = {"Work": work, "RegularWork": work, "RemainingWork": work}
    return element("Assignment", element("UID", str(uid)), *timephased, TaskUID=task, ResourceUID=resource, Units=1, WorkContour=8, **span)


def mspdi_text(tasks, *, calendars=(), head="", encoding="UTF-8", resources=(), assignments=(), from_start=1):
    own = {"SaveVersion": 14, "Name": "house.xml", "Title": "A house", "ScheduleFromStart": from_start, "StartDate": "2027-01-04T08:00:00"}
    own |= {"CalendarUID": 1, "MinutesPerDay": 480, "MinutesPerWeek": 2400, "DaysPerMonth": 20}
    parts = [element(key, str(value)) for key, value in own.items()]
    parts += [head, element("Calendars", *(calendars or [mspdi_calendar(1, "Standard")])), element("Tasks", *tasks)]
    parts += [element("Resources", *resources), element("Assignments", *assignments)]
    declaration = f'<?xml version="1.0" encoding="{encoding}" standalone="yes"?>'
    return f'{declaration}<Project xmlns="http://schemas.microsoft.com/project">{"".join(parts)}</Project>'


# ------------------------------------------------------------------ what is made of them


def dates_of(made):
    """The deterministic dates, constraints read as the planner's tool reads them."""
    from pmosim.model.plan import plan_of
    from pmosim.model.schedule import schedule
    from pmosim.model.tasks import Reading

    portfolio = made.portfolio()
    return schedule(portfolio, plan_of(portfolio, Reading.HARD, where_left=True))


def is_said(made, *words):
    """Whether one of the schedule's warnings says all this."""
    return any(all(word in warning for word in words) for warning in made.warnings)


# ------------------------------------------------------------------ the table in the documentation

PAGE = Path(__file__).parents[1] / "docs" / "schedule-files.md"
MEASURED = re.compile(r"(?<=\| --- \| --- \| --- \| --- \| --- \|\n).*?(?=<!-- end of what is measured -->)", re.DOTALL)


def parity_rows():
    """The rows of the table of parity, measured now. Needs Java."""
    from pmosim.interchange.parity import agreements
    from pmosim.interchange.schedules import read_schedule
    from pmosim.model.plan import plan_of
    from pmosim.model.schedule import schedule
    from pmosim.model.tasks import Reading

    rows = ""
    files = [*DATA.iterdir(), *MORE.iterdir()]
    for file in sorted((file for file in files if file.suffix in (".xer", ".xml", ".gz")), key=lambda file: file.name):
        with TemporaryDirectory() as folder:
            path = unpacked(file.stem, Path(folder)) if file.suffix == ".gz" else file
            portfolio = read_schedule(path).portfolio()
        plan = plan_of(portfolio, Reading.HARD, where_left=True)
        found = agreements(portfolio, path.name, plan, schedule(portfolio, plan))
        agreed = " | ".join(f"{one.to_the_minute} of {one.compared}" for one in found.values())
        differing = "; ".join(f"{what}: {_reasons(one)}" for what, one in found.items() if one.differing)
        rows += f"| `{path.name}` | {agreed} | {differing or '-'} |\n"
    return rows


def _reasons(agreement):
    return ", ".join(f"{count} {reason}" for reason, count in agreement.reasons.items())


if __name__ == "__main__":
    PAGE.write_text(MEASURED.sub(parity_rows(), PAGE.read_text(encoding="utf-8")), encoding="utf-8")
