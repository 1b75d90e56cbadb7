"""The console: stories as they happen, told in words and lanes; its levers are no other site's."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx
import pytest

from sandbox.contracts.errors import WrongPin
from sandbox.contracts.platform import OpenSession, Registration
from sandbox.contracts.qr_payload import CheckoutCode, to_text
from sandbox.control.refusals import refusal_of
from sandbox.control.stories import tell
from sandbox.kit.errors import SandboxError
from sandbox.testing.browser_fixtures import page  # noqa: F401  a fixture
from sandbox.testing.checkout import prepare, prepare_and_verify

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from sandbox.testing.drivers import MerchantApp, PhoneDriver
    from sandbox.testing.embedded import Sandbox

BROWSER = {"Accept": "text/html", "Accept-Language": "en"}
LEVERS = ("/_sandbox/reset", "/_sandbox/drain", "/_sandbox/clock/advance", "/_sandbox/console/clock")


def see(sandbox: Sandbox, path: str) -> str:
    answer = httpx.get(f"{sandbox.base_url}/_sandbox/{path}", headers=BROWSER)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_a_story_says_what_became_of_the_money(sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver) -> None:
    form = prepare_and_verify(sandbox, merchant_app, phone, amount=12_500)
    sandbox.accept(merchant_app, form["payment_id"], form["flouci_otp"])
    sandbox.control.drain()
    session = phone.last_scan.session if phone.last_scan else ""
    text = see(sandbox, f"stories/{session}")
    for kind in ("held", "paid"):
        assert text.count(f'data-kind="{kind}"') == 1
    assert "12.500" in text
    for lane in ("shop", "phone", "payments", "wallets", "sms"):
        assert f'data-lane="{lane}"' in text
    assert f'data-trace="{session}"' in see(sandbox, "")


def test_money_that_was_held_and_given_back_is_told(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver
) -> None:
    session, _ = prepare(sandbox, merchant_app, phone, amount=3_000)
    sandbox.clock.advance(seconds=121)
    told = tell(session, sandbox.journal.read(trace=session, after=0))
    assert [(each.kind, each.amount) for each in told.movements] == [("held", 3_000), ("released", 3_000)]
    assert told.kind == "checkout"


def test_a_wrong_pin_gives_nothing_back(sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver) -> None:
    app = merchant_app.public_token
    session = sandbox.platform.open_session(OpenSession(app=app, amount=3_000))["session"]
    code = CheckoutCode(app=app, amount=3_000, session=session, id=None, name=None, description=None)
    phone.scan_text(to_text(code))
    with pytest.raises(WrongPin):
        phone.pay(pin="999999")
    sandbox.control.drain()
    told = tell(session, sandbox.journal.read(trace=session, after=0))
    assert told.movements == []
    assert told.went_wrong


@pytest.mark.parametrize("trace", ["nothing", "x" * 501, "%F0%9F%92%A5"])
@pytest.mark.parametrize("path", ["stories/{}", "journal/{}", "journal/{}/curl"])
def test_a_story_or_an_exchange_that_the_journal_does_not_have_is_not_found(
    sandbox: Sandbox, path: str, trace: str
) -> None:
    answer = httpx.get(f"{sandbox.base_url}/_sandbox/{path.format(trace)}", headers=BROWSER)
    assert answer.status_code == 404


def test_an_exchange_is_a_page_for_browsers_and_json_for_programs(sandbox: Sandbox) -> None:
    answer = httpx.get(f"{sandbox.base_url}/api/apps/unknown")
    path = f"journal/{answer.headers['Sandbox-Request-Id']}"
    assert "/api/apps/unknown" in see(sandbox, path)
    assert httpx.get(f"{sandbox.base_url}/_sandbox/{path}").json()["curl"].startswith("curl -i ")


def test_the_list_of_exchanges_is_filtered_and_bounded(sandbox: Sandbox) -> None:
    httpx.get(f"{sandbox.base_url}/api/apps/listed")
    found = see(sandbox, "console/exchanges?path=/api/apps/listed&status=4XX&payment=&phone=&text=&before=&since=")
    assert 0 < found.count('data-part="exchange"') <= 50
    assert "/api/apps/listed" in found
    assert see(sandbox, "console/exchanges?status=").count('data-part="exchange"') <= 50


FILTERS = {
    "status": "5xxx",
    "since": "2026-02-30",
    "after": "9" * 30,
    "before": "-1",
    "limit": "0",
    "phone": "1" * 501,
    "servce": "x",
}


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_that_cannot_be_is_named_and_the_page_stays(sandbox: Sandbox, name: str) -> None:
    query = {name: FILTERS[name], "text": "typed before"}
    for path in ("journal", "journal/export.har", "journal/stream"):
        answer = httpx.get(f"{sandbox.base_url}/_sandbox/{path}", params=query)
        assert (answer.status_code, answer.json()["error"]["field"]) == (400, name)
    shown = httpx.get(f"{sandbox.base_url}/_sandbox/console/exchanges", params=query, headers=BROWSER)
    assert shown.status_code == 400
    assert 'role="alert"' in shown.text
    assert 'value="typed before"' in shown.text


def test_the_clock_s_form_moves_the_clock_and_leads_back(sandbox: Sandbox) -> None:
    before = sandbox.clock.now
    form = {"action": "advance", "seconds": "3600"}
    answer = httpx.post(f"{sandbox.base_url}/_sandbox/console/clock", data=form, headers={"Origin": sandbox.base_url})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/_sandbox/?done=clock")
    assert (sandbox.clock.now - before).total_seconds() >= 3_600
    assert "The clock has been set." in see(sandbox, "?done=clock")
    refused = httpx.post(f"{sandbox.base_url}/_sandbox/console/clock", data={"action": "advance", "seconds": "-1"})
    assert (refused.status_code, refused.json()["error"]["field"]) == (400, "seconds")


def test_the_clock_s_form_lets_it_run_faster_and_as_it_was(sandbox: Sandbox) -> None:
    for rate in (60, 1):
        form = {"action": "speed", "rate": str(rate)}
        httpx.post(f"{sandbox.base_url}/_sandbox/console/clock", data=form, headers={"Origin": sandbox.base_url})
        assert sandbox.control.show_clock()["rate"] == rate
        assert ("60 times as fast" in see(sandbox, "")) == (rate == 60)


def test_what_was_hit_appears_on_the_page_of_faults(sandbox: Sandbox, page: Page) -> None:  # noqa: F811
    sandbox.control.add_fault({"kind": "status", "status": 503, "route": "/api/apps/<app_id>", "nth": 1})
    try:
        page.goto(f"{sandbox.base_url}/_sandbox/console/faults")
        page.locator("[data-part=fault]").wait_for()
        hit = httpx.get(f"{sandbox.base_url}/api/apps/of-the-open-page").headers["Sandbox-Request-Id"]
        page.locator(f"[data-part=receipt] a[href='/_sandbox/journal/{hit}']").wait_for()
    finally:
        sandbox.control.clear_faults()


@pytest.mark.parametrize("path", LEVERS)
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://127.0.0.1:1"},
    ],
)
def test_no_other_site_s_page_pulls_a_lever(sandbox: Sandbox, path: str, headers: dict[str, str]) -> None:
    before = sandbox.clock.now
    answer = httpx.post(f"{sandbox.base_url}{path}", json={"action": "freeze", "seconds": 1_000_000}, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "NOT_ALLOWED")
    assert (sandbox.clock.now - before).total_seconds() < 1_000_000
    assert sandbox.control.show_clock()["frozen"] is False


def test_a_story_appears_and_grows_while_the_console_is_open(
    sandbox: Sandbox,
    merchant_app: MerchantApp,
    phone: PhoneDriver,
    page: Page,  # noqa: F811
) -> None:
    page.goto(f"{sandbox.base_url}/_sandbox/")
    session, _ = prepare(sandbox, merchant_app, phone, amount=7_777)
    story = page.locator(f"[data-part=story][data-trace='{session}']")
    story.get_by_text("Money held").wait_for()
    story.get_by_role("link").click()
    page.get_by_role("link", name="As HAR file").wait_for()
    sandbox.clock.advance(seconds=121)
    page.locator("[data-part=movement][data-kind=released]").wait_for()


def test_the_phone_stands_beside_the_shop(sandbox: Sandbox, page: Page) -> None:  # noqa: F811
    page.goto(f"{sandbox.base_url}/_sandbox/console/side-by-side")
    page.frame_locator("iframe[src='/mobile/']").get_by_role("main").wait_for()
    page.frame_locator("iframe[src='/shop/']").locator("[data-part=button]").first.wait_for()
    assert (
        httpx.get(f"{sandbox.base_url}/login", headers=BROWSER).headers["Content-Security-Policy"].count("'none'") >= 3
    )


def test_what_is_sent_appears_with_its_codes_and_links(
    sandbox: Sandbox,
    merchant_app: MerchantApp,
    page: Page,  # noqa: F811
) -> None:
    """And stays bounded: it is one page, drawn anew when something came."""
    number, email = merchant_app.wallet_phone, f"seen-{merchant_app.wallet_phone}@example.com"
    page.goto(f"{sandbox.base_url}/_sandbox/console/inbox")
    sandbox.platform.register(Registration(name="Seen", email=email, password="a good password"))
    sandbox.control.drain()
    letter = page.locator("[data-part=letter][data-kind=mail]").filter(has_text=email)
    link = letter.locator("[data-part=link]")
    link.wait_for()
    assert link.get_attribute("href") == sandbox.inbox.wait_for(to=email).link
    page.goto(f"{sandbox.base_url}/_sandbox/console/inbox?to={number}")
    code = page.locator("[data-part=letter][data-kind=sms] [data-part=code]").first
    code.get_by_role("button", name="Copy the code").wait_for()
    assert code.locator("code").inner_text() == sandbox.phone(number).wait_for_code()
    assert page.locator("[data-part=letter][data-kind=mail]").count() == 0


def test_a_mail_in_the_journal_leads_to_the_inbox(sandbox: Sandbox, merchant_app: MerchantApp) -> None:
    for service, told in (("mail", merchant_app.email), ("sms", merchant_app.wallet_phone)):
        (sent, *_) = sandbox.journal.read(service=service, path=told)
        assert f'href="/_sandbox/console/inbox?to={quote(told)}"' in see(sandbox, f"journal/{sent['id']}")
        assert 'data-part="letter"' in see(sandbox, f"console/inbox?to={told}")


def test_an_open_inbox_makes_no_story_of_its_own(sandbox: Sandbox) -> None:
    start = httpx.get(f"{sandbox.base_url}/_sandbox/journal/stream").json()["cursor"]
    for query in ("", "?to=somebody@example.com", "?to=%2B216%2020%20000%20001"):
        see(sandbox, f"console/inbox{query}")
    asked = [each["path"] for each in sandbox.journal.read(after=start)]
    assert not [path for path in asked if path.startswith(("/inbox/api/mails", "/wallets/api/sms"))]


@pytest.mark.parametrize(
    ("answer", "code", "message"),
    [
        ('{"error": {"code": "WRONG_PIN", "message": "No.", "hint": "Try.", "field": "pin"}}', "WRONG_PIN", "No."),
        ('{"status": "FAILED", "result": {"status": "FAILED", "error": "WRONG_CODE"}}', "WRONG_CODE", None),
        ('{"result": {"status": 400, "message": "amount is missing"}}', "", "amount is missing"),
        (
            '{"result": {"success": false, "error": "SMT operation failed.", "details": "x"}}',
            "",
            "SMT operation failed.",
        ),
        (
            '{"status": "error", "message": "No refund", "code": "REFUND_NOT_ALLOWED"}',
            "REFUND_NOT_ALLOWED",
            "No refund",
        ),
        ('{"success": false, "message": "Unknown terminal"}', "", "Unknown terminal"),
    ],
)
def test_the_rule_that_refused_is_read_off_every_shape_of_answer(answer: str, code: str, message: str | None) -> None:
    refused = refusal_of({"answer": answer})
    assert refused is not None
    assert refused.code == code
    assert refused.message == (message or SandboxError.by_code[code].message)


@pytest.mark.parametrize(
    "answer", ["", "[1]", "{", '{"result": {"success": true, "status": "SUCCESS"}}', '{"code": 0}']
)
def test_what_was_not_refused_names_no_rule(answer: str) -> None:
    assert refusal_of({"answer": answer}) is None


def test_an_exchange_tells_its_rule_and_is_sent_again(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver
) -> None:
    form = prepare_and_verify(sandbox, merchant_app, phone, amount=2_000)
    refused = sandbox.accept(merchant_app, form["payment_id"], "000001")
    assert refused["result"]["error"] == "WRONG_CODE"
    call = sandbox.journal.read(path="/api/accept", payment=form["payment_id"])[0]
    text = see(sandbox, f"journal/{call['id']}")
    assert '<a href="/docs/errors#WRONG_CODE">' in text
    assert 'data-part="refusal"' in see(sandbox, f"stories/{call['trace']}")
    secrets = {"app_secret": merchant_app.private_token, "flouci_otp": form["flouci_otp"]}
    for name in secrets:
        assert f'name="secret.{name}"' in text
    url, headers = (
        f"{sandbox.base_url}/_sandbox/console/exchanges/{call['id']}",
        {**BROWSER, "Origin": sandbox.base_url},
    )
    without = httpx.post(url, data={"secret.app_secret": "x"}, headers=headers)
    assert (without.status_code, "without: flouci_otp" in without.text) == (400, True)
    again = httpx.post(url, data={f"secret.{name}": value for name, value in secrets.items()}, headers=headers)
    assert again.status_code == 303
    repeated = httpx.get(f"{sandbox.base_url}{again.headers['Location']}").json()
    assert '"SUCCESS"' in repeated["answer"]
    assert repeated["refused"] is None
