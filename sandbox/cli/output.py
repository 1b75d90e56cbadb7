"""What every command shares: how it ends, and how it finds the running sandbox."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from sandbox.cli import FAILED, NOT_READY, PORT_TAKEN, WRONG_USE
from sandbox.config import ENVIRONMENT_PREFIX, SETTINGS
from sandbox.contracts.transport import Answer, HttpTransport
from sandbox.data_folder import Locator
from sandbox.kit.errors import InvalidInput, ServiceUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_CODES = {FAILED: "FAILED", WRONG_USE: "WRONG_USE", PORT_TAKEN: "PORT_TAKEN", NOT_READY: "NOT_READY"}
_PIECE_BYTES = 65_536
_DEFAULTS = {setting.name: setting for setting in SETTINGS}


def stop_with(exit_code: int, line: str, *, error: dict[str, Any] | None = None) -> NoReturn:
    """One clear line on the error output, and the promised exit code; with --json the error as one JSON object too."""
    click.echo(line, err=True)
    context = click.get_current_context(silent=True)
    if context is not None and context.params.get("as_json"):
        print_error(exit_code, line, error=error)
    raise SystemExit(exit_code)


def print_error(exit_code: int, line: str, *, error: dict[str, Any] | None = None) -> None:
    print_json({"error": error or {"code": _CODES.get(exit_code, "FAILED"), "message": line}})


def print_json(body: dict[str, Any], *, err: bool = False) -> None:
    encoding = getattr(sys.stderr if err else sys.stdout, "encoding", None) or "utf-8"
    click.echo(json.dumps(body, ensure_ascii="utf" not in encoding.lower()), err=err)


def setting_option(flag: str, name: str, **kwargs: Any) -> Callable[[Any], Any]:
    """An option that is a setting: its default and help come from the one table."""
    setting = _DEFAULTS[name]
    return click.option(
        flag,
        name,
        default=setting.default,
        envvar=ENVIRONMENT_PREFIX + name.upper(),
        show_envvar=True,
        help=setting.help,
        show_default=setting.default not in {None, ""},
        **kwargs,
    )


data_option = setting_option("--data", "data_dir", type=click.Path(path_type=Path))
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


def running(data_dir: Path) -> dict[str, Any]:
    """What the running sandbox's locator file tells; ends the command when there is none."""
    details = Locator(data_dir).read()
    if details is None:
        stop_with(
            NOT_READY, f"No sandbox is running with the data folder {data_dir}. Start one with 'python -m sandbox up'."
        )
    return details


def call(
    details: dict[str, Any],
    method: str,
    path: str,
    body: dict[str, Any] | None = None,
    *,
    also: int | None = None,
    is_attempt: bool = False,
) -> Any:
    """The running sandbox's JSON answer; ends the command when it refuses, but with status ``also``, or does not answer."""
    answer = _send(details, method, path, body)
    parsed = answer.json()
    if answer.status >= 400 and not (answer.status == also and "error" not in parsed):
        error = parsed.get("error", {}) if isinstance(parsed, dict) else {}
        told = error.get("code", str(answer.status)), error.get("message", "refused"), error.get("hint", "")
        stop_with_error(*told, status=answer.status, is_attempt=is_attempt)
    return parsed


def stream(details: dict[str, Any], path: str) -> Iterator[str]:
    """The running sandbox's answer as text, while it comes; ends the command when nobody answers."""
    import codecs
    import ssl
    from urllib.request import HTTPSHandler, ProxyHandler, build_opener

    context = ssl.create_default_context(cafile=details.get("ca_file"))
    opener, decoder = (
        build_opener(ProxyHandler({}), HTTPSHandler(context=context)),
        codecs.getincrementaldecoder("utf-8")(),
    )
    try:
        with opener.open(details["base_url"] + path) as answer:
            while piece := answer.read(_PIECE_BYTES):
                yield decoder.decode(piece)
    except OSError as error:
        stop_with(NOT_READY, f"The sandbox did not answer to the end: {error}")


def stop_with_error(code: str, message: str, hint: str, *, status: int = 500, is_attempt: bool = False) -> NoReturn:
    """What the sandbox refused, in its own words; by its ``status``, whoever asked may have asked for what cannot be.

    That an attempt is refused, such as a payment, is no wrong use, unless what was asked for cannot be read.
    """
    is_wrong = 400 <= status < 500 and (not is_attempt or code == InvalidInput.code)
    error = {"code": code, "message": message} | ({"hint": hint} if hint else {})
    ended = message if message.endswith((".", "?", "!")) else f"{message}."
    stop_with(WRONG_USE if is_wrong else FAILED, f"{code}: {ended} {hint}".strip(), error=error)


def _send(details: dict[str, Any], method: str, path: str, body: dict[str, Any] | None) -> Answer:
    content = b"" if body is None else json.dumps(body).encode()
    transport = HttpTransport(details["base_url"], details.get("ca_file"))
    try:
        return transport.send(method, path, content, {"Content-Type": "application/json", "Accept": "application/json"})
    except ServiceUnavailable as error:
        stop_with(NOT_READY, error.message)
    finally:
        transport.close()
