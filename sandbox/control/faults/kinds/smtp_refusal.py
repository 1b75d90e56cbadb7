"""The mail server takes no mail."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sandbox.control.faults.kind import Kind
from sandbox.kit.shapes import NotBoolean, Shape

_ = str  # marks a text for the catalogs


class SmtpRefusal(Shape):
    code: Annotated[int, NotBoolean, Field(ge=400, le=599)] = 451


KIND = Kind(
    "smtp_refusal",
    "mail",
    _("The mail server refuses a mail with this code of SMTP, 451 by default; its sender tries again by its schedule."),
    SmtpRefusal,
    example="code=452 to=owner@example.com",
)
