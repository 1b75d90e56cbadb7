"""What keeps the sandbox, or a service of it, from starting is told in one line, with the exit code that says what it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from sandbox.cli import PORT_TAKEN, WRONG_USE
from sandbox.cli.output import stop_with

if TYPE_CHECKING:
    from collections.abc import Callable

Started = TypeVar("Started")


def start_or_stop(start: Callable[[], Started], data: str, *, other: str, if_damaged: str) -> Started:
    """``data`` is what the data is called, ``other`` how to use another; ``if_damaged`` is what to do about damaged data."""
    from sandbox.config import SettingError
    from sandbox.contracts.errors import SeedRefused
    from sandbox.data_folder import DataFolderError
    from sandbox.kit.db import DamagedDataError, NewerDataError
    from sandbox.kit.schema import UpgradeError
    from sandbox.server import PortTakenError

    try:
        return start()
    except PortTakenError as error:
        stop_with(PORT_TAKEN, str(error))
    except SeedRefused as error:
        stop_with(WRONG_USE, error.message, error=error.to_json()["error"])
    except (SettingError, DataFolderError) as error:
        stop_with(WRONG_USE, str(error))
    except NewerDataError as error:
        stop_with(WRONG_USE, f"{data} was {error}. Update this sandbox, or {other}.")
    except UpgradeError as error:
        stop_with(WRONG_USE, f"{data} cannot be brought up to date: {error} {other.capitalize()}.")
    except DamagedDataError as error:
        stop_with(WRONG_USE, f"{error}. {if_damaged}.")
