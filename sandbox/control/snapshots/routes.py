"""Snapshots over HTTP."""

from __future__ import annotations

import shutil
import tempfile
from typing import TYPE_CHECKING, Annotated, Any

from flask import Blueprint, Response, request
from pydantic import Field

from sandbox.contracts.errors import SnapshotUnusable
from sandbox.contracts.snapshots import NOW
from sandbox.control.snapshots.archive import MOST_PACKED
from sandbox.kit.shapes import OptionalText, Shape
from sandbox.kit.web import read_body, read_query
from sandbox.kit.web.app import created

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.control.levers import Levers
    from sandbox.control.snapshots.manifest import Manifest
    from sandbox.control.snapshots.service import Snapshots

_PIECE = 1 << 16


class NewSnapshot(Shape):
    """``replace`` saves over a snapshot of this name."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    replace: bool = False


class Comparison(Shape):
    to: str = NOW


class Brought(Shape):
    name: OptionalText = None
    replace: bool = False


def snapshot_routes(levers: Levers) -> Blueprint:
    routes = Blueprint("snapshots", __name__, url_prefix="/snapshots")

    @routes.get("")
    def list_snapshots() -> dict[str, Any]:
        """Oldest first, by the sandbox's time; what cannot be loaded stands beside them, with the reason."""
        found, reasons = levers.snapshots().look()
        kept = [each.shown() for each in found]
        unusable = [{"name": name, "reason": reason} for name, reason in reasons.items()]
        return {"snapshots": kept, "bytes": sum(each["bytes"] for each in kept), "unusable": unusable}

    @routes.post("")
    def save() -> tuple[Response, int]:
        wanted = read_body(NewSnapshot)
        return created(levers.snapshots().save(wanted.name, over=wanted.replace).shown())

    @routes.post("/<snapshot>/load")
    def load(snapshot: str) -> dict[str, Any]:
        return {"loaded": True, **levers.snapshots().load(snapshot).shown()}

    @routes.get("/<snapshot>/diff")
    def diff(snapshot: str) -> dict[str, Any]:
        """To another snapshot, or without ``to`` to what is now."""
        return levers.snapshots().compare(snapshot, read_query(Comparison).to)

    @routes.delete("/<snapshot>")
    def delete(snapshot: str) -> dict[str, Any]:
        levers.snapshots().delete(snapshot)
        return {"deleted": snapshot}

    return routes


def travel_routes(levers: Levers) -> Blueprint:
    """From one machine to another."""
    routes = Blueprint("snapshot_travel", __name__, url_prefix="/snapshots")

    @routes.post("/import")
    def bring() -> tuple[Response, int]:
        """The body is what ``export`` gave."""
        request.max_content_length = MOST_PACKED
        wanted = read_query(Brought)
        return created(_bring(levers.snapshots(), wanted).shown())

    @routes.get("/<snapshot>/export")
    def export(snapshot: str) -> Response:
        """A snapshot in one file; ``now`` is the present world."""
        exported = levers.snapshots().exported(snapshot)
        manifest, file = exported.__enter__()

        def pieces() -> Iterator[bytes]:
            with file.open("rb") as opened:
                while piece := opened.read(_PIECE):
                    yield piece

        answer = Response(pieces(), mimetype="application/zip")
        answer.content_length = file.stat().st_size
        answer.headers["Content-Disposition"] = f'attachment; filename="{manifest.name}.flouci-sandbox.zip"'
        answer.call_on_close(lambda: exported.__exit__(None, None, None))
        return answer

    return routes


def _bring(snapshots: Snapshots, wanted: Brought) -> Manifest:
    """What comes is read to a file first: a slow client holds nobody up."""
    with tempfile.TemporaryFile() as packed:
        shutil.copyfileobj(request.stream, packed)
        if not packed.tell():
            raise SnapshotUnusable(
                "The body is empty.", field="body", hint="Send the bytes of a file that 'snapshot export' wrote."
            )
        packed.seek(0)
        return snapshots.bring(packed, wanted.name, over=wanted.replace)
