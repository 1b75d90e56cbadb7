"""Walks through everything that moves money, in any order, with crashes, races and repetitions, beside a model of it."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import hypothesis.strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from sandbox.contracts.bank import BankMove, LinkBank
from sandbox.contracts.errors import WalletClosed
from sandbox.contracts.payments import CODE_SECONDS, Destination
from sandbox.contracts.transfers import ApproveRequest, AskForMoney, SendMoney
from sandbox.contracts.wallets import CloseWallet
from sandbox.kit.errors import SandboxError
from sandbox.kit.rib import key_of
from sandbox.mock_payments.payments.states import ACCEPT_SECONDS
from tests.racing import codes_of, race
from tests.services import PIN
from tests.soak.money.books import broken_rules
from tests.soak.money.model import EXECUTED, HOLDING, Answered, Asked, Memory, Paid, Purse

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.services import Services
    from tests.soak.money.world import World

FUNDS, MOST = 30_000, 20_000
PERSONS, SHOP, PARTNER = (0, 1, 2), 3, 4
REQUEST_SECONDS = 86_400
RIB = "080060123456789012" + key_of("080060123456789012")
persons, wallets, amounts = st.sampled_from(PERSONS), st.sampled_from((*PERSONS, SHOP, PARTNER)), st.integers(1, MOST)
crashes = st.integers(0, 120).map(lambda steps: steps if steps <= 40 else None)
"""After how many steps of the world the process is gone; None: it is not."""
picks = st.integers(0, 10**6)


class MoneyWalk(RuleBasedStateMachine):
    """Each walk has a world of its own, so that it goes the same way again when it is repeated."""

    make_world: Callable[[], World]
    cut_off = 0

    def __init__(self) -> None:
        super().__init__()
        self.world = type(self).make_world()
        services = self.services
        opened = [services.open_wallet(FUNDS) for _ in PERSONS] + [services.open_shop() for _ in (SHOP, PARTNER)]
        self.memory = Memory([Purse(wallet, FUNDS if place in PERSONS else 0) for place, wallet in enumerate(opened)])
        for wallet in opened:
            services.wallets.link_bank(wallet.id, LinkBank(rib=RIB))
        self.keys = 0

    @property
    def services(self) -> Services:
        return self.world.services

    # Payments

    @rule(who=persons, amount=amounts, thirds=st.integers(0, 3), crash=crashes, at_once=st.booleans())
    def prepare(self, who: int, amount: int, thirds: int, crash: int | None, at_once: bool) -> None:
        """``at_once``: the merchant accepts too."""
        payer, payee, partner = (self.memory.purses[place] for place in (who, SHOP, PARTNER))
        share = amount * thirds // 3
        shares = [Destination(wallet_id=partner.wallet.id, amount=share)] if share else []
        sides = [payer, payee, partner] if share else [payer, payee]
        request = self.services.request(payer.wallet, payee.wallet, amount=amount, destinations=shares)
        expected = self._why_not(*sides) | ({"INSUFFICIENT_FUNDS"} if amount > payer.available else set())
        payment = self._call(lambda: self.services.payments.prepare(request), expected, crash)
        if payment is not None:
            ends_at = self.services.clock.now() + timedelta(seconds=CODE_SECONDS)
            self.memory.paid.append(Paid(payment, payer, payee, partner, share, ends_at))
            payer.available -= amount
            payer.held += amount
            if at_once:
                self.execute_it(self.memory.paid[-1], crash)

    @precondition(lambda self: self.memory.paid)
    @rule(pick=picks, crash=crashes)
    def verify(self, pick: int, crash: int | None) -> None:
        paid = self._pick(pick)
        said = {"expired": {"CODE_EXPIRED"}, "cancelled": {"PAYMENT_CLOSED"}}.get(paid.state, set())
        done = self._call(
            lambda: self.services.payments.verify(paid.payment.session, paid.payment.code or ""), said, crash
        )
        if done is not None and paid.state == "prepared":
            paid.state = "verified"
            paid.ends_at = self.services.clock.now() + timedelta(seconds=ACCEPT_SECONDS)

    @precondition(lambda self: self.memory.paid)
    @rule(pick=picks, crash=crashes)
    def execute(self, pick: int, crash: int | None) -> None:
        self.execute_it(self._pick(pick), crash)

    def execute_it(self, paid: Paid, crash: int | None) -> None:
        said = {"expired": {"PAYMENT_EXPIRED"}, "cancelled": {"PAYMENT_CLOSED"}}.get(paid.state, set())
        done = self._call(lambda: self.services.execute(paid.payment), said, crash)
        if done is not None and paid.state in HOLDING:
            assert done.fee == paid.amount - paid.share - paid.rest
            paid.execute()

    @precondition(lambda self: self.memory.paid)
    @rule(pick=picks, crash=crashes)
    def cancel(self, pick: int, crash: int | None) -> None:
        paid = self._pick(pick)
        said = {"PAYMENT_CLOSED"} if paid.state in EXECUTED | {"expired"} else set[str]()
        if self._call(lambda: self.services.payments.cancel(paid.payment.id), said, crash) and paid.state in HOLDING:
            paid.release("cancelled")

    @precondition(lambda self: any(paid.state in EXECUTED for paid in self.memory.paid))
    @rule(pick=picks, thirds=st.integers(1, 3), crash=crashes)
    def refund(self, pick: int, thirds: int, crash: int | None) -> None:
        """A third, two thirds, or all of the payment, however much is left."""
        executed = [paid for paid in self.memory.paid if paid.state in EXECUTED]
        paid, key = executed[pick % len(executed)], self._key()
        amount = max(1, paid.amount * thirds // 3)
        said = self._why_no_refund(paid, amount)
        done = self._call(lambda: self.services.refund(paid.payment, amount, key=key), said, crash)
        if done is not None:
            paid.give_back(amount)
            assert (done.refunded_total, done.state) == (paid.refunded, paid.state)
            self._remember(
                lambda: self.services.refund(paid.payment, amount, key=key),
                done,
                lambda: self.services.refund(paid.payment, amount + 1, key=key),
            )

    @precondition(lambda self: any(paid.state == "executed" for paid in self.memory.paid))
    @rule(pick=picks)
    def refund_all_of_it_twice_at_once(self, pick: int) -> None:
        executed = [paid for paid in self.memory.paid if paid.state == "executed"]
        paid, keys = executed[pick % len(executed)], (self._key(), self._key())
        said = self._why_no_refund(paid, paid.amount)
        outcomes = race([lambda key=key: self.services.refund(paid.payment, key=key) for key in keys])
        if said:
            assert set(codes_of(outcomes)) <= said
        else:
            assert codes_of(outcomes) == ["ALREADY_REFUNDED", "ok"]
            paid.give_back(paid.amount)

    # Between wallets, and to and from the bank

    @rule(who=wallets, to=wallets, amount=amounts, crash=crashes)
    def send(self, who: int, to: int, amount: int, crash: int | None) -> None:
        payer, payee, key = self.memory.purses[who], self.memory.purses[to], self._key()
        kind = "counter" if to in {SHOP, PARTNER} else "person"
        said = self._why_not(payer, payee) | ({"INSUFFICIENT_FUNDS"} if amount > payer.available else set())
        if payer is payee:
            said = {"SELF_TRANSFER"}

        def send(amount: int) -> Any:
            sides = {"payer_phone": payer.phone, "pin": PIN, "payee_phone": payee.phone}
            return self.services.payments.send_money(SendMoney(idempotency_key=key, kind=kind, amount=amount, **sides))

        sent = self._call(lambda: send(amount), said, crash)
        if sent is not None:
            payer.available -= amount
            payee.available += amount - sent.fee
            self._remember(lambda: send(amount), sent, lambda: send(amount + 1))

    @rule(who=persons, amount=amounts, same=st.booleans())
    def send_three_times_at_once(self, who: int, amount: int, same: bool) -> None:
        """With one key it goes once; with three keys as often as there is money for it."""
        payer, payee = self.memory.purses[who], self.memory.purses[PERSONS[who - 1]]
        if self._why_not(payer, payee):
            return
        keys = [self._key()] * 3 if same else [self._key() for _ in range(3)]
        sides = {"payer_phone": payer.phone, "pin": PIN, "payee_phone": payee.phone, "amount": amount}
        requests = [SendMoney(idempotency_key=key, **sides) for key in keys]
        outcomes = race([lambda request=request: self.services.payments.send_money(request) for request in requests])
        affordable = min(3, payer.available // amount)
        moved = min(1, affordable) if same else affordable
        answered = 3 * moved if same else moved
        assert codes_of(outcomes) == sorted(["ok"] * answered + ["INSUFFICIENT_FUNDS"] * (3 - answered))
        payer.available -= moved * amount
        payee.available += moved * amount

    @rule(who=wallets, amount=amounts, out=st.booleans(), crash=crashes)
    def move_to_or_from_the_bank(self, who: int, amount: int, out: bool, crash: int | None) -> None:
        purse, key = self.memory.purses[who], self._key()
        said = self._why_not(purse) | ({"INSUFFICIENT_FUNDS"} if out and amount > purse.available else set())

        def move(amount: int) -> Any:
            asked = BankMove(idempotency_key=key, phone_number=purse.phone, pin=PIN, amount=amount)
            return self.services.payments.withdraw(asked) if out else self.services.payments.top_up_from_bank(asked)

        moved = self._call(lambda: move(amount), said, crash)
        if moved is not None:
            purse.available += -amount if out else amount
            assert moved.balance == purse.available
            self._remember(lambda: move(amount), moved, lambda: move(amount + 1))

    # Requests for money

    @rule(who=persons, of=persons, amount=amounts, crash=crashes)
    def ask(self, who: int, of: int, amount: int, crash: int | None) -> None:
        payee, payer = self.memory.purses[who], self.memory.purses[of]
        key, said = self._key(), {"SELF_TRANSFER"} if who == of else self._why_not(payer, payee)
        request = AskForMoney(
            idempotency_key=key, payee_phone=payee.phone, payer_phone=payer.phone, amount=amount, note="for the walk"
        )
        asked = self._call(lambda: self.services.payments.ask_for_money(request), said, crash)
        if asked is not None:
            ends_at = self.services.clock.now() + timedelta(seconds=REQUEST_SECONDS)
            self.memory.asked.append(Asked(asked.id, payee, payer, amount, ends_at))

    @precondition(lambda self: self.memory.asked)
    @rule(pick=picks, crash=crashes)
    def approve(self, pick: int, crash: int | None) -> None:
        asked, key = self.memory.asked[pick % len(self.memory.asked)], self._key()
        said = self._why_request_is_over(asked)
        if not said:
            said = self._why_not(asked.payer, asked.payee)
            said |= {"INSUFFICIENT_FUNDS"} if asked.amount > asked.payer.available else set()
        approval = ApproveRequest(idempotency_key=key, payer_phone=asked.payer.phone, pin=PIN)
        sent = self._call(lambda: self.services.payments.approve_request(asked.id, approval), said, crash)
        if sent is not None:
            asked.state = "approved"
            asked.payer.available -= asked.amount
            asked.payee.available += asked.amount
            self._remember(lambda: self.services.payments.approve_request(asked.id, approval), sent)

    @precondition(lambda self: self.memory.asked)
    @rule(pick=picks, by_payer=st.booleans(), crash=crashes)
    def end_request(self, pick: int, by_payer: bool, crash: int | None) -> None:
        asked = self.memory.asked[pick % len(self.memory.asked)]
        state, phone = ("refused", asked.payer.phone) if by_payer else ("cancelled", asked.payee.phone)
        said = set() if asked.state == state else self._why_request_is_over(asked)
        end = "refuse_request" if by_payer else "cancel_request"
        if self._call(lambda: getattr(self.services.payments, end)(asked.id, phone), said, crash) is not None:
            asked.state = state

    # Wallets

    @rule(who=wallets, block=st.booleans(), crash=crashes)
    def block_or_unblock(self, who: int, block: bool, crash: int | None) -> None:
        purse = self.memory.purses[who]
        said = {"WALLET_CLOSED"} if purse.status == "closed" else set[str]()
        change = "block" if block else "unblock"
        if self._call(lambda: getattr(self.services.wallets, change)(purse.wallet.id), said, crash) is not None:
            purse.status = "blocked" if block else "active"

    @rule(who=st.sampled_from((PERSONS[-1], PARTNER)), empty=st.booleans(), crash=crashes)
    def close(self, who: int, empty: bool, crash: int | None) -> None:
        """One person and the partner of the splits; the others stay, so that the walk goes on."""
        purse = self.memory.purses[who]
        if empty and purse.status == "active" and purse.available:
            self._withdraw_all(purse)
        under_way = any(paid.state in HOLDING and purse is paid.partner and paid.share for paid in self.memory.paid)
        said = {"blocked": {"WALLET_BLOCKED"}, "closed": {"WALLET_CLOSED"}}.get(purse.status, set[str]())
        if purse.status == "active" and (purse.available or purse.held or under_way):
            said = {"WALLET_NOT_EMPTY"}

        def close() -> str:
            """Who never heard that it was closed is told so."""
            try:
                return self.services.payments.close_wallet(CloseWallet(phone_number=purse.phone, pin=PIN)).status
            except WalletClosed:
                if purse.status == "closed":
                    raise
                return self.services.wallets.get_wallet(purse.wallet.id).status

        if self._call(close, said, crash) is not None:
            purse.status = "closed"

    # Time, restarts and repetitions

    @rule(seconds=st.sampled_from([30, 61, 121, REQUEST_SECONDS / 2]), crash=crashes)
    def advance_the_clock(self, seconds: float, crash: int | None) -> None:
        """All due work is done afterwards, whatever was cut off in between."""
        self.services.clock.advance(seconds)
        self.world.call(lambda: self.services.worker.drain(), crash)  # noqa: PLW0108  after a crash it is another worker
        now = self.services.clock.now()
        for paid in self.memory.paid:
            if paid.state in HOLDING and now >= paid.ends_at:
                paid.release("expired")
        for asked in self.memory.asked:
            if asked.state == "pending" and now >= asked.ends_at:
                asked.state = "expired"

    @precondition(lambda self: self.memory.answered)
    @rule(pick=picks, same=st.booleans(), crash=crashes)
    def repeat(self, pick: int, same: bool, crash: int | None) -> None:
        """The first answer again, however much has happened since; another body under the key is refused."""
        earlier = self.memory.answered[pick % len(self.memory.answered)]
        if same:
            assert self._call(earlier.call, set(), crash) == earlier.answer
        elif earlier.changed is not None:
            self._call(earlier.changed, {"IDEMPOTENCY_MISMATCH"}, crash)

    # What is true after every step

    @invariant()
    def money_is_where_it_belongs(self) -> None:
        for purse in self.memory.purses:
            found = self.services.money(purse.wallet)
            assert found == (purse.available, purse.held), f"{purse} has {found}"
            assert purse.status != "closed" or found == (0, 0), f"closed, and has {found}"
        for paid in self.memory.paid:
            told = self.services.payments.get_payment(paid.payment.id)
            assert (told.state, told.refunded) == (paid.state, paid.refunded)
        assert broken_rules(self.world) == []

    def teardown(self) -> None:
        try:
            if sys.exc_info()[1] is None:
                self._require_a_good_end()
        finally:
            type(self).cut_off += self.world.crashes
            self.world.services.close()

    def _require_a_good_end(self) -> None:
        """The product's own proof agrees, and the platform was told of everything."""
        self.services.worker.drain()
        assert self.services.payments.verify_ledger().problems == []
        told = {event.id for event in self.services.platform.received}
        for paid in self.memory.paid:
            assert f"{paid.payment.id}:prepared" in told
            assert paid.state in {"partly_refunded", "refunded"} or f"{paid.payment.id}:{paid.state}" in told

    # How the walk calls

    def _call(self, call: Callable[[], Any], refusals: set[str], crash: int | None) -> Any:
        """The answer, or None where the call was refused, which it must be for one of these reasons, and only then."""
        try:
            answer = self.world.call(call, crash)
        except SandboxError as refusal:
            assert refusal.code in refusals, f"{refusal.code}: {refusal.message}"  # noqa: PT017  the model says which
            return None
        assert not refusals, f"done, though it should be refused: {refusals}"
        return answer

    def _remember(self, call: Callable[[], Any], answer: Any, changed: Callable[[], Any] | None = None) -> None:
        self.memory.answered.append(Answered(call, answer, changed))

    def _pick(self, pick: int) -> Paid:
        """Rather a new payment than an old one: most moves need one that is open."""
        newest = self.memory.paid[-3:]
        return newest[pick % len(newest)]

    def _key(self) -> str:
        self.keys += 1
        return f"{self.memory.purses[0].wallet.id} {self.keys}"

    def _withdraw_all(self, purse: Purse) -> None:
        asked = BankMove(idempotency_key=self._key(), phone_number=purse.phone, pin=PIN, amount=purse.available)
        self.services.payments.withdraw(asked)
        purse.available = 0

    def _why_not(self, *sides: Purse) -> set[str]:
        return {"WALLET_BLOCKED"} if any(purse.status != "active" for purse in sides) else set()

    def _why_no_refund(self, paid: Paid, amount: int) -> set[str]:
        if paid.state == "refunded":
            return {"ALREADY_REFUNDED"}
        said = {"REFUND_TOO_LARGE"} if amount > paid.amount - paid.refunded else set[str]()
        part = paid.part_of(amount)
        sides = (paid.payer, paid.partner) if part else (paid.payer,)
        said |= {"WALLET_CLOSED"} if any(each.status == "closed" for each in sides) else set()
        said |= {"WALLET_BLOCKED"} if part and paid.partner.status == "blocked" else set()
        too_little = amount - part > paid.payee.available or part > paid.partner.available
        return said | ({"INSUFFICIENT_FUNDS"} if too_little else set())

    def _why_request_is_over(self, asked: Asked) -> set[str]:
        if asked.state == "expired":
            return {"REQUEST_EXPIRED"}
        return set() if asked.state == "pending" else {"REQUEST_ENDED"}
