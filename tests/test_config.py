"""Settings: one table, every kind of value, and errors that name the variable."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from sandbox.config import SETTINGS, SettingError, Settings, _convert, _setting, settings_from


def of_environment(name: str, text: str) -> object:
    return getattr(settings_from({f"FLOUCI_SANDBOX_{name.upper()}": text}), name)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("port", "9000", 9000),
        ("seed", "7", 7),
        ("data_dir", "here/there", Path("here/there")),
        ("allow_outside_addresses", "true", True),
        ("allow_outside_addresses", " Yes ", True),
        ("allow_local_addresses", "0", False),
        ("allow_local_addresses", "off", False),
        ("allowed_hosts", "", ()),
        (
            "allowed_hosts",
            "sandbox.test, shop_1 ,,*,::1,[fd00::2]",
            ("sandbox.test", "shop_1", "*", "::1", "[fd00::2]"),
        ),
    ],
)
def test_a_variable_of_the_environment_becomes_a_value_of_its_kind(name: str, text: str, value: object) -> None:
    assert of_environment(name, text) == value
    assert type(of_environment(name, text)) is type(value)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("port", "x", "a whole number from 0 to 65535, not 'x'"),
        ("port", "65536", "a whole number from 0 to 65535"),
        ("max_apps", "-1", "a whole number of at least 0"),
        ("seed", "1.5", "a whole number, not '1.5'"),
        ("allow_local_addresses", "maybe", "'true' or 'false', not 'maybe'"),
        ("allowed_hosts", "http://sandbox.test", "host names without scheme and port, or \\*, separated by commas"),
        ("allowed_hosts", "ok,sandbox.test:8216", "host names"),
        ("allowed_hosts", "two words", "host names"),
    ],
)
def test_a_wrong_value_is_refused_with_the_variable_and_what_it_should_be(name: str, text: str, told: str) -> None:
    with pytest.raises(SettingError, match=f"FLOUCI_SANDBOX_{name.upper()} must be .*{told}"):
        of_environment(name, text)


def test_what_may_hold_a_password_is_refused_without_being_repeated() -> None:
    with pytest.raises(SettingError, match=r"FLOUCI_SANDBOX_DATABASE_URL must be an address .* or nothing\.$"):
        of_environment("database_url", "postgres://me:very-secret@127.0.0.1/none")


def test_a_choice_takes_its_words_alone() -> None:
    colour = _setting("red", "A colour.", choices=("red", "green"))
    colour.name = "colour"
    assert _convert(colour, "green", "colour") == "green"
    with pytest.raises(SettingError, match=r"^colour must be one of red, green, not 'blue'"):
        _convert(colour, "blue", "colour")


def test_what_the_command_line_gave_wins() -> None:
    assert settings_from({"FLOUCI_SANDBOX_PORT": "1"}, port=2).port == 2


def test_the_table_has_every_setting_with_its_default_and_help() -> None:
    assert [setting.name for setting in SETTINGS] == [each.name for each in fields(Settings)]
    for setting in SETTINGS:
        assert getattr(Settings(), setting.name) == setting.default
        assert setting.help.endswith(".")


def test_the_admins_address_is_an_address_or_nobodys() -> None:
    assert settings_from({"FLOUCI_SANDBOX_ADMIN_EMAIL": ""}).admin_email == ""
    with pytest.raises(SettingError, match="FLOUCI_SANDBOX_ADMIN_EMAIL must be an e-mail address"):
        settings_from({"FLOUCI_SANDBOX_ADMIN_EMAIL": "nobody"})
