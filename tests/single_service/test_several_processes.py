"""Two processes of a service on one database behave as one: clients that race at both get what they would get from one."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from sandbox.contracts.errors import OtpLocked
from sandbox.contracts.payments import ExecutePayment, Payment
from sandbox.contracts.transfers import SendMoney
from sandbox.kit.errors import ServiceUnavailable
from tests.databases import POSTGRESQL
from tests.racing import codes_of, race
from tests.services import PIN, wrong_code
from tests.single_service.conftest import Cluster

pytestmark = POSTGRESQL


def execution(payment: Payment, key: str) -> ExecutePayment:
    taken = {"app_id": payment.app_id, "amount": payment.amount, "payee_wallet_id": payment.payee_wallet_id}
    return ExecutePayment(code=payment.code or "", execution_key=key, **taken)


def test_sixteen_clients_hold_no_more_than_there_is(cluster: Cluster) -> None:
    payer, shop = cluster.open_wallet(5_000), cluster.open_shop()
    requests = [cluster.request(payer, shop) for _ in range(16)]
    outcomes = race(
        [lambda n=n, each=each: cluster.payments[n % 2].payments.prepare(each) for n, each in enumerate(requests)]
    )
    assert Counter(codes_of(outcomes)) == {"ok": 5, "INSUFFICIENT_FUNDS": 11}
    assert cluster.money(payer) == (0, 5_000)
    cluster.require_sound_ledger()


def test_ids_and_codes_of_two_processes_are_different(cluster: Cluster) -> None:
    payer, shop = cluster.open_wallet(100_000), cluster.open_shop()
    made = [each.payments.prepare(cluster.request(payer, shop)) for each in cluster.payments * 10]
    assert len({payment.id for payment in made}) == 20
    first = [payment.code for payment in made[::2]]
    assert first != [payment.code for payment in made[1::2]]


def test_one_key_at_both_moves_money_once(cluster: Cluster) -> None:
    payer, payee, shop = cluster.open_wallet(10_000), cluster.open_wallet(), cluster.open_shop()
    sides = {"payer_phone": payer.phone_number, "pin": PIN, "payee_phone": payee.phone_number}
    request = SendMoney(idempotency_key="one key", amount=3_000, **sides)
    sent = race([lambda n=n: cluster.payments[n % 2].payments.send_money(request) for n in range(8)])
    assert len({transfer.id for transfer in sent}) == 1
    prepare = cluster.request(payer, shop)
    prepared = race([lambda n=n: cluster.payments[n % 2].payments.prepare(prepare) for n in range(8)])
    assert len({(payment.id, payment.code) for payment in prepared}) == 1
    assert cluster.money(payer) == (6_000, 1_000)
    assert cluster.money(payee) == (3_000, 0)


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "truncated_body", "status"])
def test_a_lost_answer_between_processes_moves_money_once(cluster: Cluster, kind: str) -> None:
    payer, payee = cluster.open_wallet(1_000), cluster.open_wallet()
    sides = {"payer_phone": payer.phone_number, "payee_phone": payee.phone_number, "pin": PIN}
    request = SendMoney(idempotency_key=f"lost {payer.id}", amount=700, **sides)
    first, second = cluster.payments
    planned = first.lever("POST", "faults", {"kind": kind, "route": "/payments/api/transfers"})
    with pytest.raises(ServiceUnavailable):
        first.payments.send_money(request)
    assert first.lever("GET", "faults")["receipts"][-1]["fault"] == planned["id"]
    first.lever("DELETE", "faults")
    assert second.payments.send_money(request) == first.payments.send_money(request)
    assert cluster.money(payee) == (700, 0)
    cluster.require_sound_ledger()


def test_a_payment_is_executed_once_whoever_accepts_where(cluster: Cluster) -> None:
    payer, shop = cluster.open_wallet(10_000), cluster.open_shop()
    payment = cluster.payments[0].payments.prepare(cluster.request(payer, shop))
    accepts = [
        lambda n=n: cluster.payments[n % 2].payments.execute(payment.id, execution(payment, f"accept {n}"))
        for n in range(8)
    ]
    assert Counter(codes_of(race(accepts))) == {"ok": 1, "ALREADY_ACCEPTED": 7}
    assert cluster.money(payer) == (9_000, 0)
    assert cluster.money(shop) == (1_000, 0)


def test_wrong_codes_at_both_are_counted_together(cluster: Cluster) -> None:
    payer, shop = cluster.open_wallet(10_000), cluster.open_shop()
    payment = cluster.payments[0].payments.prepare(cluster.request(payer, shop))
    guesses = [
        lambda n=n: cluster.payments[n % 2].payments.verify(payment.session, wrong_code(payment)) for n in range(8)
    ]
    assert Counter(codes_of(race(guesses))) == {"WRONG_CODE": 2, "CODE_LOCKED": 6}
    assert cluster.money(payer) == (10_000, 0)


def test_wrong_one_time_codes_at_both_are_counted_together(cluster: Cluster) -> None:
    shop = cluster.open_shop()
    challenge = cluster.wallets[0].wallets.start_challenge(shop.phone_number)
    text = cluster.wallets[1].wallets.list_sms(phone_number=shop.phone_number)[0].text
    code = next(word for word in text.replace(".", " ").split() if word.isdigit() and len(word) == 6)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    guesses = [lambda n=n: cluster.wallets[n % 2].wallets.verify_challenge(challenge.id, wrong) for n in range(8)]
    assert Counter(codes_of(race(guesses))) == {"WRONG_OTP": 2, "OTP_LOCKED": 6}
    with pytest.raises(OtpLocked):
        cluster.wallets[1].wallets.verify_challenge(challenge.id, code)


def test_wrong_pins_at_both_are_counted_together(cluster: Cluster) -> None:
    payer, payee = cluster.open_wallet(10_000), cluster.open_wallet()
    sides = {"payer_phone": payer.phone_number, "payee_phone": payee.phone_number, "amount": 1}

    def guess(number: int) -> Any:
        request = SendMoney(idempotency_key=f"guess {payer.id} {number}", pin="9999", **sides)
        return cluster.payments[number % 2].payments.send_money(request)

    outcomes = race([lambda n=n: guess(n) for n in range(8)])
    assert Counter(codes_of(outcomes)) == {"WRONG_PIN": 2, "PIN_BLOCKED": 6}


def test_who_moves_the_clock_moves_it_for_all(cluster: Cluster) -> None:
    everybody = [*cluster.payments, *cluster.wallets]
    frozen = cluster.payments[0].lever("POST", "clock", {"action": "freeze"})
    try:
        assert [each.lever("GET", "clock") for each in everybody] == [frozen] * 4
        payer, shop = cluster.open_wallet(10_000), cluster.open_shop()
        payment = cluster.payments[1].payments.prepare(cluster.request(payer, shop))
        advances = [lambda n=n: everybody[n % 4].lever("POST", "clock/advance", {"seconds": 30}) for n in range(8)]
        race(advances)
        shown = {each.lever("GET", "clock")["now"] for each in everybody}
        assert len(shown) == 1
        assert _seconds_between(frozen["now"], shown.pop()) == 240, "what two do at once adds up"
        outcomes = race(
            [lambda n=n: cluster.payments[n].payments.verify(payment.session, payment.code) for n in (0, 1)]
        )
        assert codes_of(outcomes) == ["CODE_EXPIRED", "CODE_EXPIRED"]
        assert cluster.money(payer) == (10_000, 0)
        moved = cluster.wallets[0].lever("POST", "clock", {"action": "set", "to": "2090-01-01T00:00:00Z"})["now"]
        assert {each.lever("GET", "clock")["now"] for each in everybody} == {moved}
        cluster.payments[0].lever("POST", "clock", {"action": "speed", "rate": 2})
        assert {each.lever("GET", "clock")["rate"] for each in everybody} == {2}
    finally:
        cluster.wallets[1].lever("POST", "clock", {"action": "resume"})
    assert not cluster.payments[0].lever("GET", "clock")["frozen"]


def test_who_moves_the_clock_is_answered_when_the_others_have_done_what_is_due_too(cluster: Cluster) -> None:
    """A wallet's event that the platform did not take is due again: at the wallets, while the payments are asked."""
    wallet = cluster.open_wallet()
    cluster.payments[0].lever("POST", "clock", {"action": "freeze"})
    cluster.platform.losing_answers = True

    def told() -> int:
        return sum(event.wallet_id == wallet.id for event in cluster.platform.wallet_events)

    try:
        cluster.wallets[0].wallets.block(wallet.id)
        cluster.wallets[0].lever("POST", "drain")
        before = told()
        assert before
        cluster.platform.losing_answers = False
        cluster.payments[1].lever("POST", "clock/advance", {"seconds": "1h"})
        assert told() == before + 1
    finally:
        cluster.platform.losing_answers = False
        cluster.payments[0].lever("POST", "clock", {"action": "resume"})


