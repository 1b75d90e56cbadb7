"""Accounts: registration, the activation mail, login and logout (report, 4.2)."""

from __future__ import annotations

import re
import sqlite3
import time
from itertools import count
from pathlib import Path

import pytest

from sandbox.contracts.errors import ActivationKeyInvalid, BadLogin, EmailTaken, NotActivated
from sandbox.contracts.platform import Login, Registration
from sandbox.testing import Sandbox
from sandbox.testing.drivers import ClockDriver, InboxDriver
from tests.racing import codes_of, race
from tests.visitor import Visitor

PASSWORD = "correct horse battery"
_DAY = 24 * 3600
_numbers = count(1)


def new_email() -> str:
    return f"Dev-{next(_numbers)}@Example.com"


def register(sandbox: Sandbox, email: str, password: str = PASSWORD) -> None:
    sandbox.platform.register(Registration(name="Rania Mejri", email=email, password=password))


def key_from_mail(sandbox: Sandbox, email: str) -> str:
    sandbox.control.drain()
    return sandbox.inbox.wait_for(to=email).links[0].rpartition("/")[2]


def activated(sandbox: Sandbox) -> str:
    email = new_email()
    register(sandbox, email)
    sandbox.platform.activate(key_from_mail(sandbox, email))
    return email


def test_a_developer_registers_activates_logs_in_and_out_on_the_pages(
    sandbox: Sandbox, visitor: Visitor, inbox: InboxDriver
) -> None:
    email = new_email()
    told = visitor.submit("/register", name="Rania Mejri", email=email, password=PASSWORD)
    assert told.status_code == 200
    assert email.lower() in told.text.lower()
    link = inbox.wait_for(to=email).links[0]
    assert link.startswith(f"{sandbox.base_url}/activate/")
    assert visitor.open(link).status_code == 200
    assert visitor.log_in(email, PASSWORD).headers["Location"] == "/dashboard"
    assert visitor.open("/apps").status_code == 200
    assert visitor.submit("/logout").status_code == 302
    assert visitor.open("/apps").headers["Location"] == "/login?next=/apps"


def test_the_activation_key_works_once(sandbox: Sandbox) -> None:
    email = new_email()
    register(sandbox, email)
    key = key_from_mail(sandbox, email)
    sandbox.platform.activate(key)
    with pytest.raises(ActivationKeyInvalid):
        sandbox.platform.activate(key)


def test_two_clicks_at_once_activate_once(sandbox: Sandbox) -> None:
    email = new_email()
    register(sandbox, email)
    key = key_from_mail(sandbox, email)
    outcomes = race([lambda: sandbox.platform.activate(key)] * 4)
    assert codes_of(outcomes) == ["ACTIVATION_KEY_INVALID"] * 3 + ["ok"]


def test_the_activation_key_works_for_24_hours_on_the_sandboxs_clock(sandbox: Sandbox, clock: ClockDriver) -> None:
    clock.freeze()
    in_time, too_late = new_email(), new_email()
    register(sandbox, in_time)
    register(sandbox, too_late)
    clock.advance(seconds=_DAY - 1)
    sandbox.platform.activate(key_from_mail(sandbox, in_time))
    clock.advance(seconds=1)
    with pytest.raises(ActivationKeyInvalid):
        sandbox.platform.activate(key_from_mail(sandbox, too_late))


def test_who_missed_the_24_hours_registers_again(sandbox: Sandbox, clock: ClockDriver) -> None:
    """The refusal of the old key says so; the address must not be taken for ever by an account that nobody can open."""
    email = new_email()
    register(sandbox, email, "the first password")
    with pytest.raises(EmailTaken):
        register(sandbox, email)
    clock.advance(seconds=_DAY)
    register(sandbox, email)
    sandbox.platform.activate(key_from_mail(sandbox, email))
    assert sandbox.platform.login(Login(email=email, password=PASSWORD))
    with pytest.raises(BadLogin):
        sandbox.platform.login(Login(email=email, password="the first password"))


def test_before_activation_a_right_password_says_what_is_missing_and_a_wrong_one_does_not(sandbox: Sandbox) -> None:
    email = new_email()
    register(sandbox, email)
    with pytest.raises(NotActivated):
        sandbox.platform.login(Login(email=email, password=PASSWORD))
    with pytest.raises(BadLogin):
        sandbox.platform.login(Login(email=email, password="wrong password"))


def test_an_unknown_address_is_answered_like_a_wrong_password(sandbox: Sandbox) -> None:
    email = activated(sandbox)
    answers = []
    for address in (email, "nobody@example.com"):
        body = {"email": address, "password": "wrong password"}
        answer = sandbox.transport.send("POST", "/api/login", str(body).replace("'", '"').encode(), {})
        told = answer.json()["error"]
        answers.append((answer.status, {name: text for name, text in told.items() if name != "request_id"}))
    assert answers[0] == answers[1]
    assert answers[0][1]["code"] == "BAD_LOGIN"


