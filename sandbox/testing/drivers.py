"""Handles by which a test drives a sandbox over HTTP: a phone, the clock, the inbox."""

from __future__ import annotations

import re
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, overload

from sandbox.contracts.errors import NoQrFound
from sandbox.contracts.mobile import AskFrom, MoveMoney, SendTo
from sandbox.contracts.transport import ServiceClient, path_part
from sandbox.testing.awaiting import HasAio, in_thread
from sandbox.testing.clock import ClockDriver
from sandbox.testing.pictures import photograph, photograph_scrolled

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import datetime

    from sandbox.contracts.bank import BankAccount, BankMovement
    from sandbox.contracts.ledger import Statement
    from sandbox.contracts.mail import InboxClient, Mail
    from sandbox.contracts.mobile import MobileClient, Notification, PaidScan, PhoneRequest, PhoneWallet, Scan
    from sandbox.contracts.transfers import HistoryItem
    from sandbox.testing.pictures import HasAsyncScreenshot, Picture

__all__ = ["ClockDriver", "ControlClient", "InboxDriver", "MerchantApp", "PhoneDriver"]
_WAIT_SECONDS = 15.0
_STEP_SECONDS = 0.05
_MOST_TOLD = 8
_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")


class PhoneDriver(HasAio):
    """A phone in a test's hand: it photographs what it is shown and pays."""

    def __init__(self, client: MobileClient, number: str) -> None:
        self._client = client
        self.number = number
        self.last_scan: Scan | None = None
        self._codes_told: set[str] = set()

    @overload
    def scan(self, picture: Picture) -> Scan: ...
    @overload
    def scan(self, picture: HasAsyncScreenshot) -> Awaitable[Scan]: ...
    def scan(self, picture: Picture | HasAsyncScreenshot) -> Scan | Awaitable[Scan]:
        """Photograph a Playwright page, an element of it, a picture, its bytes or a file. Raises NoQrFound and the like.

        Where the window shows no whole code, the page is scrolled through for one. ``await phone.scan(page)`` where the page
        is of Playwright's async API.
        """
        taken = photograph(picture)
        if not isinstance(taken, bytes):
            return self._read_later(taken, picture)
        try:
            return self._read(taken)
        except NoQrFound:
            scrolled = photograph_scrolled(picture)
            if not isinstance(scrolled, bytes):
                raise
            return self._read(scrolled)

    def _read(self, picture: bytes) -> Scan:
        self.last_scan = self._client.scan_picture(self.number, picture)
        return self.last_scan

    async def _read_later(self, taken: Awaitable[bytes], page: object) -> Scan:
        try:
            return await self._read_in_thread(await taken)
        except NoQrFound:
            scrolled = photograph_scrolled(page)
            if scrolled is None or isinstance(scrolled, bytes):
                raise
            return await self._read_in_thread(await scrolled)

    async def _read_in_thread(self, picture: bytes) -> Scan:
        scan: Scan = await in_thread(lambda: self._read(picture))
        return scan

    def scan_text(self, qr_text: str) -> Scan:
        """Scan a QR code by its text, without a picture: such a test takes a fraction of a second."""
        self.last_scan = self._client.scan_text(self.number, qr_text)
        return self.last_scan

    def open_link(self, link: str) -> Scan:
        """Follow the form's "open the app" button, whose link has the text of its QR code."""
        self.last_scan = self._client.open_link(self.number, link)
        return self.last_scan

    def pay(self, pin: str | None = None, *, amount: int | None = None, note: str | None = None) -> PaidScan:
        """Enter the PIN for what was scanned last: a form's answer has the six-digit code, others are paid at once.

        ``amount`` in millimes is for a code that names none; ``note`` goes with money to a person or a counter.
        """
        return self._client.pay(self.number, self._scanned().scan_id, pin, amount=amount, note=note)

    def send(
        self,
        to: str | PhoneDriver,
        amount: int,
        *,
        pin: str | None = None,
        note: str | None = None,
        idempotency_key: str | None = None,
    ) -> PaidScan:
        """Millimes to a phone or a number. A repetition with the same ``idempotency_key`` sends nothing twice."""
        sent = {"to": _number(to), "amount": amount, "pin": pin, "note": note, "idempotency_key": idempotency_key}
        return self._client.send_money(self.number, SendTo.parse(sent))

    def ask(self, payer: str | PhoneDriver, amount: int, *, note: str | None = None) -> PhoneRequest:
        """Ask another phone for millimes; it approves or refuses."""
        return self._client.ask_for_money(
            self.number, AskFrom.parse({"from": _number(payer), "amount": amount, "note": note})
        )

    def approve(self, request_id: str | None = None, pin: str | None = None) -> PaidScan:
        """Pay a request; the newest that waits, when none is named."""
        return self._client.approve_request(self.number, request_id or self._waiting_request(), pin)

    def refuse_request(self, request_id: str | None = None) -> PhoneRequest:
        """Say no to a request for money; to the newest that waits, when none is named."""
        return self._client.refuse_request(self.number, request_id or self._waiting_request())

    def requests(self, state: str | None = None) -> list[PhoneRequest]:
        """Newest first; ``direction`` tells who asks whom."""
        return self._client.list_requests(self.number, state=state)[0]

    def history(self, search: str | None = None) -> list[HistoryItem]:
        """What came in and went out, newest first, at most 200 lines."""
        return self._client.list_history(self.number, search=search, limit=200)[0]

    def notifications(self) -> list[Notification]:
        """What the phone told its owner, newest first."""
        return self._client.list_notifications(self.number)

    def qr(self, amount: int | None = None) -> bytes:
        """The phone's own code as a PNG, for another phone to scan."""
        return self._client.draw_code(self.number, amount)

    @property
    def persona(self) -> str | None:
        """What this number stands for, such as "loses the network after the PIN"."""
        return self._client.get_phone(self.number).persona

    def refuse(self) -> PaidScan:
        """Say no to what was scanned last."""
        return self._client.refuse(self.number, self._scanned().scan_id)

    @property
    def wallet(self) -> PhoneWallet:
        """How the wallet stands: status, level, ceilings, PIN tries left, bank account, application."""
        return self._client.get_wallet(self.number)

    def link_bank(self, rib: str) -> BankAccount:
        """By RIB or IBAN; raises InvalidInput when its key is wrong."""
        return self._client.link_bank(self.number, rib)

    def top_up(self, amount: int, *, pin: str | None = None, idempotency_key: str | None = None) -> BankMovement:
        """Millimes from the linked bank account."""
        return self._client.top_up(self.number, _movement(amount, pin, idempotency_key))

    def withdraw(self, amount: int, *, pin: str | None = None, idempotency_key: str | None = None) -> BankMovement:
        """Millimes to the linked bank account."""
        return self._client.withdraw(self.number, _movement(amount, pin, idempotency_key))

    def statement(self) -> Statement:
        """What came in and went out, with the balance after each line."""
        return self._client.get_statement(self.number)

    def change_pin(self, new_pin: str, *, old_pin: str | None = None) -> None:
        """Without ``old_pin`` the phone enters its own."""
        self._client.change_pin(self.number, new_pin, old_pin=old_pin)

    def close(self, pin: str | None = None) -> None:
        """The wallet, for good; raises WalletNotEmpty while there is money in it."""
        self._client.close(self.number, pin=pin)

    def block(self) -> None:
        """The wallet is suspended: it neither pays nor is paid, and the apps that it stands behind stop a moment later."""
        self._client.block(self.number)

    def unblock(self) -> None:
        """The wallet pays and is paid again."""
        self._client.unblock(self.number)

    @property
    def balance(self) -> int:
        """Millimes that can be spent."""
        return self._client.get_phone(self.number).balance

    @property
    def screen(self) -> dict[str, Any]:
        """What the phone shows now."""
        return self._client.get_phone(self.number).screen

    def messages(self, *, contains: str | None = None, wait: float = 0) -> list[dict[str, Any]]:
        """SMS, newest first. With ``wait`` (real seconds) not before there is one."""
        return self._client.list_messages(self.number, contains=contains, wait=wait)

    def wait_for_code(self, *, contains: str | None = None, seconds: float = _WAIT_SECONDS) -> str:
        """The code of the newest SMS that has one, each SMS only once: a second call waits for the next.

        Raises TimeoutError, which tells the SMS that came without one. ``seconds`` are real ones.
        """
        until = time.monotonic() + seconds
        while True:
            messages = self.messages(contains=contains, wait=max(0.0, min(_STEP_SECONDS, until - time.monotonic())))
            for message in messages:
                found = _CODE.search(message["text"])
                if found and message["id"] not in self._codes_told:
                    self._codes_told |= {each["id"] for each in messages}
                    return found.group()
            if time.monotonic() >= until:
                told = "; ".join(map(self._tell, messages)) or "it got none"
                raise TimeoutError(f"no new SMS with a code came to {self.number} within {seconds:g} s: {told}")
            threading.Event().wait(_STEP_SECONDS)

    def _tell(self, message: dict[str, Any]) -> str:
        return f"{message['text']} (told before)" if message["id"] in self._codes_told else str(message["text"])

    def _waiting_request(self) -> str:
        waiting = [one for one in self.requests("pending") if one.direction == "incoming"]
        if not waiting:
            raise LookupError("nobody has asked this phone for money")
        return waiting[0].id

    def _scanned(self) -> Scan:
        if self.last_scan is None:
            raise LookupError("this phone has not scanned anything yet: call phone.scan(page) first")
        return self.last_scan


