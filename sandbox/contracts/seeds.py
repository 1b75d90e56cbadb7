"""The lever that loads seed files, as programs pull it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sandbox.contracts.transport import HttpTransport
from sandbox.kit.errors import error_from_json

if TYPE_CHECKING:
    from collections.abc import Mapping

_PATIENCE_SECONDS = 600
"""Many orders take a while."""


def load_seed(base_url: str, ca_file: str | None, content: bytes | Mapping[str, Any], name: str) -> dict[str, Any]:
    """``content`` is the text of a file called ``name``, or its values. Raises SeedRefused; then nothing has changed."""
    is_text = isinstance(content, bytes)
    body = content if isinstance(content, bytes) else json.dumps(content, default=str).encode()
    headers = {"Content-Type": "application/yaml" if is_text else "application/json", "Accept": "application/json"}
    transport = HttpTransport(base_url, ca_file, timeout_seconds=_PATIENCE_SECONDS)
    try:
        answer = transport.send("POST", f"/_sandbox/seed?name={quote(name)}", body, headers)
    finally:
        transport.close()
    told = answer.json()
    if answer.status >= 400 or not isinstance(told, dict):
        raise error_from_json(answer.status, told)
    return told
