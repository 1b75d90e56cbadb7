"""One-time codes: six digits, five minutes, three tries; a resend replaces the code and buys no tries."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from sandbox.contracts.errors import (
    ChallengeNotFound,
    NotABusinessWallet,
    OtpCooldown,
    OtpExpired,
    OtpLocked,
    OtpTooMany,
    OtpUsed,
    WrongOtp,
)
from sandbox.kit.clock import to_iso
from sandbox.kit.errors import InvalidInput
from sandbox.mock_wallets.otp.limits import OtpLimits
from tests.racing import codes_of, race
from tests.services import START, Services, build_services

if TYPE_CHECKING:
    from sandbox.contracts.transport import InProcessTransport
    from sandbox.contracts.wallets import Wallet
    from tests.databases import UrlFactory


@pytest.fixture
def shop(services: Services) -> Wallet:
    return services.open_wallet(kind="business", phone_number="50000001", language="en")


def _sent(services: Services) -> list[str]:
    """The codes sent to the shop's phone, newest first."""
    messages = services.wallets.list_sms(phone_number="50000001")
    return [re.findall(r"\b[0-9]{6}\b", message.text)[0] for message in messages]


def _wrong(services: Services, step: int = 1) -> str:
    return f"{(int(_sent(services)[0]) + step) % 1_000_000:06}"


def test_the_code_comes_by_sms_and_opens_the_challenge(services: Services, shop: Wallet) -> None:
    challenge = services.wallets.start_challenge("50 000 001")
    assert (challenge.state, challenge.tries_left, challenge.phone_number) == ("pending", 3, "50000001")
    assert challenge.expires_at == to_iso(START + timedelta(minutes=5))
    assert services.wallets.list_sms(phone_number="50000001")[0].text.startswith("SANDBOX: your verification code is")
    assert services.wallets.verify_challenge(challenge.id, _sent(services)[0]) == shop
    assert services.wallets.get_challenge(challenge.id).state == "verified"


@pytest.mark.parametrize(
    "changes",
    [{"kind": "personal"}, {"kind": "business", "status": "pending"}, {"kind": "business", "status": "blocked"}],
    ids=["a person", "a business that is not approved", "a blocked business"],
)
def test_only_an_approved_business_wallet_gets_a_code(services: Services, changes: dict[str, str]) -> None:
    services.open_wallet(phone_number="50000001", **changes)
    for number in ("50000001", "50000009"):
        with pytest.raises(NotABusinessWallet):
            services.wallets.start_challenge(number)
    assert services.wallets.list_sms() == []


@pytest.mark.usefixtures("shop")
def test_three_wrong_codes_end_the_challenge_and_the_right_one_comes_too_late(services: Services) -> None:
    challenge = services.wallets.start_challenge("50000001")
    for left in (2, 1):
        with pytest.raises(WrongOtp) as refused:
            services.wallets.verify_challenge(challenge.id, _wrong(services))
        assert refused.value.details == {"tries_left": left}
        assert services.wallets.get_challenge(challenge.id).tries_left == left
    for code in (_wrong(services), _sent(services)[0]):
        with pytest.raises(OtpLocked):
            services.wallets.verify_challenge(challenge.id, code)
    locked = services.wallets.get_challenge(challenge.id)
    assert (locked.state, locked.tries_left) == ("locked", 0)
    with pytest.raises(OtpLocked):
        services.wallets.resend_challenge(challenge.id)
    assert len(_sent(services)) == 1


@pytest.mark.usefixtures("shop")
def test_the_right_code_is_taken_at_the_third_try_and_only_once(services: Services) -> None:
    challenge = services.wallets.start_challenge("50000001")
    for step in (1, 2):
        with pytest.raises(WrongOtp):
            services.wallets.verify_challenge(challenge.id, _wrong(services, step))
    services.wallets.verify_challenge(challenge.id, _sent(services)[0])
    for code in (_sent(services)[0], _wrong(services)):
        with pytest.raises(OtpUsed):
            services.wallets.verify_challenge(challenge.id, code)
    with pytest.raises(OtpUsed):
        services.wallets.resend_challenge(challenge.id)


