"""A walk through the life of payments, in any order that callers may choose, beside a model of what must be true."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule, run_state_machine_as_test

from sandbox.contracts.payments import CODE_SECONDS
from sandbox.contracts.transfers import SendMoney
from sandbox.kit.errors import SandboxError
from sandbox.mock_payments.payments.fees import FeeRule
from sandbox.mock_payments.payments.states import ACCEPT_SECONDS, CODE_TRIES, EXECUTED, HOLDING, PAYMENT
from sandbox.mock_payments.settings import PaymentsSettings
from tests.services import PIN, Services, build_services, wrong_code

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sandbox.contracts.payments import Payment, PreparePayment, Refund
    from sandbox.contracts.transfers import Transfer
    from sandbox.contracts.wallets import Wallet
    from tests.databases import UrlFactory

RULE = FeeRule(permille=15, fixed=3)
FUNDS, MOST = 30_000, 20_000
SAID_WHEN_REPEATED = {
    **dict.fromkeys(EXECUTED, "ALREADY_ACCEPTED"),
    "expired": "CODE_EXPIRED",
    "refused": "CODE_LOCKED",
    "cancelled": "SESSION_ENDED",
}


@dataclass
class Known:
    """What the model knows of one payment."""

    request: PreparePayment
    payment: Payment
    payer: Wallet
    expires_at: datetime
    state: str = "prepared"
    reason: str | None = None
    tries_left: int = CODE_TRIES
    execution_key: str | None = None
    refunded: int = 0
    refund: Refund | None = None
    refund_key: str = ""
    history: list[str] = field(default_factory=lambda: ["prepared"])

    @property
    def told(self) -> list[str]:
        """Events of this payment; a part and the rest that go back are both told as a refund."""
        return ["refunded" if state == "partly_refunded" else state for state in self.history]

    def move(self, state: str, reason: str | None = None) -> None:
        assert PAYMENT.allows(self.state, state)
        self.state, self.reason = state, reason
        self.history.append(state)


class PaymentWalk(RuleBasedStateMachine):
    """Each walk has wallets of its own; the ledger, which all walks share, must hold for everything in it."""

    services: Services
    payments = Bundle("payments")

    def __init__(self) -> None:
        super().__init__()
        self.payers = [self.services.open_wallet(FUNDS) for _ in range(2)]
        self.shop = self.services.open_shop()
        self.known: list[Known] = []
        self.refused_forms: set[str] = set()
        self.walk = self.shop.id[:6].replace("-", "_")
        self.sent: list[tuple[Wallet, Wallet, SendMoney, Transfer]] = []

    # What the model says

    def _end_if_over(self, known: Known) -> bool:
        if known.state in HOLDING and self.services.clock.now() >= known.expires_at:
            known.move("expired", "CODE_EXPIRED")
        return known.state == "expired"

    def _check_code(self, known: Known, *, right: bool) -> str:
        if self._end_if_over(known):
            return "CODE_EXPIRED"
        if known.state in EXECUTED:
            return "ok" if right else "WRONG_CODE"
        if known.state not in HOLDING:
            return "CODE_LOCKED" if known.reason == "WRONG_CODE" else "PAYMENT_CLOSED"
        if right:
            return "ok"
        known.tries_left -= 1
        if known.tries_left:
            return "WRONG_CODE"
        known.move("refused", "WRONG_CODE")
        return "CODE_LOCKED"

    def _free(self, payer: Wallet) -> int:
        mine = [known for known in self.known if known.payer is payer and known.state in HOLDING | EXECUTED]
        spent = sum(known.request.amount - known.refunded for known in mine)
        return FUNDS - spent + self._received(payer)

    def _earned(self) -> int:
        """What the shop has: nothing of it is spent but on refunds."""
        executed = [known for known in self.known if known.state in EXECUTED]
        brought = sum(known.request.amount - RULE.of(known.request.amount) - known.refunded for known in executed)
        return brought + self._received(self.shop)

    def _received(self, wallet: Wallet) -> int:
        """What transfers brought it, less what they took."""
        came = sum(sent.amount - sent.fee for _, payee, _, sent in self.sent if payee is wallet)
        return came - sum(sent.amount for payer, _, _, sent in self.sent if payer is wallet)

    # What callers do

    @rule(target=payments, who=st.integers(0, 1), form=st.integers(0, 1), amount=st.integers(1, MOST))
    def prepare(self, who: int, form: int, amount: int) -> Any:
        payer = self.payers[who]
        request = self.services.request(payer, self.shop, session=f"{self.walk}-{form}", amount=amount)
        live = [known for known in self.known if known.request.session == request.session]
        free = self._free(payer)
        over = bool(live) and self._end_if_over(live[-1])
        if request.session in self.refused_forms:
            expected = "SESSION_ENDED"
        elif live and live[-1].state in HOLDING | EXECUTED:
            expected = "ALREADY_PREPARED"
        else:
            free = self._free(payer) if over else free
            expected = "ok" if amount <= free else "INSUFFICIENT_FUNDS"
        outcome = self._call(lambda: self.services.payments.prepare(request), expected)
        if outcome is None:
            return multiple()
        until = self.services.clock.now() + timedelta(seconds=CODE_SECONDS)
        known = Known(request, outcome, payer, until)
        self.known.append(known)
        return known

    @rule(known=payments)
    def prepare_again_with_the_same_key(self, known: Known) -> None:
        """The code is shown again as long as it is worth something."""
        is_over = known.state in HOLDING and self.services.clock.now() >= known.expires_at
        expected = "CODE_EXPIRED" if is_over else SAID_WHEN_REPEATED.get(known.state, "ok")
        again = self._call(lambda: self.services.payments.prepare(known.request), expected)
        if again is not None:
            assert (again.id, again.code) == (known.payment.id, known.payment.code)

    @rule(known=payments, codes=st.lists(st.booleans(), min_size=1, max_size=3))
    def verify(self, known: Known, codes: list[bool]) -> None:
        """A form speaks of its newest payment."""
        newest = [each for each in self.known if each.request.session == known.request.session][-1]
        for right in codes:
            code = newest.payment.code if right else wrong_code(newest.payment)
            expected = self._check_code(newest, right=right)
            self._call(lambda code=code: self.services.payments.verify(newest.request.session, code or ""), expected)
            if expected == "ok" and newest.state == "prepared":
                newest.move("verified")
                newest.expires_at = self.services.clock.now() + timedelta(seconds=ACCEPT_SECONDS)

    @rule(known=payments, right=st.booleans(), key=st.sampled_from(["a", "b"]))
    def execute(self, known: Known, right: bool, key: str) -> None:
        if known.state in EXECUTED:
            expected = "ALREADY_ACCEPTED" if known.execution_key != key else "ok" if right else "IDEMPOTENCY_MISMATCH"
        else:
            expected = self._check_code(known, right=right).replace("CODE_EXPIRED", "PAYMENT_EXPIRED")
        code = known.payment.code if right else wrong_code(known.payment)
        self._call(lambda: self.services.execute(known.payment, key=key, code=code), expected)
        if expected == "ok" and known.state not in EXECUTED:
            known.move("executed")
            known.execution_key = key

    @rule(known=payments, parts=st.integers(1, 3))
    def refund(self, known: Known, parts: int) -> None:
        """A third, two thirds, or all of the payment, however much is left."""
        amount, left = max(1, known.request.amount * parts // 3), known.request.amount - known.refunded
        expected = "ok" if amount <= left else "REFUND_TOO_LARGE"
        if known.state not in EXECUTED:
            expected = "NOT_REFUNDABLE"
        elif left == 0:
            expected = "ALREADY_REFUNDED"
        elif expected == "ok" and amount > self._earned():
            expected = "INSUFFICIENT_FUNDS"  # the fee does not come back
        key = f"{known.payment.id} {len(known.history)}"
        refund = self._call(lambda: self.services.refund(known.payment, amount, key=key), expected)
        if refund is not None:
            known.refunded += amount
            known.move("refunded" if amount == left else "partly_refunded")
            assert (refund.refunded_total, refund.state) == (known.refunded, known.state)
            known.refund, known.refund_key = refund, key

    @rule(known=payments, same=st.booleans())
    def refund_again_with_the_same_key(self, known: Known, same: bool) -> None:
        if known.refund is None:
            return
        amount, expected = (known.refund.amount, "ok") if same else (known.refund.amount + 1, "IDEMPOTENCY_MISMATCH")
        again = self._call(lambda: self.services.refund(known.payment, amount, key=known.refund_key), expected)
        assert again == (known.refund if same else None)

    @rule(who=st.integers(0, 1), to=st.sampled_from(["other", "shop", "counter"]), amount=st.integers(1, MOST))
    def send(self, who: int, to: str, amount: int) -> None:
        payer, payee = self.payers[who], self.payers[1 - who] if to == "other" else self.shop
        request = SendMoney(
            idempotency_key=f"{self.shop.id} {len(self.sent)} {amount}",
            kind="counter" if to == "counter" else "person",
            payer_phone=payer.phone_number,
            pin=PIN,
            payee_phone=payee.phone_number,
            amount=amount,
        )
        expected = "ok" if amount <= self._free(payer) else "INSUFFICIENT_FUNDS"
        sent = self._call(lambda: self.services.payments.send_money(request), expected)
        if sent is not None:
            assert sent.fee == (RULE.of(amount) if to == "counter" else 0)
            self.sent.append((payer, payee, request, sent))

    @rule(same=st.booleans())
    def send_again_with_the_same_key(self, same: bool) -> None:
        if self.sent:
            *_, request, sent = self.sent[-1]
            again = request if same else request.model_copy(update={"amount": request.amount + 1})
            expected = "ok" if same else "IDEMPOTENCY_MISMATCH"
            answer = self._call(lambda: self.services.payments.send_money(again), expected)
            assert answer == (sent if same else None)

    @rule(known=payments)
    def execute_over_another_amount(self, known: Known) -> None:
        if known.state in HOLDING:
            other = known.request.amount + 1
            self._call(lambda: self.services.execute(known.payment, key="c", amount=other), "AMOUNT_MISMATCH")

    @rule(known=payments)
    def cancel(self, known: Known) -> None:
        allowed = known.state == "cancelled" or PAYMENT.allows(known.state, "cancelled")
        self._call(lambda: self.services.payments.cancel(known.payment.id), "ok" if allowed else "PAYMENT_CLOSED")
        if known.state in HOLDING:
            known.move("cancelled", "REFUSED_BY_SHOPPER")

    @rule(who=st.integers(0, 1), form=st.integers(0, 1), really=st.integers(0, 3).map(lambda n: n == 0))
    def refuse_form(self, who: int, form: int, really: bool) -> None:
        """Seldom, since nothing more can happen in the form then."""
        session, payer = f"{self.walk}-{form}", self.payers[who]
        if not really:
            return
        taken = [k for k in self.known if k.request.session == session and k.state in HOLDING | EXECUTED]
        mine = [known for known in taken if known.payer is payer]
        expected = "ALREADY_ACCEPTED" if mine and mine[-1].state in EXECUTED else "ok"
        self._call(lambda: self.services.payments.refuse_form(session, payer.phone_number), expected)
        if expected == "ok" and mine == taken:
            self.refused_forms.add(session)
            for known in mine:
                known.move("cancelled", "REFUSED_BY_SHOPPER")

    @rule(seconds=st.sampled_from([59.5, 60, 61, 119.5]))
    def advance_the_clock(self, seconds: float) -> None:
        self.services.clock.advance(seconds)

    @rule()
    def expire_due(self) -> None:
        for known in self.known:
            self._end_if_over(known)
        self.services.worker.drain()
        for known in self.known:
            assert self.services.platform.types_of(known.payment.id) == known.told

    def _call(self, call: Callable[[], Any], expected: str) -> Any:
        try:
            outcome = call()
        except SandboxError as refusal:
            assert refusal.code == expected  # noqa: PT017  the model says which refusal, or none
            return None
        assert expected == "ok"
        return outcome

    # What is true after every step

    @invariant()
    def every_payment_is_where_the_model_says(self) -> None:
        for known in self.known:
            told = self.services.payments.get_payment(known.payment.id)
            assert (told.state, told.reason, told.refunded) == (known.state, known.reason, known.refunded)

    @invariant()
    def every_wallet_has_what_the_model_says(self) -> None:
        for payer in self.payers:
            mine = [known for known in self.known if known.payer is payer]
            held = sum(known.request.amount for known in mine if known.state in HOLDING)
            assert self.services.money(payer) == (self._free(payer), held)
        assert self.services.money(self.shop) == (self._earned(), 0), "one debit per success"

    @invariant()
    def the_ledger_proves_right(self) -> None:
        report = self.services.payments.verify_ledger()
        assert report.problems == []

    def teardown(self) -> None:
        self.services.clock.advance(1_000)
        self.expire_due()
        told = sum(len(self.services.platform.types_of(known.payment.id)) for known in self.known)
        assert told == sum(len(known.history) for known in self.known), "nothing is told twice when all goes well"
        self.services.platform.received.clear()


@pytest.mark.parametrize(
    ("database", "walks"),
    [("sqlite", 25), pytest.param("postgresql", 4, marks=pytest.mark.xdist_group("postgresql"))],
)
def test_no_walk_through_the_life_of_payments_breaks_a_rule(
    request: pytest.FixtureRequest, in_process: Any, database: str, walks: int
) -> None:
    url: UrlFactory = request.getfixturevalue(f"{database}_url")
    checked = PaymentsSettings(check_ledger=True, fees=RULE)
    with build_services(url, in_process, payments_settings=checked) as services:

        class Walk(PaymentWalk):
            pass

        Walk.services = services
        run_state_machine_as_test(
            Walk,
            settings=settings(
                max_examples=walks,
                stateful_step_count=25,
                deadline=None,
                phases=[Phase.generate],  # shrinking a walk through a database takes minutes; it is printed as it is
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