class ControlClient(ServiceClient):
    """The levers under ``/_sandbox``."""

    def show_details(self) -> dict[str, Any]:
        """What ``up --json`` prints: addresses, demo developer, keys, phones."""
        told: dict[str, Any] = self._call("GET", "/_sandbox/details")
        return told

    def reset(self) -> None:
        self._call("POST", "/_sandbox/reset")

    def drain(self) -> int:
        return int(self._call("POST", "/_sandbox/drain")["work_done"])

    def show_clock(self) -> dict[str, Any]:
        shown: dict[str, Any] = self._call("GET", "/_sandbox/clock")
        return shown

    def set_clock(self, action: str, **more: Any) -> dict[str, Any]:
        """``more`` is ``rate`` for ``speed`` and ``to`` for ``set``."""
        shown: dict[str, Any] = self._call("POST", "/_sandbox/clock", {"action": action, **more})
        return shown

    def add_fault(self, plan: Mapping[str, Any]) -> dict[str, Any]:
        fault: dict[str, Any] = self._call("POST", "/_sandbox/faults", plan)
        return fault

    def show_faults(self) -> dict[str, Any]:
        """``faults`` and ``receipts``."""
        shown: dict[str, Any] = self._call("GET", "/_sandbox/faults")
        return shown

    def remove_fault(self, fault_id: str) -> None:
        self._call("DELETE", f"/_sandbox/faults/{path_part(fault_id)}")

    def clear_faults(self) -> None:
        self._call("DELETE", "/_sandbox/faults")

    def advance(self, seconds: float) -> dict[str, Any]:
        shown: dict[str, Any] = self._call("POST", "/_sandbox/clock/advance", {"seconds": seconds})
        return shown

    def list_exchanges(self, *, trace: str | None = None, limit: int = 1000) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self._call("GET", "/_sandbox/journal", query={"trace": trace, "limit": limit})[
            "exchanges"
        ]
        return rows

    def list_movements(self, since: datetime) -> list[dict[str, Any]]:
        """What money moved since that moment of the sandbox's time, entry by entry."""
        query = {"since": since.isoformat()}
        rows: list[dict[str, Any]] = self._call("GET", "/_sandbox/ledger/movements", query=query)["movements"]
        return rows

    def verify_ledger(self) -> dict[str, Any]:
        report: dict[str, Any] = self._call("GET", "/_sandbox/ledger/verify")
        return report


