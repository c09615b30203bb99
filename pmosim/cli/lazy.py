"""A Click group whose commands are imported when they are first asked for, so that one command never waits for another."""

from __future__ import annotations

from importlib import import_module

import click


class LazyGroup(click.Group):
    """Each name in ``modules`` stands for the object ``command`` of the module beside it."""

    def __init__(self, *, modules: dict[str, str], **attributes) -> None:
        super().__init__(**attributes)
        self.modules = modules

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.modules)  # in the order in which people need them, not of the alphabet

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.modules:
            return None
        return import_module(self.modules[cmd_name]).command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.modules and not args[0].startswith("-"):
            ctx.fail(f"there is no command '{args[0]}'. {self._remedy(args[0])}")
        return super().resolve_command(ctx, args)

    def _remedy(self, word: str) -> str:
        from pmosim.errors import did_you_mean

        return f"{did_you_mean(word, self.modules, 'The commands are: ' + ', '.join(self.modules))}.".capitalize()
