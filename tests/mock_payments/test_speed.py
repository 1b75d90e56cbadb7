"""What a large ledger may cost: counted in steps of SQLite's own machine, which are the same on every computer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bench.ledger_history import add_entries
from tests.services import Services, build_services

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox.contracts.transport import InProcessTransport
    from sandbox.contracts.wallets import Wallet

_STEPS_A_CALL = 10


class Ledger:
    """A shop's ledger, which grows when it is told to."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.phones = [services.open_wallet(1_000_000) for _ in range(3)]
        self.shop = services.open_shop()
        self.payment = services.prepare(self.phones[0], self.shop)

    def grow(self, entries: int) -> None:
        url = self.services.payments_api.database._engine.url.render_as_string(hide_password=False)
        add_entries(url, entries, phones=_as_rows(self.phones), shops=_as_rows([self.shop]))

    def steps(self, act: Callable[[], Any]) -> int:
        """How much SQLite does for it; the pool hands out the connection that was used last."""
        counted = [0]

        def count() -> int:
            counted[0] += 1
            return 0

        with self.services.payments_api.database.read() as connection:
            raw: Any = connection.connection.dbapi_connection
            raw.set_progress_handler(count, _STEPS_A_CALL)
        act()
        return counted[0] * _STEPS_A_CALL


def _as_rows(wallets: list[Wallet]) -> list[dict[str, Any]]:
    return [wallet.model_dump() for wallet in wallets]


@pytest.fixture
def ledger(sqlite_url: Callable[[str], str], in_process: InProcessTransport) -> Iterator[Ledger]:
    with build_services(sqlite_url, in_process) as services:
        yield Ledger(services)


def expire(ledger: Ledger) -> None:
    ledger.services.payments_api.jobs[0]()


def read_statement(ledger: Ledger) -> None:
    page = ledger.services.payments.get_statement(ledger.shop.id, limit=10)
    assert page.next_cursor is not None
    ledger.services.payments.get_statement(ledger.shop.id, limit=10, after=page.next_cursor)


def read_history(ledger: Ledger) -> None:
    ledger.services.payments.list_history(ledger.shop.id, limit=10)


@pytest.mark.parametrize("act", [expire, read_statement, read_history])
def test_what_is_done_all_the_time_costs_the_same_in_a_ledger_ten_times_as_large(
    ledger: Ledger, act: Callable[[Ledger], None]
) -> None:
    ledger.grow(400)
    few = ledger.steps(lambda: act(ledger))
    ledger.grow(3_600)
    many = ledger.steps(lambda: act(ledger))
    assert many <= few * 1.2 + 100, (few, many)


def test_the_proof_takes_five_times_as_long_for_a_ledger_five_times_as_large(ledger: Ledger) -> None:
    ledger.grow(2_000)
    few = ledger.steps(ledger.services.require_sound_ledger)
    ledger.grow(8_000)
    many = ledger.steps(ledger.services.require_sound_ledger)
    assert many <= few * 6, (few, many)
