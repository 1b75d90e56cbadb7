"""Bodies of terminals and of a business's own codes."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from sandbox.kit.shapes import Amount, Optional, Reference, Shape
from sandbox.platform.merchant_api.inputs import OptionalUrl

_Method = Annotated[
    Literal["NFC", "CARD", "WALLET", "CHECK"],
    BeforeValidator(lambda value: value.strip().upper() if isinstance(value, str) else value),
]
_Text = Annotated[str, Field(min_length=1, max_length=64)]
_Number = BeforeValidator(lambda value: str(value) if isinstance(value, int) and not isinstance(value, bool) else value)


class InitPos(Shape):
    """``amount_in_millimes`` is paid at a terminal; ``developer_tracking_id`` is what its status is asked by."""

    id_terminal: Annotated[_Text, _Number]
    serial_number: Annotated[_Text, _Number]
    amount_in_millimes: Amount
    payment_method: _Method
    developer_tracking_id: Reference
    webhook: OptionalUrl = None


class PosStarted(Shape):
    success: bool
    terminal_id: str
    status_code: int


class PosQuery(Shape):
    developer_tracking_id: Reference


class PosTransaction(Shape):
    """``payment_status`` is PS when paid; PP while it waits and PF when it failed are ours."""

    developer_tracking_id: str
    payment_status: str
    transaction_id: str
    settlement_status: str


class PosStatus(Shape):
    success: bool
    transactions: list[PosTransaction]
    status_code: int


class CustomCode(Shape):
    """``merchant_id`` is an app's public token (ours); codes with one ``operation_uuid`` belong together."""

    amount_in_millimes: Amount
    merchant_id: _Text
    operation_uuid: Annotated[_Text | None, Optional] = None
    barcode: Any = None


class CodeDrawn(Shape):
    """``qr_code`` is a PNG in base64."""

    success: bool
    code: int
    qr_code: str
    operation_uuid: str


class CustomCodeQuery(Shape):
    operation_uuid: _Text


class CodeTransaction(Shape):
    transaction_unique_id: str
    time: str
    amount: int
    channel: str


class CodeStatus(Shape):
    success: bool
    code: int
    transactions: list[CodeTransaction]


class CounterRefused(Shape):
    success: bool
    code: int
    status_code: int
    message: str


def refused(status: int, message: str) -> dict[str, Any]:
    """Ours: no refusal of these calls is published."""
    return {"success": False, "code": status, "status_code": status, "message": message}
