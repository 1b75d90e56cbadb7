"""``down``, ``status``, ``wait`` and ``env``: the life of a sandbox that runs."""

from __future__ import annotations

import math
import os
import signal
import threading
import time
from typing import TYPE_CHECKING, Any

import click

from sandbox.cli import FAILED, NOT_READY
from sandbox.cli.output import call, data_option, json_option, print_json, running, stop_with
from sandbox.cli.shells import SHELLS, write_variables
from sandbox.contracts.transport import HttpTransport
from sandbox.data_folder import Locator
from sandbox.kit.errors import ServiceUnavailable

if TYPE_CHECKING:
    from pathlib import Path

_STOP_SECONDS = 20
_STEP_SECONDS = 0.05
_LONGEST_WAIT = 24 * 3600
_SHORTEST_PATIENCE = 0.5
_OK, _UNAVAILABLE = 200, 503


def _require_number(_context: click.Context, _option: click.Parameter, seconds: float) -> float:
    if math.isnan(seconds):
        raise click.BadParameter("'nan' is no number of seconds.")
    return seconds


@click.command("down")
@data_option
@json_option
def down_command(data_dir: Path, as_json: bool) -> None:
    """Stop the sandbox that uses this data folder; its state is kept."""
    details = Locator(data_dir).read()
    stopped = details is not None and _stop(Locator(data_dir), int(details["pid"]))
    if as_json:
        print_json({"stopped": stopped})
    else:
        click.echo("Stopped." if stopped else f"No sandbox is running with the data folder {data_dir}.")


@click.command("status")
@data_option
@json_option
def status_command(data_dir: Path, as_json: bool) -> None:
    """Tell whether a sandbox runs, and how its services are."""
    details = running(data_dir)
    health = call(details, "GET", "/_sandbox/health", also=_UNAVAILABLE)
    if as_json:
        print_json({**details, "health": health})
    else:
        click.echo(f"Running at {details['base_url']} (process {details['pid']}, seed {details['seed']}).")
        for name, state in health["services"].items():
            click.echo(f"  {name:<10} {'ok' if state['ok'] else state['problem']}")
    if not health["ok"]:
        raise SystemExit(FAILED)


@click.command("wait")
@data_option
@click.option(
    "--timeout",
    type=click.FloatRange(0, _LONGEST_WAIT),
    default=30.0,
    show_default=True,
    callback=_require_number,
    help="Seconds to wait.",
)
@json_option
def wait_command(data_dir: Path, timeout: float, as_json: bool) -> None:
    """Wait until the sandbox is ready."""
    until, pause = time.monotonic() + timeout, threading.Event()
    while True:
        details = Locator(data_dir).read()
        if details is not None and _is_ready(details, within=until - time.monotonic()):
            break
        if time.monotonic() >= until:
            stop_with(NOT_READY, f"No sandbox was ready with the data folder {data_dir} after {timeout:g} seconds.")
        pause.wait(_STEP_SECONDS)
    if as_json:
        print_json(details)
    else:
        click.echo(f"Ready at {details['base_url']}.")


@click.command("env")
@data_option
@click.option(
    "--shell",
    type=click.Choice([*SHELLS, "json"]),
    default="bash",
    show_default=True,
    help="Who is to read it.",
)
@json_option
def env_command(data_dir: Path, shell: str, as_json: bool) -> None:
    """Print the running sandbox's addresses and keys as exports: eval "$(python -m sandbox env)"."""
    click.echo(write_variables(environment(running(data_dir)), "json" if as_json else shell))


def environment(details: dict[str, Any]) -> dict[str, str]:
    """The variables that a shop or a test suite reads."""
    return {
        "FLOUCI_BASE_URL": details["base_url"],
        "FLOUCI_PUBLIC_TOKEN": details["app"]["public_token"],
        "FLOUCI_PRIVATE_TOKEN": details["app"]["private_token"],
        "FLOUCI_TEST_PUBLIC_TOKEN": details["test_app"]["public_token"],
        "FLOUCI_TEST_PRIVATE_TOKEN": details["test_app"]["private_token"],
        "FLOUCI_SMTP_PORT": str(details["smtp_port"]),
        "FLOUCI_SHOP_URL": details["shop_url"],
        "FLOUCI_PHONE_URL": details["phone_url"],
        "FLOUCI_INBOX_URL": details["inbox_url"],
        "FLOUCI_PHONE_NUMBER": details["phones"][0]["phone_number"],
        "FLOUCI_PHONE_PIN": details["phones"][0]["pin"],
    } | _trust(details)


def _trust(details: dict[str, Any]) -> dict[str, str]:
    """SSL_CERT_FILE and its like are left out: they would take away the trust in everybody else."""
    ca_file = details.get("ca_file")
    return {"FLOUCI_CA_FILE": ca_file, "NODE_EXTRA_CA_CERTS": ca_file} if ca_file else {}


def _stop(locator: Locator, pid: int) -> bool:
    """Ask the process to stop and wait until it has given its data folder back; False when it was gone already."""
    try:
        os.kill(pid, signal.SIGTERM)
    except ProcessLookupError:
        return False
    except PermissionError:
        stop_with(FAILED, f"Process {pid} belongs to another user, who alone can stop it.")
    until, pause = time.monotonic() + _STOP_SECONDS, threading.Event()
    while locator.is_in_use():
        if time.monotonic() >= until:
            stop_with(
                FAILED,
                f"Process {pid} is still stopping after {_STOP_SECONDS} seconds. 'kill -9 {pid}' ends it; its state is safe.",
            )
        pause.wait(_STEP_SECONDS)
    return True


def _is_ready(details: dict[str, Any], *, within: float) -> bool:
    """Asked once at least, also by who does not want to wait."""
    patience = max(within, _SHORTEST_PATIENCE)
    transport = HttpTransport(details["base_url"], details.get("ca_file"), timeout_seconds=patience)
    try:
        return transport.send("GET", "/_sandbox/ready", b"", {}).status == _OK
    except ServiceUnavailable:
        return False
    finally:
        transport.close()
