"""``doctor`` and ``version``: what this machine has and lacks."""

from __future__ import annotations

import platform
import socket
import sys
from typing import TYPE_CHECKING

import click

from sandbox import __version__
from sandbox.cli import FAILED
from sandbox.cli.output import json_option, print_json
from sandbox.mock_mobile.qr import zbar_problem
from sandbox.resources import checkout_script, resource
from sandbox.testing.browser import browser_problem

if TYPE_CHECKING:
    from collections.abc import Callable


@click.command("doctor")
@json_option
def doctor_command(as_json: bool) -> None:
    """Check what the sandbox needs on this machine; each problem with the command that mends it."""
    problems = {name: check() for name, check in CHECKS.items()}
    if as_json:
        print_json({"ok": not any(problems.values()), "checks": problems})
    else:
        for name, problem in problems.items():
            click.echo(f"{'--' if problem else 'ok'}  {name}{': ' + problem if problem else ''}")
    if any(problems.values()):
        raise SystemExit(FAILED)


@click.command("version")
@json_option
def version_command(as_json: bool) -> None:
    """Tell the version."""
    if as_json:
        print_json({"version": __version__, "python": platform.python_version()})
    else:
        click.echo(f"flouci-sandbox {__version__} (Python {platform.python_version()})")


def _python() -> str | None:
    return None if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed."


def _script() -> str | None:
    return None if checkout_script().is_file() else "checkout/dist/main.js is missing: run 'make checkout'."


def _shop() -> str | None:
    return None if resource("shop", "app.py").is_file() else "the demo shop is missing: install the package anew."


def _loopback() -> str | None:
    try:
        with socket.create_server(("127.0.0.1", 0)):
            return None
    except OSError as error:
        return f"nothing can listen on 127.0.0.1: {error.strerror}."


CHECKS: dict[str, Callable[[], str | None]] = {
    "Python 3.11 or newer": _python,
    "loopback network": _loopback,
    "libzbar (reads QR codes)": zbar_problem,
    "checkout script": _script,
    "demo shop": _shop,
    "Chromium (scenarios, and pay on a page)": browser_problem,
}
