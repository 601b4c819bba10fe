"""Flags of `factory build` that say how it runs and not what it makes: none of them changes a byte."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from factory.arguments import workers_of

F = TypeVar("F", bound=Callable[..., Any])

_FLAGS = (
    click.option("--workers", type=click.IntRange(min=0), default=1, show_default=True, callback=workers_of,
                 help="Processes that prove; 0 takes all cores. Any number gives the same bytes."),
    click.option("--executor", type=click.Choice(["local", "ray", "inline"]), default="local", show_default=True,
                 help="Processes of this machine; tasks of a Ray cluster; or all in one process, which a crash of the "
                 "engine ends."),
    click.option("--ray-address", default="", metavar="HOST:PORT",
                 help="The cluster of --executor ray.  [default: RAY_ADDRESS, else a Ray of its own]"),
    click.option("--resume/--no-resume", default=True, show_default=True,
                 help="Go on with an unfinished run of the same arguments, or start anew."),
    click.option("--work", default="", metavar="FOLDER|URL",
                 help="Where finished pieces lie until the run is done.  [default: OUT.work]"),
)  # fmt: skip


def run_options(command: F) -> F:
    """Adds them, in this order."""
    for flag in reversed(_FLAGS):
        command = flag(command)
    return command
