"""Pages speak three languages, both directions, and leave with the headers that keep a browser safe."""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po
from flask import Flask, Response, flash, render_template, render_template_string

import sandbox
from sandbox.config import SETTINGS
from sandbox.contracts import errors as contract_errors
from sandbox.kit import errors as kit_errors
from sandbox.kit.errors import NotFound, SandboxError
from sandbox.kit.web import create_service_app
from sandbox.kit.web.pages import current_language, translate, translate_plural
from sandbox.kit.web.ui.languages import LOCALES
from sandbox.platform.docs.manual import Manual

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages.catalog import Catalog, Message
    from flask.testing import FlaskClient

ROOT = Path(sandbox.__file__).parent
TRANSLATED = ("fr", "ar")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "translate": (2,),
    "translate_plural": (2, 3),
    "flash": (1,),
    "describes": (1,),
    "translatable": None,
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
Key = str | tuple[str, ...]


# --- Texts: what the program says, and what the catalogs hold ---


def texts_of_program() -> dict[Key, str]:
    """Every text that needs a translation, with the file it stands in."""
    found: dict[Key, str] = {}
    for path, message in [*_texts_of_files(), *_texts_of_errors(), *_texts_of_the_manual()]:
        if message:
            found.setdefault(message, path)
    return found


def _texts_of_files() -> Iterator[tuple[str, Key]]:
    templates = [path for kind in ("html", "txt") for path in ROOT.rglob(f"templates/**/*.{kind}")]
    methods = [(path, "jinja2.ext:babel_extract") for path in templates]
    methods += [(path, "python") for path in ROOT.rglob("*.py")]
    options = {"silent": "false", "trimmed": "true"}
    for path, method in sorted(methods):
        for _, message, _, _ in extract_from_file(method, path, KEYWORDS, options=options):
            yield str(path.relative_to(ROOT.parent)), message


def _texts_of_errors() -> Iterator[tuple[str, Key]]:
    for module in (kit_errors, contract_errors):
        for error in vars(module).values():
            if isinstance(error, type) and issubclass(error, SandboxError):
                yield module.__name__, error.message
                yield module.__name__, error.hint


def _texts_of_the_manual() -> Iterator[tuple[str, Key]]:
    """What the documentation tells of settings and commands."""
    for setting in SETTINGS:
        yield "sandbox/config.py", setting.help
    for command in Manual((), changelog=ROOT, reference=ROOT.parent / "docs" / "reference.md").list_commands():
        yield "docs/reference.md", command.help


def read_catalogs(language: str) -> dict[str, Catalog]:
    """By the name of the file."""
    return {path.name: _read(path, language) for path in sorted((LOCALES / language).glob("*.po"))}


