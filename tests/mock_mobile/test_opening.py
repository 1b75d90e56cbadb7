"""Opening a wallet on the phone: by its number, step by step, until an SMS tells the outcome."""

from __future__ import annotations

import itertools
import re
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING

import httpx
import pytest

from sandbox.contracts.applications import BusinessDetails, Identity
from sandbox.contracts.errors import (
    ApplicationNotFound,
    ApplicationStep,
    LevelReached,
    LimitExceeded,
    PhoneNotFound,
    UnderAge,
    UnreadablePicture,
    WrongOtp,
)
from sandbox.contracts.mobile import NewPhone, OpenHere
from sandbox.kit.errors import InvalidInput
from tests.kyc import card_picture

if TYPE_CHECKING:
    from sandbox.testing.embedded import Sandbox

_numbers = itertools.count(53_111_222)


@pytest.fixture
def number() -> str:
    """One that nobody has."""
    return str(next(_numbers))


@pytest.fixture
def amel(number: str) -> Identity:
    return Identity(cin=number, name="Amel Ben Salah", birth_date=date(1990, 3, 1))


def code_of(sandbox: Sandbox, number: str) -> str:
    return re.findall(r"\d{6}", sandbox.mobile.list_messages(number)[0]["text"])[0]


def begin(sandbox: Sandbox, number: str, **wanted: object) -> None:
    sandbox.mobile.start_application(number, OpenHere.parse(wanted))
    sandbox.mobile.confirm_phone(number, code_of(sandbox, number), "4321")


def test_a_wallet_is_opened_step_by_step_and_pays_from_then_on(sandbox: Sandbox, number: str, amel: Identity) -> None:
    started = sandbox.mobile.start_application(number)
    assert (started.state, started.missing) == ("phone", ["phone", "identity", "card", "selfie"])
    assert sandbox.mobile.get_wallet(number).status == "none"
    confirmed = sandbox.mobile.confirm_phone(number, code_of(sandbox, number), "4321")
    assert confirmed.state == "identity"
    wallet = sandbox.mobile.get_wallet(number)
    assert (wallet.status, wallet.level, wallet.limits.balance) == ("active", 1, 500_000)
    assert [(one.level, one.limits.balance) for one in wallet.levels] == [(1, 500_000), (2, 5_000_000), (3, 20_000_000)]
    sandbox.mobile.tell_identity(number, amel)
    sandbox.mobile.send_card(number, card_picture())
    done = sandbox.mobile.take_selfie(number)
    assert (done.state, done.missing, done.decided_by) == ("approved", [], "rule")
    phone = sandbox.mobile.get_phone(number)
    assert (phone.name, phone.pin) == ("Amel Ben Salah", "4321")
    assert sandbox.mobile.get_wallet(number).level == 3
    sandbox.phone().send(number, 5_000)
    sent = sandbox.phone(number).send("20000001", 2_000)
    assert (sent.status, sandbox.phone(number).balance) == ("SUCCESS", 3_000)
    with pytest.raises(LevelReached):
        sandbox.mobile.start_application(number)


def test_a_wrong_code_is_counted_and_opens_nothing(sandbox: Sandbox, number: str) -> None:
    sandbox.mobile.start_application(number)
    wrong = f"{(int(code_of(sandbox, number)) + 1) % 1_000_000:06}"
    with pytest.raises(WrongOtp) as refused:
        sandbox.mobile.confirm_phone(number, wrong, "4321")
    assert (refused.value.details["tries_left"], refused.value.field) == (2, "code")
    assert sandbox.mobile.get_wallet(number).status == "none"


def test_an_answer_that_was_lost_is_made_up_for_by_the_next(sandbox: Sandbox, number: str) -> None:
    """The wallet opened, and the phone did not hear of it."""
    from sandbox.contracts.applications import ConfirmPhone

    started = sandbox.mobile.start_application(number)
    wallets = sandbox._running.world.wallets
    wallets.confirm_phone(started.id, ConfirmPhone(code=code_of(sandbox, number), pin="4321"))
    with pytest.raises(ApplicationStep):
        sandbox.mobile.confirm_phone(number, code_of(sandbox, number), "4321")
    assert sandbox.mobile.get_application(number).missing == ["identity", "card", "selfie"]
    sandbox.phone().send(number, 5_000)
    assert sandbox.phone(number).send("20000001", 5_000).status == "SUCCESS"


