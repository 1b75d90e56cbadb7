"""The shop's own memory of what was ordered, for how much, and what became of it."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .products import Product

MOST_ORDERS = 5_000


@dataclass
class Order:
    """``amount`` in millimes. ``reason`` is why the last attempt failed; ``lock`` is held while an attempt is settled."""

    number: str
    product: Product
    amount: int
    payment_id: str | None = None
    code: str | None = None
    reason: str | None = None
    is_paid: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)


class OrderBook:
    """Orders by number, the newest :data:`MOST_ORDERS` of them: a page that is only looked at makes an order too."""

    def __init__(self, most: int = MOST_ORDERS) -> None:
        self._most = most
        self._orders: dict[str, Order] = {}
        self._lock = threading.Lock()

    def open(self, product: Product) -> Order:
        order = Order(number=f"TX{os.urandom(5).hex().upper()}", product=product, amount=product.price)
        with self._lock:
            self._orders[order.number] = order
            while len(self._orders) > self._most:
                del self._orders[next(iter(self._orders))]
        return order

    def find(self, number: str) -> Order | None:
        with self._lock:
            return self._orders.get(number)
