"""Opening a wallet remotely: step by step, reviewed by rule or by an admin, one wallet of a kind for a person."""

from __future__ import annotations

import itertools
import re
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

import hypothesis.strategies as st
import pytest
from hypothesis import given
from PIL import Image

from sandbox.contracts.applications import Application, BusinessDetails, ConfirmPhone, Identity, StartApplication
from sandbox.contracts.errors import (
    ApplicationInReview,
    ApplicationNotFound,
    ApplicationStep,
    CinTaken,
    LevelReached,
    PictureTooLarge,
    UnderAge,
    UnreadablePicture,
    WalletBlocked,
    WalletExists,
    WrongOtp,
)
from sandbox.kit.errors import InvalidInput
from sandbox.kit.tunisian_ids import parse_cin, parse_tax_number
from sandbox.mock_wallets.kyc.rules import RULES, age_on
from sandbox.mock_wallets.kyc.states import APPLICATION, STEPS
from tests.kyc import card_picture
from tests.racing import race
from tests.services import PIN, Services, build_services

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.contracts.transport import InProcessTransport
    from tests.databases import UrlFactory

NUMBER = "55123456"
AMEL = Identity(cin="01234567", name="Amel Ben Salah", birth_date=date(1990, 3, 1))


@pytest.fixture
def manual(database_url: UrlFactory, in_process: InProcessTransport) -> Iterator[Services]:
    with build_services(database_url, in_process, automatic_review=False) as services:
        yield services


def _code(services: Services, number: str = NUMBER) -> str:
    return re.findall(r"\d{6}", services.wallets.list_sms(phone_number=number)[0].text)[0]


def _confirmed(services: Services, number: str = NUMBER, **changes: Any) -> Application:
    started = services.wallets.start_application(StartApplication(phone_number=number, **changes))
    return services.wallets.confirm_phone(started.id, ConfirmPhone(code=_code(services, number), pin=PIN))


def _apply(services: Services, number: str = NUMBER, identity: Identity = AMEL, **changes: Any) -> Application:
    """Everything from the phone to the review."""
    picture, matches = changes.pop("picture", card_picture()), changes.pop("matches", True)
    application = _confirmed(services, number, **changes)
    return _finish(services, application, identity, picture=picture, matches=matches)


def _finish(
    services: Services, application: Application, identity: Identity = AMEL, *, picture: bytes, matches: bool = True
) -> Application:
    wallets = services.wallets
    application = wallets.tell_identity(application.id, identity)
    if application.state == "business":
        details = BusinessDetails(trade_name="Café Olé", tax_number="1234567A")
        application = wallets.tell_business(application.id, details)
    application = wallets.send_card(application.id, picture)
    return wallets.take_selfie(application.id, matches=matches) if application.state == "selfie" else application


def test_the_phone_opens_a_wallet_of_level_1_and_the_review_raises_it(services: Services) -> None:
    started = services.wallets.start_application(StartApplication(phone_number="55 123 456"))
    assert (started.state, services.wallets.find_wallet(NUMBER)) == ("phone", None)
    confirm = ConfirmPhone(code=_code(services), pin=PIN)
    assert services.wallets.confirm_phone(started.id, confirm).state == "identity"
    wallet = services.wallets.find_wallet(NUMBER)
    assert wallet is not None
    assert (wallet.level, wallet.status, wallet.kind) == (1, "active", "personal")
    done = _finish(services, started, picture=card_picture())
    assert (done.state, done.decided_by, done.reasons, done.reason) == ("approved", "rule", [], None)
    wallet = services.wallets.get_wallet(wallet.id)
    assert (wallet.level, wallet.holder_name) == (3, "Amel Ben Salah")
    assert "acceptée" in services.wallets.list_sms(phone_number=NUMBER)[0].text
    services.execute(services.prepare(services.open_wallet(5_000), wallet, amount=5_000))
    services.prepare(wallet, services.open_shop(), amount=5_000)


def test_level_2_needs_no_selfie_and_may_be_raised_later(services: Services) -> None:
    first = _apply(services, level=2)
    assert (first.state, first.selfie_matches) == ("approved", None)
    with pytest.raises(LevelReached):
        services.wallets.start_application(StartApplication(phone_number=NUMBER, level=2))
    again = services.wallets.start_application(StartApplication(phone_number=NUMBER, level=3))
    assert (again.id, again.state) == (first.id, "phone")
    services.wallets.confirm_phone(again.id, ConfirmPhone(code=_code(services)))
    assert _finish(services, again, picture=card_picture()).state == "approved"
    wallet = services.wallets.find_wallet(NUMBER)
    assert wallet is not None
    assert wallet.level == 3


def test_a_business_wallet_waits_for_its_approval(services: Services) -> None:
    application = _confirmed(services, kind="business", level=2)
    wallet = services.wallets.find_wallet(NUMBER)
    assert wallet is not None
    assert (wallet.status, wallet.kind, application.level) == ("pending", "business", 3)
    with pytest.raises(WalletBlocked):
        services.prepare(services.open_wallet(5_000), wallet, amount=1)
    assert _finish(services, application, picture=card_picture()).state == "approved"
    wallet = services.wallets.get_wallet(wallet.id)
    assert (wallet.status, wallet.trade_name, wallet.tax_number) == ("active", "Café Olé", "1234567A")
    services.worker.drain()
    assert [event.type for event in services.platform.wallet_events] == ["wallet.unblocked"]
    services.prepare(services.open_wallet(5_000), wallet, amount=1)


