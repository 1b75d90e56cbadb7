"""``up``: start a sandbox, in front or in the background."""

from __future__ import annotations

import gc
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sandbox.cli import NOT_READY, WRONG_USE
from sandbox.cli.output import data_option, json_option, print_json, setting_option, stop_with
from sandbox.cli.starting import start_or_stop
from sandbox.config import ENVIRONMENT_PREFIX
from sandbox.data_folder import DataFolder, Locator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.server import RunningSandbox

_READY_SECONDS = 60
_STEP_SECONDS = 0.05
_PORT = click.IntRange(0, 65535)


@click.command("up")
@setting_option("--port", "port", type=_PORT)
@setting_option("--smtp-port", "smtp_port", type=_PORT)
@data_option
@setting_option("--seed", "seed", type=int)
@setting_option("--seed-file", "seed_file", metavar="FILE")
@setting_option("--database-url", "database_url", metavar="URL")
@setting_option("--tls", "tls", is_flag=True)
@json_option
@click.option("--quiet", is_flag=True, help="Print nothing when all is well.")
@click.option("--detach", is_flag=True, help="Run in the background; return when it is ready.")
@click.option("--wait", is_flag=True, help="The same as --detach: return when it is ready.")
def up_command(
    port: int,
    smtp_port: int,
    data_dir: Path,
    seed: int | None,
    seed_file: str,
    database_url: str,
    tls: bool,
    as_json: bool,
    quiet: bool,
    detach: bool,
    wait: bool,
) -> None:
    """Start the sandbox: platform, wallets, payments, phone, shop, mail."""
    _require_zbar()
    started = time.monotonic()
    given = {"port": port, "smtp_port": smtp_port, "data_dir": data_dir, "seed": seed}
    given |= {"seed_file": seed_file and str(Path(seed_file).resolve()), "tls": tls}
    given["database_url"] = database_url
    if detach or wait:
        details = _start_in_background(given)
        _announce(details, as_json=as_json, quiet=quiet, seconds=time.monotonic() - started, background=True)
        return
    stopping = stop_on_signal()
    with _no_garbage_yet():
        sandbox = _start(given)
    _announce(sandbox.details, as_json=as_json, quiet=quiet, seconds=time.monotonic() - started, background=False)
    _serve_until_stopped(sandbox, stopping, quiet=quiet or as_json)


@contextmanager
def _no_garbage_yet() -> Iterator[None]:
    """What is imported and built at the start stays: to look through it for garbage costs a tenth of the start."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _start(given: dict[str, Any]) -> RunningSandbox:
    from sandbox.config import settings_from
    from sandbox.kit.log import log_to
    from sandbox.server import start_sandbox

    data_dir = given["data_dir"]
    logging.raiseExceptions = False
    log_to(DataFolder(data_dir).log_file)  # opened at the first line
    return start_or_stop(
        lambda: start_sandbox(settings_from(os.environ, **given)),
        f"The data in {data_dir}",
        other="use another --data",
        if_damaged=f"Delete {data_dir} to start anew, or use another --data",
    )


def _start_in_background(given: dict[str, Any]) -> dict[str, Any]:  # noqa: RET503  stop_with never returns
    """Start ``up`` in a process of its own and wait until its locator file is there."""
    data_dir, seed = given["data_dir"], given["seed"]
    command = [sys.executable, "-m", "sandbox", "up", "--quiet", "--data", str(data_dir)]
    command += ["--port", str(given["port"]), "--smtp-port", str(given["smtp_port"])]
    command += ["--seed-file", given["seed_file"]] if given["seed_file"] else []
    command += ([] if seed is None else ["--seed", str(seed)]) + (["--tls"] if given["tls"] else [])
    secret = {
        ENVIRONMENT_PREFIX + "DATABASE_URL": given["database_url"]
    }  # it may hold a password, and others see commands
    process = subprocess.Popen(  # noqa: S603  our own interpreter and our own arguments
        command,
        env={**os.environ, **secret},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    until, pause = time.monotonic() + _READY_SECONDS, threading.Event()
    while time.monotonic() < until:
        details = Locator(data_dir).read()
        if details is not None and details["pid"] == process.pid:
            return details
        if process.poll() is not None:
            said = process.stderr.read().strip() if process.stderr else ""
            stop_with(process.returncode or NOT_READY, said or "The sandbox stopped before it was ready.")
        pause.wait(_STEP_SECONDS)
    process.terminate()
    stop_with(
        NOT_READY, f"The sandbox was not ready after {_READY_SECONDS} seconds; see {DataFolder(data_dir).log_file}."
    )


def _announce(details: dict[str, Any], *, as_json: bool, quiet: bool, seconds: float, background: bool) -> None:
    if not quiet and details.get("backups"):
        kept = ", ".join(details["backups"])
        click.echo(
            f"The data of an older version was brought up to date; as it was before, it is kept in {kept}.", err=True
        )
    if as_json:
        print_json(details)
    elif not quiet:
        from sandbox.cli.screen import print_start_screen

        print_start_screen(details, seconds=seconds, background=background)


def stop_on_signal() -> threading.Event:
    """Set by the first Ctrl-C or the terminal's end, also during the start; the second ends the process at once."""
    stopping = threading.Event()

    def on_signal(_number: int, _frame: object) -> None:
        if stopping.is_set():
            os._exit(130)
        stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # as with nohup
            signal.signal(number, on_signal)
    return stopping


def _serve_until_stopped(sandbox: RunningSandbox, stopping: threading.Event, *, quiet: bool) -> None:
    stopping.wait()
    if not quiet:
        click.echo("\nStopping: finishing what is under way. Ctrl-C again stops at once.", err=True)
    sandbox.stop()
    if not quiet:
        click.echo("Stopped. Everything is kept for the next 'up'.", err=True)


def _require_zbar() -> None:
    from sandbox.mock_mobile.qr import zbar_problem

    problem = zbar_problem()
    if problem is not None:
        stop_with(WRONG_USE, problem)
