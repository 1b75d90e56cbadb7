"""Mail comes in by real SMTP and is found again: decoded, with its links and codes."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from sandbox.testing.drivers import InboxDriver
    from sandbox.testing.embedded import Sandbox


def send(sandbox: Sandbox, message: EmailMessage | bytes, to: str) -> None:
    raw = message if isinstance(message, bytes) else message.as_bytes()
    with smtplib.SMTP("127.0.0.1", sandbox.details["smtp_port"], timeout=30) as smtp:
        smtp.sendmail("shop@example.com", [to], raw)


def mail(subject: str, text: str, html: str | None = None) -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, "shop@example.com", "x@example.com"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message


def test_a_mail_is_found_by_its_address_whatever_its_case(sandbox: Sandbox, inbox: InboxDriver) -> None:
    send(sandbox, mail("Bonjour", "Votre code est 123456, le lien http://127.0.0.1/a?b=1."), "Amira@Example.com")
    found = inbox.wait_for(to="amira@example.com")
    assert (found.subject, found.sender) == ("Bonjour", "shop@example.com")
    assert found.codes == ["123456"]
    assert found.links == ["http://127.0.0.1/a?b=1"]


def test_arabic_and_encoded_mails_are_readable(sandbox: Sandbox, inbox: InboxDriver) -> None:
    send(sandbox, mail("رمز التفعيل", "رمزك هو 654321"), "arabic@example.com")
    found = inbox.wait_for(to="arabic@example.com")
    assert (found.subject, found.codes) == ("رمز التفعيل", ["654321"])


def test_a_mail_that_does_not_come_is_said_to_be_missing(inbox: InboxDriver) -> None:
    with pytest.raises(TimeoutError, match=r"nobody@example\.com"):
        inbox.wait_for(to="nobody@example.com", seconds=0.1)


def test_a_part_of_an_address_is_not_the_address(sandbox: Sandbox, inbox: InboxDriver) -> None:
    send(sandbox, mail("For Ann", "x"), "joann@example.com")
    inbox.wait_for(to="joann@example.com")
    with pytest.raises(TimeoutError):
        inbox.wait_for(to="ann@example.com", seconds=0.1)


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("empty", b""),
        ("noise", b"\xff\xfe\x00broken"),
        ("charset", b"Content-Type: text/plain; charset=nonsense\r\n\r\n\xe9t\xe9"),
    ],
)
def test_a_mail_that_is_not_well_formed_is_kept_and_shown(
    sandbox: Sandbox, inbox: InboxDriver, name: str, raw: bytes
) -> None:
    address = f"{name}@example.com"
    send(sandbox, raw, address)
    found = inbox.wait_for(to=address)
    page = httpx.get(f"{sandbox.base_url}/inbox/mails/{found.id}", headers={"Accept": "text/html"})
    assert page.status_code == 200


def test_the_html_of_a_mail_is_shown_without_scripts(sandbox: Sandbox, inbox: InboxDriver) -> None:
    send(sandbox, mail("HTML", "plain", "<script>alert(1)</script><p>hello</p>"), "html@example.com")
    found = inbox.wait_for(to="html@example.com")
    answer = httpx.get(f"{sandbox.base_url}/inbox/api/mails/{found.id}/html")
    assert "hello" in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