@pytest.mark.usefixtures("shop")
def test_a_resend_replaces_the_code_and_buys_no_tries(services: Services) -> None:
    challenge = services.wallets.start_challenge("50000001")
    with pytest.raises(WrongOtp):
        services.wallets.verify_challenge(challenge.id, _wrong(services))
    services.clock.advance(30)
    assert services.wallets.resend_challenge(challenge.id).tries_left == 2
    new, old = _sent(services)
    assert new != old
    with pytest.raises(WrongOtp) as refused:
        services.wallets.verify_challenge(challenge.id, old)
    assert refused.value.details == {"tries_left": 1}
    services.clock.advance(30)
    services.wallets.resend_challenge(challenge.id)
    services.wallets.verify_challenge(challenge.id, _sent(services)[0])


@pytest.mark.usefixtures("shop")
def test_a_code_is_good_for_five_minutes_on_the_clock(services: Services) -> None:
    challenge = services.wallets.start_challenge("50000001")
    services.clock.advance(300)
    with pytest.raises(OtpExpired):
        services.wallets.verify_challenge(challenge.id, _sent(services)[0])
    again = services.wallets.resend_challenge(challenge.id)
    assert (again.tries_left, again.expires_at) == (3, to_iso(START + timedelta(minutes=10)))
    services.clock.advance(299.999)
    services.wallets.verify_challenge(challenge.id, _sent(services)[0])


@pytest.mark.usefixtures("shop")
def test_a_late_wrong_code_costs_no_try(services: Services) -> None:
    challenge = services.wallets.start_challenge("50000001")
    services.clock.advance(300)
    with pytest.raises(OtpExpired):
        services.wallets.verify_challenge(challenge.id, _wrong(services))
    assert services.wallets.get_challenge(challenge.id).tries_left == 3


@pytest.mark.usefixtures("shop")
def test_guesses_that_race_are_three_at_most(services: Services) -> None:
    challenge = services.wallets.start_challenge("50000001")
    guesses = [_wrong(services, step) for step in range(1, 11)]
    outcomes = race([lambda guess=guess: services.wallets.verify_challenge(challenge.id, guess) for guess in guesses])
    assert codes_of(outcomes) == ["OTP_LOCKED"] * 8 + ["WRONG_OTP"] * 2
    assert sorted(outcome.details["tries_left"] for outcome in outcomes if isinstance(outcome, WrongOtp)) == [1, 2]


@pytest.mark.usefixtures("shop")
def test_of_right_codes_that_race_one_is_taken(services: Services) -> None:
    challenge = services.wallets.start_challenge("50000001")
    code = _sent(services)[0]
    outcomes = race([lambda: services.wallets.verify_challenge(challenge.id, code)] * 6)
    assert codes_of(outcomes) == ["OTP_USED"] * 5 + ["ok"]


@pytest.mark.usefixtures("shop")
def test_of_resends_that_race_one_sends_a_code_and_it_opens(services: Services) -> None:
    challenge = services.wallets.start_challenge("50000001")
    services.clock.advance(30)
    outcomes = race([lambda: services.wallets.resend_challenge(challenge.id)] * 5)
    assert codes_of(outcomes) == ["OTP_COOLDOWN"] * 4 + ["ok"]
    assert len(_sent(services)) == 2
    services.wallets.verify_challenge(challenge.id, _sent(services)[0])


@pytest.mark.usefixtures("shop")
def test_a_new_code_is_not_sent_right_after_the_last_one(services: Services) -> None:
    challenge = services.wallets.start_challenge("50000001")
    assert challenge.resend_at == to_iso(START + timedelta(seconds=30))
    for _ in range(2):
        services.clock.advance(14.5)
        with pytest.raises(OtpCooldown) as refused:
            services.wallets.resend_challenge(challenge.id)
    assert refused.value.details == {"retry_after_seconds": 1}
    assert (refused.value.status, len(_sent(services))) == (429, 1)
    services.clock.advance(1)
    again = services.wallets.resend_challenge(challenge.id)
    assert again.resend_at == to_iso(START + timedelta(seconds=60))
    with pytest.raises(OtpCooldown):
        services.wallets.resend_challenge(challenge.id)
    assert len(_sent(services)) == 2


