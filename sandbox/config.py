"""The settings: one table (name, default, help) that feeds the command line, the docs and the tests."""

from __future__ import annotations

from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_SEED = 42
_LAST_PORT = 65_535


def _setting(default: Any, text: str, *, least: int | None = None, most: int | None = None) -> Any:
    return field(default=default, metadata={"help": text, "least": least, "most": most})


@dataclass(frozen=True)
class Settings:
    """The settings of one run."""

    port: int = _setting(8216, "HTTP port on 127.0.0.1; 0 picks a free one.", least=0, most=_LAST_PORT)
    smtp_port: int = _setting(8225, "SMTP port on 127.0.0.1; 0 picks a free one.", least=0, most=_LAST_PORT)
    data_dir: Path = _setting(Path(".sandbox"), "Folder of the databases, the log and the locator file.")
    seed: int | None = _setting(
        None, f"From one seed come the same ids, people, codes and tokens; {DEFAULT_SEED} for a new data folder."
    )
    threads: int = _setting(
        32, "How many requests are served at the same time; at most half of them may wait.", least=2
    )
    max_apps: int = _setting(
        5, "How many apps a developer may have beside the TEST APP (assumption: not published).", least=0
    )
    session_seconds: int = _setting(
        1200, "How long a payment form stays open (documentation: session_timeout_secs).", least=1
    )

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


ENVIRONMENT_PREFIX = "FLOUCI_SANDBOX_"


class SettingError(ValueError):
    """The text names the variable and what it should be."""


def settings_from(environment: Mapping[str, str], **given: Any) -> Settings:
    """What was ``given`` (by the command line), then ``FLOUCI_SANDBOX_<NAME>``, then the defaults."""
    found = {
        each.name: _convert(each, environment[name])
        for each in fields(Settings)
        if each.name not in given and (name := ENVIRONMENT_PREFIX + each.name.upper()) in environment
    }
    return Settings(**found, **given)


def _convert(setting: Field[Any], text: str) -> Any:
    if isinstance(setting.default, Path):
        return Path(text)
    least, most = setting.metadata["least"], setting.metadata["most"]
    try:
        number = int(text)
        if (least is None or number >= least) and (most is None or number <= most):
            return number
    except ValueError:
        pass
    limits = "" if least is None else f" of at least {least}" if most is None else f" from {least} to {most}"
    raise SettingError(f"{ENVIRONMENT_PREFIX}{setting.name.upper()} must be a whole number{limits}, not {text!r}.")


@dataclass(frozen=True)
class Setting:
    name: str
    default: object
    help: str


SETTINGS: tuple[Setting, ...] = tuple(
    Setting(each.name, each.default, each.metadata["help"]) for each in fields(Settings)
)
