"""Whether a whole sandbox answers at an address, and what it says of itself; if not, what is there instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import sandbox
from sandbox.kit.errors import InvalidInput, ServiceUnavailable

if TYPE_CHECKING:
    from sandbox.contracts.transport import Answer, HttpTransport

_OF_A_WHOLE_ONE = {"base_url", "app", "developer", "phones", "version", "seed"}
_START_ONE = "Start one with 'python -m sandbox up --wait', which prints its address as base_url."


def require_address(url: str) -> str:
    """``127.0.0.1:8216`` is as good as ``http://127.0.0.1:8216/``. Raises InvalidInput for what is no address."""
    address = url.strip() if "://" in url else f"http://{url.strip()}"
    try:
        parts = urlsplit(address)
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address or any(character.isspace() for character in address):
        raise InvalidInput(f"{url!r} is no address of a sandbox.", field="url", hint="Write http://127.0.0.1:8216.")
    return address.rstrip("/")


def details_of(transport: HttpTransport) -> dict[str, Any]:
    """What ``up --json`` prints. Raises ServiceUnavailable when nothing answers there, or something else does."""
    where = transport.base_url
    try:
        answer = transport.send("GET", "/_sandbox/details", b"", {"Accept": "application/json"})
    except ServiceUnavailable as error:
        cause = error.message.removeprefix(f"{where} does not answer: ").rstrip(".")
        raise ServiceUnavailable(f"No sandbox answers at {where}: {cause}.", hint=_START_ONE) from None
    told = answer.json()
    if answer.status == 200 and isinstance(told, dict) and told.keys() >= _OF_A_WHOLE_ONE:
        return told
    raise ServiceUnavailable(f"What answers at {where} is {_what_answers(transport, answer)}.", hint=_START_ONE)


def _what_answers(transport: HttpTransport, answer: Answer) -> str:
    ready = transport.send("GET", "/_sandbox/ready", b"", {}).json()
    if isinstance(ready, dict) and "ready" in ready:
        return "one service of a sandbox, not a whole one"
    kind = answer.headers.get("content-type", "").partition(";")[0]
    return f"no sandbox: it answered {answer.status}{f' with {kind}' if kind else ''} to /_sandbox/details"


def version_note(details: dict[str, Any]) -> str:
    """Nothing where the sandbox is of the version that drives it."""
    there, here = details["version"], sandbox.__version__
    return "" if there == here else f"; it is version {there}, and version {here} drives it: install the same"
