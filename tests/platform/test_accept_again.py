"""Accept repeated and raced: with a key the first answer comes again, without one money still moves once."""

from __future__ import annotations

import pytest

from sandbox.testing import Sandbox
from sandbox.testing.drivers import MerchantApp, PhoneDriver
from tests.platform.paying import AMOUNT, Paid, pay, require_accepted, require_refused, send_form
from tests.racing import race
from tests.services import Switch


@pytest.fixture
def paid(sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver) -> Paid:
    return pay(sandbox, merchant_app, phone)


def test_the_same_key_gets_the_first_answer_again(paid: Paid) -> None:
    first = paid.accept(key="order-1")
    require_accepted(first, paid)
    for _ in range(3):
        again = paid.accept(key="order-1")
        assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert paid.app.balance == AMOUNT


def test_a_refusal_is_repeated_too(paid: Paid) -> None:
    first = paid.accept(key="k", amount=1)
    require_refused(first, "AMOUNT_MISMATCH")
    assert paid.accept(key="k", amount=1).json() == first.json()
    require_accepted(paid.accept(key="another"), paid)


def test_the_same_key_with_another_body_is_refused_as_409(paid: Paid) -> None:
    require_accepted(paid.accept(key="k"), paid)
    require_refused(paid.accept(key="k", amount=AMOUNT), "IDEMPOTENCY_MISMATCH", 409)
    require_refused(paid.accept(key="k", flouci_otp=paid.wrong_code), "IDEMPOTENCY_MISMATCH", 409)


def test_the_same_call_as_json_and_as_a_form_is_the_same_call(paid: Paid) -> None:
    first = paid.accept(key="k", amount=AMOUNT)
    again = send_form(paid.sandbox, paid.fields(amount=str(AMOUNT)), {"Idempotency-Key": "k"})
    assert again.json() == first.json()


def test_keys_of_two_apps_do_not_meet(sandbox: Sandbox, paid: Paid, phone: PhoneDriver) -> None:
    other = pay(sandbox, sandbox.new_merchant(), phone)
    require_accepted(paid.accept(key="order-1"), paid)
    require_accepted(other.accept(key="order-1"), other)


def test_another_key_for_an_accepted_payment_is_already_accepted(paid: Paid) -> None:
    require_accepted(paid.accept(key="a"), paid)
    require_refused(paid.accept(key="b"), "ALREADY_ACCEPTED")
    require_refused(paid.accept(), "ALREADY_ACCEPTED")


@pytest.mark.parametrize("key", ["k" * 101, "\u00e9", "k\u200b"])
def test_a_key_that_is_none_is_named(paid: Paid, key: str) -> None:
    import httpx

    answer = httpx.post(
        f"{paid.sandbox.base_url}/api/accept",
        json=paid.fields(),
        headers=[(b"Idempotency-Key", key.encode())],
        trust_env=False,
    )
    assert require_refused(answer, "INVALID_INPUT", 400)["field"] == "Idempotency-Key"


def test_of_many_accepts_at_once_one_moves_the_money(paid: Paid, phone: PhoneDriver) -> None:
    answers = race([paid.accept] * 8)
    told = sorted(answer.json()["result"].get("error", "SUCCESS") for answer in answers)
    assert told == ["ALREADY_ACCEPTED"] * 7 + ["SUCCESS"]
    assert (phone.balance, paid.app.balance) == (500_000 - AMOUNT, AMOUNT)


def test_many_accepts_at_once_with_one_key_are_all_told_the_same(paid: Paid, phone: PhoneDriver) -> None:
    answers = race([lambda: paid.accept(key="one")] * 8)
    for answer in answers:
        require_accepted(answer, paid)
    assert (phone.balance, paid.app.balance) == (500_000 - AMOUNT, AMOUNT)


def test_while_the_payments_api_is_away_the_answer_says_so_and_the_key_can_be_used_again(
    sandbox: Sandbox, paid: Paid
) -> None:
    mounts = sandbox._running.world._mounts
    usual = mounts["/payments"]
    mounts["/payments"] = away = Switch(usual)
    away.is_away = True
    try:
        refused = paid.accept(key="k")
        require_refused(refused, "SERVICE_UNAVAILABLE", 503)
    finally:
        mounts["/payments"] = usual
    require_accepted(paid.accept(key="k"), paid)
    assert paid.app.balance == AMOUNT


def test_an_answer_that_got_lost_after_the_money_moved_is_told_by_the_next_call_with_the_key(
    sandbox: Sandbox, paid: Paid
) -> None:
    mounts = sandbox._running.world._mounts
    usual = mounts["/payments"]

    def deaf(environ, start_response):  # does the work, but nobody hears of it
        if environ["PATH_INFO"].endswith("/execute"):
            b"".join(usual(environ, lambda *_: None))
            start_response("503 Service Unavailable", [])
            return [b""]
        return usual(environ, start_response)

    mounts["/payments"] = deaf
    try:
        require_refused(paid.accept(key="k"), "SERVICE_UNAVAILABLE", 503)
    finally:
        mounts["/payments"] = usual
    require_accepted(paid.accept(key="k"), paid)
    assert paid.app.balance == AMOUNT
