"""The phone API (CONTRACT.md section 5): what tests, the phone page and the command line drive."""

from __future__ import annotations

import base64
from datetime import date
from http import HTTPStatus
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from sandbox.contracts.applications import Application, BusinessDetails, ConfirmPhone, Identity
from sandbox.contracts.bank import BankAccount, BankMovement
from sandbox.contracts.ledger import Statement
from sandbox.contracts.transfers import HistoryItem, MoneyRequest
from sandbox.contracts.transport import ServiceClient, path_part
from sandbox.contracts.wallets import Challenge, Language, Level, Limits, WalletKind
from sandbox.kit.days import parse_day
from sandbox.kit.errors import error_from_json
from sandbox.kit.money import MAX_AMOUNT
from sandbox.kit.paging import PageQuery
from sandbox.kit.shapes import (
    Amount,
    Code,
    Identifier,
    Moment,
    Name,
    NotBoolean,
    Optional,
    OptionalText,
    PhoneNumber,
    Pin,
    Reference,
    Shape,
)

Key = Annotated[str, Field(min_length=1, max_length=80)]
Day = Annotated[date, BeforeValidator(parse_day)]
OpeningBalance = Annotated[int, NotBoolean, Field(ge=0, le=MAX_AMOUNT)]


class NewPhone(Shape):
    """``balance`` in millimes comes from the bank. With a ``trade_name`` the wallet is a business's, which may sell.

    SMS come in ``language``.
    """

    phone_number: PhoneNumber
    name: Annotated[Name | None, Optional] = None
    trade_name: Annotated[Name | None, Optional] = None
    pin: Annotated[Pin | None, Optional] = None
    balance: OpeningBalance = 0
    language: Language = "fr"


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
    """Whether the phone's wallet is ``active``, ``blocked``, ``pending``, ``closing`` or ``closed``."""

    phone_number: str
    status: str


class NewPin(Shape):
    """Without ``old_pin`` the phone enters the one it knows."""

    old_pin: Annotated[Pin | None, Optional] = None
    new_pin: Pin


class ConfirmUnlock(Shape):
    """``challenge_id`` came with the answer that sent the code."""

    challenge_id: Identifier
    code: Code
    new_pin: Pin


class MoveMoney(Shape):
    """Between the wallet and its bank account, in millimes. Without ``pin`` the phone enters its own.

    With the same ``idempotency_key`` money moves once.
    """

    amount: Amount
    pin: Annotated[Pin | None, Optional] = None
    idempotency_key: Annotated[Reference | None, Optional] = None


class EnterPin(Shape):
    """Without ``pin`` the phone enters its own."""

    pin: Annotated[Pin | None, Optional] = None


class PayScan(Shape):
    """``amount`` in millimes is what the owner types where the code names none.

    ``note`` goes with money that is sent at once, to a person or a counter; both sides see it.
    """

    scan_id: Identifier
    pin: Annotated[Pin | None, Optional] = None
    amount: Annotated[Amount | None, Optional] = None
    note: OptionalText = None


class Choice(Shape):
    """One of several codes in a picture: scanning its ``qr_text`` chooses it. ``merchant`` is who would be paid, where it is known."""

    qr_text: str
    kind: str
    merchant: str | None = None
    amount: int | None = None
    description: str | None = None


class OpenHere(Shape):
    """What kind of wallet is wanted, and the level: 2, or 3 with a selfie. SMS come in ``language``."""

    kind: WalletKind = "personal"
    level: Annotated[int, NotBoolean, Field(ge=2, le=3)] = 3
    language: Language = "fr"


