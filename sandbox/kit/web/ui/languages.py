"""French, Arabic and English: which one the reader wants, and how a text reads in it.

English texts are the keys; ``locales/<language>/<part of the program>.po`` hold the others and are read when first needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from flask import has_request_context, request
from jinja2 import pass_context

if TYPE_CHECKING:
    from collections.abc import Callable

    from babel.messages.catalog import Catalog
    from jinja2.runtime import Context

LANGUAGES = {"fr": "Français", "ar": "العربية", "en": "English"}
DEFAULT_LANGUAGE = "en"
LOCALES = Path(__file__).parent / "locales"
_RIGHT_TO_LEFT = frozenset({"ar"})
_CHOSEN = "sandbox.language"


@dataclass(frozen=True)
class Texts:
    """One catalog: the forms of each text (one, or as many as the language has plurals) and the rule to choose."""

    forms: dict[str, tuple[str, ...]]
    plural: Callable[[int], int]


def direction(language: str) -> str:
    return "rtl" if language in _RIGHT_TO_LEFT else "ltr"


def current_language() -> str:
    """The reader's language: asked for in the address, kept in the cookie, wished by the browser, or English."""
    if not has_request_context():
        return DEFAULT_LANGUAGE
    chosen = request.environ.get(_CHOSEN)
    if chosen is None:
        chosen = asked_language() or _kept_language() or _wished_language() or DEFAULT_LANGUAGE
        request.environ[_CHOSEN] = chosen
    return str(chosen)


def asked_language() -> str | None:
    """``?lang=`` of this request, if it is a language that we speak."""
    asked = request.args.get("lang", "")
    return asked if asked in LANGUAGES else None


def _kept_language() -> str | None:
    kept = request.cookies.get("lang", "")
    return kept if kept in LANGUAGES else None


def _wished_language() -> str | None:
    """The first language of Accept-Language that we speak; ``ar-TN`` before ``fr`` is Arabic, not an exact French."""
    for tag, quality in request.accept_languages:
        primary = tag.replace("_", "-").split("-")[0].lower()
        if quality > 0 and primary in LANGUAGES:
            return primary
    return None


def translate(language: str, msgid: str, **values: object) -> str:
    """A text in ``language``, also outside a request; with ``values``, its ``%(name)s`` are filled in. Never HTML."""
    text = _find(language, msgid)[0]
    return text % values if values else text


def translate_plural(language: str, singular: str, plural: str, number: int, **values: object) -> str:
    """Like :func:`translate`, in the form that ``number`` asks for; ``%(num)s`` is the number itself."""
    return _find_plural(language, singular, plural, number) % {"num": number, **values}


def language_of(context: Context) -> str:
    """The language a template is rendered in: its own ``lang`` (a mail) or that of the request."""
    return str(context.get("lang") or current_language())


@pass_context
def gettext(context: Context, msgid: str) -> str:
    return _find(language_of(context), msgid)[0]


@pass_context
def ngettext(context: Context, singular: str, plural: str, number: int) -> str:
    return _find_plural(language_of(context), singular, plural, number)


def _find(language: str, msgid: str) -> tuple[str, ...]:
    texts = read_texts(language)
    found = texts.forms.get(msgid) if texts and msgid else None
    return found or (msgid,)


def _find_plural(language: str, singular: str, plural: str, number: int) -> str:
    texts = read_texts(language)
    forms = texts.forms.get(singular) if texts else None
    if not texts or not forms:
        return singular if number == 1 else plural
    return forms[min(texts.plural(number), len(forms) - 1)]


@lru_cache(maxsize=len(LANGUAGES))
def read_texts(language: str) -> Texts | None:
    """All catalogs of ``language`` as one, None where there are none (English needs none)."""
    paths = sorted((LOCALES / language).glob("*.po")) if language in LANGUAGES else []
    if not paths:
        return None
    from gettext import c2py

    from babel.messages.pofile import read_po

    forms: dict[str, tuple[str, ...]] = {}
    for path in paths:
        with path.open("rb") as file:
            catalog = read_po(file, locale=language)
        forms |= _forms_of(catalog)
    return Texts(forms, c2py(catalog.plural_expr))


def _forms_of(catalog: Catalog) -> dict[str, tuple[str, ...]]:
    forms = {}
    for message in catalog:
        strings = (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))
        if message.id and all(strings):
            forms[message.id if isinstance(message.id, str) else message.id[0]] = strings
    return forms
