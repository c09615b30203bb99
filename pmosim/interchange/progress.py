"""What has happened of a task by the status date, and how much of it is left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pmosim.interchange.durations import Span, Units
from pmosim.interchange.fields import Fields, nearest_minute
from pmosim.interchange.notices import Notices
from pmosim.model.tasks import Progress


@dataclass(frozen=True, slots=True)
class ProgressReader:
    fields: Fields
    units: Units
    notices: Notices

    def progress(self, task: Any) -> Progress | None:
        started = self.fields.moment("ACTUAL_START", task.getActualStart)
        finished = self.fields.moment("ACTUAL_FINISH", task.getActualFinish)
        if started is None and finished is None:
            return None
        if started is not None and finished is not None and finished < started:
            self.notices.add("dates-swapped")
            started = finished
        resumes = None if finished else nearest_minute(task.getResume()) if "RESUME" in self.fields else None
        if finished is None and resumes is None and self.fields.moment("SUSPEND_DATE", task.getSuspendDate):
            self.notices.add("suspended")
        return Progress(actual_start=started or finished, actual_finish=finished, resumes=resumes)  # type: ignore[arg-type]

    def remaining(self, task: Any, progress: Progress | None) -> tuple[int, bool]:
        """Remaining duration in minutes, and whether they are elapsed ones; 0 where the task is finished.

        A file may leave out the remaining duration: then it is the whole without what has been done, by the actual
        duration or, failing that, by the percentage complete.
        """
        if progress is not None and progress.actual_finish is not None:
            return 0, False
        whole = self._whole(task)
        rest = self.units.span(task.getRemainingDuration()) if "REMAINING_DURATION" in self.fields else None
        elapsed = whole.elapsed if whole else rest is not None and rest.elapsed
        if whole is not None and whole.minutes < 0 and progress is None:
            self.notices.add("negative-duration")
        if rest is not None:
            left = rest.minutes
        elif whole is None:
            self.notices.add("no-duration", n=not task.getMilestone())
            left = 0
        else:
            left = whole.minutes - self._done(task, whole.minutes, progress)
        if progress is not None and left <= 0 and whole is not None and whole.minutes > 0:
            self.notices.add("nothing-left")
        return max(0, left), elapsed

    @property
    def _is_primavera(self) -> bool:
        return "PERCENT_COMPLETE_TYPE" in self.fields

    def _whole(self, task: Any) -> Span | None:
        """Primavera's planned duration: its duration is at completion, without what is left where that is not known."""
        planned = self._is_primavera and "PLANNED_DURATION" in self.fields
        return self.units.span(task.getPlannedDuration() if planned else task.getDuration())

    def _done(self, task: Any, whole: int, progress: Progress | None) -> int:
        by_percentage = self._is_primavera and str(task.getPercentCompleteType()) != "DURATION"
        if progress is not None and self._is_primavera:
            self.notices.add("remaining-unknown")
        if "ACTUAL_DURATION" in self.fields and not by_percentage and (done := self.units.span(task.getActualDuration())):
            return done.minutes
        share = float(self._percentage(task) or 0) / 100
        if share and progress is None:
            self.notices.add("progress-without-start")
        return round(whole * min(1.0, share))

    def _percentage(self, task: Any) -> Any:
        """Primavera's of the kind that the activity uses (physical, duration, units); MS Project's is of the duration."""
        if self._is_primavera:
            return task.getActivityPercentComplete()
        return task.getPercentageComplete() if "PERCENT_COMPLETE" in self.fields else None
