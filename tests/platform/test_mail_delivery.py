"""Mail goes out through SMTP, beside the request: a server that is down delays it and loses nothing."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from sandbox.contracts.platform import Login, Registration
from sandbox.mail_catcher.smtp import SmtpServer
from sandbox.testing import Sandbox

EMAILS = [f"waiting-{number}@example.com" for number in range(3)]


@pytest.fixture
def own_sandbox() -> Iterator[Sandbox]:
    with Sandbox.start(seed=9) as running:
        yield running


def start_smtp_again(sandbox: Sandbox) -> None:
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", sandbox.details["smtp_port"]))
    listening.listen()
    sandbox._running._smtp = SmtpServer(listening, sandbox._running.world.mail_service)
    sandbox._running._smtp.start()


def test_registration_answers_while_smtp_is_down_and_each_mail_goes_out_once_later(own_sandbox: Sandbox) -> None:
    own_sandbox._running._smtp.stop()
    for email in EMAILS:
        own_sandbox.platform.register(Registration(name="Waiting", email=email, password="a good password"))
    own_sandbox.control.drain()
    assert all(own_sandbox.inbox._client.list_mails(to=email) == [] for email in EMAILS)
    start_smtp_again(own_sandbox)
    own_sandbox.clock.advance(seconds=600)
    for email in EMAILS:
        (mail,) = own_sandbox.inbox._client.list_mails(to=email)
        own_sandbox.platform.activate(mail.links[0].rpartition("/")[2])
        assert own_sandbox.platform.login(Login(email=email, password="a good password"))
