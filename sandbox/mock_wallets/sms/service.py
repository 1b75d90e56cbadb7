"""Sending SMS to the phones of this sandbox, and reading them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError

from sandbox.contracts.wallets import SmsMessage, SmsOrder
from sandbox.kit.clock import to_iso
from sandbox.kit.tracing import join_stories
from sandbox.mock_wallets.sms import store
from sandbox.mock_wallets.sms.texts import render
from sandbox.mock_wallets.wallets import store as wallet_store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database


class SmsService:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def send(self, orders: Sequence[SmsOrder]) -> None:
        """A message whose key was seen before is not sent again; one to a phone without a wallet is dropped."""
        join_stories(order.story for order in orders)
        try:
            self._send(orders)
        except IntegrityError:  # another call with one of these keys was faster; now its keys are seen
            self._send(orders)

    def _send(self, orders: Sequence[SmsOrder]) -> None:
        with self._database.write() as connection:
            known = store.known_keys(connection, [order.key for order in orders])
            for order in orders:
                wallet = wallet_store.find_by_phone(connection, order.phone_number)
                if wallet is None or order.key in known:
                    continue
                known.add(order.key)
                text = render(order.template, wallet.language, order.values)
                store.add(connection, order.key, order.phone_number, text, self._clock.now(), story=order.story)

    def list_newest(self, *, phone_number: str | None, contains: str | None) -> list[SmsMessage]:
        with self._database.read() as connection:
            rows = store.list_newest(connection, phone_number, contains)
        return [
            SmsMessage(id=row.id, phone_number=row.phone_number, text=row.text, sent_at=to_iso(row.sent_at))
            for row in rows
        ]
