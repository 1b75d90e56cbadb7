"""Pages show what others typed as text, say what a browser may load, and lead nowhere else."""

from __future__ import annotations

import re
import smtplib
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any

import pytest

from sandbox.contracts.mobile import NewPhone
from sandbox.contracts.platform import Login, NewApp, OpenSession, Registration
from sandbox.contracts.qr_payload import CheckoutCode, to_text
from sandbox.testing import Sandbox
from tests.security.table import EXPECTED
from tests.stage import Stage, apps_of
from tests.visitor import PAGE, Visitor

EVIL = "<script>alert(1)</script>"
QUOTE = "\"'><img src=x onerror=alert(1)>"
MARKS = (EVIL, "<img src=x", "onerror=alert(1)>")
PASSWORD = "a good password"


@pytest.fixture(scope="module")
def evil(stage: Stage) -> dict[str, Any]:
    """A developer, a wallet, an app, an order, a mail and an SMS whose every free text is a script."""
    sandbox = stage.sandbox
    email, number = "evil@example.com", "52666000"
    sandbox.mobile.add_phone(NewPhone(phone_number=number, name=QUOTE, trade_name=EVIL))
    sandbox.platform.register(Registration(name=EVIL + QUOTE, email=email, password=PASSWORD))
    key = sandbox.inbox.wait_for(to=email).links[0].rpartition("/")[2]
    sandbox.platform.activate(key)
    token = sandbox.platform.login(Login(email=email, password=PASSWORD))
    link = sandbox.platform.start_app(token, NewApp(name=EVIL, description=QUOTE, phone_number=number))
    code = re.findall(r"\d{6}", sandbox.phone(number).messages()[0]["text"])[0]
    app = sandbox.platform.confirm_app(token, link.id, code)
    waiting = sandbox.platform.start_app(token, NewApp(name=QUOTE, description=EVIL, phone_number=number))
    opened = OpenSession(app=app.public_token, amount=1, name=EVIL[:80], description=QUOTE)
    session = sandbox.platform.open_session(opened)["session"]
    phone = sandbox.new_phone()
    phone.scan_text(to_text(CheckoutCode(app=app.public_token, amount=1, session=session)))
    paid = phone.pay()
    body = {"app_token": app.public_token, "app_secret": app.private_token, "payment_id": paid.payment_id}
    assert stage.http.post("/api/accept", json=body | {"flouci_otp": paid.code}).json()["code"] == 0
    mail_id = send_mail(sandbox)
    stage.http.get(f"/{EVIL}?{QUOTE}", headers={"Sandbox-Trace": EVIL})
    sandbox.control.drain()
    return {"email": email, "app": app.id, "link": waiting.id, "mail": mail_id, "phone": phone.number}


def send_mail(sandbox: Sandbox) -> int:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "evil@example.com", "reader@example.com", EVIL + QUOTE
    mail.set_content(EVIL + '\nhttps://x.example/"onmouseover=alert(1)')
    mail.add_alternative(f"<html><body>{EVIL}{QUOTE}</body></html>", subtype="html")
    with smtplib.SMTP("127.0.0.1", sandbox.details["smtp_port"]) as smtp:
        smtp.send_message(mail)
    return sandbox.inbox.wait_for(to="reader@example.com").id


def test_scripts_in_every_text_come_out_as_text(stage: Stage, evil: dict[str, Any]) -> None:
    with Visitor(stage.base_url) as visitor:
        visitor.log_in(evil["email"], PASSWORD)
        pages = ["/", "/docs", "/apps", f"/apps/{evil['app']}", f"/apps/new/{evil['link']}", "/inbox/", "/_sandbox/"]
        pages += [f"/inbox/mails/{evil['mail']}", f"/{EVIL}", f"/apps/{EVIL}", f"/?lang={QUOTE}", "/mobile/"]
        pages += [f"/shop/payment/failed?order={EVIL}", f"/shop/?lang={QUOTE}", f"/inbox/?to={QUOTE}"]
        found = 0
        for path in pages:
            page = visitor.open(path)
            assert page.headers["Content-Type"].startswith("text/html"), path
            for mark in MARKS:
                assert mark not in page.text, f"{path} shows {mark} as it came"
            found += "&lt;script&gt;" in page.text or "&#34;" in page.text
        assert found >= 5


@pytest.mark.parametrize("path", ["/register", "/login", "/apps/new"])
def test_a_form_that_is_refused_shows_what_was_typed_as_text(stage: Stage, evil: dict[str, Any], path: str) -> None:
    with Visitor(stage.base_url) as visitor:
        if path == "/apps/new":
            visitor.log_in(evil["email"], PASSWORD)
        typed = {"name": QUOTE, "email": QUOTE, "description": EVIL, "phone_number": EVIL, "language": EVIL}
        answer = visitor.submit(path, **typed, password=EVIL)
        assert answer.status_code in {400, 401}
        for mark in MARKS:
            assert mark not in answer.text
        assert EVIL not in answer.text.replace("&lt;", "<") or path == "/apps/new"