class InboxDriver(HasAio):
    """The mails that the sandbox caught."""

    def __init__(self, client: InboxClient) -> None:
        self._client = client

    def wait_for(self, *, to: str, contains: str | None = None, seconds: float = _WAIT_SECONDS) -> Mail:
        """The newest mail to this address, there already or soon. Raises TimeoutError, which tells what came instead.

        ``contains`` is looked for in subject and text; ``seconds`` are real ones.
        """
        found = self._client.list_mails(to=to, contains=contains, wait=seconds)
        if not found:
            wanted = f"{to} that contains {contains!r}" if contains else to
            raise TimeoutError(f"no mail to {wanted} came within {seconds:g} s; {self._what_came(to)}")
        return found[0]

    def _what_came(self, to: str) -> str:
        own = [f'"{mail.subject}"' for mail in self._client.list_mails(to=to)]
        if own:
            return f"what came to it: {', '.join(own)}"
        others = dict.fromkeys(address for mail in self._client.list_mails() for address in mail.to)
        return f"mails came to {', '.join(list(others)[:_MOST_TOLD])}" if others else "no mail came to anybody"


@dataclass(frozen=True)
class MerchantApp:
    """A merchant ready to sell: a developer, a business wallet and an app of their own."""

    name: str
    public_token: str
    private_token: str = field(repr=False)
    wallet_phone: str
    email: str
    password: str = field(repr=False)
    balance_of: Callable[[], int] = field(repr=False)

    @property
    def balance(self) -> int:
        """What the merchant's wallet holds, in millimes."""
        return self.balance_of()


def _movement(amount: int, pin: str | None, idempotency_key: str | None) -> MoveMoney:
    return MoveMoney.parse({"amount": amount, "pin": pin, "idempotency_key": idempotency_key})


def _number(phone: str | PhoneDriver) -> str:
    return phone if isinstance(phone, str) else phone.number
