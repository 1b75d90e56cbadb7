"""A refund of a split payment takes from each wallet what it got: in proportion, to the millime, whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.contracts.bank import BankMove, LinkBank
from sandbox.contracts.errors import InsufficientFunds, WalletBlocked, WalletClosed
from sandbox.contracts.wallets import CloseWallet
from sandbox.kit.errors import ServiceUnavailable
from sandbox.kit.money import MAX_AMOUNT
from sandbox.kit.rib import key_of
from sandbox.mock_payments.payments.fees import FeeRule
from sandbox.mock_payments.refunds.parts import give_back
from sandbox.mock_payments.settings import PaymentsSettings
from tests.racing import codes_of, race
from tests.services import PIN, Services, build_services

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.contracts.payments import Payment
    from sandbox.contracts.transport import InProcessTransport
    from sandbox.contracts.wallets import Wallet
    from tests.databases import UrlFactory

RIB = "080060123456789012" + key_of("080060123456789012")
_sizes = st.integers(1, MAX_AMOUNT)
_cuts = st.lists(_sizes, max_size=20)


class Split:
    """10 dinars: 4 for one partner, 2.500 for another, the rest for the shop."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.payer = services.open_wallet(20_000, language="en", holder_name="Amina")
        self.shop = services.open_wallet(kind="business", trade_name="Café Olé", language="en")
        self.partners = [
            services.open_wallet(kind="business", trade_name=name, language="en") for name in ("Huile", "Miel")
        ]
        self.payment = self.pay(4_000, 2_500)

    def pay(self, *shares: int, amount: int = 10_000) -> Payment:
        destinations = [
            {"wallet_id": wallet.id, "amount": share} for wallet, share in zip(self.partners, shares, strict=True)
        ]
        return self.services.execute(
            self.services.prepare(self.payer, self.shop, amount=amount, destinations=destinations)
        )

    def money(self) -> list[int]:
        """Of the payer, the shop and the partners; nobody has anything held."""
        self.services.require_sound_ledger()
        each = [self.services.money(wallet) for wallet in (self.payer, self.shop, *self.partners)]
        assert all(held == 0 for _, held in each)
        return [available for available, _ in each]

    def empty(self, wallet: Wallet, amount: int) -> None:
        self.services.wallets.link_bank(wallet.id, LinkBank(rib=RIB))
        asked = BankMove(idempotency_key="out", phone_number=wallet.phone_number, pin=PIN, amount=amount)
        self.services.payments.withdraw(asked)


@pytest.fixture
def split(services: Services) -> Split:
    return Split(services)


def _steps(amount: int, cuts: Sequence[int]) -> list[int]:
    """Refunds that together are ``amount``."""
    marks = [*sorted({cut % amount for cut in cuts} - {0}), amount]
    return [after - before for before, after in zip([0, *marks], marks, strict=False)]


