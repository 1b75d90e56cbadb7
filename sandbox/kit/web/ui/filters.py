"""How amounts, moments, phone numbers and program texts look on a page, in each language and each direction."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from jinja2 import pass_context
from markupsafe import Markup, escape

from sandbox.kit.clock import to_iso
from sandbox.kit.errors import SandboxError
from sandbox.kit.money import format_number
from sandbox.kit.phone_numbers import format_phone_number
from sandbox.kit.web.ui.languages import language_of, translate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from jinja2.runtime import Context

_LOCALES = {"fr": "fr_TN", "ar": "ar_TN", "en": "en_GB"}
"""For Arabic, the Latin digits and the month names of Tunisia (جانفي, not يناير)."""
_MOMENT = {"ar": "d MMM y، HH:mm:ss"}
"""A 24-hour clock everywhere, as Tunisia reads it, though CLDR gives its locales another."""
_DINAR = {"fr": "DT", "ar": "د.ت", "en": "DT"}
_NOTHING = Markup('<span class="quiet">—</span>')
_NARROW_SPACE = "\u202f"
_LEFT_TO_RIGHT_MARK = "\u200e"
_BARE_NUMBER = re.compile(r"\d{8}", re.ASCII)


def number(count: int | None) -> str:
    """``1284`` as ``1 284``: thousands set apart by a space that does not break."""
    if count is None:
        return _NOTHING
    return f"{count:,}".replace(",", _NARROW_SPACE)


@pass_context
def dinars(context: Context, amount: int | None) -> Markup:
    """Millimes as ``12.500 DT`` or ``1 250.000 DT``, kept whole in a right-to-left line."""
    if amount is None:
        return _NOTHING
    language = language_of(context)
    whole, millimes = format_number(abs(amount)).split(".")
    sign = f"{_LEFT_TO_RIGHT_MARK}-" if amount < 0 else ""
    direction = "rtl" if language == "ar" else "ltr"
    return Markup('<bdi class="money" dir="{}">{}{}.{} {}</bdi>').format(
        direction, sign, number(int(whole)), millimes, _DINAR.get(language, "DT")
    )


@pass_context
def moment(context: Context, when: datetime | str | None) -> Markup:
    """Date and time in Tunis, with the exact moment in UTC for machines. A text is ISO 8601, as it goes over the wire."""
    if when is None:
        return _NOTHING
    if isinstance(when, str):
        when = datetime.fromisoformat(when)
    from babel.dates import format_datetime, get_timezone

    language = language_of(context)
    pattern = _MOMENT.get(language, "d MMM y, HH:mm:ss")
    locale = _LOCALES.get(language, "en_GB")
    shown = format_datetime(when, pattern, tzinfo=get_timezone("Africa/Tunis"), locale=locale)
    return Markup('<time datetime="{}">{}</time>').format(to_iso(when), shown)


def time_of_day(when: str) -> Markup:
    """``13:22:55.125`` in Tunis, where the day is plain: from ISO 8601, with the exact moment for machines."""
    from babel.dates import format_time, get_timezone

    moment_of = datetime.fromisoformat(when)
    shown = format_time(moment_of, "HH:mm:ss.SSS", tzinfo=get_timezone("Africa/Tunis"), locale="en_GB")
    return Markup('<time datetime="{}" dir="ltr">{}</time>').format(to_iso(moment_of), shown)


@pass_context
def day(context: Context, when: date) -> Markup:
    """A day: ``1 Mar 2026``."""
    return _calendar(context, when, "d MMM y")


@pass_context
def short_day(context: Context, when: date) -> str:
    """A day where the year is plain: ``1 Mar``, as text."""
    return _format_day(context, when, "d MMM")


@pass_context
def month(context: Context, when: date) -> str:
    """``Mar 2026``, as text."""
    return _format_day(context, when, "MMM y")


def _calendar(context: Context, when: date, pattern: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(when.isoformat(), _format_day(context, when, pattern))


def _format_day(context: Context, when: date, pattern: str) -> str:
    from babel.dates import format_date

    return format_date(when, pattern, locale=_LOCALES.get(language_of(context), "en_GB"))


def percent(part: float | None) -> Markup:
    """``0.125`` as ``12.5 %``."""
    return _NOTHING if part is None else Markup('<bdi class="no-wrap" dir="ltr">{:.1f} %</bdi>').format(100 * part)


def change(part: float) -> Markup:
    """By how much something grew, with its sign: ``+12.5 %``, with a real minus sign; without decimals where it is much."""
    figure = f"{abs(part):.0%}" if abs(part) >= 1 else f"{abs(part):.1%}"
    sign = "±" if figure.strip("0.%") == "" else "+" if part > 0 else "−"  # noqa: RUF001  a minus, as it is printed
    return Markup('<bdi class="no-wrap" dir="ltr">{}{} %</bdi>').format(sign, figure[:-1])


def phone(phone_number: str | None) -> Markup:
    """``20123456`` as ``+216 20 123 456``; a masked number stays as it is."""
    if not phone_number:
        return _NOTHING
    shown = format_phone_number(phone_number) if _BARE_NUMBER.fullmatch(phone_number) else phone_number
    return Markup('<bdi class="phone" dir="ltr">{}</bdi>').format(shown)


@pass_context
def translated(context: Context, text: object) -> str:
    """A text known only at run time (an error's message, a flashed text) in the page's language; it stays text."""
    return translate(language_of(context), str(text))


@pass_context
def filled(context: Context, text: str, values: Mapping[str, object]) -> str | Markup:
    """Like :func:`translated`, with the ``%(name)s`` of the text filled in: on a page each value is kept in its own direction."""
    sentence = translate(language_of(context), text)
    if not context.eval_ctx.autoescape:
        return sentence % values
    return escape(sentence) % {name: Markup("<bdi>{}</bdi>").format(value) for name, value in values.items()}


@pass_context
def explained(context: Context, code: str) -> str:
    """An error code as the sentence that belongs to it; any other text as it is, translated where it can be."""
    error = SandboxError.by_code.get(code)
    return translate(language_of(context), error.message if error else code)


@lru_cache(maxsize=64)
def highlighted(code: str, language: str) -> Markup:
    """Program text with its words marked by class, as plain text where Pygments is not installed."""
    try:
        from pygments import highlight  # type: ignore[import-untyped]
        from pygments.formatters.html import HtmlFormatter  # type: ignore[import-untyped]
        from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]
    except ImportError:
        return escape(code)
    lexer = get_lexer_by_name(language)
    return Markup(highlight(code, lexer, HtmlFormatter(nowrap=True, classprefix="hl-")).rstrip())  # noqa: S704  Pygments escapes what it highlights


def plain_dinars(amount: int) -> str:
    """Millimes as a person types dinars into a field: ``12.500``."""
    return format_number(amount)


ALL: dict[str, Callable[..., Any]] = {
    "dinars": dinars,
    "plain_dinars": plain_dinars,
    "moment": moment,
    "time_of_day": time_of_day,
    "number": number,
    "day": day,
    "short_day": short_day,
    "month": month,
    "percent": percent,
    "change": change,
    "phone": phone,
    "translated": translated,
    "filled": filled,
    "explained": explained,
    "highlighted": highlighted,
}
