"""What a review asks for beside the report: options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pmosim.errors import UnreadableFile

if TYPE_CHECKING:
    from pmosim.results.records import Forecast

RECORD = "forecast.json"


@dataclass(frozen=True, slots=True)
class Review:
    """Wishes of the command line. Raises PmosimError at once for what cannot be made here, before a long simulation."""

    xlsx: bool = False
    pptx: bool = False
    like: Forecast | None = None  # an earlier forecast

    def __post_init__(self) -> None:
        if self.pptx:
            from pmosim.output.slides import check_slides

            check_slides()


PLAIN = Review()


def review_of(xlsx: bool, pptx: bool, like: Path | None) -> Review:
    return Review(xlsx, pptx, None if like is None else earlier(like))


def earlier(path: Path) -> Forecast:
    """A forecast.json, or that of a results folder."""
    from pmosim.results.records import Forecast

    file = path / RECORD if path.is_dir() else path
    try:
        return Forecast.load(file)
    except OSError as error:
        raise UnreadableFile(f"'{file}' cannot be read: {error.strerror or error}\n  fix: name a results folder of 'pmosim run'") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableFile(
            f"'{file}' is no forecast that this version of pmosim can read: {error}\n  fix: name a results folder of 'pmosim run'"
        ) from error


def review_files(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--like``, ``--xlsx`` and ``--pptx``."""
    command = click.option(
        "--like",
        type=click.Path(exists=True, path_type=Path),
        metavar="EARLIER",
        help="Draw with the axes and bins of an earlier forecast (forecast.json, or its folder), its curves in grey, and tell what moved.",
    )(command)
    command = click.option("--pptx", is_flag=True, help="Write slides.pptx as well: a slide for each chart.")(command)
    return click.option("--xlsx", is_flag=True, help="Write forecast.xlsx as well: tables and charts for Excel.")(command)
