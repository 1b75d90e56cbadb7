"""v2 over hosted pages: who asks, and what becomes of the fields."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sandbox.contracts.errors import SplitTooLarge
from sandbox.contracts.payments import Destination
from sandbox.kit.errors import InvalidInput
from sandbox.kit.phone_numbers import PhoneNumberError, parse_phone_number
from sandbox.platform.apps import store as app_store
from sandbox.platform.merchant_api.generating import generated, link_of, require_secure_links
from sandbox.platform.merchant_api.v2.schemas import VERIFY_VERSION, VERSION
from sandbox.platform.merchant_api.verifying import verified

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Row

    from sandbox.contracts.wallets import WalletsClient
    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database
    from sandbox.platform.hosted.service import HostedPages
    from sandbox.platform.merchant_api.settlement import Settlement
    from sandbox.platform.merchant_api.v2.schemas import GeneratePayment, Share
    from sandbox.platform.quirks.table import Quirks
    from sandbox.platform.settings import PlatformSettings


class SecondService:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        pages: HostedPages,
        *,
        wallets: WalletsClient,
        settings: PlatformSettings,
        settlement: Settlement,
    ) -> None:
        self._database = database
        self._clock = clock
        self._pages = pages
        self._wallets = wallets
        self._settings = settings
        self._settlement = settlement

    def generate(self, app: Row[Any], request: GeneratePayment, quirks: Quirks) -> dict[str, Any]:
        """A page, or with ``binding_id`` a payment at once. Each call is a payment of its own, also one that is repeated.

        Raises AppDisabled, SplitTooLarge, InvalidInput for a destination or a binding that nobody knows, CardProcessorRefused.
        """
        require_secure_links(request, quirks)
        shares = tuple(self._find_share(place, share) for place, share in enumerate(request.destination or ()))
        if sum(share.amount for share in shares) > request.amount:
            raise SplitTooLarge(field="destination")
        shares = _add_up(shares)
        kept = self._find_kept(app, request)
        more: dict[str, Any] = {"image_url": request.image_url, "customer": request.client_id, "shares": shares}
        new = request.to_page(VERSION, holds_only=request.pre_authorization, **more)
        page = self._pages.open(app, replace(new, accepts_cards=True) if kept else new)
        if kept is not None and request.cvc is not None:
            self._pages.pay_kept(page.id, kept, request.cvc)
        return generated(page, VERSION, link_of(page, self._settings, quirks))

    def verify(self, app: Row[Any], payment_id: str, quirks: Quirks) -> dict[str, Any]:
        """Raises PaymentNotFound, also for another app's payment."""
        page = self._pages.get_of(app, payment_id)
        return verified(page, VERIFY_VERSION, quirks, now=self._clock.now(), settlement=self._settlement)

    def _find_kept(self, app: Row[Any], request: GeneratePayment) -> Row[Any] | None:
        """The card that is to pay, if one is named; whose it is and its security code must be there then."""
        if request.binding_id is None:
            return None
        for field in ("client_id", "cvc"):
            if not getattr(request, field):
                raise InvalidInput(
                    f"'{field}' is missing.",
                    field=field,
                    hint="To pay with a binding_id, send its client_id and the cvc.",
                )
        return self._pages.find_kept(app.id, request.binding_id, request.client_id or "")

    def _find_share(self, place: int, share: Share) -> Destination:
        """Of an app by its public token, or of a wallet by its phone number or id."""
        with self._database.read() as connection:
            app = app_store.find_by_public_token(connection, share.destination)
        if app is not None:
            return Destination(wallet_id=app.wallet_id, amount=share.amount)
        wallet = self._wallets.find_wallet(number) if (number := _phone_number(share.destination)) else None
        if wallet is None:
            field = f"destination.{place}.destination"
            raise InvalidInput(
                f"'{field}' names nobody.", field=field, hint="Send an app's public token or a wallet's phone number."
            )
        return Destination(wallet_id=wallet.id, amount=share.amount)


def _add_up(shares: Iterable[Destination]) -> tuple[Destination, ...]:
    """One for each wallet: who sold two of the goods is named twice, and is paid once."""
    sums: dict[str, int] = {}
    for share in shares:
        sums[share.wallet_id] = sums.get(share.wallet_id, 0) + share.amount
    return tuple(Destination(wallet_id=wallet_id, amount=amount) for wallet_id, amount in sums.items())


def _phone_number(text: str) -> str | None:
    try:
        return parse_phone_number(text)
    except PhoneNumberError:
        return None
