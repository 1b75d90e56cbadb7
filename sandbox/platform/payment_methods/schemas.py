"""Shapes of the steps that a way to pay takes in the payment form, for the description of the API."""

from __future__ import annotations

from sandbox.kit.shapes import Shape


class StepFields(Shape):
    """What the shopper filled in. These are the fields of 'login'; another way to pay has its own."""

    phone_number: str | None = None
    pin: str | None = None


class StepTaken(Shape):
    """Spans in whole seconds; the six digits come by SMS and are checked as ever."""

    status: str
    code_expires_in_seconds: int
    resend_in_seconds: int
