"""Paying with a card that a shopper has kept: the merchant's server asks, and nobody comes to the page."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sandbox.contracts.errors import CardDeclined, CardProcessorRefused, PaymentClosed, Refusal
from sandbox.kit.errors import InvalidInput
from sandbox.platform.hosted import store
from sandbox.platform.hosted.service.base import NOBODY
from sandbox.platform.hosted.service.paying import Paying

if TYPE_CHECKING:
    from sqlalchemy import Row

    from sandbox.platform.hosted.schemas import HostedPage

_CARD = "card"


class KeptCards(Paying):
    def find_kept(self, app_id: str, binding_id: str, customer: str) -> Row[Any]:
        """Raises InvalidInput, also for another app's card and another shopper's, so that nobody learns of those."""
        with self._database.read() as connection:
            kept = next(
                (each for each in store.list_bindings(connection, app_id, customer) if each.id == binding_id), None
            )
        if kept is None:
            raise InvalidInput(
                "'binding_id' is no card that this 'client_id' has kept.",
                field="binding_id",
                hint="GET /api/v2/bindings/list?client_id=... lists those that there are.",
            )
        if kept.pan is None:
            raise InvalidInput(
                "'binding_id' is a card that an older sandbox kept without its date.",
                field="binding_id",
                hint="Let the shopper pay with it on a page once more: it is kept anew.",
            )
        return kept

    def pay_kept(self, page_id: str, kept: Row[Any], cvc: str) -> HostedPage:
        """Charge the card for a page that was just opened, or end the page: nothing stays held, nobody else can pay it.

        A kill between two steps leaves a hold that runs out by itself, or money that has moved and whose event is on its way.
        Raises CardProcessorRefused, and what the Payments API refuses.
        """
        fields = {"pan": kept.pan, "expiration": kept.expiration, "holder": kept.holder, "cvc": cvc}
        try:
            taken = self._methods.take_here(page_id, _CARD, "kept", fields)
            self._catch_up(taken["payment_id"])
            asked = self._methods.take_here(page_id, _CARD, "challenge", {})
            return self.settle(page_id, taken["payment_id"], asked["code"])
        except (Refusal, InvalidInput) as refusal:
            self._give_up(page_id, refusal.code if isinstance(refusal, Refusal) else CardDeclined.code)
            if isinstance(refusal, InvalidInput | CardDeclined):
                raise _as_processor(refusal) from None
            raise

    def _give_up(self, page_id: str, reason: str) -> None:
        """What was held goes back at once."""
        page = self.get(page_id)
        if page.payment_id:
            with suppress(PaymentClosed):
                self._payments.cancel(page.payment_id)
            self._catch_up(page.payment_id)
        self._end(page_id, NOBODY, reason)


def _as_processor(refusal: Refusal | InvalidInput) -> CardProcessorRefused:
    """Merchants know the security code as ``cvc`` and all the rest of the card as ``binding_id``."""
    field = "cvc" if refusal.field == "cvc" else "binding_id"
    return CardProcessorRefused(refusal.message, hint=f"Field '{field}': {refusal.message} {refusal.hint}", field=field)
