"""Limits count exactly: per rule, subject and window of the sandbox's clock, on both databases, whoever races."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.contracts.errors import BadLogin, TooManyRequests, WrongPassword
from sandbox.kit.clock import ClockState
from sandbox.platform.audit.actor import Actor, Authority, acting_as
from sandbox.platform.limits.rules import RULES
from sandbox.platform.profile.schemas import PasswordChange
from tests.platform.accounts.conftest import ALLOWED, PASSWORD, Desk
from tests.racing import codes_of, race
from tests.services import START

_HOUR = 3600


def take(desk: Desk, **subjects: str | None) -> None:
    with desk.database.write() as connection:
        desk.limits.take(connection, **subjects)


def test_each_rule_allows_as_many_as_its_setting_and_then_waits_for_its_window(desk: Desk) -> None:
    for name, rule in RULES.items():
        for _ in range(ALLOWED):
            take(desk, **{name: "somebody"})
        desk.clock.advance(rule.seconds - 1)
        with pytest.raises(TooManyRequests) as refused:
            take(desk, **{name: "somebody"})
        assert refused.value.details["retry_after"] == 1, name
        take(desk, **{name: "somebody else"})
        desk.clock.advance(1)
        take(desk, **{name: "somebody"})


def test_a_refused_try_does_not_make_the_wait_longer_nor_use_up_the_other_rule(desk: Desk) -> None:
    for number in range(ALLOWED):
        take(desk, reset_account=f"{number}@example.com", reset_address="10.0.0.1")
    for _ in range(ALLOWED + 1):
        with pytest.raises(TooManyRequests):
            take(desk, reset_account="new@example.com", reset_address="10.0.0.1")
    for _ in range(ALLOWED):
        take(desk, reset_account="new@example.com", reset_address="10.0.0.2")


def test_a_service_has_no_address_and_is_not_limited_by_one(desk: Desk) -> None:
    for _ in range(ALLOWED + 2):
        take(desk, registration_address=None)
    assert desk.count_limits() == 0


def test_a_clock_that_was_set_back_leaves_nobody_waiting_for_its_future(desk: Desk) -> None:
    desk.clock.advance(10 * 24 * _HOUR)
    for _ in range(ALLOWED):
        take(desk, reset_account="a@example.com")
    desk.clock.restore(ClockState(frozen_at=START))
    take(desk, reset_account="a@example.com")


def test_windows_that_are_over_leave_no_row(desk: Desk) -> None:
    for number in range(5):
        take(desk, reset_account=f"{number}@example.com")
    desk.clock.advance(_HOUR)
    take(desk, reset_account="a@example.com")
    assert desk.count_limits() == 1


def test_of_many_at_once_as_many_as_allowed_get_through(desk: Desk) -> None:
    outcomes = race([lambda: take(desk, reset_account="a@example.com")] * 8)
    assert codes_of(outcomes) == ["TOO_MANY_REQUESTS"] * (8 - ALLOWED) + ["ok"] * ALLOWED


def test_who_guesses_many_passwords_at_once_has_no_more_tries(desk: Desk) -> None:
    email = desk.register()
    outcomes = race([lambda: desk.log_in(email, "a wrong guess")] * 8)
    assert codes_of(outcomes) == ["BAD_LOGIN"] * ALLOWED + ["TOO_MANY_REQUESTS"] * (8 - ALLOWED)


def meanwhile(monkeypatch: pytest.MonkeyPatch, where: str, happens: Any) -> None:
    """Let something happen right after a right password was checked."""
    from sandbox.kit.passwords import matches

    def check(hasher: Any, hashed: str, plain: str) -> bool:
        is_right = matches(hasher, hashed, plain)
        if plain == PASSWORD:
            happens()
        return is_right

    monkeypatch.setattr(f"sandbox.platform.{where}.service.matches", check)


@pytest.mark.parametrize("status", ["active", "suspended"])
def test_the_right_guess_among_too_many_at_once_is_answered_like_a_wrong_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, status: str
) -> None:
    email = desk.register()
    desk.set_developer(email, status=status)

    def guess() -> None:
        for _ in range(ALLOWED):
            with pytest.raises(BadLogin):
                desk.log_in(email, "a wrong guess")

    meanwhile(monkeypatch, "sessions", guess)
    with pytest.raises(TooManyRequests):
        desk.log_in(email)
    assert "session.opened" not in desk.actions()


def test_right_passwords_at_once_are_no_tries(desk: Desk) -> None:
    email = desk.register()
    tokens = race([lambda: desk.log_in(email)] * 8)
    assert len({*map(str, tokens)}) == 8
    assert desk.count_limits() == 0


def test_wrong_passwords_are_counted_for_the_account_in_any_spelling_and_for_the_address(desk: Desk) -> None:
    email = desk.register("spelled@example.com")
    with acting_as(Actor(Authority.ANONYMOUS, address="10.0.0.1")):
        for spelling in (email, email.upper(), f" {email} "):
            with pytest.raises(BadLogin):
                desk.log_in(spelling, "a wrong guess")
        with pytest.raises(TooManyRequests):
            desk.log_in("another@example.com", "a wrong guess")
    with pytest.raises(TooManyRequests):
        desk.log_in(email)


def test_a_stolen_session_guesses_the_password_no_more_often_than_a_login_does(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    email = desk.register()
    developer_id = desk.id_of(email)

    def change(password: str) -> None:
        wanted = PasswordChange(password=password, new_password="a brand new password")
        desk.profile.change_password(developer_id, None, wanted)

    def guess() -> None:
        for _ in range(ALLOWED):
            with pytest.raises(WrongPassword):
                change("a wrong guess")

    meanwhile(monkeypatch, "profile", guess)
    for password in (PASSWORD, "a wrong guess", PASSWORD):
        with pytest.raises(TooManyRequests):
            change(password)
    with pytest.raises(TooManyRequests):
        desk.log_in(email)
