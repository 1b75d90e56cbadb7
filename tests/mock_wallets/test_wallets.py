"""Wallets: the purse of a person or a business, found by phone number."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from sandbox.contracts.errors import WalletBlocked, WalletExists, WalletNotFound, WrongPin
from sandbox.contracts.wallets import Authorize, Limits, OpenWallet, Wallet, WalletsClient
from sandbox.kit.errors import InvalidInput, NotAllowed, SandboxError
from tests.racing import codes_of, race
from tests.services import PIN, Services, addresses_of


def _asking(payer: Wallet, payee: Wallet, pin: str = PIN) -> Authorize:
    return Authorize(payer_phone=payer.phone_number, pin=pin, payee_wallet_id=payee.id)


def test_a_wallet_is_found_by_its_phone_number_in_any_spelling(services: Services) -> None:
    opened = services.open_wallet(kind="business", phone_number="71 234 567", trade_name="Café Olé", language="ar")
    assert services.wallets.find_wallet("71234567") == opened
    assert services.wallets.find_wallet("+216 71 234 567") == opened
    assert (opened.phone_number, opened.kind, opened.display_name) == ("71234567", "business", "Café Olé")
    assert services.wallets.find_wallet("71234568") is None


def test_a_person_is_shown_by_name(services: Services) -> None:
    wallet = services.open_wallet(holder_name="أمينة Ben Salah")
    assert (wallet.display_name, wallet.status, wallet.language) == ("أمينة Ben Salah", "active", "fr")


def test_a_phone_number_has_one_wallet(services: Services) -> None:
    opened = services.open_wallet()
    with pytest.raises(WalletExists) as refused:
        services.open_wallet(phone_number=f"+216{opened.phone_number}")
    assert refused.value.field == "phone_number"
    assert services.wallets.find_wallet(opened.phone_number) == opened


def test_of_callers_that_race_to_open_a_wallet_one_wins(services: Services) -> None:
    outcomes = race([lambda: services.open_wallet(phone_number="55123456")] * 6)
    assert codes_of(outcomes) == ["WALLET_EXISTS"] * 5 + ["ok"]
    winner = next(outcome for outcome in outcomes if isinstance(outcome, Wallet))
    assert services.wallets.find_wallet("55123456") == winner


def test_the_pin_is_neither_told_nor_stored_as_it_is(services: Services) -> None:
    wallet = services.open_wallet(pin="907856")
    assert "907856" not in str(wallet.model_dump())
    with services.wallets_api.database.read() as connection:
        row = connection.execute(text("SELECT * FROM wallets")).one()
    assert "907856" not in str(row)
    assert row.pin_hash.startswith("$argon2id$")


def test_the_right_pin_of_an_active_payer_may_pay_an_active_payee(services: Services) -> None:
    payer, shop = services.open_wallet(), services.open_shop()
    allowed = services.wallets.authorize(_asking(payer, shop))
    assert (allowed.payer, allowed.payee) == (payer, shop)


def test_a_wrong_pin_is_refused(services: Services) -> None:
    payer, shop = services.open_wallet(pin="0042"), services.open_shop()
    for pin in ("42000", "004200"):
        with pytest.raises(WrongPin) as refused:
            services.wallets.authorize(_asking(payer, shop, pin))
        assert refused.value.field == "pin"
    services.wallets.authorize(_asking(payer, shop, "0042"))


def test_a_blocked_payer_is_refused_but_a_stranger_does_not_learn_that_it_is(services: Services) -> None:
    payer, shop = services.open_wallet(status="blocked"), services.open_shop()
    with pytest.raises(WalletBlocked) as refused:
        services.wallets.authorize(_asking(payer, shop))
    assert refused.value.field == "payer_phone"
    with pytest.raises(WrongPin):
        services.wallets.authorize(_asking(payer, shop, "9999"))


@pytest.mark.parametrize("status", ["blocked", "pending"])
def test_a_payee_that_is_not_active_may_not_be_paid(services: Services, status: str) -> None:
    payer, shop = services.open_wallet(), services.open_wallet(kind="business", status=status)
    with pytest.raises(WalletBlocked, match="may not accept payments") as refused:
        services.wallets.authorize(_asking(payer, shop))
    assert refused.value.field == "payee_wallet_id"


def test_an_unknown_payer_or_payee_is_refused(services: Services) -> None:
    payer, shop = services.open_wallet(), services.open_shop()
    for asking in (
        _asking(payer, shop).model_copy(update={"payer_phone": "99999999"}),
        _asking(payer, shop).model_copy(update={"payee_wallet_id": "nobody"}),
    ):
        with pytest.raises(WalletNotFound):
            services.wallets.authorize(asking)


BAD_INPUT = [
    ("phone_number", "123"),
    ("phone_number", None),
    ("pin", "12"),
    ("pin", "abcd"),
    ("holder_name", ""),
    ("holder_name", "x" * 81),
    ("holder_name", "a\x00b"),
    ("kind", "huge"),
    ("status", "asleep"),
    ("language", "de"),
]


def test_bad_input_is_named_and_opens_nothing(services: Services) -> None:
    body = OpenWallet(phone_number="55123456", holder_name="Amina", pin="1234").model_dump()
    for field, value in BAD_INPUT:
        with pytest.raises(InvalidInput) as refused:
            services.wallets._call("POST", "/wallets/api/wallets", body | {field: value})
        assert refused.value.field == field
    assert services.wallets.find_wallet("55123456") is None


def test_nobody_but_a_service_may_call_any_address(services: Services) -> None:
    stranger = WalletsClient(services.transport, service_key="guessed")
    for method, path in addresses_of(services.wallets_api.app, "/wallets"):
        with pytest.raises(NotAllowed):
            stranger._call(method, path, {} if method == "POST" else None)


def test_pins_are_checked_side_by_side(services: Services) -> None:
    payer, shop = services.open_wallet(), services.open_shop()
    right, wrong = _asking(payer, shop), _asking(payer, shop, "9999")
    calls = [lambda: services.wallets.authorize(right)] * 6 + [lambda: services.wallets.authorize(wrong)] * 2
    assert codes_of(race(calls)) == ["WRONG_PIN"] * 2 + ["ok"] * 6


def test_a_wallet_tells_its_ceilings_and_how_many_pins_may_still_be_tried(services: Services) -> None:
    payer, shop = services.open_wallet(level=2), services.open_shop()
    standing = services.wallets.get_standing(payer.id)
    assert (standing.wallet, standing.pin_tries_left) == (services.wallets.get_wallet(payer.id), 3)
    assert standing.limits == standing.levels[1].limits
    assert [level.level for level in standing.levels] == [1, 2, 3]
    for left in (2, 1, 0, 0):
        with pytest.raises(SandboxError):
            services.wallets.authorize(_asking(payer, shop, "9999"))
        assert services.wallets.get_standing(payer.id).pin_tries_left == left
    assert services.wallets.get_standing(shop.id).limits == Limits()
    with pytest.raises(WalletNotFound):
        services.wallets.get_standing("nobody")