def test_a_business_waits_for_its_approval_and_shows_its_trade_name(
    sandbox: Sandbox, number: str, amel: Identity
) -> None:
    begin(sandbox, number, kind="business")
    assert sandbox.mobile.get_wallet(number).status == "pending"
    sandbox.mobile.tell_identity(number, amel)
    told = sandbox.mobile.tell_business(number, BusinessDetails(trade_name="Café Olé", tax_number="1234567A"))
    assert told.missing == ["card", "selfie"]
    sandbox.mobile.send_card(number, card_picture())
    sandbox.mobile.take_selfie(number)
    assert sandbox.mobile.get_phone(number).trade_name == "Café Olé"
    assert (sandbox.mobile.get_wallet(number).status, sandbox.mobile.get_wallet(number).limits.balance) == (
        "active",
        None,
    )


def test_one_that_was_rejected_says_why_and_what_is_missing_and_may_be_tried_again(
    sandbox: Sandbox, number: str, amel: Identity
) -> None:
    begin(sandbox, number)
    sandbox.mobile.tell_identity(number, amel)
    sandbox.mobile.send_card(number, card_picture())
    sandbox.mobile.take_selfie(number, matches=False)
    rejected = sandbox.mobile.get_wallet(number).application
    assert rejected is not None
    assert (rejected.state, rejected.reasons) == ("rejected", ["SELFIE_DIFFERS"])
    assert rejected.missing == ["identity", "card", "selfie"]
    assert sandbox.mobile.start_application(number).state == "identity"


def test_each_field_that_is_wrong_is_named(sandbox: Sandbox, number: str, amel: Identity) -> None:
    begin(sandbox, number)
    with pytest.raises(UnderAge) as young:
        sandbox.mobile.tell_identity(number, amel.model_copy(update={"birth_date": sandbox_today(sandbox)}))
    assert young.value.field == "birth_date"
    path = f"{sandbox.base_url}/mobile/phones/{number}/application/identity"
    for field, wrong in {"cin": "12", "name": " ", "birth_date": "yesterday"}.items():
        body = amel.model_dump(mode="json") | {field: wrong}
        refused = httpx.post(path, json=body)
        assert (refused.status_code, refused.json()["error"]["field"]) == (400, field)
    sandbox.mobile.tell_identity(number, amel)
    with pytest.raises(UnreadablePicture):
        sandbox.mobile.send_card(number, b"not a picture")
    with pytest.raises(InvalidInput) as missing:
        sandbox.mobile._apply(number, "/card", {})
    assert missing.value.field == "image"
    assert sandbox.mobile.get_application(number).state == "card"


def sandbox_today(sandbox: Sandbox) -> date:
    from datetime import datetime

    return datetime.fromisoformat(sandbox.control.show_clock()["now"]).date()


def test_the_card_may_come_as_a_file(sandbox: Sandbox, number: str, amel: Identity) -> None:
    begin(sandbox, number, level=2)
    sandbox.mobile.tell_identity(number, amel)
    path = f"{sandbox.base_url}/mobile/phones/{number}/application/card"
    answer = httpx.post(path, files={"image": ("card.jpg", BytesIO(card_picture(kind="JPEG")))})
    assert (answer.status_code, answer.json()["state"]) == (200, "approved")
    assert sandbox.mobile.get_wallet(number).level == 2


def test_who_has_not_begun_has_no_application(sandbox: Sandbox, number: str) -> None:
    with pytest.raises(PhoneNotFound):
        sandbox.mobile.get_application(number)
    with pytest.raises(ApplicationNotFound):
        sandbox.mobile.get_application(sandbox.new_phone().number)
    with pytest.raises(LevelReached):
        sandbox.mobile.start_application(sandbox.new_phone().number)


def test_a_phone_that_only_began_can_be_made_whole_at_once(sandbox: Sandbox, number: str) -> None:
    sandbox.mobile.start_application(number)
    made = sandbox.mobile.add_phone(NewPhone(phone_number=number, balance=1_000))
    assert (made.balance, sandbox.mobile.get_wallet(number).level) == (1_000, 3)


def test_the_ceilings_of_the_first_level_are_kept_and_named(sandbox: Sandbox, number: str) -> None:
    begin(sandbox, number)
    phone = sandbox.phone(number)
    phone.link_bank("08006012345678901231")
    with pytest.raises(LimitExceeded) as too_much:
        phone.top_up(500_001)
    assert (too_much.value.field, too_much.value.details["limit"]) == ("amount", "balance")
    phone.top_up(500_000)
    with pytest.raises(LimitExceeded) as too_fast:
        phone.send("20000001", 250_001)
    assert (too_fast.value.field, too_fast.value.details["limit"]) == ("amount", "daily_outflow")
    assert phone.balance == 500_000
