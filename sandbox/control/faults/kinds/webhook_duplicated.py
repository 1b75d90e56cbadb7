"""A webhook arrives more than once."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sandbox.control.faults.kind import Kind
from sandbox.kit.shapes import NotBoolean, Shape

_ = str  # marks a text for the catalogs


class WebhookDuplicated(Shape):
    copies: Annotated[int, NotBoolean, Field(ge=2, le=10)] = 2


KIND = Kind(
    "webhook_duplicated",
    "webhook",
    _("An event arrives so many times, twice by default, with the same id and content."),
    WebhookDuplicated,
    example="copies=3",
)
