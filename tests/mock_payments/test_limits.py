"""A wallet's level says how much it may pay in a day of Tunisia and how much it may hold; races do not get around it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import text

from sandbox.contracts.errors import LimitExceeded
from sandbox.contracts.transfers import SendMoney
from sandbox.contracts.transport import InProcessTransport
from sandbox.contracts.wallets import Authorize, Limits
from sandbox.kit.clock import to_iso
from sandbox.kit.days import day_of
from sandbox.mock_wallets.wallets.levels import WalletLevels
from tests.mock_payments.test_money_requests import approve, ask
from tests.racing import codes_of, race
from tests.services import Services, build_services

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.contracts.transfers import Transfer
    from sandbox.contracts.wallets import Wallet
    from tests.databases import UrlFactory

_keys = count()
DAILY, BALANCE = 10_000, 15_000
LEVELS = WalletLevels(balance=(BALANCE, 50_000, 0), daily_outflow=(DAILY, 20_000, 0))


@pytest.fixture
def limited(database_url: UrlFactory, in_process: InProcessTransport) -> Iterator[Services]:
    with build_services(database_url, in_process, levels=LEVELS) as services:
        yield services


def _go_to(services: Services, moment: datetime) -> None:
    services.clock.advance((moment - services.clock.now()).total_seconds())


def _used(services: Services, wallet_id: str) -> int:
    with services.payments_api.database.read() as connection:
        query = text("SELECT amount FROM daily_outflows WHERE wallet_id = :id AND day = :day")
        values = {"id": wallet_id, "day": day_of(services.clock.now()).isoformat()}
        return int(connection.execute(query, values).scalar() or 0)


def test_a_level_1_wallet_pays_up_to_its_ceiling_in_a_day(limited: Services) -> None:
    payer, shop = limited.open_wallet(50_000, level=1), limited.open_shop()
    limited.execute(limited.prepare(payer, shop, amount=6_000))
    limited.execute(limited.prepare(payer, shop, amount=4_000))
    with pytest.raises(LimitExceeded) as refused:
        limited.prepare(payer, shop, amount=1)
    assert refused.value.field == "amount"
    assert refused.value.details == {
        "limit": "daily_outflow",
        "ceiling": DAILY,
        "used_today": DAILY,
        "left_today": 0,
        "resets_at": "2026-03-01T23:00:00.000Z",
    }
    assert limited.money(payer) == (40_000, 0)
    limited.require_sound_ledger()


def test_the_day_ends_at_midnight_in_tunis(limited: Services) -> None:
    payer, shop = limited.open_wallet(50_000, level=1), limited.open_shop()
    limited.prepare(payer, shop, amount=DAILY)
    midnight = datetime(2026, 3, 1, 23, 0, tzinfo=UTC)  # UTC+1
    _go_to(limited, midnight - timedelta(milliseconds=1))
    limited.worker.drain()
    limited.prepare(payer, shop, amount=DAILY)
    with pytest.raises(LimitExceeded) as refused:
        limited.prepare(payer, shop, amount=1)
    assert refused.value.details["resets_at"] == to_iso(midnight)
    _go_to(limited, midnight)
    limited.prepare(payer, shop, amount=DAILY)


def test_money_that_comes_back_before_it_arrived_was_not_spent(limited: Services) -> None:
    payer, shop = limited.open_wallet(50_000, level=1), limited.open_shop()
    limited.payments.cancel(limited.prepare(payer, shop, amount=DAILY).id)
    limited.prepare(payer, shop, amount=DAILY)
    limited.clock.advance(120)
    limited.worker.drain()
    assert _used(limited, payer.id) == 0
    limited.execute(limited.prepare(payer, shop, amount=DAILY))


def test_a_hold_that_ends_after_midnight_comes_back_to_its_own_day(limited: Services) -> None:
    payer, shop = limited.open_wallet(50_000, level=1), limited.open_shop()
    _go_to(limited, datetime(2026, 3, 1, 22, 59, 30, tzinfo=UTC))
    limited.prepare(payer, shop, amount=DAILY)
    limited.clock.advance(200)
    limited.worker.drain()
    assert _used(limited, payer.id) == 0
    limited.prepare(payer, shop, amount=DAILY)


def test_a_refund_does_not_count_and_is_not_refused_for_a_full_wallet(limited: Services) -> None:
    payer, shop = limited.open_wallet(BALANCE, level=1), limited.open_shop()
    paid = limited.execute(limited.prepare(payer, shop, amount=5_000))
    limited.execute(limited.prepare(limited.open_wallet(5_000), payer, amount=5_000))
    limited.refund(paid)
    assert limited.money(payer) == (BALANCE + 5_000, 0)
    assert _used(limited, payer.id) == 5_000


def test_businesses_and_level_3_without_a_ceiling_pay_what_they_have(limited: Services) -> None:
    shop = limited.open_shop()
    for payer in (
        limited.open_wallet(90_000),
        limited.open_wallet(90_000, kind="business", trade_name="Chez Slim", level=1),
    ):
        limited.execute(limited.prepare(payer, shop, amount=90_000))
    assert limited.money(shop) == (180_000, 0)


def test_a_person_holds_no_more_than_the_level_allows(limited: Services) -> None:
    payer, person = limited.open_wallet(90_000), limited.open_wallet(10_000, level=1)
    one, other = (limited.prepare(payer, person, amount=amount) for amount in (5_000, 1))
    limited.execute(one)
    with pytest.raises(LimitExceeded) as refused:
        limited.execute(other)
    assert refused.value.details == {"limit": "balance", "ceiling": BALANCE}
    assert limited.money(person) == (BALANCE, 0)
    limited.clock.advance(300)
    limited.worker.drain()
    assert limited.money(payer) == (85_000, 0)
    limited.require_sound_ledger()


def test_a_payment_for_which_there_is_no_room_holds_nothing(limited: Services) -> None:
    payer, person = limited.open_wallet(90_000), limited.open_wallet(10_000, level=1)
    request = limited.request(payer, person, amount=5_001)
    with pytest.raises(LimitExceeded) as refused:
        limited.payments.prepare(request)
    assert (refused.value.field, refused.value.details) == ("amount", {"limit": "balance", "ceiling": BALANCE})
    with pytest.raises(LimitExceeded):
        limited.payments.prepare(request)
    assert (limited.money(payer), _used(limited, payer.id)) == ((90_000, 0), 0)
    limited.prepare(payer, person, amount=5_000)


def _split(limited: Services, *shares: tuple[Wallet, int]) -> dict[str, Any]:
    return {"destinations": [{"wallet_id": wallet.id, "amount": amount} for wallet, amount in shares]}


def test_a_share_is_held_to_what_its_wallet_may_hold_when_it_is_prepared(limited: Services) -> None:
    payer, shop = limited.open_wallet(90_000), limited.open_shop()
    partner, full = limited.open_wallet(level=1), limited.open_wallet(10_000, level=1)
    with pytest.raises(LimitExceeded) as refused:
        limited.prepare(payer, shop, amount=50_000, **_split(limited, (partner, 5_000), (full, 5_001)))
    assert refused.value.field == "destinations.1.amount"
    assert refused.value.details == {"limit": "balance", "ceiling": BALANCE}
    assert limited.money(payer) == (90_000, 0)
    limited.execute(limited.prepare(payer, shop, amount=50_000, **_split(limited, (partner, 5_000), (full, 5_000))))
    assert [limited.money(each)[0] for each in (shop, partner, full)] == [40_000, 5_000, BALANCE]


def test_a_share_is_held_to_the_ceiling_again_when_the_money_moves(limited: Services) -> None:
    payer, shop, person = limited.open_wallet(90_000), limited.open_shop(), limited.open_wallet(level=1)
    payments = [limited.prepare(payer, shop, amount=9_000, **_split(limited, (person, 8_000))) for _ in range(4)]
    outcomes = race([lambda payment=payment: limited.execute(payment) for payment in payments])
    assert codes_of(outcomes) == ["LIMIT_EXCEEDED"] * 3 + ["ok"]
    assert (limited.money(person), limited.money(shop)) == ((8_000, 0), (1_000, 0))
    limited.clock.advance(300)
    limited.worker.drain()
    assert limited.money(payer) == (81_000, 0)
    limited.require_sound_ledger()


def test_a_persons_own_part_of_a_split_needs_room_for_no_more_than_it_is(limited: Services) -> None:
    payer, person, shop = limited.open_wallet(90_000), limited.open_wallet(level=1), limited.open_shop()
    limited.execute(limited.prepare(payer, person, amount=50_000, **_split(limited, (shop, 40_000), (person, 5_000))))
    assert (limited.money(person)[0], limited.money(shop)[0]) == (10_000, 40_000)
    limited.require_sound_ledger()


def test_an_approved_request_for_money_needs_room_too(limited: Services) -> None:
    person, payer = limited.open_wallet(10_000, level=1), limited.open_wallet(50_000)
    asked = ask(limited, person, payer, amount=5_001)
    with pytest.raises(LimitExceeded) as refused:
        approve(limited, asked)
    assert refused.value.details == {"limit": "balance", "ceiling": BALANCE}
    assert limited.payments.get_request(asked.id).state == "pending"
    assert (limited.money(person), limited.money(payer)) == ((10_000, 0), (50_000, 0))


def test_what_is_held_counts_as_what_the_wallet_has(limited: Services) -> None:
    payer, person = limited.open_wallet(90_000), limited.open_wallet(BALANCE, level=1)
    limited.prepare(person, limited.open_shop(), amount=5_000)
    with pytest.raises(LimitExceeded):
        limited.execute(limited.prepare(payer, person, amount=1_000))


def test_the_answer_that_authorizes_brings_the_ceilings(limited: Services) -> None:
    payer, shop = limited.open_wallet(level=2), limited.open_shop()
    told = limited.wallets.authorize(Authorize(payer_phone=payer.phone_number, pin="1234", payee_wallet_id=shop.id))
    assert (told.payer.level, told.payer_limits) == (2, Limits(balance=50_000, daily_outflow=20_000))
    assert told.payee_limits == Limits()


def test_payments_that_race_stay_under_the_ceiling(limited: Services) -> None:
    payer, shop = limited.open_wallet(90_000, level=1), limited.open_shop()
    outcomes = race([lambda: limited.prepare(payer, shop, amount=3_000)] * 8)
    assert codes_of(outcomes) == ["LIMIT_EXCEEDED"] * 5 + ["ok"] * 3
    assert _used(limited, payer.id) == 9_000
    assert limited.money(payer) == (81_000, 9_000)
    limited.require_sound_ledger()


def test_payments_that_race_into_a_persons_wallet_stay_under_the_ceiling(limited: Services) -> None:
    person = limited.open_wallet(level=1)
    payments = [limited.prepare(limited.open_wallet(4_000), person, amount=4_000) for _ in range(6)]
    outcomes = race([lambda payment=payment: limited.execute(payment) for payment in payments])
    assert codes_of(outcomes) == ["LIMIT_EXCEEDED"] * 3 + ["ok"] * 3
    assert limited.money(person) == (12_000, 0)
    limited.require_sound_ledger()


def _send(services: Services, payer: Wallet, payee: Wallet, amount: int) -> Transfer:
    return services.payments.send_money(
        SendMoney(
            idempotency_key=f"sending {payer.id} {next(_keys)}",
            payer_phone=payer.phone_number,
            pin="1234",
            payee_phone=payee.phone_number,
            amount=amount,
        )
    )


def test_transfers_count_like_payments_and_need_room_at_the_other_end(limited: Services) -> None:
    payer, person = limited.open_wallet(50_000, level=1), limited.open_wallet(14_000, level=1)
    limited.execute(limited.prepare(payer, limited.open_shop(), amount=6_000))
    _send(limited, payer, person, 1_000)
    with pytest.raises(LimitExceeded) as refused:
        _send(limited, payer, person, 1)
    assert refused.value.details == {"limit": "balance", "ceiling": BALANCE}
    with pytest.raises(LimitExceeded) as refused:
        _send(limited, payer, limited.open_wallet(), 3_001)
    assert refused.value.details["used_today"] == 7_000
    assert _used(limited, payer.id) == 7_000
    limited.require_sound_ledger()


def test_payments_and_transfers_that_race_stay_under_both_ceilings(limited: Services) -> None:
    payer, shop, person = limited.open_wallet(50_000, level=1), limited.open_shop(), limited.open_wallet(level=1)
    rich = limited.open_wallet(50_000)
    calls = [lambda: limited.prepare(payer, shop, amount=3_000), lambda: _send(limited, payer, person, 3_000)] * 4
    calls += [lambda: _send(limited, rich, person, 6_000)] * 3
    race(calls)
    assert _used(limited, payer.id) == 9_000
    assert sum(limited.money(person)) <= BALANCE
    assert sum(limited.money(payer)) + _sent_by(limited, payer) == 50_000
    limited.require_sound_ledger()


def _sent_by(services: Services, payer: Wallet) -> int:
    items, _ = services.payments.list_history(payer.id)
    return sum(item.amount for item in items if item.kind == "transfer")


MOVES = st.lists(
    st.tuples(st.sampled_from(("pay", "cancel", "expire", "day")), st.integers(1, 7_000)), min_size=1, max_size=20
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES)
def test_whatever_happens_no_day_is_above_the_ceiling(limited_once: Services, moves: list[tuple[str, int]]) -> None:
    """Beside a model that knows what went out on each day. Each walk begins in the morning."""
    tomorrow = day_of(limited_once.clock.now()) + timedelta(days=1)
    _go_to(limited_once, datetime(tomorrow.year, tomorrow.month, tomorrow.day, 8, tzinfo=UTC))
    payer, shop = limited_once.open_wallet(9_000_000, level=1), limited_once.open_shop()
    used, live = 0, list[tuple[Any, int]]()
    for move, amount in moves:
        if move == "pay":
            if used + amount <= DAILY:
                live.append((limited_once.prepare(payer, shop, amount=amount), amount))
                used += amount
                continue
            with pytest.raises(LimitExceeded) as refused:
                limited_once.prepare(payer, shop, amount=amount)
            assert refused.value.details["used_today"] == used
        elif move == "cancel" and live:
            payment, held = live.pop()
            limited_once.payments.cancel(payment.id)
            used -= held
        elif move == "expire":
            _go_to(limited_once, limited_once.clock.now() + timedelta(seconds=121))
            limited_once.worker.drain()
            used -= sum(held for _, held in live)
            live.clear()
        elif move == "day":
            for payment, _ in live:
                limited_once.execute(payment)
            live.clear()
            _go_to(limited_once, limited_once.clock.now() + timedelta(days=1))
            used = 0
        assert _used(limited_once, payer.id) == used <= DAILY


@pytest.fixture(scope="module")
def limited_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    folder = tmp_path_factory.mktemp("limits")
    with build_services(lambda name: f"sqlite:///{folder / name}.db", InProcessTransport(), levels=LEVELS) as services:
        yield services