def test_the_mail_that_we_send_shows_a_name_as_text(stage: Stage, evil: dict[str, Any]) -> None:
    mails = stage.sandbox.inbox._client.list_mails(to=evil["email"])
    html = stage.http.get(f"/inbox/api/mails/{mails[-1].id}/html").text
    assert "&lt;script&gt;" in html
    for mark in MARKS:
        assert mark not in html


def test_somebody_elses_html_mail_runs_nothing(stage: Stage, evil: dict[str, Any]) -> None:
    """It is shown as it came, inside a frame in which no script may run and nothing is loaded."""
    answer = stage.http.get(f"/inbox/api/mails/{evil['mail']}/html")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert re.search(r"sandbox(?![^;]*allow-scripts)", policy)
    assert "script-src" not in policy
    raw = stage.http.get(f"/inbox/api/mails/{evil['mail']}/raw")
    assert raw.headers["Content-Type"].startswith("message/rfc822")


class InlineParts(HTMLParser):
    """Collects what a policy of 'self' forbids: scripts, styles and handlers that stand in the page itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        is_script = tag == "script" and "src" not in names and names.get("type") != "application/json"
        if is_script or tag == "style" or any(name.startswith("on") or name == "style" for name in names):
            self.found.append(self.get_starttag_text() or tag)


def inline_parts(page: str) -> list[str]:
    parser = InlineParts()
    parser.feed(page)
    return parser.found


PAGES = sorted(
    route.removeprefix("GET ")
    for route, row in EXPECTED.items()
    if route.startswith("GET ")
    and row[0] == 200
    and not re.search(
        r"/api/|/partners/|filename|_ui|/static/|/_sandbox/\w|/mobile/\w|/shop|/images|\.png|\.json", route
    )
)


@pytest.mark.parametrize("rule", [*PAGES, "/nothing", "/mobile/nothing", "/inbox/nothing", "/_sandbox/nothing"])
def test_every_page_says_what_a_browser_may_load(stage: Stage, rule: str) -> None:
    answer = stage.http.get(stage.path_of(rule), headers=PAGE)
    assert answer.headers["Content-Type"].startswith("text/html")
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["script-src"] == "'self'"
    assert policy["object-src"] == policy["base-uri"] == "'none'"
    assert policy["frame-ancestors"] == (
        "'self'" if rule.startswith("/mobile") else "'none'"
    )  # beside the shop, in the console
    assert policy["form-action"] == "'self'"
    assert "unsafe" not in str(policy)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert inline_parts(answer.text) == []


def test_there_are_as_many_pages_here_as_templates_for_them(stage: Stage) -> None:
    assert {"/", "/docs", "/login", "/register", "/inbox/", "/_sandbox/", "/mobile/"} <= set(PAGES)
    assert all(app.jinja_env.autoescape for app in apps_of(stage.sandbox).values())


ELSEWHERE = ("https://evil.example", "//evil.example", "/\\evil.example", "https:evil.example", "javascript:alert(1)")
LEADING = ("next", "redirect", "return", "url", "continue", "lang", "order", "r")


def test_no_page_leads_elsewhere(stage: Stage) -> None:
    """Wherever a path or a query may come to stand in a Location, it stays on this site."""
    for target in ELSEWHERE:
        query = "&".join(f"{name}={target}" for name in LEADING)
        with Visitor(stage.base_url) as visitor:
            answers = [visitor.open(f"{path}?{query}") for path in ("/apps", "/", "/login", "/shop/payment/success")]
            answers += [visitor.open(f"/{target}/.."), visitor.open(f"/{target}"), visitor.open(f"/login/{target}")]
            fields = {"email": stage.owner.email, "password": stage.owner.password}
            answers.append(visitor.submit(f"/login?{query}", **fields, **dict.fromkeys(LEADING, target)))
            answers.append(visitor.submit(f"/logout?{query}", **dict.fromkeys(LEADING, target)))
            answers.append(visitor.submit("/shop/handle_payment", **dict.fromkeys(LEADING, target)))
        for answer in answers:
            where = answer.headers.get("Location", "/")
            assert re.match(rf"(/(?![/\\])|\?|{re.escape(stage.base_url)}/)", where), (target, where)


def test_a_text_with_line_ends_writes_no_header(stage: Stage) -> None:
    for path in ("/?lang=fr%0d%0aX-Evil:1", "/%0d%0aX-Evil:1", "/shop/payment/success?order=%0d%0aX-Evil:1"):
        assert "X-Evil" not in stage.http.get(path, headers=PAGE).headers
    refused = stage.http.post("/api/accept", json={"app_token": "a\r\nX-Evil: 1", "app_secret": "b"})
    assert "X-Evil" not in refused.headers


def test_answers_with_secrets_are_not_kept_by_browsers_between_visits(stage: Stage) -> None:
    with Visitor(stage.base_url) as visitor:
        visitor.log_in(stage.owner.email, stage.owner.password)
        path = f"/apps/{stage._app_id()}/integrate"
        assert stage.owner.private_token not in visitor.open(path).text
        page = visitor.submit(path)
        assert stage.owner.private_token in page.text
        assert page.headers["Cache-Control"] == "no-store"
        assert stage.owner.private_token not in visitor.open(path).text
        assert "Cookie" in page.headers["Vary"]
