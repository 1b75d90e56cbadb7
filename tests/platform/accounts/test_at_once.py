"""What happens to an account at the same moment: sessions, passwords, addresses and mailed keys, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sandbox.contracts.errors import (
    AccountSuspended,
    BadLogin,
    EmailKeyInvalid,
    EmailTaken,
    LoginSessionNotFound,
    ResetKeyInvalid,
    WrongPassword,
)
from sandbox.contracts.platform import Login, Registration
from sandbox.kit.paging import PageQuery
from sandbox.platform.profile.schemas import EmailChange, PasswordChange
from sandbox.platform.sessions.service import REMEMBERED_DAYS, USUAL_HOURS
from tests.platform.accounts.conftest import PASSWORD, Desk
from tests.platform.accounts.test_limits import meanwhile
from tests.racing import codes_of, race

NEW = "a brand new password"


def ask_email(desk: Desk, developer_id: str, email: str) -> str:
    desk.profile.ask_email(developer_id, EmailChange(email=email, password=PASSWORD))
    return desk.newest_key(email)


def change_password(desk: Desk, developer_id: str) -> None:
    desk.profile.change_password(developer_id, None, PasswordChange(password=PASSWORD, new_password=NEW))


@pytest.mark.parametrize(
    ("remember", "lasts"), [(False, timedelta(hours=USUAL_HOURS)), (True, timedelta(days=REMEMBERED_DAYS))]
)
def test_a_session_ends_on_the_second_and_its_row_goes_with_the_next_login(
    desk: Desk, remember: bool, lasts: timedelta
) -> None:
    email = desk.register()
    token = desk.sessions.login(Login(email=email, password=PASSWORD, remember=remember)).token
    desk.clock.advance(lasts.total_seconds() - 1)
    assert desk.sessions.find(token)
    desk.clock.advance(1)
    assert desk.sessions.find(token) is None
    desk.log_in(email)
    assert len(desk.sessions.list_open(desk.id_of(email), None, PageQuery()).rows) == 1


def test_when_a_session_was_last_seen_is_told_to_the_minute(desk: Desk) -> None:
    email = desk.register()
    token = desk.log_in(email)

    def last_seen() -> str:
        (row,) = desk.sessions.list_open(desk.id_of(email), None, PageQuery()).rows
        return row.last_seen_at

    first = last_seen()
    for seconds, moves in ((59, False), (1, True), (59, False), (3600, True)):
        before = last_seen()
        desk.clock.advance(seconds)
        assert desk.sessions.find(token)
        assert (last_seen() != before) == moves, seconds
    assert last_seen() > first


def test_one_session_ends_or_all_others_and_nobody_elses(desk: Desk) -> None:
    email, other = desk.register(), desk.register()
    mine, second, third, theirs = (desk.log_in(each) for each in (email, email, email, other))
    ids = {token: desk.sessions.find(token).id for token in (mine, second, third, theirs)}  # type: ignore[union-attr]
    developer_id = desk.id_of(email)
    with pytest.raises(LoginSessionNotFound):
        desk.sessions.revoke(developer_id, ids[theirs])
    desk.sessions.revoke(developer_id, ids[second])
    assert [bool(desk.sessions.find(token)) for token in ids] == [True, False, True, True]
    assert desk.sessions.revoke_others(developer_id, ids[mine]) == 1
    assert [bool(desk.sessions.find(token)) for token in ids] == [True, False, False, True]
    with pytest.raises(LoginSessionNotFound):
        desk.sessions.revoke(developer_id, ids[second])


def test_a_login_in_a_browser_that_has_a_session_ends_that_one_alone(desk: Desk) -> None:
    email = desk.register()
    kept, old = desk.log_in(email), desk.log_in(email)
    new = desk.log_in(email, replaces=old)
    assert [bool(desk.sessions.find(token)) for token in (kept, old, new)] == [True, False, True]


def test_a_login_with_the_old_password_does_not_outlive_the_reset_it_raced(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    email = desk.register()
    key = desk.reset_key(email)
    meanwhile(monkeypatch, "sessions", lambda: desk.recovery.reset(key, NEW))
    with pytest.raises(BadLogin):
        desk.log_in(email)
    assert desk.sessions.list_open(desk.id_of(email), None, PageQuery()).rows == []


def test_who_is_suspended_while_the_password_is_checked_stays_outside(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    email = desk.register()
    meanwhile(monkeypatch, "sessions", lambda: desk.set_developer(email, status="suspended", suspension_reason="Fraud"))
    with pytest.raises(AccountSuspended):
        desk.log_in(email)


def test_a_reset_key_that_is_used_at_once_sets_one_password(desk: Desk) -> None:
    email = desk.register()
    key = desk.reset_key(email)
    passwords = [f"a brand new password {number}" for number in range(4)]
    outcomes = race([lambda each=each: desk.recovery.reset(key, each) for each in passwords])
    assert codes_of(outcomes) == ["RESET_KEY_INVALID"] * 3 + ["ok"]
    (winner,) = (each for each, outcome in zip(passwords, outcomes, strict=True) if outcome == email)
    assert desk.log_in(email, winner)
    assert desk.actions().count("password.reset") == 1


def test_a_new_password_makes_every_key_that_was_mailed_before_worthless(desk: Desk) -> None:
    """Also the one of an e-mail change: who knew the old password must not take the account with it."""
    email = desk.register()
    developer_id = desk.id_of(email)
    moved, reset = ask_email(desk, developer_id, "thief@example.com"), desk.reset_key(email)
    change_password(desk, developer_id)
    with pytest.raises(EmailKeyInvalid):
        desk.profile.confirm_email(moved)
    with pytest.raises(ResetKeyInvalid):
        desk.recovery.reset(reset, PASSWORD)


def test_a_key_opens_only_what_it_was_mailed_for(desk: Desk) -> None:
    email = desk.register()
    moved, reset = ask_email(desk, desk.id_of(email), "other@example.com"), desk.reset_key(email)
    with pytest.raises(ResetKeyInvalid):
        desk.recovery.reset(moved, NEW)
    with pytest.raises(EmailKeyInvalid):
        desk.profile.confirm_email(reset)


def test_an_address_change_that_was_begun_with_the_old_password_is_refused(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    email = desk.register()
    key = desk.reset_key(email)
    meanwhile(monkeypatch, "profile", lambda: desk.recovery.reset(key, NEW))
    with pytest.raises(WrongPassword):
        desk.profile.ask_email(desk.id_of(email), EmailChange(email="thief@example.com", password=PASSWORD))
    assert desk.mails("thief@example.com") == []


def test_two_accounts_that_move_to_one_address_at_once_leave_it_to_one(desk: Desk) -> None:
    wanted = "wanted@example.com"
    first, second = desk.register(), desk.register()
    keys = [ask_email(desk, desk.id_of(email), wanted) for email in (first, second)]
    outcomes = race([lambda key=key: desk.profile.confirm_email(key) for key in keys])
    assert codes_of(outcomes) == ["EMAIL_TAKEN", "ok"]
    assert desk.log_in(wanted)
    told = [
        len([mail for mail in desk.mails(email) if mail["template"] == "email_changed"]) for email in (first, second)
    ]
    assert sorted(told) == [0, 1]


def test_one_key_of_an_address_counts_once_and_a_new_one_replaces_it(desk: Desk) -> None:
    email = desk.register()
    developer_id = desk.id_of(email)
    first = ask_email(desk, developer_id, "first@example.com")
    second = ask_email(desk, developer_id, "second@example.com")
    with pytest.raises(EmailKeyInvalid):
        desk.profile.confirm_email(first)
    outcomes = race([lambda: desk.profile.confirm_email(second)] * 4)
    assert codes_of(outcomes) == ["EMAIL_KEY_INVALID"] * 3 + ["ok"]
    assert desk.log_in("second@example.com")


def test_an_address_that_is_registered_meanwhile_is_not_taken_over(desk: Desk) -> None:
    email = desk.register()
    key = ask_email(desk, desk.id_of(email), "quick@example.com")
    desk.register("quick@example.com")
    with pytest.raises(EmailTaken):
        desk.profile.confirm_email(key)
    assert desk.log_in(email)


def test_of_a_registration_and_a_move_to_the_same_address_one_gets_it(desk: Desk) -> None:
    email = desk.register()
    key = ask_email(desk, desk.id_of(email), "both@example.com")
    registration = Registration(name="Both", email="both@example.com", password=NEW)
    outcomes = race([lambda: desk.profile.confirm_email(key), lambda: desk.accounts.register(registration)])
    assert codes_of(outcomes) == ["EMAIL_TAKEN", "ok"]


def test_mails_speak_the_language_of_the_account(desk: Desk) -> None:
    email = desk.register()
    developer_id = desk.id_of(email)
    desk.reset_key(email)
    change_password(desk, developer_id)
    desk.set_developer(email, language="ar")
    desk.reset_key(email)
    assert [mail["language"] for mail in desk.mails(email)] == ["fr", "fr", "fr", "ar"]
