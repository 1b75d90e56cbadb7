"""A history of the file at work: its customers come into the world, and buy on their days with money enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.contracts.mobile import NewPhone
from sandbox.contracts.payments import TopUp
from sandbox.seeding.orders import Page, Purchase, make_order

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.runtime import World
    from sandbox.seeding.history import Sale
    from sandbox.seeding.logins import Logins
    from sandbox.seeding.orders import Seller
    from sandbox.seeding.plan import PlannedHistory
    from sandbox.seeding.walking import Walk


class PastSales:
    def __init__(self, world: World, planned: PlannedHistory, logins: Logins) -> None:
        self._world = world
        self._planned = planned
        self._logins = logins
        self._keys = world.ids.stream("seeding")
        self._wallets: dict[str, str] = {}

    def add_customers(self) -> None:
        for customer in self._planned.customers:
            if customer.is_new:
                phone = NewPhone(phone_number=customer.phone_number, name=customer.name, pin=customer.pin)
                self._world.mobile.add_phone(phone)
            wallet = self._world.wallets.find_wallet(customer.phone_number)
            if wallet is not None:
                self._wallets[customer.phone_number] = wallet.id

    def add_to(self, walk: Walk, seller: Seller) -> None:
        for sale in self._planned.sales:
            walk.add(sale.at, self._planned.place, self._sell(sale, seller))

    def _sell(self, sale: Sale, seller: Seller) -> Iterator[float]:
        if sale.pays:
            self._bring_money(sale)
        shop, seconds = f"{self._world.settings.base_url}/shop/", self._planned.open_seconds
        asked = {"success_link": shop, "fail_link": shop, "session_timeout_secs": seconds}
        purchase = Purchase(
            seller=seller,
            status=sale.status,
            amount=sale.amount,
            payer=sale.customer.phone_number,
            pin=sale.customer.pin,
            reference=sale.reference,
            items=sale.items,
            customer={"id": f"C{sale.customer.phone_number}", "name": sale.customer.name},
            refunded=sale.refunded,
            refunded_at=sale.refunded_at,
            page=Page(asked, seconds) if sale.is_hosted else None,
        )
        yield from make_order(self._world, self._logins, purchase)

    def _bring_money(self, sale: Sale) -> None:
        """From the bank, as much as is paid: what somebody has beside stays."""
        wallet_id, key = self._wallets[sale.customer.phone_number], self._keys.token22()
        self._world.payments.top_up(TopUp(wallet_id=wallet_id, amount=sale.amount, idempotency_key=f"seed:{key}"))
