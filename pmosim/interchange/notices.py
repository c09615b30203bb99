"""What a reader of the forecast must know about an imported schedule: counted, and said in a sentence each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

SENTENCES = {
    # what was left out
    "inactive": "{n} inactive {tasks} left out: {they} {hold} nothing back in MS Project either",
    "placeholder": "{n} {lines} without duration, dates and links left out: {they} {are} no work",
    "left-out-links": "{n} {links} from or to what was left out {are} left out too",
    "external-undated": "{n} {tasks} of other files without dates left out: what {they} would hold back is not held back",
    "dangling-links": "{n} {links} to work that is not in the file left out (at {text}): what it would hold back is not held back; "
    "export the other project too, and name both files in one scenario",
    "crossing-links": "{n} {links} {lead} to other files of the portfolio and {hold}",
    "crossing-links-lost": "{n} {links} {lead} to activities that are no longer in the other project's own file; left out",
    "ignored-links": "{n} {links} between projects left out, as the file's own option says (ignore relationships to other projects)",
    "self-link": "{n} {links} of {tasks} with {themselves} left out",
    "link-within-summary": "{n} {links} between a summary task and a task below it left out: no schedule can keep {them}",
    "summary-constraint-lost": "{n} other constraints of summary tasks left out",
    "constraint-without-date": "{n} {constraints} without a date left out",
    "calendar-horizon": "{n} calendar {exceptions} beyond {text} left out",
    "past-target": "{n} {dates} asked for (must finish by, deadlines) before the status date left out of the targets: "
    "nothing can keep {them} any more",
    "unreadable-part": "{n} {records} that MPXJ could not read and passed over",
    # what was read otherwise than it stands in the file
    "no-status-date": "the file has no status date; {text} is taken for it unless the scenario names another",
    "status-dates": "the projects in the file have different status dates; each keeps its own, and {text} is the portfolio's",
    "status-before-start": "the status date {text} lies before the project's start: "
    "nothing has happened yet, and work begins with the project",
    "status-after-all": "the status date {text} lies after every date in the file: all that is not finished is moved beyond it; "
    "record progress, or name the right status date in the scenario",
    "left-behind": "{n} unfinished {tasks} that the file has before the status date {text}: the forecast moves {them} beyond it",
    "never-scheduled": "the file has no early dates: it was never scheduled in its tool, so our dates cannot be compared with any",
    "changed-id": "{n} {ids} changed because of spaces, dots or other signs in {them}, for example {text}",
    "hammock": "{n} level-of-effort, hammock or WBS-summary {activities}: "
    "{they} {span} the work that {they} {are} linked to and {drive} nothing",
    "external": "{n} {tasks} of other files: what waits for {them} starts (or finishes) no earlier than {their} dates in this file ask for",
    "summary-constraint": "{n} start {constraints} of summary tasks now {hold} for every task below them",
    "manual": "{n} manually scheduled {tasks} {stay} where the planner put {them} (must-start-on); in the simulation "
    "{they} {start} no earlier and may be pushed by {their} links, unless constraints are read hard",
    "manual-without-start": "{n} manually scheduled {tasks} without a start: {they} {follow} {their} links",
    "manual-summary": "{n} manually scheduled summary {tasks}: {they} {span} the tasks below, whatever {their} own dates say",
    "external-early-start": "{n} external early {starts} kept as start-no-earlier-than",
    "external-late-finish": "{n} external late {finishes} kept as finish-no-later-than",
    "expected-finish": "{n} expected {finishes}: the remaining duration reaches to that date; in the simulation, unless constraints "
    "are read hard, the remaining duration counts",
    "expected-finish-unused": "{n} expected {finishes} not used, as the file's own option says: the remaining duration counts",
    "milestone-duration": "{n} {milestones} with a duration, which is taken as zero",
    "missing-calendar": "{n} {tasks} whose calendar is not in the file: the project's own is used",
    "no-calendar": "{n} {tasks} without any calendar: Monday to Friday, 08:00-12:00 and 13:00-17:00",
    "no-duration": "{n} {tasks} without any duration in the file: taken as none",
    "negative-duration": "{n} {tasks} with a duration below zero, which is taken as zero",
    "nothing-left": "{n} {tasks} in progress with nothing left to do: {they} {end} at the status date, or when {their} links allow",
    "remaining-unknown": "{n} {tasks} in progress without a remaining duration: taken from the planned duration "
    "and the percentage complete, physical or of units, or else the actual duration",
    "progress-without-start": "{n} {tasks} partly complete but without an actual start: "
    "taken as not begun, with the rest of {their} duration",
    "suspended": "{n} {tasks} suspended without a date of resumption: the rest goes on at the status date",
    "dates-swapped": "{n} finished {tasks} with an actual finish before the actual start; the start is taken as the finish",
    "future-actuals": "{n} {tasks} with actual dates after the status date; they are kept as they are",
    "split": "{n} split {tasks}: the interruptions of the remaining work are kept",
    "split-past": "{n} split {tasks} with no interruption of the remaining work",
    "resource-calendar": "{n} {tasks} kept on the calendar of {their} resources",
    "shared-calendar": "{n} {tasks} kept in the time that {their} own calendar and that of {their} resources share",
    "no-shared-time": "{n} {tasks} whose calendar and that of {their} resources share no time: {their} own is kept",
    "several-resource-calendars": "{n} {tasks} whose resources keep different calendars: "
    "that of the assignment which ends last in the file holds",
    "no-work-calendar": "{n} {calendars} without any working time in the week ({text}); taken as working round the clock",
    "backwards": "the project is scheduled from its finish ({text}); here it is scheduled forward from its start, "
    "tasks as late as possible move into their float, and the finish is kept as a target",
    "must-finish": "the project must finish by {text}, says the file; it holds nothing back and is kept as a target",
    "deadline": "{n} {deadlines} or finish-no-later-than {dates} kept as {targets}",
    # what is not honoured
    "leveling-delay": "{n} {tasks} with a levelling delay; the forecast follows the links alone, as the early dates do",
    "assignment-delay": "{n} {assignments} begin later than their tasks: not honoured, the task's own duration counts",
    "cost": "{n} {tasks} with costs: not read, the forecast has the costs of the scenario alone (read_costs: true takes them)",
    "spent-before-start": "{n} {tasks} with actual costs that {have} not begun: these are taken as still to be spent",
    "rate-changes": "{n} {assignments} at a rate that changes with time: the mean over {their} dates in the file holds, "
    "whenever the work is done",
    "baseline-project": "project '{text}' is the baseline of another one in the file: {n} {tasks} have its dates, and it is not simulated",
    "baseline-planned": "the planned dates of {n} {tasks} stand for {their} baseline, as the scenario asks",
    "baseline-unmatched": "{n} {tasks} of the baseline '{text}' {are} no longer in the schedule",
    "subproject": "{n} inserted {projects} kept as one task each: name their files in the scenario too, and link the tasks",
    "doubtful-encoding": "the file's encoding is not UTF-8 and not quite CP1252; some names may be garbled",
}

_FORMS = {
    "activities": ("activity", "activities"),
    "their": ("its", "their"),
    "them": ("it", "them"),
    "themselves": ("itself", "themselves"),
    "they": ("it", "they"),
    "are": ("is", "are"),
    "have": ("has", "have"),
    **{word: (word + "s", word) for word in ("hold", "lead", "follow", "span", "drive", "stay", "start", "end")},
    "finishes": ("finish date", "finish dates"),
}


class Notices:
    """Counts by code and detail; ``sentences`` says them in the order of `SENTENCES`."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()

    def add(self, code: str, text: str = "", n: int = 1) -> None:
        if n:
            self.counts[code, text] += n

    def count(self, code: str) -> int:
        return sum(n for (own, _), n in self.counts.items() if own == code)

    def sentences(self) -> tuple[str, ...]:
        said = [(list(SENTENCES).index(code), SENTENCES[code].format_map(_Words(n, text))) for (code, text), n in self.counts.items()]
        return tuple(sentence for _, sentence in sorted(said))


def note_open_links(notices: Notices, at: Sequence[str]) -> None:
    """Links that lead out of a file, by the tasks in it at which they begin or end."""
    if at:
        notices.add("dangling-links", ", ".join(sorted({*at})[:3]), len(at))


class _Words(dict[str, str]):
    """``{n}``, ``{text}``, and any other word in its singular or plural."""

    def __init__(self, n: int, text: str) -> None:
        super().__init__(n=str(n), text=text)
        self._plural = n != 1

    def __missing__(self, word: str) -> str:
        singular, plural = _FORMS.get(word, (word.removesuffix("s"), word))
        return plural if self._plural else singular
