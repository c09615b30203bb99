"""What a reader of the forecast must know about an imported schedule: counted, and said in a sentence each."""

from __future__ import annotations

from collections import Counter

SENTENCES = {
    # what was read otherwise than it stands in the file
    "level-of-effort": "{n} level-of-effort, hammock or WBS-summary {activities} left out with {their} links: "
    "such work spans other work and drives nothing; its cost and dates are not forecast yet",
    "inactive": "{n} inactive {tasks} left out with {their} links",
    "external": "{n} {tasks} of other files left out: what they would hold back is not held back",
    "dangling-links": "{n} {links} to work that is not in the file left out: what it would hold back is not held back",
    "no-status-date": "the file has no status date; {text} is taken for it unless the scenario names another",
    "status-dates": "the projects in the file have different status dates; the latest, {text}, holds for all",
    "changed-id": "{n} {ids} changed because of spaces, dots or other signs in {them}, for example {text}",
    "summary-links": "{n} {links} to or from summary tasks now {hold} for every task below them",
    "summary-link-lost": "{n} {links} from the start of a summary task (SS, SF) left out: that is the start of the first of several tasks",
    "summary-constraint": "{n} start constraints of summary tasks now hold for every task below them",
    "summary-constraint-lost": "{n} other constraints of summary tasks left out",
    "manual": "{n} manually scheduled {tasks}: start no earlier than where the planner put {them}, but {follow} {their} links",
    "external-early-start": "{n} external early {starts} kept as start-no-earlier-than",
    "no-work-calendar": "{n} {calendars} without any working time in the week ({text}); taken as working round the clock",
    "calendar-horizon": "{n} calendar {exceptions} beyond {text} left out",
    "dates-swapped": "{n} finished {tasks} with an actual finish before the actual start; the start is taken as the finish",
    "future-actuals": "{n} {tasks} with actual dates after the status date; they are kept as they are",
    "constraint-without-date": "{n} {constraints} without a date left out",
    # what was read and is not honoured yet
    "constraint": "{n} {constraints} of kind {text} kept, but not honoured by the forecast yet",
    "progress-option": "for work out of sequence the file asks for {text}; the forecast does not know that yet and retains the logic",
    "expected-finish": "{n} expected {finishes} not honoured yet: the remaining duration counts",
    "resource-calendar": "{n} {tasks} whose resources keep another calendar than the task; the task's own calendar is used",
    "split": "{n} split or suspended {tasks}: the interruption is not honoured yet, the remaining work runs without a break",
    "leveling-delay": "{n} {tasks} with a levelling delay; the forecast follows the links alone, as the early dates do",
    "backwards": "the project is scheduled from its finish date; the forecast schedules it forward from its start",
    "must-finish": "the project must finish by {text}, says the file; it holds nothing back and is kept as a target",
    "deadline": "{n} {deadlines} and finish-no-later-than dates kept as targets: they hold nothing back",
    "doubtful-encoding": "the file's encoding is not UTF-8 and not quite CP1252; some names may be garbled",
    "unreadable-part": "{n} {records} that MPXJ could not read and passed over",
}

_FORMS = {
    "activities": ("activity", "activities"),
    "their": ("its", "their"),
    "them": ("it", "them"),
    "hold": ("holds", "hold"),
    "follow": ("follows", "follow"),
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


class _Words(dict[str, str]):
    """``{n}``, ``{text}``, and any other word in its singular or plural."""

    def __init__(self, n: int, text: str) -> None:
        super().__init__(n=str(n), text=text)
        self._plural = n != 1

    def __missing__(self, word: str) -> str:
        singular, plural = _FORMS.get(word, (word.removesuffix("s"), word))
        return plural if self._plural else singular
