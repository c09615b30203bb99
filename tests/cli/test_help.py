"""Every command explains itself."""

import click
import pytest

from pmosim.cli.main import COMMANDS, pmosim

CONTEXT = click.Context(pmosim, info_name="pmosim")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_on_the_command_and_on_each_option(name, command):
    code, out, err = command(name, "--help")
    assert (code, err) == (0, "")
    assert out.startswith(f"Usage: pmosim {name}")
    described = pmosim.get_command(CONTEXT, name)
    assert described.help
    assert [option.name for option in described.params if isinstance(option, click.Option) and not option.help] == []


GROUPS = [name for name in COMMANDS if isinstance(pmosim.get_command(CONTEXT, name), click.Group)]


@pytest.mark.parametrize(("group", "name"), [(group, name) for group in GROUPS for name in pmosim.get_command(CONTEXT, group).commands])
def test_so_does_every_command_of_a_group(group, name, command):
    code, out, err = command(group, name, "--help")
    assert (code, err) == (0, "")
    assert out.startswith(f"Usage: pmosim {group} {name}")
    described = pmosim.get_command(CONTEXT, group).commands[name]
    assert described.help
    assert [option.name for option in described.params if isinstance(option, click.Option) and not option.help] == []


def test_the_first_help_names_every_command_and_every_exit_code(command):
    code, out, _ = command("--help")
    assert code == 0
    assert all(f"  {name} " in out for name in COMMANDS)
    assert all(f"  {number} " in out for number in (0, 1, 2, 3, 70, 130))


def test_without_any_word_the_help_is_shown(command):
    assert command() == command("--help")


def test_the_version_is_that_of_the_installed_package(command):
    from importlib.metadata import version

    assert command("--version") == (0, f"pmosim {version('pmosim')}\n", "")
