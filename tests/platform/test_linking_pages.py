"""The page on which the code is entered: what it says while the code is fresh, when it is over, and of codes to come."""

from __future__ import annotations

import re

import pytest

from sandbox.testing import Sandbox
from sandbox.testing.drivers import ClockDriver
from tests.platform.linking import Linking
from tests.visitor import Visitor

NAME, DESCRIPTION = "Café “Olé” <b>", "Half a litre & more"
FORM = 'name="code"'


@pytest.fixture
def page(linking: Linking, visitor: Visitor, clock: ClockDriver) -> str:
    """The address of the page where the code is asked for."""
    clock.freeze()
    visitor.log_in(linking.merchant.email, linking.merchant.password)
    sent = visitor.submit("/apps/new", name=NAME, description=DESCRIPTION, phone_number=linking.merchant.wallet_phone)
    assert sent.status_code == 302
    return sent.headers["Location"]


def test_the_page_tells_when_a_new_code_may_be_asked_for(
    linking: Linking, visitor: Visitor, clock: ClockDriver, page: str
) -> None:
    assert "You can ask for a new code in 30 seconds." in visitor.open(page).text
    clock.advance(seconds=29)
    assert "You can ask for a new code in 1 second." in visitor.open(page).text
    early = visitor.submit(f"{page}/resend")
    assert early.status_code == 429
    for told in ("A code was sent a moment ago.", "You can ask for a new code in 1 second.", FORM):
        assert told in early.text
    clock.advance(seconds=1)
    assert "You can ask" not in visitor.open(page).text
    assert visitor.submit(f"{page}/resend").status_code == 302
    assert len(linking.codes()) == 3  # with the one of merchant_app


@pytest.mark.parametrize(
    ("language", "told"),
    [("fr", "Vous pourrez demander un nouveau code dans 30 secondes."), ("ar", "يمكنك طلب رمز جديد بعد 30 ثانيةً.")],
)
def test_the_wait_is_told_in_the_reader_s_language(visitor: Visitor, page: str, language: str, told: str) -> None:
    assert told in visitor.open(f"{page}?lang={language}").text


def _start_again(visitor: Visitor, text: str) -> str:
    """Follow the link: the form of step 1, filled in."""
    assert FORM not in text, "there is no code to be typed any more"
    return visitor.open(re.findall(r'href="([^"]*again=[^"]*)"', text)[0]).text


def test_after_three_wrong_codes_one_starts_again_with_everything_kept(
    linking: Linking, visitor: Visitor, page: str
) -> None:
    wrong = linking.wrong_code()
    for left in (2, 1):
        refused = visitor.submit(page, code=wrong)
        assert (refused.status_code, FORM in refused.text) == (422, True), left
    locked = visitor.submit(page, code=wrong)
    assert locked.status_code == 422
    for text in (locked.text, visitor.open(page).text):
        assert "Three wrong codes: this verification is over." in text
        assert "/resend" not in text, "a locked verification gets no new code"
        form = _start_again(visitor, text)
        assert 'value="Café “Olé” &lt;b&gt;"' in form
        assert "Half a litre &amp; more" in form
        assert f'value="{linking.merchant.wallet_phone}"' in form


def test_after_the_code_expired_one_asks_for_a_new_one_or_starts_again(
    linking: Linking, visitor: Visitor, clock: ClockDriver, page: str
) -> None:
    code = linking.newest_code()
    clock.advance(seconds=300)
    for text in (visitor.open(page).text, visitor.submit(page, code=code).text):
        assert "The code has expired." in text
        assert "/resend" in text
        assert "Half a litre" in _start_again(visitor, text)
    visitor.submit(f"{page}/resend")
    assert visitor.submit(page, code=linking.newest_code()).status_code == 302


def test_who_comes_back_to_a_page_whose_app_is_made_is_led_to_the_app(
    linking: Linking, visitor: Visitor, page: str
) -> None:
    made = visitor.submit(page, code=linking.newest_code()).headers["Location"]
    back = visitor.open(page)
    assert (back.status_code, back.headers["Location"]) == (302, made)
    assert visitor.submit(page, code="000000").headers["Location"] == made


def test_what_another_developer_typed_is_not_shown(sandbox: Sandbox, page: str, stranger: Visitor) -> None:
    other = sandbox.new_merchant()
    stranger.log_in(other.email, other.password)
    assert stranger.open(f"/apps/new?again={page.rpartition('/')[2]}").status_code == 404


@pytest.mark.usefixtures("page")
def test_too_many_codes_are_refused_on_the_page_with_the_form_kept(linking: Linking, visitor: Visitor) -> None:
    for number in range(18):
        linking.start(f"Shop {number}")
    fields = {"name": "Kept name", "phone_number": linking.merchant.wallet_phone}
    refused = visitor.submit("/apps/new", **fields)
    assert refused.status_code == 429
    assert "Kept name" in refused.text
    assert "Too many codes were sent to this phone number within an hour." in refused.text
