"""Bodies of v1 (CONTRACT.md section 2)."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator

from sandbox.platform.merchant_api.generating import PaymentFields

VERSION = "v1"
_Token = Annotated[str | None, BeforeValidator(lambda value: value if isinstance(value, str) else None)]
"""Looked at before the fields are: whoever has no right to ask is not told what else is wrong."""


class GenerateFirst(PaymentFields):
    """The app's tokens come with the fields."""

    app_token: _Token = None
    app_secret: _Token = None
