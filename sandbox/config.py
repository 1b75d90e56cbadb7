"""The settings: one table (name, default, help) that feeds the command line, the docs and the tests."""

from __future__ import annotations

import re
from dataclasses import Field, dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DEFAULT_SEED = 42
_LAST_PORT = 65_535


_YES, _NO = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off", ""})


def _setting(default: Any, text: str, **limits: Any) -> Any:
    """``default`` tells the kind: a switch, a path, a text, a list of texts (a tuple), or a whole number.

    ``limits`` are ``least`` and ``most`` of a number, ``choices`` of a text, or ``pattern`` (all of a text, or of each in a
    list) with ``wanted``, which says it in words. What may hold a password is ``secret``: no message repeats it.
    """
    return field(default=default, metadata={"help": text, **limits})


_WEB_ADDRESS = {"pattern": r"https?://[^/\s?#]+/?", "wanted": "an address such as http://127.0.0.1:8216"}


@dataclass(frozen=True)
class Settings:
    """The settings of one run."""

    port: int = _setting(8216, "HTTP port on 127.0.0.1; 0 picks a free one.", least=0, most=_LAST_PORT)
    smtp_port: int = _setting(8225, "SMTP port on 127.0.0.1; 0 picks a free one.", least=0, most=_LAST_PORT)
    data_dir: Path = _setting(Path(".sandbox"), "Folder of the databases, the log and the locator file.")
    seed: int | None = _setting(
        None, f"From one seed come the same ids, people, codes and tokens; {DEFAULT_SEED} for a new data folder."
    )
    seed_file: str = _setting(
        "",
        "YAML file of developers, wallets, apps, phones and orders that a new world begins with, and a reset returns to.",
    )
    begin_at: str = _setting(
        "",
        "Moment at which the clock of a new world begins, and stands until it is moved, such as 2026-03-01T09:30 of Tunisia's time;"
        " empty for now.",
    )
    threads: int = _setting(
        32, "How many requests are served at the same time; at most half of them may wait.", least=2
    )
    max_apps: int = _setting(
        5, "How many apps a developer may have beside the TEST APP (assumption: not published).", least=0
    )
    max_api_keys: int = _setting(20, "How many working API keys a developer may have.", least=0)
    admin_email: str = _setting(
        "admin@flouci-sandbox.example",
        "Who registers with this e-mail address becomes an admin when the account is activated; empty for nobody.",
        pattern=r"|[^@\s,]+@[^@\s,]+",
        wanted="an e-mail address or nothing",
    )
    session_seconds: int = _setting(
        1200, "How long a payment form stays open (documentation: session_timeout_secs).", least=1
    )
    checkout_url: str = _setting(
        "",
        "Where the links of payment pages begin, such as http://checkout.localhost:8216; empty for the sandbox's own address.",
        pattern=r"|https?://[^\s/?#]+",
        wanted="an address without a path, such as http://localhost:8216",
    )
    settlement_seconds: int = _setting(
        0,
        "How many seconds each stage of a payment's settlement takes: PROCESSING, AVAILABLE, IN_PAYOUT, then PAID; 0: AVAILABLE at once.",
        least=0,
    )
    quirks_profile: str = _setting(
        "real",
        "How the published API behaves: as the service was seen (real), as it is documented (docs), or as a careful one would (ideal).",
        choices=("real", "docs", "ideal"),
    )
    quirks: tuple[str, ...] = _setting(
        (),
        "Single quirks that are otherwise than in the profile, such as redirect_join=query; separated by commas.",
        pattern=r"[a-z0-9_]+=[a-z0-9]+",
        wanted="name=value",
    )

    otp_resend_seconds: int = _setting(
        30, "How long one waits before a new one-time code is sent (assumption: not published).", least=0, most=3600
    )
    otp_per_hour: int = _setting(
        20,
        "How many one-time codes a phone number is sent within an hour; 0 for no limit (assumption: not published).",
        least=0,
    )
    login_failures_per_account: int = _setting(
        10, "How many wrong passwords an account may get in 15 minutes; 0 for no limit.", least=0
    )
    login_failures_per_address: int = _setting(
        100, "How many wrong passwords may come from one address in 15 minutes; 0 for no limit.", least=0
    )
    registrations_per_address: int = _setting(
        1000, "How many accounts may be registered from one address in an hour; 0 for no limit.", least=0
    )
    mails_per_account: int = _setting(
        5,
        "How often in an hour a new activation mail, a new password or a change of the e-mail address may be asked for"
        " one account, each counted apart; 0 for no limit.",
        least=0,
    )
    mails_per_address: int = _setting(
        100, "How often in an hour each of these may be asked for from one address; 0 for no limit.", least=0
    )
    business_codes_per_address: int = _setting(
        1000,
        "How often in an hour a business account may be switched to developer mode from one address; 0 for no limit.",
        least=0,
    )
    app_codes_per_developer: int = _setting(
        100, "How many codes to create apps a developer may have sent in an hour; 0 for no limit.", least=0
    )
    api_keys_per_developer: int = _setting(
        100, "How many API keys a developer may make in an hour; 0 for no limit.", least=0
    )

    request_seconds: int = _setting(
        86_400, "How long a request for money waits for its answer (assumption: not published).", least=1
    )

    kyc_review: str = _setting(
        "auto",
        "Who reviews applications for wallets: the rules at once (auto), or an admin (manual).",
        choices=("auto", "manual"),
    )
    level_1_balance: int = _setting(
        500_000,
        "What a wallet of level 1 may hold, in millimes; 0 for no ceiling (assumption: not published).",
        least=0,
    )
    level_1_daily: int = _setting(
        250_000,
        "What a wallet of level 1 may pay in a day of Tunisia, in millimes; 0 for no ceiling (assumption: not published).",
        least=0,
    )
    level_2_balance: int = _setting(
        5_000_000,
        "What a wallet of level 2 may hold, in millimes; 0 for no ceiling (assumption: not published).",
        least=0,
    )
    level_2_daily: int = _setting(
        2_000_000,
        "What a wallet of level 2 may pay in a day of Tunisia, in millimes; 0 for no ceiling (assumption: not published).",
        least=0,
    )
    level_3_balance: int = _setting(
        20_000_000,
        "What a wallet of level 3 may hold, in millimes; 0 for no ceiling (assumption: not published).",
        least=0,
    )
    level_3_daily: int = _setting(
        10_000_000,
        "What a wallet of level 3 may pay in a day of Tunisia, in millimes; 0 for no ceiling (assumption: not published).",
        least=0,
    )

    fee_permille: int = _setting(
        0, "Fee on payments to merchants, in thousandths of the amount (not published).", least=0, most=1_000
    )
    fee_fixed: int = _setting(
        0, "Fee on each payment to a merchant, in millimes (not published).", least=0, most=10_000_000
    )
    check_ledger: bool = _setting(
        False, "Check after every journal entry that the accounts it touched are right; slower, for tests."
    )

    allow_local_addresses: bool = _setting(
        True, "Whether webhooks and pictures may use addresses of this machine and of private networks."
    )
    allow_outside_addresses: bool = _setting(
        False, "Whether webhooks and pictures may use addresses anywhere else on the Internet."
    )
    allowed_hosts: tuple[str, ...] = _setting(
        (),
        "Host names, beside 127.0.0.1, localhost and [::1], by which the sandbox may be called;"
        " separated by commas; * allows every name.",
        pattern=r"\*|[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?\.?|\[?[0-9a-f:.]*:[0-9a-f:.]*\]?",
        wanted="host names without scheme and port, or *",
    )

    database_url: str = _setting(
        "",
        "PostgreSQL database, where each service has a schema of its own, and with 'serve' may have several processes, such as"
        " postgresql://user:password@127.0.0.1/sandbox; empty for SQLite in the data folder.",
        pattern=r"|postgresql(\+psycopg)?://.+",
        wanted="an address that begins with postgresql://, or nothing",
        secret=True,
    )
    service_key: str = _setting(
        "",
        "The key by which services know one another, the same for all of them; empty for one of the data folder's own.",
    )
    wallets_url: str = _setting(
        "http://127.0.0.1:8216", "Where 'serve' finds the Wallets API, without /wallets.", **_WEB_ADDRESS
    )
    payments_url: str = _setting(
        "http://127.0.0.1:8216", "Where 'serve' finds the Payments API, without /payments.", **_WEB_ADDRESS
    )
    platform_url: str = _setting("http://127.0.0.1:8216", "Where 'serve' finds the platform.", **_WEB_ADDRESS)

    tls: bool = _setting(False, "Answer over HTTPS, with a certificate of this data folder's own authority.")

    @property
    def base_url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"


