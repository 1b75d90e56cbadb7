"""The phone API (CONTRACT.md section 5): what tests, the phone page and the command line drive."""

from __future__ import annotations

import base64
from typing import Annotated, Any

from pydantic import Field

from sandbox.contracts.transport import ServiceClient, path_part
from sandbox.kit.money import MAX_AMOUNT
from sandbox.kit.shapes import Identifier, Name, NotBoolean, Optional, PhoneNumber, Pin, Shape

OpeningBalance = Annotated[int, NotBoolean, Field(ge=0, le=MAX_AMOUNT)]


class NewPhone(Shape):
    """``balance`` in millimes comes from the bank. With a ``trade_name`` the wallet is a business's, which may sell."""

    phone_number: PhoneNumber
    name: Annotated[Name | None, Optional] = None
    trade_name: Annotated[Name | None, Optional] = None
    pin: Annotated[Pin | None, Optional] = None
    balance: OpeningBalance = 0


class Phone(Shape):
    """``screen`` tells what the phone shows, as data."""

    phone_number: str
    name: str
    trade_name: str | None = None
    pin: str
    balance: int
    persona: str | None = None
    screen: dict[str, Any] = Field(default_factory=dict)


class WalletState(Shape):
    """Whether the phone's wallet is ``active``, ``blocked`` or ``pending``."""

    phone_number: str
    status: str


class PayScan(Shape):
    scan_id: Identifier
    pin: Annotated[Pin | None, Optional] = None


class RefuseScan(Shape):
    scan_id: Identifier


class Scan(Shape):
    """What the phone read; ``amount`` in millimes."""

    scan_id: str
    kind: str
    merchant: str
    amount: int
    description: str | None = None
    reference: str | None = None
    session: str


class PaidScan(Shape):
    """``status`` is PREPARED (type ``code`` into the form) or REFUSED (the phone's owner said no)."""

    status: str
    code: str | None = None
    payment_id: str | None = None
    expires_at: str | None = None


class MobileClient(ServiceClient):
    def add_phone(self, phone: NewPhone) -> Phone:
        """Raises PhoneExists."""
        return Phone.parse(self._call("POST", "/mobile/phones", phone.model_dump()))

    def list_phones(self) -> list[Phone]:
        rows: list[dict[str, Any]] = self._call("GET", "/mobile/phones")["phones"]
        return [Phone.parse(row) for row in rows]

    def get_phone(self, number: str) -> Phone:
        return Phone.parse(self._call("GET", f"/mobile/phones/{path_part(number)}"))

    def block(self, number: str) -> WalletState:
        """The phone's wallet neither pays nor is paid from then on; a merchant's apps stop."""
        return WalletState.parse(self._call("POST", f"/mobile/phones/{path_part(number)}/block", {}))

    def unblock(self, number: str) -> WalletState:
        return WalletState.parse(self._call("POST", f"/mobile/phones/{path_part(number)}/unblock", {}))

    def scan_picture(self, number: str, picture: bytes) -> Scan:
        """Raises NoQrFound, ForeignQr and the like when the picture holds no payment code."""
        body = {"image_base64": base64.b64encode(picture).decode()}
        return Scan.parse(self._call("POST", f"/mobile/phones/{path_part(number)}/scan", body))

    def scan_text(self, number: str, qr_text: str) -> Scan:
        return Scan.parse(self._call("POST", f"/mobile/phones/{path_part(number)}/scan", {"qr_text": qr_text}))

    def pay(self, number: str, scan_id: str, pin: str | None = None) -> PaidScan:
        """Without ``pin`` the phone enters its own. Raises WrongPin, InsufficientFunds, WalletBlocked."""
        body = {"scan_id": scan_id} if pin is None else {"scan_id": scan_id, "pin": pin}
        return PaidScan.parse(self._call("POST", f"/mobile/phones/{path_part(number)}/pay", body))

    def refuse(self, number: str, scan_id: str) -> PaidScan:
        return PaidScan.parse(self._call("POST", f"/mobile/phones/{path_part(number)}/refuse", {"scan_id": scan_id}))

    def list_messages(
        self, number: str, *, contains: str | None = None, wait: float | None = None
    ) -> list[dict[str, Any]]:
        """SMS of the phone, newest first; with ``wait`` (seconds) not before there is one."""
        query = {"contains": contains, "wait": wait}
        rows: list[dict[str, Any]] = self._call("GET", f"/mobile/phones/{path_part(number)}/messages", query=query)[
            "messages"
        ]
        return rows
