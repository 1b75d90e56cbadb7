"""The text inside the sandbox's QR codes, which is also the deep link of "open the app" (CONTRACT.md section 4, ours)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote_to_bytes

from sandbox.contracts.errors import BrokenQr, ForeignQr
from sandbox.kit.money import MAX_AMOUNT
from sandbox.kit.phone_numbers import PhoneNumberError, parse_phone_number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SCHEME = "flouci-sandbox:"
VERSION = "1"
MAX_BYTES = 400
_LONGEST_PHONE = 30
_LONGEST_QUOTE = 40
_APP = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_IDENTIFIER = re.compile(r"[A-Za-z0-9_-]{1,64}")
_DIGITS = re.compile(r"[0-9]+")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class CheckoutCode:
    """The code of a payment form: public token, amount in millimes, form session, and what the merchant chose to show."""

    app: str
    amount: int
    session: str
    id: str | None = None
    name: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class HostedCode:
    """The code of a hosted payment page."""

    payment: str


@dataclass(frozen=True, slots=True)
class PersonCode:
    """A person's own code: whoever scans it sends money to this phone."""

    phone_number: str


@dataclass(frozen=True, slots=True)
class MerchantCode:
    """The code on a shop's counter; without an amount the payer types one, in millimes."""

    phone_number: str
    amount: int | None = None


QrCode = CheckoutCode | HostedCode | PersonCode | MerchantCode


def is_ours(text: str) -> bool:
    return text.startswith(SCHEME)


def to_text(code: QrCode) -> str:
    """The text to draw: ASCII, at most 400 bytes. A text that is too long loses the end of the description, then of the name.

    Control characters in both become spaces, and an empty field is left out. Raises ValueError when one of the other
    fields is not valid, or when they do not fit.
    """
    kind, fields = _fields(code)
    try:
        for name, value in fields.items():
            _check_text(name, value)
        _BUILDERS[kind](fields)
    except BrokenQr as problem:
        raise ValueError(f"No QR code can be made of this: {problem}") from None
    for name in ("description", "name"):
        _shorten(kind, fields, name)
    text = _join(kind, fields)
    if len(text) > MAX_BYTES:
        raise ValueError(f"The code is {len(text)} bytes long, and {MAX_BYTES} fit. Send a shorter id.")
    return text


def parse(text: str) -> QrCode:
    """What a scanned text means.

    Raises ForeignQr when it does not begin with ``flouci-sandbox:``, and BrokenQr, whose ``field`` names what is wrong,
    when it does and is not valid; nothing else on any text.
    """
    if not is_ours(text):
        raise ForeignQr
    if len(text) > MAX_BYTES:
        raise _broken("text", f"the code is {len(text)} characters long, and {MAX_BYTES} are allowed")
    if not (text.isascii() and text.isprintable()):
        raise _broken("text", "the code holds characters that must be percent-encoded as UTF-8")
    kind, _, query = text.removeprefix(SCHEME).partition("?")
    build = _BUILDERS.get(kind)
    if build is None:
        raise _broken("kind", f"{_shown(kind)} is no kind of code; there are {', '.join(_BUILDERS)}")
    fields = _split(query)
    version = _required(fields, "v")
    if version != VERSION:
        raise _broken("v", f"this is version {_shown(version)}, and only version {VERSION} can be read")
    return build(fields)


# Fields into text


def _fields(code: QrCode) -> tuple[str, dict[str, str]]:
    match code:
        case CheckoutCode():
            fields = {"app": code.app, "amount": str(code.amount), "session": code.session, "id": code.id or ""}
            texts = {"name": _clean(code.name or ""), "description": _clean(code.description or "")}
            return "//pay", _filled(fields | texts)
        case HostedCode():
            return "//pay", {"payment": code.payment}
        case PersonCode():
            return "//wallet", {"phone": code.phone_number}
        case MerchantCode():
            amount = "" if code.amount is None else str(code.amount)
            return "//merchant", _filled({"phone": code.phone_number, "amount": amount})


def _filled(fields: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in fields.items() if value}


def _clean(text: str) -> str:
    return _CONTROL.sub(" ", text).encode("utf-8", "replace").decode()