@pytest.mark.usefixtures("shop")
def test_a_phone_is_sent_twenty_codes_within_an_hour_at_most(services: Services) -> None:
    other = services.open_shop()
    for _ in range(19):
        services.wallets.start_challenge("50000001")
    services.clock.advance(600)
    challenge = services.wallets.start_challenge("50000001")
    services.clock.advance(2_999)
    for call in (
        lambda: services.wallets.start_challenge("50000001"),
        lambda: services.wallets.resend_challenge(challenge.id),
    ):
        with pytest.raises(OtpTooMany) as refused:
            call()
        assert (refused.value.status, refused.value.details) == (429, {"retry_after_seconds": 1})
    services.wallets.start_challenge(other.phone_number)
    assert len(_sent(services)) == 20
    services.clock.advance(1)
    services.wallets.resend_challenge(challenge.id)
    assert len(_sent(services)) == 21


@pytest.mark.usefixtures("shop")
def test_of_codes_that_race_to_one_phone_no_more_than_the_limit_are_sent(services: Services) -> None:
    for _ in range(15):
        services.wallets.start_challenge("50000001")
    outcomes = race([lambda: services.wallets.start_challenge("50000001")] * 8)
    assert codes_of(outcomes) == ["OTP_TOO_MANY"] * 3 + ["ok"] * 5
    assert len(_sent(services)) == 20


def test_without_limits_codes_follow_one_another(sqlite_url: UrlFactory, in_process: InProcessTransport) -> None:
    with build_services(sqlite_url, in_process, OtpLimits(resend_seconds=0, per_hour=0)) as services:
        services.open_wallet(kind="business", phone_number="50000001")
        challenge = services.wallets.start_challenge("50000001")
        for _ in range(25):
            services.wallets.resend_challenge(challenge.id)
        services.wallets.verify_challenge(challenge.id, _sent(services)[0])


@pytest.mark.usefixtures("shop")
def test_two_challenges_do_not_open_one_another(services: Services) -> None:
    first = services.wallets.start_challenge("50000001")
    second = services.wallets.start_challenge("50000001")
    second_code, first_code = _sent(services)
    assert first_code != second_code
    with pytest.raises(WrongOtp):
        services.wallets.verify_challenge(first.id, second_code)
    services.wallets.verify_challenge(first.id, first_code)
    services.wallets.verify_challenge(second.id, second_code)


@pytest.mark.usefixtures("shop")
def test_the_code_is_told_by_sms_only(services: Services) -> None:
    challenge = services.wallets.start_challenge("50000001")
    with services.wallets_api.database.read() as connection:
        stored = str(connection.execute(text("SELECT * FROM otp_challenges")).one())
    for told in (stored, str(challenge), str(services.wallets.get_challenge(challenge.id))):
        assert _sent(services)[0] not in told


@pytest.mark.usefixtures("shop")
def test_a_code_sent_as_a_number_keeps_its_leading_zeros(services: Services) -> None:
    challenge = services.wallets.start_challenge("50000001")
    path = f"/wallets/api/challenges/{challenge.id}/verify"
    for bad in ("12345", "1234567", "abcdef", None, "", 12.5):
        with pytest.raises(InvalidInput) as refused:
            services.wallets._call("POST", path, {"code": bad})
        assert refused.value.field == "code"
    assert services.wallets.get_challenge(challenge.id).tries_left == 3
    services.wallets._call("POST", path, {"code": int(_sent(services)[0])})


def test_an_unknown_challenge_is_told(services: Services) -> None:
    calls = (services.wallets.get_challenge, services.wallets.resend_challenge)
    for call in (*calls, lambda name: services.wallets.verify_challenge(name, "123456")):
        with pytest.raises(ChallengeNotFound):
            call("nobody")