class PhoneWallet(Shape):
    """How the phone's wallet stands. ``status`` is ``none`` before there is one, ``closing``, ``closed`` and the like.

    Ceilings in millimes, None without one; they are assumptions, and settings. ``pin_tries_left`` is 0 once wrong PINs have
    blocked it. ``application`` is the newest, with the steps that are missing.
    """

    phone_number: str
    status: str
    kind: str | None = None
    level: int = 0
    limits: Limits = Limits()
    levels: list[Level] = Field(default_factory=list)
    ceilings_are_assumptions: bool = True
    pin_tries_left: int = 0
    bank: BankAccount | None = None
    application: Application | None = None


class StatementDays(Shape):
    """Days of Tunisia, both included; without them everything."""

    from_: Annotated[Day | None, Optional, Field(alias="from")] = None
    to: Annotated[Day | None, Optional] = None


class StatementPage(StatementDays, PageQuery):
    pass


class RefuseScan(Shape):
    scan_id: Identifier


class Scan(Shape):
    """What the phone read: ``kind`` is checkout, person or counter; ``merchant`` is who will be paid.

    ``amount`` in millimes is None where the owner has to type it. A form has a ``session``, the others a ``phone_number``.
    """

    scan_id: str
    kind: str = "checkout"
    merchant: str
    amount: int | None = None
    description: str | None = None
    reference: str | None = None
    session: str | None = None
    phone_number: str | None = None


class PaidScan(Shape):
    """``status`` is PREPARED (type ``code`` into the form), SUCCESS (the money has gone) or REFUSED (the phone's owner said no)."""

    status: str
    code: str | None = None
    payment_id: str | None = None
    expires_at: str | None = None


class SendTo(Shape):
    """``amount`` in millimes to a phone number. A repetition with the same ``idempotency_key`` sends nothing twice."""

    to: PhoneNumber
    amount: Amount
    pin: Annotated[Pin | None, Optional] = None
    note: OptionalText = None
    idempotency_key: Annotated[Key | None, Optional] = None


class AskFrom(Shape):
    """Ask the phone number ``from`` for ``amount`` millimes."""

    payer: Annotated[PhoneNumber, Field(alias="from")]
    amount: Amount
    note: OptionalText = None
    idempotency_key: Annotated[Key | None, Optional] = None


class ApproveWithPin(Shape):
    pin: Annotated[Pin | None, Optional] = None


class PhoneRequest(MoneyRequest):
    """A request as one of its two phones sees it: ``direction`` is incoming (asked to pay) or outgoing (asked others)."""

    direction: str


