"""The levers of snapshots, as programs pull them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sandbox.contracts.errors  # noqa: F401  what is refused is known by its code only where its class is
from sandbox.contracts.transport import HttpTransport, ServiceClient, path_part
from sandbox.kit.errors import error_from_json

if TYPE_CHECKING:
    from collections.abc import Mapping

NOW = "now"
"""What the present world is called where a snapshot's name may stand."""
_PATH = "/_sandbox/snapshots"
_PATIENCE_SECONDS = 600
"""A large world takes a while."""


class SnapshotsClient(ServiceClient):
    """Every method raises ServiceUnavailable where nobody answers, and StorageFailed where a disk is full."""

    def __init__(self, base_url: str, ca_file: str | None = None) -> None:
        self._patient = HttpTransport(base_url, ca_file, timeout_seconds=_PATIENCE_SECONDS)
        super().__init__(self._patient)

    def close(self) -> None:
        self._patient.close()

    def save(self, name: str, *, replace: bool = False) -> dict[str, Any]:
        """Raises SnapshotExists unless ``replace``, InvalidInput."""
        saved: dict[str, Any] = self._call("POST", _PATH, {"name": name, "replace": replace})
        return saved

    def load(self, name: str) -> dict[str, Any]:
        """Raises SnapshotNotFound, SnapshotUnusable; nothing has changed then."""
        loaded: dict[str, Any] = self._call("POST", f"{_PATH}/{path_part(name)}/load", {})
        return loaded

    def list_all(self) -> list[dict[str, Any]]:
        """Oldest first, by the sandbox's time."""
        found: list[dict[str, Any]] = self.show_all()["snapshots"]
        return found

    def show_all(self) -> dict[str, Any]:
        """``snapshots`` with their ``bytes`` in all, and what is ``unusable``, with the reason."""
        shown: dict[str, Any] = self._call("GET", _PATH)
        return shown

    def prune(self, keep: int) -> list[dict[str, Any]]:
        """Forget all but the ``keep`` latest by the sandbox's time; those that are gone."""
        found = self.list_all()
        gone = found[: max(0, len(found) - max(0, keep))]
        for each in gone:
            self.delete(each["name"])
        return gone

    def compare(self, before: str, after: str = NOW) -> dict[str, Any]:
        """Raises SnapshotNotFound, SnapshotUnusable."""
        told: dict[str, Any] = self._call("GET", f"{_PATH}/{path_part(before)}/diff", query={"to": after})
        return told

    def delete(self, name: str) -> None:
        """Raises SnapshotNotFound."""
        self._call("DELETE", f"{_PATH}/{path_part(name)}")

    def export(self, name: str = NOW) -> bytes:
        """The bytes of one file. Raises SnapshotNotFound, SnapshotUnusable."""
        answer = self._send("GET", f"{_PATH}/{path_part(name)}/export", b"")
        if answer.status >= 400:
            raise error_from_json(answer.status, answer.json())
        return answer.content

    def bring(self, exported: bytes, name: str | None = None, *, replace: bool = False) -> dict[str, Any]:
        """Raises SnapshotUnusable, SnapshotExists, InvalidInput."""
        query: Mapping[str, Any] = {"name": name, "replace": "true" if replace else None}
        answer = self._send(
            "POST", f"{_PATH}/import", exported, query=query, headers={"Content-Type": "application/zip"}
        )
        told = answer.json()
        if answer.status >= 400 or not isinstance(told, dict):
            raise error_from_json(answer.status, told)
        return told
