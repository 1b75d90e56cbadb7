"""``serve``: one service in a process of its own."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from sandbox.cli.output import data_option, json_option, print_json, setting_option
from sandbox.cli.starting import start_or_stop
from sandbox.cli.up import stop_on_signal

if TYPE_CHECKING:
    import threading
    from pathlib import Path

    from sandbox.single_service import SingleService


@click.command("serve")
@click.argument("service", type=click.Choice(("payments", "wallets")))
@setting_option("--port", "port", type=click.IntRange(0, 65535))
@setting_option("--database-url", "database_url")
@data_option
@json_option
def serve_command(service: str, port: int, database_url: str, data_dir: Path, as_json: bool) -> None:
    """Run one SERVICE alone: its neighbours' addresses and the service key come from settings.

    Several processes of a service may share a PostgreSQL database.
    """
    stopping = stop_on_signal()
    given: dict[str, Any] = {"port": port, "database_url": database_url, "data_dir": data_dir}
    running = _start(service, given)
    details = running.details
    if as_json:
        print_json(details)
    else:
        click.echo(f"The {service} service answers at {details['base_url']}/{service}, data in {details['data']}.")
    _serve_until(stopping, running)


def _start(service: str, given: dict[str, Any]) -> SingleService:
    from sandbox.config import settings_from
    from sandbox.single_service import start_service

    return start_or_stop(
        lambda: start_service(service, settings_from(os.environ, **given)),
        f"The data of {service}",
        other="use another database",
        if_damaged="Use another database",
    )


def _serve_until(stopping: threading.Event, running: SingleService) -> None:
    stopping.wait()
    running.stop()