@pytest.mark.usefixtures("usual_passwords")
def test_an_unknown_address_costs_as_much_time_as_a_wrong_password(sandbox: Sandbox) -> None:
    """The password's hash takes about 30 ms; without it an unknown address would be answered in one or two."""
    email = activated(sandbox)

    def seconds(address: str) -> float:
        started = time.perf_counter()
        with pytest.raises(BadLogin):
            sandbox.platform.login(Login(email=address, password="wrong password"))
        return time.perf_counter() - started

    pairs = [(seconds(email), seconds("nobody@example.com")) for _ in range(7)]
    known, unknown = (min(each) for each in zip(*pairs, strict=True))
    assert unknown > known / 2


def test_the_case_of_an_address_does_not_matter(sandbox: Sandbox) -> None:
    email = activated(sandbox)
    for spelling in (email.lower(), email.upper(), f"  {email} "):
        assert sandbox.platform.login(Login(email=spelling, password=PASSWORD))
    with pytest.raises(EmailTaken) as refused:
        register(sandbox, email.upper())
    assert refused.value.field == "email"


def test_of_four_clicks_at_once_on_a_registration_one_counts(sandbox: Sandbox) -> None:
    email = new_email()
    outcomes = race([lambda: register(sandbox, email)] * 4)
    assert codes_of(outcomes) == ["ok"] * 4
    sandbox.control.drain()
    assert len(sandbox.inbox._client.list_mails(to=email)) == 1


@pytest.mark.parametrize(
    "email",
    [
        "",
        "x",
        "@example.com",
        "a@",
        "a b@example.com",
        "a@b@c.com",
        "a@example.com\nBcc: x@y.com",
        "é" * 300 + "@a.com",
    ],
)
def test_what_is_no_address_is_refused_on_the_page_with_what_was_typed_still_there(
    sandbox: Sandbox, visitor: Visitor, email: str
) -> None:
    answer = visitor.submit("/register", name="Rania Mejri", email=email, password=PASSWORD)
    assert answer.status_code == 400
    assert 'value="Rania Mejri"' in answer.text
    assert PASSWORD not in answer.text


@pytest.mark.parametrize(
    "email",
    ["o'neil+shop@example.com", "salmà@example.com", "شوق@example.com", "a@bücher.example", f"{'a' * 64}@e.com"],
)
def test_every_address_that_is_one_gets_its_mail(sandbox: Sandbox, email: str) -> None:
    """A mail that could not be put together would hold back all that come after it."""
    register(sandbox, email)
    sandbox.platform.activate(key_from_mail(sandbox, email))
    assert sandbox.platform.login(Login(email=email, password=PASSWORD))


def test_the_activation_mail_speaks_the_language_of_the_page(visitor: Visitor, inbox: InboxDriver) -> None:
    subjects = set()
    for language in ("en", "fr", "ar"):
        email = new_email()
        visitor.open(f"/register?lang={language}")
        visitor.submit("/register", name="Rania", email=email, password=PASSWORD)
        subjects.add(inbox.wait_for(to=email).subject)
    assert len(subjects) == 3


@pytest.mark.parametrize("password", ["", "short", "1234567", "x" * 201])
def test_a_password_has_8_to_200_characters(visitor: Visitor, password: str) -> None:
    answer = visitor.submit("/register", name="Rania", email=new_email(), password=password)
    assert answer.status_code == 400


def test_a_password_stands_in_no_file(sandbox: Sandbox) -> None:
    secret = "a-password-that-stands-nowhere"
    email = new_email()
    register(sandbox, email, secret)
    sandbox.platform.activate(key_from_mail(sandbox, email))
    sandbox.platform.login(Login(email=email, password=secret))
    sandbox.control.list_exchanges()
    files = [file for file in Path(sandbox.details["data_dir"]).rglob("*") if file.is_file()]
    assert any(file.name == "platform.db" for file in files)
    assert [file for file in files if secret.encode() in file.read_bytes()] == []


def test_keys_and_sessions_are_kept_as_hashes_alone(sandbox: Sandbox) -> None:
    """The mail in the inbox has the link, as any mail has; nothing else does."""
    email = new_email()
    register(sandbox, email)
    key = key_from_mail(sandbox, email)
    pending = tables_of(sandbox, "platform")
    sandbox.platform.activate(key)
    token = sandbox.platform.login(Login(email=email, password=PASSWORD))
    sandbox.inbox.wait_for(to=email)
    sandbox.control.list_exchanges()
    kept = pending + tables_of(sandbox, "platform") + tables_of(sandbox, "control")
    assert email.lower() in kept
    assert key not in kept
    assert token not in kept


def tables_of(sandbox: Sandbox, service: str) -> str:
    """All rows of a service, as text."""
    database = sqlite3.connect(Path(sandbox.details["data_dir"]) / "databases" / f"{service}.db")
    try:
        return "\n".join(database.iterdump())
    finally:
        database.close()


@pytest.mark.usefixtures("usual_passwords")
def test_a_password_is_kept_as_argon2id(sandbox: Sandbox) -> None:
    email = activated(sandbox)
    with sqlite3.connect(Path(sandbox.details["data_dir"]) / "databases" / "platform.db") as database:
        (kept,) = database.execute("SELECT password_hash FROM developers WHERE email = ?", (email.lower(),)).fetchone()
    database.close()
    assert re.match(r"\$argon2id\$v=19\$m=19456,t=2,p=1\$", kept)