BROKEN = [
    ({"identity": AMEL.model_copy(update={"name": "Amel"})}, "NAME_INCOMPLETE"),
    ({"picture": card_picture(blank=True)}, "CARD_UNREADABLE"),
    ({"matches": False}, "SELFIE_DIFFERS"),
]


@pytest.mark.parametrize(("changes", "reason"), BROKEN, ids=[reason for _, reason in BROKEN])
def test_what_breaks_a_rule_is_rejected_with_the_reason_and_may_be_tried_again(
    services: Services, changes: dict[str, Any], reason: str
) -> None:
    rejected = _apply(services, **changes)
    assert (rejected.state, rejected.reasons, rejected.decided_by) == ("rejected", [reason], "rule")
    assert rejected.reason == next(rule.sentence for rule in RULES if rule.code == reason)
    wallet = services.wallets.find_wallet(NUMBER)
    assert wallet is not None
    assert wallet.level == 1
    again = services.wallets.start_application(StartApplication(phone_number=NUMBER))
    assert (again.state, again.reasons, again.reason) == ("identity", [], None)
    assert _finish(services, again, picture=card_picture()).state == "approved"


def test_one_identity_card_stands_behind_one_wallet_of_a_kind(services: Services) -> None:
    _apply(services)
    second = _apply(services, "55123457")
    assert (second.state, second.reasons) == ("rejected", ["CIN_TAKEN"])
    assert _apply(services, "55123458", kind="business").state == "approved"


def test_applications_with_one_card_that_race_are_one_approval(services: Services) -> None:
    started = [_confirmed(services, f"5512345{last}") for last in range(4)]
    for application in started:
        services.wallets.tell_identity(application.id, AMEL)
        services.wallets.send_card(application.id, card_picture())
    outcomes = race([lambda each=each: services.wallets.take_selfie(each.id) for each in started])
    assert sorted(outcome.state for outcome in outcomes) == ["approved", *["rejected"] * 3]


def test_a_minor_is_refused_at_once_and_is_of_age_on_the_birthday(services: Services) -> None:
    application = _confirmed(services)
    young = AMEL.model_copy(update={"birth_date": date(2008, 3, 2)})
    with pytest.raises(UnderAge) as refused:  # the clock says 1 March 2026
        services.wallets.tell_identity(application.id, young)
    assert refused.value.field == "birth_date"
    services.clock.advance(86_400)
    assert services.wallets.tell_identity(application.id, young).state == "card"


def test_a_wrong_code_opens_nothing_and_is_counted(services: Services) -> None:
    started = services.wallets.start_application(StartApplication(phone_number=NUMBER))
    wrong = f"{(int(_code(services)) + 1) % 10**6:06}"
    with pytest.raises(WrongOtp) as refused:
        services.wallets.confirm_phone(started.id, ConfirmPhone(code=wrong, pin=PIN))
    assert refused.value.details == {"tries_left": 2}
    assert services.wallets.find_wallet(NUMBER) is None
    with pytest.raises(InvalidInput) as missing:
        services.wallets.confirm_phone(started.id, ConfirmPhone(code=_code(services)))
    assert missing.value.field == "pin"
    services.wallets.confirm_phone(started.id, ConfirmPhone(code=_code(services), pin=PIN))


def test_confirmations_that_race_open_one_wallet(services: Services) -> None:
    started = services.wallets.start_application(StartApplication(phone_number=NUMBER))
    confirm = ConfirmPhone(code=_code(services), pin=PIN)
    outcomes = race([lambda: services.wallets.confirm_phone(started.id, confirm)] * 5)
    assert sum(isinstance(outcome, Application) for outcome in outcomes) == 1


def test_steps_come_in_their_order(services: Services) -> None:
    started = services.wallets.start_application(StartApplication(phone_number=NUMBER))
    for call in (
        lambda: services.wallets.tell_identity(started.id, AMEL),
        lambda: services.wallets.send_card(started.id, card_picture()),
        lambda: services.wallets.take_selfie(started.id),
        lambda: services.wallets.approve_application(started.id),
        lambda: services.wallets.reject_application(started.id, "No"),
    ):
        with pytest.raises(ApplicationStep) as refused:
            call()
        assert refused.value.details == {"state": "phone"}
    with pytest.raises(ApplicationNotFound):
        services.wallets.tell_identity("nobody", AMEL)


def test_an_application_under_way_goes_on_where_it_is(services: Services) -> None:
    application = _confirmed(services)
    services.wallets.tell_identity(application.id, AMEL)
    again = services.wallets.start_application(StartApplication(phone_number=NUMBER))
    assert (again.id, again.state) == (application.id, "card")


