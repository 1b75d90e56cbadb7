"""Shapes of JSON in and out, and the field types that every service shares."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Annotated, Any, Self, TypeVar

from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
)

from sandbox.kit.errors import InvalidInput
from sandbox.kit.money import MAX_AMOUNT, parse_amount
from sandbox.kit.phone_numbers import PhoneNumberError, parse_phone_number

if TYPE_CHECKING:
    from collections.abc import Mapping

T = TypeVar("T")
_LONGEST_QUOTE = 60
_SENTENCES = {
    "string_type": "This must be a text.",
    "string_too_short": "This must not be empty.",
    "string_pattern_mismatch": "This holds characters that cannot stand here.",
    "list_type": "This must be a list.",
    "model_type": "This must be an object with named fields.",
    "dict_type": "This must be an object with named fields.",
}
"""What the commonest mistakes are called, in words for people."""
_SECRETS = frozenset(
    {"pin", "old_pin", "new_pin", "password", "code", "flouci_otp", "app_secret", "key", "token", "card_number", "cvc"}
)


class Shape(BaseModel):
    """Frozen; unknown extra fields are ignored (CONTRACT.md: rules for everything Flouci-shaped)."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", str_strip_whitespace=True, defer_build=True, populate_by_name=True
    )

    @classmethod
    def parse(cls, body: Mapping[str, Any]) -> Self:
        """The shape, or :class:`InvalidInput` that names the first wrong field and what to send."""
        names = cls._names()
        refuse_unstorable_text({name: value for name, value in body.items() if name in names})
        try:
            return cls.model_validate(body)
        except ValidationError as error:
            raise _explain(error) from None

    @classmethod
    @cache
    def _names(cls) -> frozenset[str]:
        """What its fields may be called in a body; all else is ignored, whatever it holds."""
        found = set(cls.model_fields)
        for field in cls.model_fields.values():
            alias = field.validation_alias
            found |= {str(each) for each in alias.choices} if isinstance(alias, AliasChoices) else set()
        return frozenset(found)


def refuse_unstorable_text(body: Mapping[str, Any]) -> None:
    """NUL and lone surrogates can be written in JSON but stored in no database."""
    for name, value in body.items():
        if not _is_storable_throughout(value):
            raise InvalidInput(
                f"'{name}' holds characters that are not text.", field=name, hint="Send plain Unicode text."
            )


def _is_storable_throughout(value: object) -> bool:
    """Whether all texts in a JSON value are; a loop, since what arrives may lie as deep as its sender likes."""
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str) and not is_storable(part):
            return False
        if isinstance(part, dict):
            waiting += [*part, *part.values()]
        elif isinstance(part, list):
            waiting += part
    return True


def is_storable(text: str) -> bool:
    if "\x00" in text:
        return False
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


def _explain(error: ValidationError) -> InvalidInput:
    first = error.errors(include_url=False)[0]
    field = ".".join(str(part) for part in first["loc"]) or "body"
    if first["type"] == "missing":
        return InvalidInput(f"'{field}' is missing.", field=field, hint=f"Send '{field}' in the body.")
    said = _SENTENCES.get(first["type"], first["msg"].removeprefix("Value error, "))
    limit = first.get("ctx", {}).get("max_length")
    if limit is not None:
        said = f"This is longer than {limit} characters."
    arrived = _quote(first["input"], is_secret=field.rpartition(".")[2] in _SECRETS)
    return InvalidInput(f"'{field}': {said}", field=field, hint=f"The value that arrived was {arrived}.")


def _quote(value: object, *, is_secret: bool) -> str:
    """The value in short; of a secret, which must not come to stand in logs and journals, only what it looks like."""
    if is_secret:
        return f"a text of {len(value)} characters" if isinstance(value, str) else "not a text"
    quoted = repr(value)
    return quoted if len(quoted) <= _LONGEST_QUOTE else quoted[:_LONGEST_QUOTE] + "…"


def _phone_number(value: object) -> str:
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise PhoneNumberError('This is not a phone number. Send eight digits as text, such as "20123456".')
    return parse_phone_number(str(value))


def _blank_to_none(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _digits(value: object, *, least: int, most: int) -> str:
    """Digits as people send them: as a number, which lost its leading zeros, with blanks, or in Arabic."""
    text = f"{value:0{least}d}" if isinstance(value, int) and not isinstance(value, bool) else value
    plain = "".join(text.split()) if isinstance(text, str) else ""
    digits = "".join(str(unicodedata.digit(each, "?")) for each in plain[: most + 1])
    if not least <= len(digits) <= most or not digits.isdigit():
        wanted = f"{least} digits" if least == most else f"{least} to {most} digits"
        raise ValueError(f"This is not a code of {wanted}.")
    return digits


def _reference(value: object) -> object:
    """A merchant's own number of an order: any text in print, or a number."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if isinstance(text, str) and not text.isprintable():
        raise ValueError("This holds characters that cannot be printed.")
    return text


def cut_at(length: int) -> BeforeValidator:
    """Marks a text that is cut rather than refused: it is only shown."""
    return BeforeValidator(lambda value: value.strip()[:length].strip() if isinstance(value, str) else value)


def _refuse_boolean(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError(f"{str(value).lower()} is not a number.")  # noqa: TRY004  pydantic reports ValueError by field
    return value


def _require_moment(value: str) -> str:
    try:
        moment = datetime.fromisoformat(value)
        moment.astimezone(UTC)
    except (ValueError, OverflowError):
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ValueError("This is not a moment. Send ISO 8601 in UTC, such as 2026-03-01T09:30:00.000Z.")
    return value


def told_as(kind: str, **limits: Any) -> WithJsonSchema:
    """What the API's description says of a field that a validator reads: the plain spelling, the one that is always right."""
    return WithJsonSchema({"type": kind, **limits})


Amount = Annotated[int, BeforeValidator(parse_amount), told_as("integer", minimum=1, maximum=MAX_AMOUNT)]
"""Millimes, 1 to MAX_AMOUNT, in any of the spellings that integrators send."""
PhoneNumber = Annotated[str, BeforeValidator(_phone_number), told_as("string", pattern="^[234579][0-9]{7}$")]
"""Eight digits, from any usual spelling."""
Pin = Annotated[
    str,
    BeforeValidator(partial(_digits, least=4, most=6)),
    told_as("string", pattern="^[0-9]{4,6}$", examples=["1234"]),
]
"""Four to six digits."""
Code = Annotated[
    str,
    BeforeValidator(partial(_digits, least=6, most=6)),
    told_as("string", pattern="^[0-9]{6}$", examples=["123456"]),
]
"""Six digits; a JSON number gets back the leading zeros it could not carry."""
Reference = Annotated[
    str,
    BeforeValidator(_reference),
    StringConstraints(min_length=1, max_length=64),
    told_as("string", minLength=1, maxLength=64, pattern="^[!-~]+$", examples=["TX12530"]),
]
"""A merchant's own number of an order."""
Identifier = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Text = Annotated[str, StringConstraints(max_length=500)]
OptionalText = Annotated[Text | None, BeforeValidator(_blank_to_none)]
NotBoolean = BeforeValidator(_refuse_boolean)
"""Marks a number: true and false would be taken for 1 and 0."""
Moment = Annotated[str, AfterValidator(_require_moment)]
"""ISO 8601 in UTC."""
Optional = BeforeValidator(_blank_to_none)
"""Marks a field whose empty string (an empty form field) means that it was not sent."""
