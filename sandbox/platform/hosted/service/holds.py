"""What a merchant does with a pre-authorization: takes the money, or a part of it, or lets it go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.contracts.errors import PaymentClosed
from sandbox.platform.apps import store as app_store
from sandbox.platform.hosted import store
from sandbox.platform.hosted.service.paying import Paying

if TYPE_CHECKING:
    from sandbox.platform.hosted.schemas import HostedPage


class Holds(Paying):
    def confirm_hold(self, page_id: str, amount: int | None = None) -> HostedPage:
        """Take the money of a pre-authorization, or ``amount`` millimes of it: the rest goes back at once.

        Raises PaymentClosed when nothing is held, AmountMismatch for more than is held, and what the Payments API refuses.
        """
        with self._database.read() as connection:
            page = self._read(connection, page_id)
            app, code = app_store.get(connection, page.app_id), store.get(connection, page_id).held_code
        if page.status != "PREAUTHORISED" or page.payment_id is None or code is None:
            raise PaymentClosed(field="payment_id")
        return self._take(page, app, page.payment_id, code=code, amount=amount or page.amount)

    def cancel_hold(self, page_id: str) -> HostedPage:
        """The merchant gives up: what is held goes back. Raises PaymentClosed when nothing is held."""
        page = self.get(page_id)
        if page.status != "PREAUTHORISED" or page.payment_id is None:
            raise PaymentClosed(field="payment_id")
        self._payments.cancel(page.payment_id)
        self._orders.end_hold(page_id)
        return self.get(page_id)
