"""Refusals of snapshots, and of worlds that are brought from elsewhere."""

from __future__ import annotations

from sandbox.contracts.errors.base import Refusal


class SnapshotNotFound(Refusal):
    code = "SNAPSHOT_NOT_FOUND"
    status = 404
    message = "There is no snapshot of this name."
    hint = "GET /_sandbox/snapshots, or 'snapshot list', tells those that there are."


class SnapshotExists(Refusal):
    code = "SNAPSHOT_EXISTS"
    status = 409
    message = "There is a snapshot of this name already."
    hint = "Choose another name, delete that one first, or save over it with 'replace'."


class SnapshotUnusable(Refusal):
    """What is wrong with it is the message: another version's, damaged, or no snapshot at all."""

    code = "SNAPSHOT_UNUSABLE"
    status = 422
    message = "This snapshot cannot be loaded."
    hint = "Nothing was changed."
