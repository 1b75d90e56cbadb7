"""``logs``: the journal as lines in lanes, of what has happened or, with ``-f``, of what happens."""

from __future__ import annotations

import json
import os
import signal
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import click

from sandbox.cli import NOT_READY
from sandbox.cli.output import call, data_option, json_option, print_json, running, stop_with, stop_with_error
from sandbox.contracts.transport import HttpTransport
from sandbox.control.lanes import lane_of
from sandbox.kit.errors import ServiceUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_WAIT_SECONDS = 10
"""Less than the transport's patience."""
_PAUSE_SECONDS = 0.5
_STORY_LENGTH = 10
_COLOURS = {
    "browser": "cyan",
    "shop": "bright_blue",
    "platform": "blue",
    "payments": "green",
    "wallets": "bright_green",
    "phone": "magenta",
    "webhooks": "yellow",
    "mail": "bright_magenta",
    "sms": "bright_magenta",
}


@click.command("logs")
@click.option("-f", "--follow", is_flag=True, help="Go on with what happens, until Ctrl-C.")
@click.option("--trace", help="Only this story, such as an order's id.")
@click.option("--payment", help="Only the story that this payment belongs to.")
@click.option("--service", help="Only this service, such as platform or webhooks.")
@click.option("--status", help="Only this status, such as 404 or 5xx.")
@click.option("-n", "--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="How many lines.")
@data_option
@json_option
def logs_command(*, follow: bool, limit: int, data_dir: Path, as_json: bool, **filters: str | None) -> None:
    """Show what the sandbox's parts have said to one another, in lanes.

    With -f and --json there is one JSON object a line.
    """
    details = running(data_dir)
    wanted = {name: value for name, value in filters.items() if value is not None}
    asked = call(details, "GET", f"/_sandbox/journal?{urlencode({**wanted, 'limit': limit})}")
    newest = asked["exchanges"][::-1]
    if as_json and not follow:
        print_json({"exchanges": newest})
        return
    try:
        for exchange in newest:
            _print(exchange, as_json=as_json)
        if follow:
            _end_at_ctrl_c()
            for exchange in _follow(details, wanted, newest, asked["world"]):
                _print(exchange, as_json=as_json)
    except (KeyboardInterrupt, BrokenPipeError):
        return


def _end_at_ctrl_c() -> None:
    """At once: raised as an exception it may come just where httpx has taken a lock, for which every way out waits for ever."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, lambda *_: os._exit(0))


def _follow(
    details: dict[str, Any], wanted: dict[str, str], shown: list[dict[str, Any]], world: int
) -> Iterator[dict[str, Any]]:
    """What comes after ``shown``, for ever; where another world replaces the one they belong to, what happens in that."""
    transport, pause = HttpTransport(details["base_url"], details.get("ca_file")), threading.Event()
    cursor = shown[-1]["number"] if shown else _ask(transport, {})["cursor"]
    while True:
        answer = _ask(transport, {**wanted, "after": cursor, "world": world, "wait": _WAIT_SECONDS, "limit": 1000})
        yield from answer["exchanges"]
        if not answer["exchanges"]:
            pause.wait(_PAUSE_SECONDS)  # a server whose places for waiting are all taken answers at once
        cursor, world = answer["cursor"], answer["world"]


def _ask(transport: HttpTransport, query: dict[str, Any]) -> dict[str, Any]:
    try:
        answer = transport.send("GET", f"/_sandbox/journal/stream?{urlencode(query)}", b"", {})
    except ServiceUnavailable:
        stop_with(NOT_READY, "The sandbox has stopped.")
    parsed: dict[str, Any] = answer.json()
    if answer.status != 200:
        error = parsed["error"]
        stop_with_error(error["code"], error["message"], error.get("hint", ""), status=answer.status)
    return parsed


def _print(exchange: dict[str, Any], *, as_json: bool) -> None:
    click.echo(json.dumps(exchange, ensure_ascii=False) if as_json else line_of(exchange), color=may_colour())


def line_of(exchange: dict[str, Any]) -> str:
    """``12:00:01.250  payments  POST /payments/api/verify  200  1.9 ms  RBXFg5kUbq``, and why it was refused."""
    lane, status = lane_of(exchange), exchange["status"]
    moment = exchange["at"].partition("T")[2].rstrip("Z").partition("+")[0][:12]
    tone = "red" if status >= 500 or status == 0 else "yellow" if status >= 400 else None
    shown = click.style(str(status) if status else "no answer", fg=tone)
    call_ = f"{exchange['method']} {exchange['path']}"
    story = exchange["trace"] and click.style(exchange["trace"][:_STORY_LENGTH], dim=True)
    parts = (moment, click.style(f"{lane:<8}", fg=_COLOURS[lane]), call_, shown, f"{exchange['milliseconds']:g} ms")
    return "  ".join((*parts, *filter(None, (story, _refusal(exchange)))))


def _refusal(exchange: dict[str, Any]) -> str:
    from sandbox.control.refusals import refusal_of

    refused = refusal_of(exchange) if exchange.get("answer") else None
    return ": ".join(filter(None, (refused.code, refused.message))) if refused else ""


def may_colour() -> bool | None:
    """None leaves it to click, which colours for terminals only."""
    return False if os.environ.get("NO_COLOR") else None
