"""A webhook does not reach the merchant's server."""

from __future__ import annotations

from sandbox.control.faults.kind import Kind

_ = str  # marks a text for the catalogs

KIND = Kind(
    "webhook_lost",
    "webhook",
    _(
        "A try to deliver an event is lost on the way: the merchant's server sees nothing, and the next try follows by the schedule."
    ),
    example="next=2",
)