def _read(path: Path, language: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def read_messages(language: str) -> list[Message]:
    return [message for catalog in read_catalogs(language).values() for message in catalog if message.id]


def keys_of(language: str) -> set[Key]:
    return {message.id for message in read_messages(language)}


def as_entry(key: Key, path: str) -> str:
    """What to paste into a catalog and fill in."""
    quoted = [
        part.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        for part in ([key] if isinstance(key, str) else key)
    ]
    if len(quoted) == 1:
        return f'#: {path}\nmsgid "{quoted[0]}"\nmsgstr ""\n'
    return f'#: {path}\nmsgid "{quoted[0]}"\nmsgid_plural "{quoted[1]}"\nmsgstr[0] ""\n'


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalog_has_every_text_of_the_program(language: str) -> None:
    texts, kept = texts_of_program(), keys_of(language)
    missing = [as_entry(key, path) for key, path in texts.items() if key not in kept]
    assert not missing, f"{len(missing)} texts are not in the catalogs of {language}; add them:\n\n" + "\n".join(
        missing
    )


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalog_has_no_text_that_the_program_no_longer_says(language: str) -> None:
    leftovers = keys_of(language) - set(texts_of_program())
    assert not leftovers, f"take these out of the catalogs of {language}: {sorted(map(str, leftovers))}"


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_text_stands_in_two_catalogs(language: str) -> None:
    messages = read_messages(language)
    assert len(messages) == len({message.id for message in messages}), sorted(
        str(key) for key, number in Counter(message.id for message in messages).items() if number > 1
    )
    assert set(read_catalogs(language)) == set(read_catalogs(TRANSLATED[0]))


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_is_whole_and_keeps_its_placeholders(language: str) -> None:
    for name, catalog in read_catalogs(language).items():
        assert not catalog.fuzzy, name
        for message in catalog:
            if message.id:
                check_placeholders(message, catalog.num_plurals, f"{language}/{name}")


def check_placeholders(message: Message, num_plurals: int, where: str) -> None:
    forms = [message.string] if isinstance(message.string, str) else list(message.string)
    assert len(forms) == (1 if isinstance(message.id, str) else num_plurals), message.id
    english = message.id if isinstance(message.id, str) else message.id[1]
    for form in forms:
        assert form.strip(), f"{where}: {english!r} has no translation"
        missing = set(PLACEHOLDER.findall(english)) ^ set(PLACEHOLDER.findall(form))
        assert missing <= ({"count", "num"} if len(forms) > 1 else set()), f"{where}: {english!r}: {missing}"


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_brings_no_markup_into_a_page(language: str) -> None:
    for message in read_messages(language):
        for form in [message.string] if isinstance(message.string, str) else message.string:
            allowed = set(str(message.id))
            assert not set(form) & (set('<>&"') - allowed), f"{language}: {form!r} would be read as HTML"


@pytest.mark.parametrize(
    ("language", "number", "words"),
    [
        ("fr", 1, "1 heure."),
        ("fr", 24, "24 heures."),
        ("ar", 1, "ساعة واحدة"),
        ("ar", 2, "ساعتين"),
        ("ar", 3, "3 ساعات"),
        ("ar", 24, "24 ساعةً"),
        ("ar", 100, "100 ساعة."),
        ("en", 1, "1 hour."),
    ],
)
def test_plurals_follow_the_rules_of_the_language(language: str, number: int, words: str) -> None:
    one, many = "It works once, within %(count)s hour.", "It works once, within %(count)s hours."
    assert words in translate_plural(language, one, many, number, count=number)


# --- Pages ---


@pytest.fixture
def app() -> Flask:
    app = create_service_app("sandbox.kit", service_key="key", pages=True)
    app.secret_key = "test"

    @app.get("/page")
    def page() -> str:
        flash("Nothing <b>new</b>.", "success")
        return render_template_string("{% extends 'base.html' %}{% block title %}{{ _('Docs') }}{% endblock %}")

    @app.get("/language")
    def language() -> dict[str, str]:
        return {"language": current_language()}

    @app.get("/own-policy")
    def own_policy() -> Response:
        answer = Response("<p>framed</p>", mimetype="text/html")
        answer.headers["Content-Security-Policy"] = "default-src 'none'"
        return answer

    @app.get("/broken")
    def broken() -> str:
        raise NotFound("No <script>100%</script> here.", hint="Look elsewhere.")

    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def language_of(client: FlaskClient, url: str = "/language", **headers: str) -> str:
    return str(
        client.get(url, headers={name.replace("_", "-"): value for name, value in headers.items()}).json["language"]
    )


@pytest.mark.parametrize(
    ("wished", "expected"),
    [
        ("ar-TN,fr;q=0.8", "ar"),
        ("de,fr-TN;q=0.7,en;q=0.3", "fr"),
        ("fr;q=0,en", "en"),
        ("de", "en"),
        ("*", "en"),
        ("", "en"),
        ("fr; q=nonsense,,;", "en"),
    ],
)
def test_the_browser_wishes_a_language(client: FlaskClient, wished: str, expected: str) -> None:
    assert language_of(client, Accept_Language=wished) == expected


def test_the_address_beats_the_cookie_and_the_cookie_beats_the_browser(client: FlaskClient) -> None:
    client.set_cookie("lang", "ar")
    assert language_of(client, Accept_Language="fr") == "ar"
    assert language_of(client, "/language?lang=fr", Accept_Language="en") == "fr"
    assert language_of(client, "/language?lang=xx", Accept_Language="en") == "ar"


def test_a_language_asked_for_in_the_address_is_kept_for_a_year(client: FlaskClient) -> None:
    cookie = client.get("/page?lang=ar").headers["Set-Cookie"]
    assert cookie.startswith("lang=ar;")
    assert "Max-Age=31536000" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert 'dir="rtl"' in client.get("/page").text


def test_a_language_that_we_do_not_speak_is_not_kept(client: FlaskClient) -> None:
    assert "lang=" not in str(client.get("/page?lang=xx").headers.getlist("Set-Cookie"))


@pytest.mark.parametrize(
    ("language", "direction", "word"), [("en", "ltr", "Docs"), ("fr", "ltr", "Documentation"), ("ar", "rtl", "الوثائق")]
)
def test_a_page_says_its_language_its_direction_and_sandbox(
    client: FlaskClient, language: str, direction: str, word: str
) -> None:
    page = client.get(f"/page?lang={language}")
    assert f'<html lang="{language}" dir="{direction}">' in page.text
    assert page.headers["Content-Language"] == language
    assert word in page.text
    assert "SANDBOX</title>" in page.text


def test_the_language_switch_keeps_the_query(client: FlaskClient) -> None:
    assert 'href="?status=PAID&amp;status=%3C&amp;lang=fr"' in client.get("/page?status=PAID&status=<&lang=ar").text


def test_a_flashed_text_stays_text(client: FlaskClient) -> None:
    assert "Nothing &lt;b&gt;new&lt;/b&gt;." in client.get("/page").text


def test_every_page_leaves_with_its_safety_headers(client: FlaskClient) -> None:
    for path in ("/page", "/nowhere"):
        headers = client.get(path, headers={"Accept": "text/html"}).headers
        assert "script-src 'self'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert {"accept-language", "cookie"} <= {name.strip().lower() for name in headers["Vary"].split(",")}


def test_a_view_may_set_its_own_policy(client: FlaskClient) -> None:
    assert client.get("/own-policy").headers.getlist("Content-Security-Policy") == ["default-src 'none'"]


def test_json_gets_no_page_headers(client: FlaskClient) -> None:
    assert "Content-Security-Policy" not in client.get("/language").headers


def test_an_error_page_shows_its_texts_as_text_in_the_language_of_the_page(client: FlaskClient) -> None:
    page = client.get("/broken?lang=fr", headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert "No &lt;script&gt;100%&lt;/script&gt; here." in page.text
    missing = client.get("/nowhere?lang=fr", headers={"Accept": "text/html"})
    assert translate("fr", NotFound.message) in missing.text
    assert translate("fr", NotFound.message) != NotFound.message


def test_pages_name_no_other_host_and_hold_no_inline_code(client: FlaskClient) -> None:
    page = client.get("/page").text
    assert not re.search(r"""(?:src|href)="(?:https?:)?//""", page)
    assert not re.search(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=", page)


def test_static_files_may_be_kept_for_a_year_under_their_own_address(client: FlaskClient) -> None:
    addresses = re.findall(r'(?:src|href)="(/_ui/[^"]+)"', client.get("/page").text)
    assert {address.split("?")[0] for address in addresses} == {"/_ui/ui.css", "/_ui/ui.js", "/_ui/mark.svg"}
    for address in addresses:
        with client.get(address) as kept, client.get(address.split("?")[0]) as bare:
            assert kept.status_code == 200
            assert kept.cache_control.max_age == 31536000
            assert bare.cache_control.max_age is None
            with client.get(address, headers={"If-None-Match": kept.headers["ETag"]}) as again:
                assert again.status_code == 304


def test_the_stylesheet_is_packed_for_whoever_can_unpack_it(client: FlaskClient) -> None:
    plain = client.get("/_ui/ui.css")
    packed = client.get("/_ui/ui.css", headers={"Accept-Encoding": "br, gzip"})
    refused = client.get("/_ui/ui.css", headers={"Accept-Encoding": "gzip;q=0"})
    assert packed.content_encoding == "gzip"
    assert gzip.decompress(packed.data) == plain.data == refused.data
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
    assert plain.headers["ETag"] != packed.headers["ETag"]


# --- Filters ---


def shown(app: Flask, template: str, language: str = "en", **values: object) -> str:
    with app.app_context():
        return render_template_string(template, lang=language, **values)


@pytest.mark.parametrize(
    ("language", "amount", "expected"),
    [
        ("en", 12500, '<bdi class="money" dir="ltr">12.500 DT</bdi>'),
        ("fr", 0, '<bdi class="money" dir="ltr">0.000 DT</bdi>'),
        ("ar", 12500, '<bdi class="money" dir="rtl">12.500 د.ت</bdi>'),
        ("ar", -500, '<bdi class="money" dir="rtl">\u200e-0.500 د.ت</bdi>'),
        ("en", 9_999_001, '<bdi class="money" dir="ltr">9\u202f999.001 DT</bdi>'),
        ("en", 1_234_567_890, '<bdi class="money" dir="ltr">1\u202f234\u202f567.890 DT</bdi>'),
    ],
)
def test_an_amount_reads_in_dinars_with_three_decimals(app: Flask, language: str, amount: int, expected: str) -> None:
    assert shown(app, "{{ amount|dinars }}", language, amount=amount) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "1 Mar 2026, 00:30:00"), ("fr", "1 mars 2026, 00:30:00"), ("ar", "1 مارس 2026، 00:30:00")],
)
def test_a_moment_reads_as_the_clock_in_tunis_shows_it(app: Flask, language: str, expected: str) -> None:
    when = datetime(2026, 2, 28, 23, 30, tzinfo=UTC)
    text = shown(app, "{{ when|moment }}", language, when=when)
    assert text.startswith('<time datetime="2026-02-28T23:30:00.000Z">')
    assert expected in text


