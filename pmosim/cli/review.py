"""What a review asks for beside the report: options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click


@dataclass(frozen=True, slots=True)
class Review:
    """Wishes of the command line. Raises PmosimError at once for what cannot be made here, before a long simulation."""

    xlsx: bool = False
    pptx: bool = False

    def __post_init__(self) -> None:
        if self.pptx:
            from pmosim.output.slides import check_slides

            check_slides()


PLAIN = Review()


def review_files(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--xlsx`` and ``--pptx``."""
    command = click.option("--pptx", is_flag=True, help="Write slides.pptx as well: a slide for each chart.")(command)
    return click.option("--xlsx", is_flag=True, help="Write forecast.xlsx as well: tables and charts for Excel.")(command)
