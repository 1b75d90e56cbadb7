"""The limits as data: what is counted, over how long, and the setting that says how many. Docs, settings and tests use it."""

from __future__ import annotations

from dataclasses import dataclass

_QUARTER, _HOUR = 15 * 60, 3600


@dataclass(frozen=True)
class Rule:
    """At most as many as the setting says of ``what`` in ``seconds``, counted from the first; 0 is no limit."""

    name: str
    what: str
    seconds: int
    setting: str


_ALL = (
    Rule("login_account", "wrong passwords for one account", _QUARTER, "login_failures_per_account"),
    Rule("login_address", "wrong passwords from one address", _QUARTER, "login_failures_per_address"),
    Rule("registration_address", "registrations from one address", _HOUR, "registrations_per_address"),
    Rule("activation_account", "new activation mails for one account", _HOUR, "mails_per_account"),
    Rule("activation_address", "new activation mails asked for from one address", _HOUR, "mails_per_address"),
    Rule("reset_account", "password resets of one account", _HOUR, "mails_per_account"),
    Rule("reset_address", "password resets asked for from one address", _HOUR, "mails_per_address"),
    Rule("email_account", "changes of one account's e-mail address", _HOUR, "mails_per_account"),
    Rule("email_address", "changes of an e-mail address asked for from one address", _HOUR, "mails_per_address"),
    Rule("business_address", "codes for business wallets from one address", _HOUR, "business_codes_per_address"),
    Rule("app_code_developer", "codes to create apps, for one developer", _HOUR, "app_codes_per_developer"),
    Rule("api_key_developer", "API keys made by one developer", _HOUR, "api_keys_per_developer"),
)
RULES = {rule.name: rule for rule in _ALL}
LIMIT_SETTINGS = tuple(dict.fromkeys(rule.setting for rule in _ALL))