def test_a_phone_number_reads_left_to_right_and_a_masked_one_stays_masked(app: Flask) -> None:
    assert shown(app, "{{ '20123456'|phone }}", "ar") == '<bdi class="phone" dir="ltr">+216 20 123 456</bdi>'
    assert "20 *** 456" in shown(app, "{{ '20 *** 456'|phone }}")
    assert "&lt;i&gt;" in shown(app, "{{ '<i>'|phone }}")


def test_what_is_not_there_reads_as_a_dash(app: Flask) -> None:
    assert shown(app, "{{ none|dinars }}{{ none|moment }}{{ none|phone }}").count("—") == 3


def test_a_large_number_is_read_in_groups_of_three(app: Flask) -> None:
    assert shown(app, "{{ 999|number }} {{ 1284000|number }}") == "999 1\u202f284\u202f000"


def test_an_error_code_is_explained_and_another_text_stays(app: Flask) -> None:
    assert shown(app, "{{ 'INSUFFICIENT_FUNDS'|explained }}", "fr") == translate(
        "fr", contract_errors.InsufficientFunds.message
    )
    assert shown(app, "{{ 'SOMETHING'|explained }}", "fr") == "SOMETHING"


def test_program_text_is_marked_and_escaped(app: Flask) -> None:
    marked = shown(app, "{{ code|highlighted('html') }}", code='<b title="&">x</b>')
    assert "<b" not in marked
    assert "style=" not in marked


# --- Outside a request ---


def test_a_mail_is_written_in_the_language_it_is_given(app: Flask) -> None:
    with app.app_context():
        text = render_template_string("{{ _('Log in') }} {{ 12500|dinars }}", lang="ar", dir="rtl")
    assert text.startswith(translate("ar", "Log in"))
    assert "د.ت" in text


def test_an_unknown_text_or_language_falls_back_to_the_english(app: Flask) -> None:
    assert (
        translate("fr", "Hello %(name)s, nobody translated this", name="Zied") == "Hello Zied, nobody translated this"
    )
    assert translate("xx", "Log in") == "Log in"
    assert translate("fr", "") == ""
    with app.app_context():
        assert render_template("account.html") == ""


def test_importing_the_pages_is_cheap() -> None:
    check = "import sys, sandbox.kit.web.pages; sys.exit(any(name in sys.modules for name in ('babel', 'pygments')))"
    assert subprocess.run([sys.executable, "-c", check], check=False, cwd=ROOT.parent).returncode == 0