def test_who_follows_one_process_hears_of_the_other(cluster: Cluster) -> None:
    """The journal is shared, as the clock is: nothing has to happen here first."""
    followed, other = cluster.payments
    after = followed.lever("GET", "journal/stream")["cursor"]
    asked = f"journal/stream?after={after}&wait=10&path=/payments/of-the-follower"
    with ThreadPoolExecutor(1) as waiting:
        heard = waiting.submit(followed.lever, "GET", asked)
        other.transport.send("GET", "/payments/of-the-follower", b"", {})
        assert [each["status"] for each in heard.result()["exchanges"]] == [404]


def test_both_deliver_and_nothing_is_told_twice_or_out_of_order(cluster: Cluster) -> None:
    payer, shop = cluster.open_wallet(100_000), cluster.open_shop()

    def pay(number: int) -> str:
        process = cluster.payments[number % 2].payments
        payment = process.prepare(cluster.request(payer, shop))
        process.verify(payment.session, payment.code or "")
        cluster.payments[1 - number % 2].payments.execute(payment.id, execution(payment, payment.id))
        return payment.id

    ids = race([lambda n=n: pay(n) for n in range(24)])
    for _ in range(2):
        race([lambda each=each: each.lever("POST", "drain") for each in cluster.payments])
    for payment_id in ids:
        assert cluster.platform.types_of(payment_id) == ["prepared", "verified", "executed"]
    read = [sms.text for sms in cluster.wallets[0].wallets.list_sms(phone_number=payer.phone_number)]
    assert len(read) == 24
    cluster.require_sound_ledger()


def test_one_process_goes_on_when_the_other_is_killed(cluster: Cluster) -> None:
    payer, shop = cluster.open_wallet(50_000), cluster.open_shop()
    third = cluster.start("payments")
    made = [third.payments.prepare(cluster.request(payer, shop)) for _ in range(5)]
    third.kill()
    third.transport.close()
    for payment in made:
        cluster.payments[0].payments.execute(payment.id, execution(payment, payment.id))
    for process in cluster.payments:
        process.lever("POST", "drain")
    assert cluster.money(payer) == (45_000, 0)
    for payment in made:
        told = dict.fromkeys(cluster.platform.types_of(payment.id))
        assert list(told) == ["prepared", "executed"], "what was told just before the end may be told again"


def _seconds_between(earlier: str, later: str) -> float:
    from datetime import datetime

    return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds()
