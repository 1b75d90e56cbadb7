"""Flouci login: phone number and PIN in the payment form, and the six digits by SMS (report, conclusion: other ways to pay)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox.contracts.errors import LoginLocked, NotPrepared, OtpCooldown, WalletNotFound, WrongPin
from sandbox.contracts.payments import PreparePayment
from sandbox.kit.clock import seconds_until
from sandbox.kit.errors import translatable
from sandbox.kit.money import format_number
from sandbox.kit.passwords import pin_hasher
from sandbox.kit.shapes import PhoneNumber, Pin, Shape
from sandbox.mock_payments.methods.method import PaymentMethod
from sandbox.mock_payments.payments import store
from sandbox.mock_payments.payments.states import HOLDING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from sandbox.contracts.errors import Refusal
    from sandbox.contracts.payments import FormOrder
    from sandbox.kit.outbox import Outbox
    from sandbox.mock_payments.methods.method import Step

RESEND_SECONDS = 30
MOST_SENDINGS = 3
MOST_REFUSALS = 5
"""Ours: in one form, so that a page full of scripts cannot go through PINs and numbers; beside what blocks a wallet's PIN."""


class Credentials(Shape):
    phone_number: PhoneNumber
    pin: Pin


class Login(PaymentMethod, name="login"):
    def steps(self) -> Mapping[str, Step]:
        return {"start": self.start, "resend": self.resend}

    def start(self, order: FormOrder, fields: Mapping[str, Any]) -> dict[str, Any]:
        """The PIN is checked, the money held, and the code sent. Saying it again changes nothing, and sends no second SMS."""
        given = Credentials.parse(fields)
        facts = order.model_dump(exclude={"session"})
        key = f"login:{order.session}:{given.phone_number}:{self._count_attempts(order.session)}"
        self.desk.prepare(
            PreparePayment(
                method="login",
                idempotency_key=key,
                session=order.session,
                payer_phone=given.phone_number,
                pin=given.pin,
                **facts,
            )
        )
        return self._tell(order.session)

    def resend(self, order: FormOrder, _fields: Mapping[str, Any]) -> dict[str, Any]:
        """The same code once more, for as long as it is good: a lost SMS does not buy more time, or more tries."""
        with self.desk.database.write() as connection:
            row, now = self._get_live(connection, order.session), self.desk.clock.now()
            left = seconds_until(row.code_sent_at + timedelta(seconds=RESEND_SECONDS), now)
            if left > 0:
                raise OtpCooldown(retry_after_seconds=left)
            if row.code_sendings >= MOST_SENDINGS:
                raise LoginLocked(
                    translatable("This code was sent three times."),
                    hint=translatable("Use it, or wait until it expires and log in again."),
                )
            _send(connection, self.desk.outbox, row, now)
        return self._tell(order.session)

    @staticmethod
    def tell_code(connection: Connection, outbox: Outbox, row: Row[Any], now: datetime) -> None:
        _send(connection, outbox, row, now)

    @staticmethod
    def as_told(refusal: Refusal) -> Refusal:
        """A number without a wallet is told, and takes, what a wrong PIN does: a form on the web lists no customers."""
        if isinstance(refusal, WalletNotFound):
            pin_hasher().hash("0000")
        return WrongPin(field="pin") if isinstance(refusal, WalletNotFound | WrongPin) else refusal

    def _count_attempts(self, session: str) -> int:
        """How many payments of this form are over. Raises LoginLocked after too many refusals."""
        with self.desk.database.read() as connection:
            rows = store.list_by_session(connection, session)
        if sum(row.method == "login" and row.code is None for row in rows) >= MOST_REFUSALS:
            raise LoginLocked
        now = self.desk.clock.now()
        return sum(row.state not in HOLDING or now >= row.expires_at for row in rows)

    def _get_live(self, connection: Connection, session: str) -> Row[Any]:
        row = store.find_latest(connection, session)
        if row is None or row.method != "login" or row.state != "prepared" or self.desk.clock.now() >= row.expires_at:
            raise NotPrepared(
                translatable("No code is under way in this form."),
                hint=translatable("Log in with phone number and PIN to get one by SMS."),
            )
        return row

    def _tell(self, session: str) -> dict[str, Any]:
        """Spans in whole seconds; nothing of the payer, whose number the shopper has just typed. The id is for the platform."""
        with self.desk.database.read() as connection:
            row, now = self._get_live(connection, session), self.desk.clock.now()
        resend_at = row.code_sent_at + timedelta(seconds=RESEND_SECONDS)
        return {
            "status": "PREPARED",
            "payment_id": row.id,
            "code_expires_in_seconds": seconds_until(row.expires_at, now),
            "resend_in_seconds": seconds_until(resend_at, now),
        }


def _send(connection: Connection, outbox: Outbox, row: Row[Any], now: datetime) -> None:
    sendings = row.code_sendings + 1
    store.change(connection, row.id, code_sendings=sendings, code_sent_at=now)
    values = {"code": row.code, "amount": format_number(row.amount), "name": row.merchant_name}
    message = {
        "key": f"{row.id}:code:{sendings}",
        "phone_number": row.payer_phone,
        "template": "payment_code",
        "values": values,
    }
    outbox.add(connection, "sms", message)
