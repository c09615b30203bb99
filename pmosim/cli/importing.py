"""`pmosim import`."""

from __future__ import annotations

from pathlib import Path

import click

from pmosim.cli.failures import say
from pmosim.cli.parameters import ExistingFile


@click.command("import", short_help="Turn a planner's schedule into a scenario folder.")
@click.argument("schedules", type=ExistingFile(), metavar="SCHEDULE...", nargs=-1, required=True)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FOLDER", help="Folder to write.  [default: named after a single schedule]"
)
@click.option("--update", is_flag=True, help="Bring an earlier import up to date; its scenario.yaml is left alone.")
@click.option("--force", is_flag=True, help="Write into a folder that holds other files.")
def command(schedules: tuple[Path, ...], output: Path | None, update: bool, force: bool) -> None:
    """Turn SCHEDULE (Primavera XER or XML, MS Project XML or MPP) into a scenario folder; several make a portfolio.

    The folder holds schedule.yaml and a table of tasks for each project, whose text changes only where the planner
    changed something, and scenario.yaml for uncertainty and risks, which is yours.
    """
    if output is None and len(schedules) > 1:
        raise click.UsageError("Several schedules make one folder. Name it with --output.")
    folder = output or Path(schedules[0].name.split(".")[0])
    from pmosim.exchange.folder import check_folder, write_import

    check_folder(folder, update=update, force=force)  # before the schedule is read, which takes longer
    from pmosim.exchange.together import together
    from pmosim.interchange.schedules import read_schedule

    read = together([read_schedule(schedule) for schedule in schedules])
    done = write_import(read, folder, update=update, force=force, files=" ".join(map(str, schedules)))
    from pmosim.cli.imported import unused_estimates

    for warning in (*read.warnings, *unused_estimates(read)):
        say(f"note: {warning}")
    if done.kept_id:
        say(f"note: project '{done.kept_id[0]}' keeps the id '{done.kept_id[1]}' that it has in {folder}")
    for name in done.written:
        say(f"Wrote {folder / name}")
    for name in done.removed:
        say(f"Removed {folder / name}: its project is no longer in the schedule")
    tasks = sum(not task.kind.spans for task in read.tasks.values())
    click.echo(f"{len(read.projects)} {'project' if len(read.projects) == 1 else 'projects'}, {tasks} tasks, {len(read.links)} links")
    say(f"Next: pmosim run {folder / 'scenario.yaml'}" if done.changed else f"Nothing has changed in {folder}.")
