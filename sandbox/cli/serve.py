"""``serve``: one service in a process of its own."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from sandbox.cli import PORT_TAKEN, WRONG_USE
from sandbox.cli.output import data_option, json_option, print_json, setting_option, stop_with
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
    from sandbox.config import SettingError, settings_from
    from sandbox.data_folder import DataFolderError
    from sandbox.kit.db import DamagedDataError, NewerDataError
    from sandbox.kit.schema import UpgradeError
    from sandbox.server import PortTakenError
    from sandbox.single_service import start_service

    try:
        return start_service(service, settings_from(os.environ, **given))
    except PortTakenError as error:
        stop_with(PORT_TAKEN, str(error))
    except (SettingError, DataFolderError) as error:
        stop_with(WRONG_USE, str(error))
    except NewerDataError as error:
        stop_with(WRONG_USE, f"The data of {service} was {error}. Update this sandbox, or use another database.")
    except UpgradeError as error:
        stop_with(WRONG_USE, f"The data of {service} cannot be brought up to date: {error} Use another database.")
    except DamagedDataError as error:
        stop_with(WRONG_USE, f"{error}. Use another database.")


def _serve_until(stopping: threading.Event, running: SingleService) -> None:
    stopping.wait()
    running.stop()
