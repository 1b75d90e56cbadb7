"""Scanning: every kind of code of the sandbox (CONTRACT.md section 4) becomes a scan that can be paid."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from sandbox.contracts.errors import (
    NoQrFound,
    NotABusinessWallet,
    SelfTransfer,
    SeveralQrFound,
    WalletBlocked,
    WalletNotFound,
)
from sandbox.contracts.hosted import ScanPage
from sandbox.contracts.mobile import Scan
from sandbox.contracts.personas import find_persona
from sandbox.contracts.platform import PlatformClient, ScanSession
from sandbox.contracts.qr_payload import CheckoutCode, HostedCode, MerchantCode, PersonCode, QrCode, parse
from sandbox.kit.errors import InvalidInput, SandboxError
from sandbox.kit.tracing import join_trace
from sandbox.mock_mobile import screens, store
from sandbox.mock_mobile.choices import Choices
from sandbox.mock_mobile.states import SCAN

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.contracts.payments import PaymentsClient
    from sandbox.contracts.scanned import ScannedOrder
    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database
    from sandbox.kit.ids import Ids

_NEVER = timedelta(days=36_500)
_NO_FORM = {"session": "", "app_id": "", "payee_wallet_id": "", "description": None, "reference": None}


class ScanService:
    def __init__(
        self, database: Database, clock: Clock, ids: Ids, *, platform: PlatformClient, payments: PaymentsClient
    ) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._platform = platform
        self._payments = payments
        self._choices = Choices(platform, payments)

    def scan(self, number: str, read_code: Callable[[], str], *, is_live: bool = False, method: str = "qr") -> Scan:
        """Read a code and ask what it means; the screen then shows who is paid and how much, or the problem.

        Of several codes the owner is asked to choose: SeveralQrFound tells ``choices``, and the screen offers them.
        ``is_live`` marks one of a camera's many frames: that it holds no code is no event. ``method`` is how the code came.
        """
        with self._database.read() as connection:
            store.get_phone(connection, number)
        try:
            code = parse(self._one_of(read_code))
            self._scan_as_persona(number, code, method)
            return self._scan(number, code, method)
        except InvalidInput:
            raise
        except SandboxError as problem:
            if not (is_live and isinstance(problem, NoQrFound)):
                screen = screens.choose(problem) if isinstance(problem, SeveralQrFound) else screens.error(problem)
                with self._database.write() as connection:
                    store.change_phone(connection, number, screen=screen)
            raise

    def _one_of(self, read_code: Callable[[], str]) -> str:
        """A code that says nothing is no choice. Raises SeveralQrFound where more than one is left."""
        try:
            return read_code()
        except SeveralQrFound as found:
            texts: list[str] = found.details["texts"]
            choices = self._choices.describe(texts)
            if len(choices) > 1:
                raise SeveralQrFound(
                    field=found.field, texts=texts, choices=[one.model_dump() for one in choices]
                ) from None
        return choices[0].qr_text if choices else texts[0]

    def add_direct(self, number: str, payee: PersonCode | MerchantCode, field: str = "qr_text", **more: Any) -> Scan:
        """A payment that goes at once: to a person, or to a merchant at the counter. ``field`` is what named them.

        ``more`` are columns of the scan.
        """
        kind = "counter" if isinstance(payee, MerchantCode) else "person"
        if payee.phone_number == number:
            raise SelfTransfer(field=field)
        try:
            found = self._payments.find_payee(payee.phone_number)
        except WalletNotFound:
            raise WalletNotFound(field=field) from None
        if kind == "counter" and found.kind != "business":
            raise NotABusinessWallet(field=field)
        if not found.can_be_paid:
            raise WalletBlocked("The other side's wallet may not receive money.", field=field)
        amount = more.pop("amount", payee.amount if isinstance(payee, MerchantCode) else None)
        values = _NO_FORM | {"kind": kind, "merchant": found.name, "payee_phone": payee.phone_number} | more
        values |= {"amount": amount or 0, "asks_amount": amount is None}
        scan_id = self._ids.token22()
        shown = Scan(scan_id=scan_id, kind=kind, merchant=found.name, amount=amount, phone_number=payee.phone_number)
        self._keep(number, values | {"expires_at": self._clock.now() + _NEVER}, shown)
        return shown

    def _scan(self, number: str, code: QrCode, method: str) -> Scan:
        match code:
            case CheckoutCode():
                return self._scan_checkout(number, code, method)
            case HostedCode():
                return self._scan_page(number, code, method)
            case _:
                return self.add_direct(number, code)

    def _scan_as_persona(self, number: str, code: QrCode, method: str) -> None:
        """Two personas scan more than they are told: one its code twice, one together with another phone."""
        persona = find_persona(number)
        if persona is None or not isinstance(code, CheckoutCode | HostedCode):
            return
        if persona.behaviour == "scans_twice":
            self._scan(number, code, method)
        elif persona.partner is not None:
            with suppress(SandboxError):
                self._scan(persona.partner, code, method)

    def _scan_checkout(self, number: str, code: CheckoutCode, method: str) -> Scan:
        join_trace(code.session)
        asked = ScanSession(app=code.app, amount=code.amount, phone_number=number)
        return self._keep_order(number, "checkout", self._platform.scan_session(code.session, asked), method)

    def _scan_page(self, number: str, code: HostedCode, method: str) -> Scan:
        join_trace(code.payment)
        page = self._platform.scan_page(code.payment, ScanPage(phone_number=number))
        return self._keep_order(number, "hosted", page, method)

    def _keep_order(self, number: str, kind: Literal["checkout", "hosted"], order: ScannedOrder, method: str) -> Scan:
        kept = order.model_dump() | {"expires_at": datetime.fromisoformat(order.expires_at)}
        seen = order.model_dump(include={"merchant", "amount", "description", "reference", "session"})
        shown = Scan(scan_id=self._ids.token22(), kind=kind, **seen)
        self._keep(number, kept | {"kind": kind, "method": method}, shown)
        return shown

    def _keep(self, number: str, values: dict[str, Any], shown: Scan) -> None:
        row = values | {"id": shown.scan_id, "phone_number": number, "state": SCAN.initial, "attempts": 0}
        with self._database.write() as connection:
            store.get_phone(connection, number)
            store.add_scan(connection, row | {"created_at": self._clock.now()})
            store.change_phone(connection, number, screen=screens.confirm(shown))