def _shorten(kind: str, fields: dict[str, str], name: str) -> None:
    """Cut this field at a whole character, as far as it takes for the text to fit."""
    surplus = len(_join(kind, fields)) - MAX_BYTES
    value = fields.get(name, "")
    while surplus > 0 and value:
        surplus -= len(_quote(value[-1]))
        value = value[:-1]
    if value:
        fields[name] = value
    else:
        fields.pop(name, None)


def _join(kind: str, fields: Mapping[str, str]) -> str:
    return f"{SCHEME}{kind}?v={VERSION}" + "".join(f"&{name}={_quote(value)}" for name, value in fields.items())


def _quote(text: str) -> str:
    return quote(text, safe="")


# Text into fields


def _split(query: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    for piece in filter(None, query.split("&")):
        name, equals, value = piece.partition("=")
        if not equals:
            raise _broken("text", f"{_shown(piece)} is not of the form name=value")
        if name in fields:
            raise _broken(name[:_LONGEST_QUOTE], f"'{name[:_LONGEST_QUOTE]}' is there twice")
        fields[name] = _decode(name[:_LONGEST_QUOTE], value)
    return fields


def _decode(name: str, value: str) -> str:
    if _BAD_ESCAPE.search(value):
        raise _broken(name, f"'{name}' holds a '%' without two hexadecimal digits after it")
    try:
        text = unquote_to_bytes(value).decode()
    except UnicodeDecodeError:
        raise _broken(name, f"'{name}' is not percent-encoded UTF-8") from None
    _check_text(name, text)
    return text


def _check_text(name: str, text: str) -> None:
    if _CONTROL.search(text):
        raise _broken(name, f"'{name}' holds control characters")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise _broken(name, f"'{name}' holds half a character (a lone surrogate)")


def _pay(fields: Mapping[str, str]) -> CheckoutCode | HostedCode:
    if "payment" not in fields:
        return _checkout(fields)
    mixed = sorted({"app", "amount", "session"} & set(fields))
    if mixed:
        raise _broken("payment", f"'payment' and '{mixed[0]}' cannot stand in one code")
    return HostedCode(_identifier(fields, "payment"))


def _checkout(fields: Mapping[str, str]) -> CheckoutCode:
    app = _required(fields, "app")
    if not _APP.fullmatch(app):
        raise _broken("app", f"'app' must be 1 to 64 letters, digits or '_.:-', not {_shown(app)}")
    return CheckoutCode(
        app=app,
        amount=_amount(_required(fields, "amount")),
        session=_identifier(fields, "session"),
        id=fields.get("id") or None,
        name=fields.get("name") or None,
        description=fields.get("description") or None,
    )


def _merchant(fields: Mapping[str, str]) -> MerchantCode:
    amount = fields.get("amount")
    return MerchantCode(_phone(fields), _amount(amount) if amount else None)


def _required(fields: Mapping[str, str], name: str) -> str:
    value = fields.get(name)
    if not value:
        raise _broken(name, f"'{name}' is missing")
    return value


def _amount(value: str) -> int:
    if not _DIGITS.fullmatch(value) or not 1 <= int(value) <= MAX_AMOUNT:
        raise _broken("amount", f"'amount' must be a whole number of millimes, 1 to {MAX_AMOUNT}, not {_shown(value)}")
    return int(value)


def _identifier(fields: Mapping[str, str], name: str) -> str:
    value = _required(fields, name)
    if not _IDENTIFIER.fullmatch(value):
        raise _broken(name, f"'{name}' must be 1 to 64 letters, digits, '_' or '-', not {_shown(value)}")
    return value


def _phone(fields: Mapping[str, str]) -> str:
    value = _required(fields, "phone")
    try:
        return parse_phone_number(value if len(value) <= _LONGEST_PHONE else "")
    except PhoneNumberError:
        raise _broken("phone", f"'phone' must be a Tunisian number of eight digits, not {_shown(value)}") from None


def _shown(value: str) -> str:
    quoted = repr(value)
    return quoted if len(quoted) <= _LONGEST_QUOTE else quoted[:_LONGEST_QUOTE] + "…"


def _broken(field: str, reason: str) -> BrokenQr:
    return BrokenQr(f"This code of the sandbox is not valid: {reason}.", field=field)


_BUILDERS: Mapping[str, Callable[[Mapping[str, str]], QrCode]] = {
    "//pay": _pay,
    "//wallet": lambda fields: PersonCode(_phone(fields)),
    "//merchant": _merchant,
}
