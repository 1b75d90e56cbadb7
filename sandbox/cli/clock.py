"""``clock``: the sandbox's time from the command line."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import click

from sandbox.cli.output import call, data_option, json_option, print_json, running
from sandbox.kit.spans import parse_span

if TYPE_CHECKING:
    from pathlib import Path

_TAKES_NEGATIVE = {"ignore_unknown_options": True}
"""``advance -5`` is told why it cannot be done, rather than that there is no option -5."""


class _Span(click.ParamType[float]):
    name = "seconds"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Seconds, or ``20m``, ``1h30m``, ``7d``."""
        if isinstance(value, float):
            return value
        try:
            seconds = parse_span(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)
        if seconds < 0:
            self.fail("The clock cannot be moved back: what has expired stays expired.", param, ctx)
        return seconds


@click.group("clock")
def clock_command() -> None:
    """Show, stop and move the sandbox's clock."""


@clock_command.command("show")
@data_option
@json_option
def clock_show(data_dir: Path, as_json: bool) -> None:
    """Tell the sandbox's time."""
    _tell(call(running(data_dir), "GET", "/_sandbox/clock"), as_json=as_json)


@clock_command.command("freeze")
@data_option
@json_option
def clock_freeze(data_dir: Path, as_json: bool) -> None:
    """Stop the clock where it stands."""
    _change(data_dir, {"action": "freeze"}, as_json=as_json)


@clock_command.command("resume")
@data_option
@json_option
def clock_resume(data_dir: Path, as_json: bool) -> None:
    """Let the clock run on, as fast as real time."""
    _change(data_dir, {"action": "resume"}, as_json=as_json)


@clock_command.command("speed", context_settings=_TAKES_NEGATIVE)
@click.argument("rate", type=float)
@data_option
@json_option
def clock_speed(rate: float, data_dir: Path, as_json: bool) -> None:
    """Let the clock run RATE times as fast as real time: 60 is a minute in a second."""
    _change(data_dir, {"action": "speed", "rate": rate if math.isfinite(rate) else 0}, as_json=as_json)


@clock_command.command("set")
@click.argument("moment")
@data_option
@json_option
def clock_set(moment: str, data_dir: Path, as_json: bool) -> None:
    """Move the clock forward to MOMENT, such as 2026-12-01T09:00 of Tunisia's time; all work that falls due is done."""
    _change(data_dir, {"action": "set", "to": moment}, as_json=as_json)


@clock_command.command("advance", context_settings=_TAKES_NEGATIVE)
@click.argument("seconds", type=_Span())
@data_option
@json_option
def clock_advance(seconds: float, data_dir: Path, as_json: bool) -> None:
    """Move the clock forward by SECONDS, or 20m, 1h30m, 7d; all work that falls due is done."""
    _tell(call(running(data_dir), "POST", "/_sandbox/clock/advance", {"seconds": seconds}), as_json=as_json)


def _change(data_dir: Path, body: dict[str, Any], *, as_json: bool) -> None:
    _tell(call(running(data_dir), "POST", "/_sandbox/clock", body), as_json=as_json)


def _tell(clock: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(clock)
        return
    at_speed = "running" if clock["rate"] == 1 else f"running, {clock['rate']:g} times as fast as real time"
    click.echo(f"{clock['now']} ({'frozen' if clock['frozen'] else at_speed})")
