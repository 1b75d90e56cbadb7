"""Bodies of v2 (documentation; marks in CONTRACT.md section 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AliasChoices, BeforeValidator, Field

from sandbox.kit.shapes import Amount, Optional, Shape
from sandbox.platform.merchant_api.generating import PaymentFields
from sandbox.platform.merchant_api.inputs import AsList, Picture, Switch

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION = "v2"
VERIFY_VERSION = "2.0.0"


class Share(Shape):
    """``amount`` millimes of the payment for another wallet: an app's public token, or a wallet's id or phone number (ours)."""

    amount: Amount
    destination: Annotated[str, Field(min_length=1, max_length=64)]


def _digits(value: object) -> object:
    """A security code that was sent as a number."""
    is_number = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1000  # three digits
    return f"{value:03}" if is_number else value


Cvc = Annotated[str, BeforeValidator(_digits), Field(pattern=r"^[0-9]{3}$")]


class GeneratePayment(PaymentFields):
    """``destination`` amounts together are at most ``amount``; the rest is the merchant's.

    With ``binding_id``, ``client_id`` and ``cvc`` the card that this shopper has kept pays at once (ours).
    """

    image_url: Picture = None
    client_id: Annotated[Annotated[str, Field(max_length=100)] | None, Optional] = None
    binding_id: Annotated[Annotated[str, Field(min_length=1, max_length=64)] | None, Optional] = None
    cvc: Annotated[Cvc | None, Optional] = None
    pre_authorization: Annotated[Switch, Field(validation_alias=AliasChoices("pre_authorization", "pre_auth"))] = False
    destination: Annotated[list[Share] | None, AsList, Optional] = None


def read_payment(fields: Mapping[str, Any]) -> GeneratePayment:
    """Fields that were sent as null are not sent, but for those that must be there."""
    return GeneratePayment.parse(fields)
