"""A shopper's second thoughts: giving up, or another way to pay."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from sandbox.contracts.errors import AlreadyAccepted, PaymentClosed
from sandbox.platform.hosted.service.base import NOBODY, PageOperations
from sandbox.platform.orders.states import PAID_FOR, UNDER_WAY

if TYPE_CHECKING:
    from sandbox.platform.hosted.schemas import HostedPage


class Leaving(PageOperations):
    def cancel(self, page_id: str) -> HostedPage:
        """The shopper gives up on the page: what was held by a login there is released, and nobody can pay it any more.

        A payment that is under way on a phone, or done, goes on.
        """
        page = self.get(page_id)
        if page.status in PAID_FOR:
            return page
        if page.card and page.payment_id and page.status in UNDER_WAY:  # no phone's number says whose it is
            with suppress(PaymentClosed):
                self._payments.cancel(page.payment_id)
        with suppress(AlreadyAccepted):
            self._end(page_id, page.payer_phone or NOBODY, "REFUSED_BY_SHOPPER")
        return self.get(page_id)

    def choose_again(self, page_id: str) -> HostedPage:
        """The login or card that is under way is left: what it held comes back at once, and the shopper chooses anew.

        Once the right code was typed the money may be on its way: then nothing changes, and the page goes on following.
        """
        page = self.get(page_id)
        if page.status in UNDER_WAY and page.payment_id:
            with suppress(PaymentClosed):
                self._payments.leave(page.payment_id)
            self._catch_up(page.payment_id)
        return self.get(page_id)
