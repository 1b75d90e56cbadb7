"""Linking an app to a business wallet, step by step (report, table IV.1), and who may see it."""

from __future__ import annotations

import re

import pytest

from sandbox.contracts.errors import (
    AppNameTaken,
    AppNotFound,
    ChallengeNotFound,
    NotABusinessWallet,
    OtpExpired,
    OtpLocked,
    TooManyApps,
    WrongOtp,
)
from sandbox.contracts.mobile import NewPhone
from sandbox.testing import Sandbox
from sandbox.testing.drivers import ClockDriver, PhoneDriver
from tests.platform.linking import Linking
from tests.racing import race
from tests.visitor import Visitor

OTP_SECONDS = 300


def test_the_right_code_makes_an_app_with_two_tokens_of_its_own(linking: Linking) -> None:
    app = linking.confirm(linking.start())
    tokens = {app.public_token, app.private_token, linking.merchant.public_token, linking.merchant.private_token}
    assert len(tokens) == 4
    assert all(re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", t) for t in tokens)
    assert (app.status, app.is_test, app.wallet_phone) == ("ENABLED", False, linking.merchant.wallet_phone)


def test_confirming_twice_gives_the_same_app(linking: Linking) -> None:
    link = linking.start()
    code = linking.newest_code()
    assert linking.confirm(link, code) == linking.confirm(link, code)
    assert linking.names().count("Second shop") == 1


def test_a_double_click_makes_one_app_and_shows_it(linking: Linking) -> None:
    link = linking.start()
    code = linking.newest_code()
    outcomes = race([lambda: linking.confirm(link, code)] * 4)
    assert linking.names().count("Second shop") == 1
    assert {getattr(outcome, "id", outcome) for outcome in outcomes} == {linking.confirm(link, code).id}


def test_a_name_is_taken_only_once_by_each_developer(sandbox: Sandbox, linking: Linking) -> None:
    with pytest.raises(AppNameTaken) as refused:
        linking.start(linking.merchant.name)
    assert refused.value.field == "name"
    first, second = linking.start("Twice"), linking.start("Twice")
    assert len(linking.codes()) >= 2
    newest = linking.codes()[0]
    linking.confirm(second, newest)
    with pytest.raises(AppNameTaken):
        linking.confirm(first)
    other = sandbox.new_merchant()
    assert Linking(sandbox, other, sandbox.log_in(other)).start("Twice").name == "Twice"


def test_nobody_may_name_an_app_as_the_test_app(linking: Linking) -> None:
    with pytest.raises(AppNameTaken):
        linking.start("TEST APP")
    assert linking.names().count("TEST APP") == 1


def test_a_developer_has_at_most_five_apps_beside_the_test_app(linking: Linking) -> None:
    for number in range(2, 6):
        linking.confirm(linking.start(f"Shop {number}"))
    with pytest.raises(TooManyApps):
        linking.start("One too many")
    assert len(linking.names()) == 6


def test_links_that_were_started_in_time_do_not_get_past_the_limit(linking: Linking) -> None:
    late = linking.start("Late")
    code = linking.newest_code()
    for number in range(2, 6):
        linking.confirm(linking.start(f"Shop {number}"))
    with pytest.raises(TooManyApps):
        linking.confirm(late, code)


def test_only_an_approved_business_wallet_is_linked(sandbox: Sandbox, linking: Linking, phone: PhoneDriver) -> None:
    for number in (phone.number, "29876543", "71234567"):
        with pytest.raises(NotABusinessWallet) as refused:
            linking.start("Mine", number)
        assert refused.value.field == "phone_number"
    assert "Mine" not in linking.names()


def test_three_wrong_codes_end_the_verification_even_for_the_right_one(linking: Linking) -> None:
    link = linking.start()
    code, wrong = linking.newest_code(), linking.wrong_code()
    for left in (2, 1):
        with pytest.raises(WrongOtp) as refused:
            linking.confirm(link, wrong)
        assert (refused.value.field, refused.value.details["tries_left"]) == ("code", left)
    for tried in (wrong, code):
        with pytest.raises(OtpLocked):
            linking.confirm(link, tried)
    with pytest.raises(OtpLocked):
        linking.resend(link)
    assert "Second shop" not in linking.names()


def test_a_new_code_replaces_the_old_one_and_buys_no_more_tries(linking: Linking, clock: ClockDriver) -> None:
    link = linking.start()
    old = linking.newest_code()
    with pytest.raises(WrongOtp):
        linking.confirm(link, linking.wrong_code())
    clock.advance(seconds=30)
    assert linking.resend(link).tries_left == 2
    new = linking.newest_code()
    if new != old:
        with pytest.raises(WrongOtp):
            linking.confirm(link, old)
    assert linking.confirm(link, new).name == "Second shop"


def test_a_code_expires_after_five_minutes_and_a_new_one_can_be_asked_for(linking: Linking, clock: ClockDriver) -> None:
    clock.freeze()
    link = linking.start()
    code = linking.newest_code()
    clock.advance(seconds=OTP_SECONDS)
    with pytest.raises(OtpExpired):
        linking.confirm(link, code)
    linking.resend(link)
    clock.advance(seconds=OTP_SECONDS - 1)
    assert linking.confirm(link).name == "Second shop"


def test_somebody_elses_link_and_app_are_as_unknown_as_none(
    sandbox: Sandbox, linking: Linking, stranger: Visitor
) -> None:
    link, other = linking.start(), sandbox.new_merchant()
    code, app_id = linking.newest_code(), sandbox.platform.list_apps(linking.token)[0].id
    theirs = Linking(sandbox, other, sandbox.log_in(other))
    for call in (lambda: theirs.confirm(link, code), lambda: theirs.resend(link)):
        with pytest.raises(ChallengeNotFound):
            call()
    with pytest.raises(AppNotFound):
        sandbox.platform.list_orders(theirs.token, app_id)
    stranger.log_in(other.email, other.password)
    for path in (f"/apps/{app_id}", f"/apps/new/{link.id}", "/apps/nothing", "/apps/new/nothing"):
        assert stranger.open(path).status_code == 404
    assert stranger.submit(f"/apps/new/{link.id}", code=code).status_code == 404
    assert linking.confirm(link, code)


def test_the_code_is_six_digits_whatever_is_typed(linking: Linking) -> None:
    link = linking.start()
    for typed in ("", "12345", "1234567", "abcdef", "12 456"):
        answer = linking.sandbox.platform._send(
            "POST", f"/api/apps/links/{link.id}/confirm", b'{"code": "%s"}' % typed.encode(), headers=linking.bearer
        )
        assert (answer.status, answer.json()["error"]["field"]) == (400, "code"), typed
    assert linking.confirm(link, f" {linking.newest_code()} ")


def test_a_wallet_that_is_blocked_or_waits_for_approval_gets_no_code(sandbox: Sandbox, linking: Linking) -> None:
    from sandbox.contracts.wallets import OpenWallet

    for number, status in (("55500001", "blocked"), ("55500002", "pending")):
        wallet = OpenWallet(
            kind="business", phone_number=number, holder_name="N", trade_name="T", pin="1234", status=status
        )
        sandbox._running.world.wallets.open_wallet(wallet)
        with pytest.raises(NotABusinessWallet):
            linking.start("Mine", number)


def test_a_number_may_be_written_as_people_write_it(sandbox: Sandbox, linking: Linking) -> None:
    number = linking.merchant.wallet_phone
    for spelling in (f"+216 {number}", f"00216{number}", f"{number[:2]} {number[2:5]} {number[5:]}"):
        assert linking.start(f"As {spelling}"[:80], spelling).phone_number == number
    with pytest.raises(Exception, match="phone_number"):
        NewPhone(phone_number="+33 6 12 34 56 78")