@settings(deadline=None)
@given(st.lists(st.integers(0, MAX_AMOUNT // 21), min_size=2, max_size=21).filter(any), _cuts)
def test_parts_sum_to_the_refund_and_at_last_everybody_has_given_what_it_got(got: list[int], cuts: list[int]) -> None:
    merchant, *others = got
    amount, shares = sum(got), {f"w{place}": share for place, share in enumerate(others) if share}
    refunded, gave, of_merchant = 0, dict.fromkeys(shares, 0), 0
    for refund in _steps(amount, cuts):
        parts = give_back(amount, refunded, refund, shares, gave)
        assert parts.keys() == shares.keys()
        assert all(part >= 0 for part in parts.values())
        assert sum(parts.values()) <= refund
        refunded += refund
        of_merchant += refund - sum(parts.values())
        gave = {name: gave[name] + part for name, part in parts.items()}
        assert of_merchant <= merchant
        assert all(gave[name] <= share for name, share in shares.items())
        assert all(abs(gave[name] * amount - share * refunded) < len(got) * amount for name, share in shares.items())
    assert (gave, of_merchant) == (shares, merchant)


@settings(deadline=None)
@given(st.integers(2, 10_000), st.data())
def test_a_share_gives_its_part_of_all_that_went_back_rounded_down(amount: int, data: st.DataObject) -> None:
    share, cuts = data.draw(st.integers(1, amount)), data.draw(_cuts)
    refunded = gave = 0
    for refund in _steps(amount, cuts):
        gave += give_back(amount, refunded, refund, {"partner": share}, {"partner": gave})["partner"]
        refunded += refund
        assert gave == share * refunded // amount


@settings(deadline=None)
@given(st.integers(1, 10_000), st.integers(1, 10_000), st.integers(0, 10_000), _cuts)
def test_shares_catch_up_where_the_merchant_alone_gave_before(
    rest: int, share: int, before: int, cuts: list[int]
) -> None:
    """As of payments that an older version refunded in part: nobody gains, no share gives more than it got."""
    amount = rest + share
    refunded, gave = min(before, amount - 1), 0
    for refund in _steps(amount - refunded, cuts):
        part = give_back(amount, refunded, refund, {"partner": share}, {"partner": gave})["partner"]
        assert 0 <= part <= refund
        refunded, gave = refunded + refund, gave + part
        assert gave <= share * refunded // amount
    assert gave == min(share, amount - min(before, amount - 1))


def test_with_the_whole_payment_everybody_gives_back_what_it_got(split: Split) -> None:
    assert split.money() == [10_000, 3_500, 4_000, 2_500]
    split.services.refund(split.payment)
    assert split.money() == [20_000, 0, 0, 0]


def test_parts_go_back_in_proportion_and_in_the_end_all_of_it(split: Split) -> None:
    steps = [
        (5_000, [15_000, 1_750, 2_000, 1_250]),
        (1, [15_001, 1_749, 2_000, 1_250]),
        (2, [15_003, 1_748, 1_999, 1_250]),
    ]
    for number, (amount, left) in enumerate(steps):
        split.services.refund(split.payment, amount, key=f"part {number}")
        assert split.money() == left
    split.services.refund(split.payment, 4_997, key="rest")
    assert split.money() == [20_000, 0, 0, 0]


def test_whatever_was_shared_and_however_it_goes_back_nobody_wins_or_loses(split: Split) -> None:
    before = split.money()

    @settings(max_examples=6, deadline=None, derandomize=True, database=None)
    @given(st.lists(st.integers(1, 700), min_size=2, max_size=2), st.integers(0, 700), st.lists(_sizes, max_size=3))
    def pay_and_refund(shares: list[int], rest: int, cuts: list[int]) -> None:
        paid = split.pay(*shares, amount=sum(shares) + rest)
        for number, refund in enumerate(_steps(paid.amount, cuts)):
            split.services.refund(paid, refund, key=f"{paid.id} {number}")
            assert sum(split.money()) == sum(before)
        assert split.money() == before

    pay_and_refund()


def test_a_payment_that_others_got_whole_costs_the_merchant_nothing(split: Split) -> None:
    whole = split.pay(5_000, 5_000)
    assert split.money() == [0, 3_500, 9_000, 7_500]
    for number, amount in enumerate((1, 1, 1_001, 8_997)):
        split.services.refund(whole, amount, key=f"part {number}")
        assert split.money()[1] == 3_500
    assert split.money() == [10_000, 3_500, 4_000, 2_500]


def test_the_fee_stays_paid_by_the_merchant(database_url: UrlFactory, in_process: InProcessTransport) -> None:
    rule = PaymentsSettings(check_ledger=True, fees=FeeRule(permille=10))
    with build_services(database_url, in_process, payments_settings=rule) as services:
        split = Split(services)
        assert split.money() == [10_000, 3_400, 4_000, 2_500]
        with pytest.raises(InsufficientFunds):
            services.refund(split.payment)
        assert split.money() == [10_000, 3_400, 4_000, 2_500]
        services.refund(split.payment, 9_000)
        assert split.money() == [19_000, 250, 400, 250]


def test_a_partner_without_the_money_refuses_the_whole_refund(split: Split) -> None:
    split.empty(split.partners[0], 3_999)
    for amount in (10_000, 5):
        with pytest.raises(InsufficientFunds) as refused:
            split.services.refund(split.payment, amount)
        assert refused.value.field == "amount"
        assert split.money() == [10_000, 3_500, 1, 2_500]
    assert split.services.payments.list_refunds(split.payment.id) == []
    split.services.refund(split.payment, 4)
    assert split.money() == [10_004, 3_498, 0, 2_499]


def test_a_blocked_partner_refuses_it_until_it_is_unblocked(split: Split) -> None:
    split.services.wallets.block(split.partners[1].id)
    with pytest.raises(WalletBlocked) as refused:
        split.services.refund(split.payment)
    assert refused.value.field == "payment_id"
    assert split.money() == [10_000, 3_500, 4_000, 2_500]
    split.services.wallets.unblock(split.partners[1].id)
    done = split.services.refund(split.payment)
    split.services.wallets.block(split.partners[1].id)
    assert split.services.refund(split.payment) == done, "a repetition asks nobody"
    split.services.wallets_switch.is_away = True
    assert split.services.refund(split.payment) == done


def test_a_closed_partner_refuses_it_for_good(split: Split) -> None:
    partner = split.partners[1]
    split.empty(partner, 2_500)
    closing = CloseWallet(phone_number=partner.phone_number, pin=PIN)
    assert split.services.payments.close_wallet(closing).status == "closed"
    with pytest.raises(WalletClosed):
        split.services.refund(split.payment)
    assert split.money() == [10_000, 3_500, 4_000, 0]


def test_while_nobody_knows_the_partners_nothing_moves(split: Split) -> None:
    split.services.wallets_switch.is_away = True
    with pytest.raises(ServiceUnavailable):
        split.services.refund(split.payment)
    split.services.wallets_switch.is_away = False
    assert split.money() == [10_000, 3_500, 4_000, 2_500]
    split.services.refund(split.payment)
    assert split.money() == [20_000, 0, 0, 0]


def test_everybody_is_told_of_its_own_part(split: Split) -> None:
    split.services.refund(split.payment, 5_000)
    split.services.worker.drain()
    masked = f"{split.payer.phone_number[:2]} *** {split.payer.phone_number[5:]}"
    for wallet, part in zip((split.shop, *split.partners), ("1.750", "2.000", "1.250"), strict=True):
        newest = split.services.wallets.list_sms(phone_number=wallet.phone_number)[0].text
        assert newest.startswith(f"SANDBOX: you refunded {part} DT to Amina ({masked})")
        line = split.services.payments.list_history(wallet.id)[0][0]
        assert (line.kind, line.direction, f"{line.amount / 1_000:.3f}") == ("refund", "out", part)
    assert "refunded you 5.000 DT" in split.services.wallets.list_sms(phone_number=split.payer.phone_number)[0].text


def test_refunds_that_race_take_every_millime_once_and_wait_for_nobody_forever(split: Split) -> None:
    """Two payments with the same wallets, in both roles, so that locks that are taken in no order would meet."""
    services, shop, partner = split.services, split.shop, split.partners[0]
    crossed = services.execute(
        services.prepare(split.payer, partner, amount=1_000, destinations=[{"wallet_id": shop.id, "amount": 400}])
    )
    before = split.money()
    calls = [
        lambda payment=payment, number=number: services.refund(payment, 100, key=f"{payment.id} {number}")
        for number in range(6)
        for payment in (split.payment, crossed)
    ]
    assert codes_of(race(calls)) == ["ok"] * 12
    assert split.money() == [before[0] + 1_200, before[1] - 210 - 240, before[2] - 240 - 360, before[3] - 150]
    same = [lambda: services.refund(split.payment, 400, key="same")] * 4
    assert len({refund.id for refund in race(same)}) == 1
    assert services.payments.get_payment(split.payment.id).refunded == 1_000
