"""Scanning a payment form's code and paying it, step by step (report, figure V.4)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbox.contracts.errors import CodeExpired, CodeLocked, ForeignQr, ScanEnded, WrongPin
from sandbox.contracts.mobile import PaidScan, Scan
from sandbox.contracts.payments import Payment, PaymentsClient, PreparePayment
from sandbox.contracts.personas import find_persona
from sandbox.contracts.platform import PlatformClient, ScanSession
from sandbox.contracts.qr_payload import CheckoutCode, parse
from sandbox.kit.clock import to_iso
from sandbox.kit.errors import InvalidInput, SandboxError
from sandbox.kit.tracing import join_trace
from sandbox.mock_mobile import screens, store
from sandbox.mock_mobile.states import SCAN

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Row

    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database
    from sandbox.kit.ids import Ids


class PayingService:
    def __init__(
        self, database: Database, clock: Clock, ids: Ids, *, platform: PlatformClient, payments: PaymentsClient
    ) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._platform = platform
        self._payments = payments

    def scan(self, number: str, read_code: Callable[[], str]) -> Scan:
        """Read a code and ask the platform what it means; the screen then shows merchant and amount, or the problem."""
        with self._database.read() as connection:
            store.get_phone(connection, number)
        try:
            return self._scan_checkout(number, _read_checkout(read_code()))
        except InvalidInput:
            raise
        except SandboxError as problem:
            self._show(number, screens.error(problem))
            raise

    def pay(self, number: str, scan_id: str, pin: str | None) -> PaidScan:
        """Enter the PIN: the money is held and the code appears. Paying the same scan again shows the same code."""
        phone, scan = self._get(number, scan_id)
        join_trace(scan.session)
        persona = find_persona(number)
        if persona is not None and persona.behaviour == "refuses":
            return self.refuse(number, scan_id)
        if scan.state == "refused":
            raise ScanEnded(field="scan_id")
        entered = pin or phone.pin
        if persona is not None and persona.behaviour == "wrong_pin":
            entered = _another_pin(phone.pin)
        try:
            return self._prepare(scan, entered)
        except (CodeExpired, CodeLocked):  # the last code is worth nothing any more: paying again makes a new one
            return self._prepare(self._get(number, scan_id)[1], entered)

    def refuse(self, number: str, scan_id: str) -> PaidScan:
        """The owner says no: the form is told, and money that was held comes back.

        While another phone pays the form it goes on; its order may not know of that payment yet, so it is not asked.
        """
        _, scan = self._get(number, scan_id)
        join_trace(scan.session)
        if self._payments.refuse_form(scan.session, number):
            self._platform.refuse_session(scan.session)
        with self._database.write() as connection:
            store.move_scan(connection, scan_id, "refused")
            store.change_phone(connection, number, screen=screens.REFUSED)
        return PaidScan(status="REFUSED", payment_id=scan.payment_id)

    def _show(self, number: str, screen: screens.Screen) -> None:
        with self._database.write() as connection:
            store.change_phone(connection, number, screen=screen)

    def _scan_checkout(self, number: str, code: CheckoutCode) -> Scan:
        join_trace(code.session)
        asked = ScanSession(app=code.app, amount=code.amount, phone_number=number)
        order = self._platform.scan_session(code.session, asked)
        scan_id = self._ids.token22()
        kept = order.model_dump() | {"expires_at": datetime.fromisoformat(order.expires_at)}
        values = kept | {"id": scan_id, "phone_number": number, "state": SCAN.initial, "attempts": 0}
        with self._database.write() as connection:
            store.add_scan(connection, values | {"created_at": self._clock.now()})
            store.change_phone(connection, number, screen=screens.confirm(scan_id, order))
        shown = order.model_dump(include={"merchant", "amount", "description", "reference", "session"})
        return Scan(scan_id=scan_id, kind="checkout", **shown)

    def _get(self, number: str, scan_id: str) -> tuple[Row[Any], Row[Any]]:
        with self._database.read() as connection:
            return store.get_phone(connection, number), store.get_scan(connection, number, scan_id)

    def _prepare(self, scan: Row[Any], pin: str) -> PaidScan:
        request = PreparePayment(
            idempotency_key=f"{scan.id}:{scan.attempts}",
            session=scan.session,
            app_id=scan.app_id,
            payer_phone=scan.phone_number,
            pin=pin,
            payee_wallet_id=scan.payee_wallet_id,
            amount=scan.amount,
            reference=scan.reference,
            merchant_name=scan.merchant,
            form_expires_at=to_iso(scan.expires_at),
        )
        try:
            payment = self._payments.prepare(request)
        except SandboxError as problem:
            self._count_attempt(scan, problem)
            raise
        self._keep(scan, payment)
        return PaidScan(status="PREPARED", code=payment.code, payment_id=payment.id, expires_at=payment.expires_at)

    def _keep(self, scan: Row[Any], payment: Payment) -> None:
        with self._database.write() as connection:
            if not store.move_scan(connection, scan.id, "prepared", payment_id=payment.id):
                raise ScanEnded(field="scan_id")  # refused meanwhile, and so is the payment
            store.change_phone(connection, scan.phone_number, screen=screens.code(payment, scan.merchant))

    def _count_attempt(self, scan: Row[Any], problem: SandboxError) -> None:
        """The next try is a new request; after a wrong PIN the screen lets the owner try again."""
        again = scan.id if isinstance(problem, WrongPin) else None
        with self._database.write() as connection:
            if problem.status < 500:
                store.change_scan(connection, scan.id, attempts=scan.attempts + 1)
            store.change_phone(connection, scan.phone_number, screen=screens.error(problem, again))


def _read_checkout(qr_text: str) -> CheckoutCode:
    code = parse(qr_text)
    if not isinstance(code, CheckoutCode):
        raise ForeignQr(
            "This code of the sandbox is not a payment form's.",
            hint="Scan the code that a 'Pay with Flouci' button shows.",
            field="image",
        )
    return code


def _another_pin(pin: str) -> str:
    return "".join(str((int(digit) + 1) % 10) for digit in pin)