class Notification(Shape):
    """Something that came to the phone: ``kind`` is sms, request (``amount``, from ``name``) or payment (``direction`` in or out)."""

    id: str
    kind: str
    at: Moment
    text: str | None = None
    name: str | None = None
    amount: int | None = None
    direction: str | None = None
    state: str | None = None


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

    def get_wallet(self, number: str) -> PhoneWallet:
        return PhoneWallet.parse(self._call("GET", f"/mobile/phones/{path_part(number)}/wallet"))

    def get_statement(
        self,
        number: str,
        *,
        first: date | None = None,
        last: date | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> Statement:
        """Days of Tunisia, both included; without them everything."""
        query = {"from": first, "to": last, "limit": limit, "after": after}
        return Statement.parse(self._call("GET", f"/mobile/phones/{path_part(number)}/statement", query=query))

    def change_pin(self, number: str, new_pin: str, *, old_pin: str | None = None) -> WalletState:
        """Raises WrongPin (tries_left), PinBlocked."""
        body = {"old_pin": old_pin, "new_pin": new_pin}
        return WalletState.parse(self._call("POST", f"/mobile/phones/{path_part(number)}/pin", body))

    def start_unlock(self, number: str) -> Challenge:
        """An SMS with a code comes to the phone."""
        return Challenge.parse(self._call("POST", f"/mobile/phones/{path_part(number)}/unlock", {}))

    def confirm_unlock(self, number: str, confirmation: ConfirmUnlock) -> WalletState:
        """Raises WrongOtp (tries_left), OtpLocked, OtpExpired."""
        path = f"/mobile/phones/{path_part(number)}/unlock/confirm"
        return WalletState.parse(self._call("POST", path, confirmation.model_dump()))

    def start_application(self, number: str, wanted: OpenHere | None = None) -> Application:
        """A code comes to the phone by SMS; a number that is new becomes a phone. Raises LevelReached, ApplicationInReview, …"""
        return self._apply(number, "", (wanted or OpenHere()).model_dump())

    def get_application(self, number: str) -> Application:
        """Raises ApplicationNotFound."""
        return Application.parse(self._call("GET", f"/mobile/phones/{path_part(number)}/application"))

    def confirm_phone(self, number: str, code: str, pin: str | None = None) -> Application:
        """The wallet is open from then on, at level 1. Raises WrongOtp (tries_left)."""
        return self._apply(number, "/phone", ConfirmPhone(code=code, pin=pin).model_dump())

    def tell_identity(self, number: str, identity: Identity) -> Application:
        return self._apply(number, "/identity", identity.model_dump(mode="json"))

    def tell_business(self, number: str, business: BusinessDetails) -> Application:
        return self._apply(number, "/business", business.model_dump())

    def send_card(self, number: str, picture: bytes) -> Application:
        """Raises UnreadablePicture, PictureTooLarge."""
        return self._apply(number, "/card", {"image_base64": base64.b64encode(picture).decode()})

    def take_selfie(self, number: str, *, matches: bool = True) -> Application:
        return self._apply(number, "/selfie", {"matches": matches})

    def _apply(self, number: str, step: str, body: dict[str, Any]) -> Application:
        return Application.parse(self._call("POST", f"/mobile/phones/{path_part(number)}/application{step}", body))

    def link_bank(self, number: str, rib: str) -> BankAccount:
        """A RIB or an IBAN. Raises InvalidInput when its key is wrong."""
        return BankAccount.parse(self._call("POST", f"/mobile/phones/{path_part(number)}/bank", {"rib": rib}))

    def open_bank_account(self, number: str, bank: str) -> BankAccount:
        """``bank`` is the code of a partner institution."""
        return BankAccount.parse(self._call("POST", f"/mobile/phones/{path_part(number)}/bank/open", {"bank": bank}))

    def get_bank_account(self, number: str) -> BankAccount:
        """Raises BankNotLinked."""
        return BankAccount.parse(self._call("GET", f"/mobile/phones/{path_part(number)}/bank"))

    def unlink_bank(self, number: str) -> BankAccount:
        return BankAccount.parse(self._call("DELETE", f"/mobile/phones/{path_part(number)}/bank"))

    def top_up(self, number: str, move: MoveMoney) -> BankMovement:
        """From the linked bank account. Raises BankNotLinked, LimitExceeded, WrongPin."""
        return BankMovement.parse(self._call("POST", f"/mobile/phones/{path_part(number)}/top-ups", move.model_dump()))

    def withdraw(self, number: str, move: MoveMoney) -> BankMovement:
        """To the linked bank account. Raises BankNotLinked, InsufficientFunds, LimitExceeded, WrongPin."""
        path = f"/mobile/phones/{path_part(number)}/withdrawals"
        return BankMovement.parse(self._call("POST", path, move.model_dump()))

    def close(self, number: str, *, pin: str | None = None) -> WalletState:
        """Close the wallet, which must be empty, for good. Raises WalletNotEmpty, WalletClosed."""
        return WalletState.parse(self._call("POST", f"/mobile/phones/{path_part(number)}/close", {"pin": pin}))

    def scan_picture(self, number: str, picture: bytes) -> Scan:
        """Raises NoQrFound, ForeignQr and the like when the picture holds no payment code."""
        body = {"image_base64": base64.b64encode(picture).decode()}
        return Scan.parse(self._call("POST", f"/mobile/phones/{path_part(number)}/scan", body))

    def scan_text(self, number: str, qr_text: str) -> Scan:
        return Scan.parse(self._call("POST", f"/mobile/phones/{path_part(number)}/scan", {"qr_text": qr_text}))

    def open_link(self, number: str, link: str) -> Scan:
        """The link of a form's "open the app" button, which has the text of its QR code."""
        return Scan.parse(self._post(number, "methods/app/open", {"link": link}))

    def pay(
        self,
        number: str,
        scan_id: str,
        pin: str | None = None,
        *,
        amount: int | None = None,
        note: str | None = None,
    ) -> PaidScan:
        """Without ``pin`` the phone enters its own. ``amount`` is for a code that names none, ``note`` for persons and counters.

        Raises WrongPin, PinBlocked, InsufficientFunds, WalletBlocked, and AnswerLost from the persona that loses the network.
        """
        body = {"scan_id": scan_id, "pin": pin, "amount": amount, "note": note}
        return PaidScan.parse(self._post(number, "pay", body))

    def send_money(self, number: str, transfer: SendTo) -> PaidScan:
        """Raises what :meth:`pay` raises, WalletNotFound and SelfTransfer."""
        return PaidScan.parse(self._post(number, "transfers", transfer.model_dump()))

    def ask_for_money(self, number: str, asked: AskFrom) -> PhoneRequest:
        return PhoneRequest.parse(self._post(number, "requests", asked.model_dump(by_alias=True)))

    def list_requests(
        self, number: str, *, state: str | None = None, limit: int | None = None, after: str | None = None
    ) -> tuple[list[PhoneRequest], str | None]:
        """Newest first, incoming and outgoing; and the cursor of the next page."""
        query = {"state": state, "limit": limit, "after": after}
        page = self._call("GET", f"/mobile/phones/{path_part(number)}/requests", query=query)
        return [PhoneRequest.parse(row) for row in page["data"]], page["next_cursor"]

    def approve_request(self, number: str, request_id: str, pin: str | None = None) -> PaidScan:
        return PaidScan.parse(self._post(number, f"requests/{path_part(request_id)}/approve", {"pin": pin}))

    def refuse_request(self, number: str, request_id: str) -> PhoneRequest:
        return PhoneRequest.parse(self._post(number, f"requests/{path_part(request_id)}/refuse", {}))

    def cancel_request(self, number: str, request_id: str) -> PhoneRequest:
        """Take back what this phone asked for."""
        return PhoneRequest.parse(self._post(number, f"requests/{path_part(request_id)}/cancel", {}))

    def list_history(
        self, number: str, *, search: str | None = None, limit: int | None = None, after: str | None = None
    ) -> tuple[list[HistoryItem], str | None]:
        """Newest first, what came in and what went out; and the cursor of the next page."""
        query = {"search": search, "limit": limit, "after": after}
        page = self._call("GET", f"/mobile/phones/{path_part(number)}/history", query=query)
        return [HistoryItem.parse(row) for row in page["data"]], page["next_cursor"]

    def draw_code(self, number: str, amount: int | None = None) -> bytes:
        """The phone's own QR code as a PNG; ``amount`` in millimes for a merchant's."""
        path = f"/mobile/phones/{path_part(number)}/qr.png"
        answer = self._send("GET", path, b"", query={"amount": amount})
        if answer.status != HTTPStatus.OK:
            raise error_from_json(answer.status, answer.json())
        return answer.content

    def list_notifications(self, number: str) -> list[Notification]:
        """Newest first: SMS, requests that wait for an answer, and payments."""
        page = self._call("GET", f"/mobile/phones/{path_part(number)}/notifications")
        return [Notification.parse(row) for row in page["data"]]

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

    def _post(self, number: str, what: str, body: dict[str, Any]) -> dict[str, Any]:
        sent = {name: value for name, value in body.items() if value is not None}
        answer: dict[str, Any] = self._call("POST", f"/mobile/phones/{path_part(number)}/{what}", sent)
        return answer
