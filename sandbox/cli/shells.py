"""How each shell, or a program, takes variables over."""

from __future__ import annotations

import json
import re
import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_PLAIN = re.compile(r"[\w./:@%+,=?-]*", re.ASCII)


def _bash(name: str, value: str) -> str:
    return f"export {name}={shlex.quote(value)}"


def _fish(name: str, value: str) -> str:
    quoted = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"set -gx {name} '{quoted}'"


def _powershell(name: str, value: str) -> str:
    quoted = value.replace("'", "''")
    return f"$env:{name} = '{quoted}'"


def _dotenv(name: str, value: str) -> str:
    """Bare where it may be: ``docker run --env-file`` and GitHub's ``$GITHUB_ENV`` know no quotes. In single ones nothing is expanded."""
    if _PLAIN.fullmatch(value):
        return f"{name}={value}"
    if "'" not in value and "\\" not in value:
        return f"{name}='{value}'"
    escaped = re.sub(r'([\\"$`])', r"\\\1", value)
    return f'{name}="{escaped}"'


SHELLS: dict[str, Callable[[str, str], str]] = {
    "bash": _bash,
    "zsh": _bash,
    "sh": _bash,
    "fish": _fish,
    "powershell": _powershell,
    "dotenv": _dotenv,
}


def write_variables(values: Mapping[str, str], shell: str) -> str:
    """A line each, for one of SHELLS; or one JSON object."""
    if shell == "json":
        return json.dumps(values, ensure_ascii=False)
    return "\n".join(SHELLS[shell](name, value) for name, value in values.items())