ENVIRONMENT_PREFIX = "FLOUCI_SANDBOX_"


class SettingError(ValueError):
    """The text names the variable and what it should be."""


def settings_from(environment: Mapping[str, str], **given: Any) -> Settings:
    """What was ``given`` (by the command line), then ``FLOUCI_SANDBOX_<NAME>``, then the defaults."""
    found = {
        each.name: _convert(each, environment[name], name)
        for each in fields(Settings)
        if each.name not in given and (name := ENVIRONMENT_PREFIX + each.name.upper()) in environment
    }
    return Settings(**found, **given)


def settings_given(**given: Any) -> Settings:
    """As a program gives them, by their names and as values of Python or as texts. Raises SettingError."""
    known = {each.name: each for each in fields(Settings)}
    for name in given:
        if name not in known:
            near = get_close_matches(name, known, 1)
            meant = f"Did you mean '{near[0]}'?" if near else "The reference lists all of them (/docs/settings)."
            raise SettingError(f"There is no setting '{name}'. {meant}")
    return Settings(**{name: _checked(known[name], value) for name, value in given.items()})


def _checked(setting: Field[Any], value: Any) -> Any:
    if value is None and setting.default is None:
        return None
    is_list = isinstance(value, list | tuple | set)
    return _convert(setting, ",".join(map(str, value)) if is_list else str(value), setting.name)


