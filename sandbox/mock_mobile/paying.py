"""Paying what was scanned, and sending money to a number: what the phone's owner says, as its number makes them say it."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import IntegrityError

from sandbox.contracts.errors import AmountMismatch, ScanEnded
from sandbox.contracts.mobile import PaidScan, PayScan, SendTo
from sandbox.contracts.personas import find_persona
from sandbox.contracts.qr_payload import PersonCode
from sandbox.kit.errors import IdempotencyMismatch, InvalidInput, SandboxError
from sandbox.kit.tracing import join_trace
from sandbox.mock_mobile import behaviours, screens, store
from sandbox.mock_mobile.behaviours import Deed

if TYPE_CHECKING:
    from sqlalchemy import Row

    from sandbox.contracts.payments import PaymentsClient
    from sandbox.contracts.platform import PlatformClient
    from sandbox.kit.db import Database
    from sandbox.mock_mobile.attempts import Attempts
    from sandbox.mock_mobile.remedies import Remedies
    from sandbox.mock_mobile.scanning import ScanService


class PayingService:
    def __init__(
        self,
        database: Database,
        attempts: Attempts,
        scanning: ScanService,
        *,
        platform: PlatformClient,
        payments: PaymentsClient,
        remedies: Remedies,
    ) -> None:
        self._database = database
        self._attempts = attempts
        self._scanning = scanning
        self._platform = platform
        self._payments = payments
        self._remedies = remedies

    def pay(self, number: str, asked: PayScan) -> PaidScan:
        """Enter the PIN: a form's code appears, other money goes at once. Paying the same scan again does nothing twice."""
        phone, scan = self._get(number, asked.scan_id)
        join_trace(scan.session or scan.id)
        scan = self._with_note(self._with_amount(scan, asked.amount), asked.note)
        pin = asked.pin or phone.pin
        if find_persona(number) is None:  # obeys, and what it pays was read just now
            return self._attempts.pay_scan(scan, pin)
        return behaviours.do(number, self._deed(phone, scan, pin))

    def send(self, number: str, asked: SendTo) -> PaidScan:
        """To a phone number, without a code."""
        earlier = self._find_transfer(number, asked)
        if earlier is None:
            kept = {"amount": asked.amount, "note": asked.note, "key": asked.idempotency_key}
            try:
                scan_id = self._scanning.add_direct(number, PersonCode(asked.to), "to", **kept).scan_id
            except IntegrityError:  # another call with the key was faster
                earlier = self._find_transfer(number, asked)
        return self.pay(number, PayScan(scan_id=earlier or scan_id, pin=asked.pin))

    def refuse(self, number: str, scan_id: str) -> PaidScan:
        """The owner says no: the form is told, and money that was held comes back.

        While another phone pays the form it goes on; its order may not know of that payment yet, so it is not asked.
        """
        _, scan = self._get(number, scan_id)
        join_trace(scan.session or scan.id)
        if scan.state == "paid":
            raise ScanEnded(field="scan_id")
        if scan.session and self._payments.refuse_form(scan.session, number):
            self._platform.refuse_session(scan.session)
        with self._database.write() as connection:
            has_moved = store.move_scan(connection, scan_id, "refused")
            if not scan.session and not has_moved and scan.state != "refused":
                raise ScanEnded(field="scan_id")
            screen = screens.REFUSED if scan.session else screens.HOME
            store.change_phone(connection, number, screen=screen)
        return PaidScan(status="REFUSED", payment_id=scan.payment_id)

    def _find_transfer(self, number: str, asked: SendTo) -> str | None:
        """The scan that an earlier call with the same key made; raises IdempotencyMismatch when it meant something else."""
        with self._database.read() as connection:
            store.get_phone(connection, number)
            key = asked.idempotency_key
            scan = store.find_scan_by_key(connection, number, key) if key else None
        if scan is None:
            return None
        if (scan.payee_phone, scan.amount, scan.note) != (asked.to, asked.amount, asked.note):
            raise IdempotencyMismatch(field="idempotency_key")
        return str(scan.id)

    def _get(self, number: str, scan_id: str) -> tuple[Row[Any], Row[Any]]:
        with self._database.read() as connection:
            return store.get_phone(connection, number), store.get_scan(connection, number, scan_id)

    def _with_amount(self, scan: Row[Any], amount: int | None) -> Row[Any]:
        """The scan with what its owner typed, where the code left it open."""
        if not scan.asks_amount or scan.state == "paid":
            if amount is not None and amount != scan.amount:
                raise AmountMismatch(field="amount")
            return scan
        if amount is None and not scan.amount:
            raise InvalidInput(
                "This code names no amount.", field="amount", hint="Send the 'amount' to pay, in millimes."
            )
        if amount is None or amount == scan.amount:
            return scan
        with self._database.write() as connection:
            if scan.state == "paying":  # the first amount may be paid already
                raise AmountMismatch(field="amount")
            store.change_scan(connection, scan.id, amount=amount)
            return store.get_scan(connection, scan.phone_number, scan.id)

    def _with_note(self, scan: Row[Any], note: str | None) -> Row[Any]:
        """Kept from before the first try on: what is repeated later says the same."""
        if note is None or scan.session or scan.state != "scanned":
            return scan
        with self._database.write() as connection:
            store.change_scan(connection, scan.id, note=note)
            return store.get_scan(connection, scan.phone_number, scan.id)

    # What a persona's deed is made of

    def _deed(self, phone: Row[Any], scan: Row[Any], pin: str) -> Deed:
        number = phone.phone_number
        return Deed(
            pin=pin,
            is_done=scan.state in {"prepared", "paid"},
            pay=partial(self._attempts.pay, number, scan.id),
            refuse=partial(self.refuse, number, scan.id),
            enter_right_pin=partial(self._remedies.enter_right_pin, phone, scan.payee_wallet_id),
            top_up=partial(self._top_up, phone, scan),
            pay_other_scans=partial(self._pay_other_scans, phone, scan, pin),
            pay_as_partner=partial(self._pay_as_partner, phone, scan),
            show_problem=partial(self._show_problem, number, scan.id),
        )

    def _top_up(self, phone: Row[Any], scan: Row[Any]) -> None:
        attempt = self._get(phone.phone_number, scan.id)[1].attempts
        self._remedies.top_up(phone, scan.amount, f"top-up:{scan.id}:{attempt}")

    def _pay_other_scans(self, phone: Row[Any], scan: Row[Any], pin: str) -> None:
        for other in self._scans_of_session(phone.phone_number, scan):
            if other.id != scan.id and other.state == "scanned":
                with suppress(SandboxError):
                    self._attempts.pay(phone.phone_number, other.id, pin)

    def _pay_as_partner(self, phone: Row[Any], scan: Row[Any]) -> None:
        persona = find_persona(phone.phone_number)
        if persona is None or persona.partner is None:
            return
        with suppress(SandboxError):
            for other in self._scans_of_session(persona.partner, scan)[:1]:
                self._attempts.pay(persona.partner, other.id, persona.pin)

    def _scans_of_session(self, number: str, scan: Row[Any]) -> list[Row[Any]]:
        if not scan.session:
            return []
        with self._database.read() as connection:
            return list(store.list_scans_of_session(connection, number, scan.session))

    def _show_problem(self, number: str, scan_id: str, problem: SandboxError) -> None:
        with self._database.write() as connection:
            store.change_phone(connection, number, screen=screens.error(problem, scan_id))
