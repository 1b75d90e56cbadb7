"""A webhook arrives behind the one that follows it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sandbox.control.faults.kind import Kind
from sandbox.kit.shapes import NotBoolean, Shape

_ = str  # marks a text for the catalogs


class WebhookReordered(Shape):
    seconds: Annotated[float, NotBoolean, Field(gt=0, le=86_400)] = 60


KIND = Kind(
    "webhook_reordered",
    "webhook",
    _(
        "An event is held back for so many seconds of the sandbox's clock, 60 by default; the app's next event, where there is one by then, arrives before it."
    ),
    WebhookReordered,
    example="seconds=30",
)