def _convert(setting: Field[Any], text: str, name: str) -> Any:
    """Raises SettingError, whose text says what the setting ``name`` should be and what it is."""
    kind = next((kind for kind in _CONVERTERS if isinstance(setting.default, kind)), int)
    value, wanted = _CONVERTERS[kind](text, setting.metadata)
    if value is None:
        told = "" if setting.metadata.get("secret") else f", not {text!r}"
        raise SettingError(f"{name} must be {wanted}{told}.")
    return value


def _to_number(text: str, limits: Mapping[str, Any]) -> tuple[int | None, str]:
    least, most = limits.get("least"), limits.get("most")
    span = "" if least is None else f" of at least {least}" if most is None else f" from {least} to {most}"
    try:
        number = int(text)
    except ValueError:
        number = None
    in_range = number is not None and (least is None or number >= least) and (most is None or number <= most)
    return number if in_range else None, f"a whole number{span}"


def _to_switch(text: str, _limits: Mapping[str, Any]) -> tuple[bool | None, str]:
    word = text.strip().lower()
    return True if word in _YES else False if word in _NO else None, "'true' or 'false'"


def _to_text(text: str, limits: Mapping[str, Any]) -> tuple[str | None, str]:
    choices = limits.get("choices")
    if choices:
        return text if text in choices else None, f"one of {', '.join(choices)}"
    return text if _matches(text, limits) else None, limits.get("wanted", "a text")


def _to_list(text: str, limits: Mapping[str, Any]) -> tuple[tuple[str, ...] | None, str]:
    parts = tuple(part.strip() for part in text.split(",") if part.strip())
    fits = all(_matches(part, limits) for part in parts)
    return parts if fits else None, f"{limits.get('wanted', 'texts')}, separated by commas"


def _matches(text: str, limits: Mapping[str, Any]) -> bool:
    return re.fullmatch(limits.get("pattern", ".*"), text, re.IGNORECASE) is not None


_CONVERTERS: dict[type, Callable[[str, Mapping[str, Any]], tuple[Any, str]]] = {
    bool: _to_switch,  # before int, which a bool is too
    int: _to_number,
    str: _to_text,
    tuple: _to_list,
    Path: lambda text, _limits: (Path(text), "a path"),
}


@dataclass(frozen=True)
class Setting:
    name: str
    default: object
    help: str


SETTINGS: tuple[Setting, ...] = tuple(
    Setting(each.name, each.default, each.metadata["help"]) for each in fields(Settings)
)