def test_a_phone_that_has_its_wallet_needs_no_application(services: Services) -> None:
    services.open_wallet(phone_number=NUMBER)
    with pytest.raises(LevelReached):
        services.wallets.start_application(StartApplication(phone_number=NUMBER))
    with pytest.raises(WalletExists):
        services.wallets.start_application(StartApplication(phone_number=NUMBER, kind="business"))


BAD_PICTURES = [
    (b"", UnreadablePicture),
    (b"not a picture", UnreadablePicture),
    (card_picture()[:300], UnreadablePicture),
    (card_picture(100, 100), UnreadablePicture),
    (card_picture(6_000, 5_000, blank=True), PictureTooLarge),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", UnreadablePicture),
]


def test_pictures_are_checked_and_kept_small(services: Services) -> None:
    application = _confirmed(services)
    services.wallets.tell_identity(application.id, AMEL)
    for picture, refusal in BAD_PICTURES:
        with pytest.raises(refusal) as refused:
            services.wallets.send_card(application.id, picture)
        assert refused.value.field == "image_base64"
    with pytest.raises(ApplicationNotFound):
        services.wallets.get_card(application.id)
    services.wallets.send_card(application.id, card_picture(2_400, 1_500, kind="JPEG"))
    kept = services.wallets.get_card(application.id)
    with Image.open(BytesIO(kept)) as picture:
        assert (picture.format, max(picture.size)) == ("JPEG", 640)
    assert len(kept) < 100_000


def test_an_admin_approves_or_rejects_with_a_reason(manual: Services) -> None:
    waiting = _apply(manual, matches=False)
    assert (waiting.state, waiting.reasons) == ("review", ["SELFIE_DIFFERS"])
    with pytest.raises(ApplicationInReview):
        manual.wallets.start_application(StartApplication(phone_number=NUMBER))
    listed, cursor = manual.wallets.list_applications()
    assert ([each.id for each in listed], cursor) == ([waiting.id], None)
    rejected = manual.wallets.reject_application(waiting.id, "The photo shows a cat.")
    assert (rejected.state, rejected.reason, rejected.decided_by) == ("rejected", "The photo shows a cat.", "admin")
    again = manual.wallets.start_application(StartApplication(phone_number=NUMBER))
    waiting = _finish(manual, again, picture=card_picture())
    approved = manual.wallets.approve_application(waiting.id)
    assert manual.wallets.approve_application(waiting.id) == approved
    with pytest.raises(ApplicationStep):
        manual.wallets.reject_application(waiting.id, "Too late")
    assert manual.wallets.list_applications()[0] == []


def test_an_admin_cannot_give_one_card_to_two_wallets(manual: Services) -> None:
    first, second = _apply(manual), _apply(manual, "55123457")
    outcomes = race([lambda each=each: manual.wallets.approve_application(each.id) for each in (first, second)])
    assert sum(isinstance(outcome, CinTaken) for outcome in outcomes) == 1


def test_applications_are_paged(manual: Services) -> None:
    ids = [_apply(manual, f"5512340{n}", AMEL.model_copy(update={"cin": f"0123456{n}"})).id for n in range(3)]
    page, cursor = manual.wallets.list_applications(limit=2)
    rest, end = manual.wallets.list_applications(limit=2, after=cursor)
    assert ([each.id for each in [*page, *rest]], end) == (ids[::-1], None)


def test_every_row_of_steps_is_a_way_through_the_states() -> None:
    for steps in STEPS.values():
        for step, following in itertools.pairwise(steps):
            assert APPLICATION.allows(step, following)


@given(digits=st.from_regex(r"\A[0-9]{8}\Z"), blanks=st.sampled_from(["", " ", "-"]))
def test_eight_digits_are_a_cin(digits: str, blanks: str) -> None:
    assert parse_cin(digits[:4] + blanks + digits[4:]) == digits


@given(text=st.text(max_size=60))
def test_no_text_crashes_the_numbers(text: str) -> None:
    for parse in (parse_cin, parse_tax_number):
        try:
            assert parse(text)
        except ValueError:
            continue


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("1234567A", "1234567A"),
        ("1234567a/a/m/000", "1234567A/A/M/000"),
        ("1234567APM000", "1234567A/P/M/000"),
        ("1234567 A", "1234567A"),
        ("1234567I", None),
        ("123456A", None),
        ("1234567A/Z/M/000", None),
        ("12345678", None),
        ("", None),
    ],
)
def test_tax_numbers_have_seven_digits_and_a_letter(text: str, plain: str | None) -> None:
    if plain is None:
        with pytest.raises(ValueError, match="seven digits"):
            parse_tax_number(text)
    else:
        assert parse_tax_number(text) == plain


@given(born=st.dates(date(1900, 1, 1), date(2026, 1, 1)), day=st.dates(date(2026, 1, 1), date(2100, 1, 1)))
def test_age_counts_birthdays(born: date, day: date) -> None:
    age = age_on(day, born)
    assert age == sum(
        1
        for year in range(born.year + 1, day.year + 1)
        if (born.month, born.day) <= (day.month, day.day) or year < day.year
    )
