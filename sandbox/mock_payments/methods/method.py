"""What a way to pay is, and the table of them: defining a subclass is all it takes to add one (report, 2.3.5 Extensibility)."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, ClassVar

from sandbox.contracts.errors import MethodNotFound
from sandbox.contracts.wallets import Authorize

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from sandbox.contracts.errors import Refusal
    from sandbox.contracts.payments import FormOrder, Payment, PreparePayment
    from sandbox.contracts.wallets import Authorization, WalletsClient
    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database
    from sandbox.kit.outbox import Outbox

    Step = Callable[[FormOrder, Mapping[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Desk:
    """What the steps of a way to pay work with. ``prepare`` holds the money and makes the six-digit code."""

    database: Database
    clock: Clock
    outbox: Outbox
    prepare: Callable[[PreparePayment], Payment]


class PaymentMethod:
    """One way to pay. All of them hold the money and make a six-digit code; they differ in who asks, and how the code is told.

    >>> class Voucher(PaymentMethod, name="voucher"): ...
    """

    by_name: ClassVar[dict[str, type[PaymentMethod]]] = {}

    def __init_subclass__(cls, *, name: str) -> None:
        PaymentMethod.by_name[name] = cls

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def steps(self) -> Mapping[str, Step]:
        """What a payment form may ask for, by name: each gets the form's order and the fields that the shopper filled in."""
        return {}

    @staticmethod
    def authorize(wallets: WalletsClient, request: PreparePayment) -> Authorization:
        """Who pays, once they have shown that they may, and who is paid. By default a wallet pays, and its PIN is asked for."""
        return wallets.authorize(
            Authorize(
                payer_phone=request.payer_phone,
                pin=request.pin,
                payee_wallet_id=request.payee_wallet_id,
                destinations=[each.wallet_id for each in request.destinations],
                attempt=f"pay:{request.idempotency_key}",
            )
        )

    @staticmethod
    def tell_code(connection: Connection, outbox: Outbox, row: Row[Any], now: datetime) -> None:
        """Called in the transaction that makes the code. By default it is in the answer, and nothing else tells it."""

    @staticmethod
    def as_told(refusal: Refusal) -> Refusal:
        """The refusal that the shopper, and the history of the order, hear of."""
        return refusal


def load_methods() -> None:
    """Import what stands in this folder; each method puts itself into the table."""
    import sandbox.mock_payments.methods as folder

    for module in iter_modules(folder.__path__, f"{folder.__name__}."):
        import_module(module.name)


def find_method(name: str) -> type[PaymentMethod]:
    """Raises MethodNotFound."""
    try:
        return PaymentMethod.by_name[name]
    except KeyError:
        raise MethodNotFound(field="method", methods=sorted(PaymentMethod.by_name)) from None
