"""The settings: one table (name, default, help) that feeds the command line, the docs and the tests."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_SEED = 42


def _setting(default: Any, text: str) -> Any:
    return field(default=default, metadata={"help": text})


@dataclass(frozen=True)
class Settings:
    """The settings of one run."""

    port: int = _setting(8216, "HTTP port on 127.0.0.1; 0 picks a free one.")
    smtp_port: int = _setting(8225, "SMTP port on 127.0.0.1; 0 picks a free one.")
    data_dir: Path = _setting(Path(".sandbox"), "Folder of the databases, the log and the locator file.")
    seed: int | None = _setting(
        None, f"From one seed come the same ids, people, codes and tokens; {DEFAULT_SEED} for a new data folder."
    )
    threads: int = _setting(16, "How many requests are served at the same time.")
    max_apps: int = _setting(5, "How many apps a developer may have beside the TEST APP (assumption: not published).")
    session_seconds: int = _setting(1200, "How long a payment form stays open (documentation: session_timeout_secs).")

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


ENVIRONMENT_PREFIX = "FLOUCI_SANDBOX_"


class SettingError(ValueError):
    """The text names the variable and what it should be."""


def settings_from(environment: Mapping[str, str], **given: Any) -> Settings:
    """What was ``given`` (by the command line), then ``FLOUCI_SANDBOX_<NAME>``, then the defaults."""
    found = {
        each.name: _convert(each.name, each.default, environment[name])
        for each in fields(Settings)
        if each.name not in given and (name := ENVIRONMENT_PREFIX + each.name.upper()) in environment
    }
    return Settings(**found, **given)


def _convert(name: str, default: Any, text: str) -> Any:
    if isinstance(default, Path):
        return Path(text)
    try:
        return int(text)
    except ValueError:
        raise SettingError(f"{ENVIRONMENT_PREFIX}{name.upper()} must be a whole number, not {text!r}.") from None


@dataclass(frozen=True)
class Setting:
    name: str
    default: object
    help: str


SETTINGS: tuple[Setting, ...] = tuple(
    Setting(each.name, each.default, each.metadata["help"]) for each in fields(Settings)
)
