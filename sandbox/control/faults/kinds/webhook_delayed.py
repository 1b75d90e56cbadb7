"""A webhook comes late."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sandbox.control.faults.kind import Kind
from sandbox.kit.shapes import NotBoolean, Shape

_ = str  # marks a text for the catalogs


class WebhookDelayed(Shape):
    seconds: Annotated[float, NotBoolean, Field(gt=0, le=31_536_000)]


KIND = Kind(
    "webhook_delayed",
    "webhook",
    _("An event is sent so many seconds of the sandbox's clock later."),
    WebhookDelayed,
    example="seconds=600",
)
