"""Sixteen clients spend from one wallet at once, in every way there is: it never holds less than nothing."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.contracts.bank import BankMove, LinkBank
from sandbox.contracts.transfers import ApproveRequest, AskForMoney, SendMoney
from sandbox.kit.rib import key_of
from tests.databases import POSTGRESQL
from tests.racing import codes_of, race
from tests.services import PIN, Services, build_services

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox.contracts.wallets import Wallet

CLIENTS, AMOUNT = 16, 1_000
RIB = "080060123456789012" + key_of("080060123456789012")
_keys = count()


@pytest.fixture(
    params=[
        "sqlite in_process",
        "sqlite http",
        pytest.param("postgresql in_process", marks=POSTGRESQL),
        pytest.param("postgresql http", marks=POSTGRESQL),
    ],
    ids=lambda parameter: parameter.replace(" ", "-"),
)
def services(request: pytest.FixtureRequest) -> Iterator[Services]:
    """All four: here both how a database locks and how many calls a server takes at once matter."""
    database, transport = request.param.split()
    url = request.getfixturevalue(f"{database}_url")
    with build_services(url, request.getfixturevalue(transport)) as built:
        yield built


def ways_to_spend(services: Services, payer: Wallet, shop: Wallet, friend: Wallet) -> list[Callable[[], Any]]:
    """One call a client: payments, transfers, at the counter, withdrawals, and requests approved."""
    payments, phone = services.payments, payer.phone_number

    def send(payee: Wallet, kind: str) -> Any:
        sides = {"payer_phone": phone, "pin": PIN, "payee_phone": payee.phone_number}
        return payments.send_money(SendMoney(idempotency_key=f"spend {next(_keys)}", kind=kind, amount=AMOUNT, **sides))

    def withdraw() -> Any:
        return payments.withdraw(
            BankMove(idempotency_key=f"spend {next(_keys)}", phone_number=phone, pin=PIN, amount=AMOUNT)
        )

    def approve(request_id: str) -> Any:
        approval = ApproveRequest(idempotency_key=f"spend {next(_keys)}", payer_phone=phone, pin=PIN)
        return payments.approve_request(request_id, approval)

    asked = [
        payments.ask_for_money(
            AskForMoney(
                idempotency_key=f"ask {next(_keys)}",
                payee_phone=friend.phone_number,
                payer_phone=phone,
                amount=AMOUNT,
            )
        ).id
        for _ in range(3)
    ]
    ways: list[Callable[[], Any]] = [lambda request_id=each: approve(request_id) for each in asked]
    ways += [lambda: services.prepare(payer, shop, amount=AMOUNT)] * 4
    ways += [lambda: send(friend, "person")] * 3 + [lambda: send(shop, "counter")] * 3 + [withdraw] * 3
    return ways


@pytest.mark.parametrize("affordable", [1, 7, 15])
def test_sixteen_clients_never_overdraw_a_wallet(services: Services, affordable: int) -> None:
    payer, shop, friend = services.open_wallet(affordable * AMOUNT + 999), services.open_shop(), services.open_wallet()
    services.wallets.link_bank(payer.id, LinkBank(rib=RIB))
    ways = ways_to_spend(services, payer, shop, friend)
    assert len(ways) == CLIENTS
    outcomes = codes_of(race(ways))
    assert outcomes == sorted(["ok"] * affordable + ["INSUFFICIENT_FUNDS"] * (CLIENTS - affordable))
    assert services.money(payer)[0] == 999
    services.require_sound_ledger()
