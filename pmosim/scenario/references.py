"""What a name in a scenario refers to: tasks by their plain or their qualified id."""

from __future__ import annotations

import re
from collections import defaultdict
from difflib import get_close_matches

from pmosim.model.tasks import FINISH
from pmosim.scenario.places import Misread


class Names:
    """The tasks and projects of a scenario, to be looked up as people write them."""

    def __init__(self) -> None:
        self.projects: dict[str, dict[str, str]] = {}  # project -> task -> qualified id
        self._by_task: dict[str, list[str]] = defaultdict(list)
        self.summaries: set[str] = set()

    def add_project(self, project: str) -> None:
        self.projects.setdefault(project, {})

    def add_task(self, project: str, task: str, *, summary: bool = False) -> None:
        qualified = f"{project}.{task}"
        self.projects[project][task] = qualified
        self._by_task[task].append(qualified)
        if summary:
            self.summaries.add(qualified)

    @property
    def single(self) -> str | None:
        """The only project, where there is one only."""
        return next(iter(self.projects)) if len(self.projects) == 1 else None

    def task(self, name: str, project: str | None = None) -> str:
        """The qualified id of task ``name`` as seen from ``project``. Raises `Misread`."""
        if project in self.projects and name in self.projects[project]:
            return self.projects[project][name]
        before, _, after = name.partition(".")
        if after in self.projects.get(before, {}):
            return self.projects[before][after]
        found = self._by_task.get(name, [])
        if len(found) == 1:
            return found[0]
        if found:
            what = f"'{name}' is a task in several projects"
            raise Misread("ambiguous-task", what, f"write {' or '.join(found[:5])}")
        raise self._unknown(name, project)

    def node(self, name: str, project: str | None = None) -> str:
        """A task, or the finish of a project (``tower.finish``) or of the whole portfolio (``finish``)."""
        if name == FINISH:
            return f"{project or self.single}.{FINISH}" if project or self.single else FINISH
        if name.removesuffix(f".{FINISH}") in self.projects and name.endswith(f".{FINISH}"):
            return name
        return self.task(name, project)

    def promised(self, name: str) -> str:
        """What has a date: as `node`, and a project's id for its finish."""
        return f"{name}.{FINISH}" if name in self.projects and name not in self._by_task else self.node(name)

    def matching(self, pattern: str) -> list[str]:
        """Qualified ids of the tasks that a pattern with ``*`` or ``?`` matches, as plain or qualified ids."""
        # fnmatch would also give [ ] a meaning, and ids may contain them
        expression = re.compile("".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in pattern), re.DOTALL)
        return [
            qualified
            for tasks in self.projects.values()
            for task, qualified in tasks.items()
            if qualified not in self.summaries and (expression.fullmatch(qualified) or expression.fullmatch(task))
        ]

    def _unknown(self, name: str, project: str | None) -> Misread:
        before, dot, _ = name.partition(".")
        if dot and before not in self.projects and (near := get_close_matches(before, self.projects, n=1)):
            return Misread("unknown-project", f"there is no project '{before}'", f"write '{near[0]}'")
        own = self.projects.get(project or self.single or "", {})
        near = get_close_matches(name, [*own, *(q for tasks in self.projects.values() for q in tasks.values())], n=1, cutoff=0.6)
        if not near and dot and before in self.projects:
            near = [f"{before}.{task}" for task in get_close_matches(name.partition(".")[2], self.projects[before], n=1, cutoff=0.5)]
        otherwise = "write the id of a task" + (f", or add task '{name}'" if not dot else " as project.task")
        return Misread("unknown-task", f"there is no task '{name}'", f"write '{near[0]}'" if near else otherwise)
