"""One attempt to pay one scan with one PIN: preparing a form's payment (report, figure V.4), or sending money at once.

The scan's row tells what is meant to happen before the Payments API is called, and the key of the call is made of it: an attempt
whose answer was lost is finished by making it again, and one that was refused counts, so that the next has a key of its own.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sandbox.contracts.errors import AlreadyAccepted, CodeExpired, CodeLocked, Refusal, ScanEnded
from sandbox.contracts.hosted import SettlePage
from sandbox.contracts.mobile import PaidScan
from sandbox.contracts.payments import CODE_SECONDS, Destination, Payment, PaymentsClient, PreparePayment
from sandbox.contracts.transfers import SendMoney
from sandbox.kit.clock import to_iso
from sandbox.kit.errors import SandboxError
from sandbox.mock_mobile import screens, store

if TYPE_CHECKING:
    from sqlalchemy import Row

    from sandbox.contracts.platform import PlatformClient
    from sandbox.kit.db import Database


class Attempts:
    def __init__(self, database: Database, platform: PlatformClient, payments: PaymentsClient) -> None:
        self._database = database
        self._platform = platform
        self._payments = payments

    def pay(
        self, number: str, scan_id: str, pin: str, *, code_seconds: int | None = None, settles: bool = True
    ) -> PaidScan:
        return self.pay_scan(self._get(number, scan_id), pin, code_seconds=code_seconds, settles=settles)

    def pay_scan(self, scan: Row[Any], pin: str, *, code_seconds: int | None = None, settles: bool = True) -> PaidScan:
        """``code_seconds``: how long the six digits are good for. Without ``settles`` a hosted page's money is held, not taken.

        ``scan`` is as it stands: another try must read it anew.
        """
        if scan.state == "refused":
            raise ScanEnded(field="scan_id")
        if not scan.session:
            return self._send(scan, pin)
        if scan.kind == "hosted" and settles:
            return self._pay_page(scan, pin)
        seconds = code_seconds or CODE_SECONDS
        try:
            prepared = self._prepare(scan, pin, seconds)
        except (CodeExpired, CodeLocked):  # the last code is worth nothing any more: paying again makes a new one
            prepared = self._prepare(self._get(scan.phone_number, scan.id), pin, seconds)
        return prepared if scan.kind == "checkout" else self._leave_held(scan, prepared)

    def _leave_held(self, scan: Row[Any], prepared: PaidScan) -> PaidScan:
        """On a hosted page nobody types six digits, so none are shown."""
        with self._database.write() as connection:
            store.change_phone(connection, scan.phone_number, screen=screens.HOME)
        return prepared.model_copy(update={"code": None})

    def _get(self, number: str, scan_id: str) -> Row[Any]:
        with self._database.read() as connection:
            return store.get_scan(connection, number, scan_id)

    def _prepare(self, scan: Row[Any], pin: str, code_seconds: int) -> PaidScan:
        request = PreparePayment(
            idempotency_key=_key(scan),
            session=scan.session,
            app_id=scan.app_id,
            payer_phone=scan.phone_number,
            pin=pin,
            payee_wallet_id=scan.payee_wallet_id,
            amount=scan.amount,
            reference=scan.reference,
            merchant_name=scan.merchant,
            form_expires_at=to_iso(scan.expires_at),
            code_seconds=code_seconds,
            destinations=[Destination(**share) for share in scan.destinations or ()],
            method=scan.method,
        )
        try:
            payment = self._payments.prepare(request)
        except SandboxError as problem:
            self._count(scan, problem)
            raise
        self._keep_code(scan, payment)
        return PaidScan(status="PREPARED", code=payment.code, payment_id=payment.id, expires_at=payment.expires_at)

    def _pay_page(self, scan: Row[Any], pin: str) -> PaidScan:
        """A hosted page asks for no code: the platform takes the money as soon as it is prepared."""
        if scan.state == "paid":
            return PaidScan(status="SUCCESS", payment_id=scan.session)
        try:
            self._settle(scan, self._prepare(scan, pin, CODE_SECONDS))
        except AlreadyAccepted:  # the answer of an earlier try was lost
            if not self._is_own(scan):
                raise
        with self._database.write() as connection:
            store.move_scan(connection, scan.id, "paid")
            store.change_phone(connection, scan.phone_number, screen=screens.sent(scan, scan.session))
        return PaidScan(status="SUCCESS", payment_id=scan.session)

    def _settle(self, scan: Row[Any], prepared: PaidScan) -> None:
        """When the platform says no, what was held comes back at once."""
        settle = SettlePage(payment_id=prepared.payment_id or "", code=prepared.code or "")
        try:
            self._platform.settle_page(scan.session, settle)
        except Refusal as problem:
            with suppress(SandboxError):
                self._payments.cancel(settle.payment_id)
            self._count(scan, problem)
            raise

    def _is_own(self, scan: Row[Any]) -> bool:
        payment_id = self._get(scan.phone_number, scan.id).payment_id
        return payment_id is not None and self._payments.get_payment(payment_id).executed_at is not None

    def _keep_code(self, scan: Row[Any], payment: Payment) -> None:
        with self._database.write() as connection:
            if not store.move_scan(connection, scan.id, "prepared", payment_id=payment.id):
                raise ScanEnded(field="scan_id")  # refused meanwhile, and so is the payment
            store.change_phone(connection, scan.phone_number, screen=screens.code(payment, scan.merchant))

    def _send(self, scan: Row[Any], pin: str) -> PaidScan:
        """Money that goes at once cannot be refused any more once the scan is being paid."""
        if scan.state == "paid":
            return PaidScan(status="SUCCESS", payment_id=scan.payment_id)
        with self._database.write() as connection:
            if not store.move_scan(connection, scan.id, "paying"):
                raise ScanEnded(field="scan_id")
        request = SendMoney(
            idempotency_key=_key(scan),
            kind=scan.kind,
            payer_phone=scan.phone_number,
            pin=pin,
            payee_phone=scan.payee_phone,
            amount=scan.amount,
            note=scan.note,
        )
        try:
            transfer = self._payments.send_money(request)
        except SandboxError as problem:
            self._count(scan, problem)
            raise
        with self._database.write() as connection:
            store.move_scan(connection, scan.id, "paid", payment_id=transfer.id)
            store.change_phone(connection, scan.phone_number, screen=screens.sent(scan, transfer.id))
        return PaidScan(status="SUCCESS", payment_id=transfer.id)

    def _count(self, scan: Row[Any], problem: SandboxError) -> None:
        """The next try is a new request; after a wrong PIN the screen lets the owner try again."""
        with self._database.write() as connection:
            if problem.status < 500:
                store.change_scan(connection, scan.id, attempts=scan.attempts + 1)
                if not scan.session:
                    store.move_scan(connection, scan.id, "scanned")
            store.change_phone(connection, scan.phone_number, screen=screens.error(problem, scan.id))


def _key(scan: Row[Any]) -> str:
    return f"{scan.id}:{scan.attempts}"
