"""The console's page of snapshots: moments are named, entered again, compared, and carried as files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from flask import Blueprint, redirect, render_template, request, url_for
from pydantic import Field

from sandbox.contracts.errors import SnapshotExists, SnapshotNotFound, SnapshotUnusable
from sandbox.contracts.snapshots import NOW
from sandbox.control.snapshots.archive import MOST_PACKED
from sandbox.kit.errors import InvalidInput, SandboxError, StorageFailed
from sandbox.kit.shapes import OptionalText, Shape, Text
from sandbox.kit.web import read_body

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import IO

    from werkzeug.wrappers import Response

    from sandbox.control.levers import Levers
    from sandbox.control.snapshots.service import Snapshots
    from sandbox.kit.web.app import Page

_TOLD = (InvalidInput, SnapshotExists, SnapshotNotFound, SnapshotUnusable, StorageFailed)
"""What is wrong with what somebody typed is said beside it; the rest of the page stays."""


class SaveForm(Shape):
    name: Annotated[str, Field(max_length=200)] = ""
    replace: OptionalText = None


class ImportForm(Shape):
    import_name: OptionalText = None
    import_replace: OptionalText = None


class NamedSnapshot(Shape):
    snapshot: Text


def snapshot_pages(levers: Levers) -> Blueprint:
    routes = Blueprint("snapshot_pages", __name__, url_prefix="/console/snapshots")

    @routes.get("")
    def show() -> Page:
        return _draw(levers.snapshots())

    @routes.post("")
    def save() -> Page:
        wanted = read_body(SaveForm)
        try:
            saved = levers.snapshots().save(wanted.name.strip(), over=wanted.replace is not None)
        except _TOLD as problem:
            return _draw(levers.snapshots(), wanted.model_dump(), _at_field(problem, "name")), problem.status
        return _back("saved", saved.name)

    @routes.post("/load")
    def load() -> Page:
        return _do(levers.snapshots(), "loaded", levers.snapshots().load)

    @routes.post("/delete")
    def delete() -> Page:
        return _do(levers.snapshots(), "deleted", levers.snapshots().delete)

    @routes.post("/import")
    def bring() -> Page:
        request.max_content_length = MOST_PACKED
        wanted = read_body(ImportForm)
        try:
            over = wanted.import_replace is not None
            brought = levers.snapshots().bring(_sent_file(), wanted.import_name, over=over)
        except _TOLD as problem:
            at = "file" if isinstance(problem, SnapshotUnusable) or problem.field == "file" else "import_name"
            return _draw(levers.snapshots(), wanted.model_dump(), _at_field(problem, at)), problem.status
        return _back("imported", brought.name)

    return routes


def _draw(snapshots: Snapshots, form: dict[str, Any] | None = None, problem: SandboxError | None = None) -> str:
    """``form`` is what somebody typed, ``problem`` what is wrong with it."""
    found, unusable = snapshots.look()
    kept = [each.shown() for each in reversed(found)]
    names = [NOW, *(each["name"] for each in kept)]
    before, after = request.args.get("from") or names[min(1, len(kept))], request.args.get("to") or NOW
    difference = None
    if "from" in request.args and problem is None:
        try:
            difference = snapshots.compare(before, after)
        except _TOLD as wrong:
            problem = _at_field(wrong, "to" if before in names else "from")
    return render_template(
        "snapshots.html",
        snapshots=kept,
        unusable=unusable,
        chosen={"from": before, "to": after},
        ends=list(dict.fromkeys([*names, before, after])),
        difference=difference,
        form=form or {},
        problem=problem,
        done=request.args.get("done"),
        name=request.args.get("name", ""),
    )


def _do(snapshots: Snapshots, done: str, action: Callable[[str], object]) -> Page:
    name = read_body(NamedSnapshot).snapshot
    try:
        action(name)
    except _TOLD as problem:
        return _draw(snapshots, problem=_at_field(problem, None)), problem.status
    return _back(done, name)


def _sent_file() -> IO[bytes]:
    """Raises InvalidInput."""
    packed = request.files.get("file")
    if packed is None or not packed.filename:
        raise InvalidInput("Choose a file.", field="file", hint="One that an export gave.")
    return packed.stream


def _back(done: str, name: str) -> Response:
    return redirect(url_for("snapshot_pages.show", done=done, name=name), 303)


def _at_field(problem: SandboxError, field: str | None) -> SandboxError:
    """Storage is nothing that was typed; of a name, what is wrong is said in the reader's language."""
    if isinstance(problem, SnapshotExists | SnapshotNotFound):
        return type(problem)(field=field)
    if not isinstance(problem, StorageFailed):
        problem.field = field
    return problem
