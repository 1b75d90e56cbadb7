"""The story of a command that failed: what the sandbox saw while it ran, in the lanes of ``logs``, on the error output."""

from __future__ import annotations

from typing import Any

import click

MOST_LINES = 200


def newest_number(details: dict[str, Any]) -> int:
    """Of the newest exchange; 0 where there is none, or where nobody answers."""
    from sandbox.kit.errors import SandboxError

    try:
        newest = _newest(details, 1)
    except SandboxError:
        return 0
    return int(newest[0]["number"]) if newest else 0


def tell_story(details: dict[str, Any], *, after: int) -> None:
    """The newest lines that came ``after``, in their order, as far as the sandbox can still be asked."""
    from sandbox.cli.logs import line_of, may_colour
    from sandbox.kit.errors import SandboxError

    try:
        newest = _newest(details, MOST_LINES + 1)
    except SandboxError as error:
        click.echo(f"The sandbox could not be asked for its story: {error.message}", err=True)
        return
    if newest and newest[0]["number"] >= after:  # smaller: the world was replaced meanwhile, so that all of it is new
        newest = [each for each in newest if each["number"] > after]
    if not newest:
        click.echo("The sandbox saw no request.", err=True)
        return
    left_out = f", the last {MOST_LINES} lines of it" if len(newest) > MOST_LINES else ""
    click.echo(f"What the sandbox saw (seed {details['seed']}){left_out}:", err=True)
    for each in reversed(newest[:MOST_LINES]):
        click.echo(f"  {line_of(each)}", err=True, color=may_colour())


def _newest(details: dict[str, Any], limit: int) -> list[dict[str, Any]]:
    """Newest first."""
    from sandbox.contracts.transport import HttpTransport

    transport = HttpTransport(details["base_url"], details.get("ca_file"))
    try:
        found = transport.send("GET", f"/_sandbox/journal?limit={limit}", b"", {}).json()
    finally:
        transport.close()
    exchanges: list[dict[str, Any]] = found.get("exchanges") or [] if isinstance(found, dict) else []
    return exchanges
