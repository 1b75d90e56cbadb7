"""The search of the documentation finds a word however it is written, in the reader's language, without a script."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.platform.docs.search import Entry, Index, highlight, normalise, words_of
from sandbox.platform.docs.sections import split
from tests.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.testing import Sandbox


@pytest.fixture
def visitor(sandbox: Sandbox) -> Iterator[Visitor]:
    with Visitor(sandbox.base_url) as made:
        yield made


def found(visitor: Visitor, query: str, language: str = "en") -> list[tuple[str, str]]:
    """Address and title of each result."""
    page = visitor.http.get("/docs/search", params={"q": query, "lang": language})
    assert page.status_code == 200
    results = re.findall(r'<h2><a href="([^"]+)">(.*?)</a></h2>', page.text)
    return [(address, re.sub(r"</?mark>", "", title)) for address, title in results]


@pytest.mark.parametrize("query", ["WRONG_CODE", "wrong_code", "  Wrong_Code "])
def test_an_error_code_comes_first_with_its_anchor(visitor: Visitor, query: str) -> None:
    assert found(visitor, query)[0] == ("/docs/errors#WRONG_CODE", "WRONG_CODE")


@pytest.mark.parametrize(
    ("query", "address"),
    [
        ("max_apps", "/docs/settings#max_apps"),
        ("111111", "/docs/testing#code-111111"),
        ("20000002", "/docs/testing#phone-20000002"),
        ("whsec_", "/docs/verification#signature"),
        ("data-amount", "/docs/front-end#attribute-data-amount"),
        ("PARTLY_REFUNDED", "/docs/payment-process#PARTLY_REFUNDED"),
        ("api/login", "/docs/api/accounts#sessions_api_login"),
        ("flouci:verified", "/docs/front-end#flouci-verified"),
    ],
)
def test_what_has_an_anchor_is_found_there(visitor: Visitor, query: str, address: str) -> None:
    assert address in [each for each, _ in found(visitor, query)]


@pytest.mark.parametrize("query", ["vérification", "VERIFICATION", "verification"])
def test_accents_and_case_do_not_matter(visitor: Visitor, query: str) -> None:
    assert ("/docs/verification", "Vérification") in found(visitor, query, "fr")


def test_pages_are_searched_in_the_readers_language(visitor: Visitor) -> None:
    assert found(visitor, "remboursement", "fr")
    assert not found(visitor, "remboursement", "en")
    assert ("/docs/errors", "الأخطاء") in found(visitor, "اخطاء", "ar")


@pytest.mark.parametrize(
    ("written", "typed"),
    [("أخطاء", "اخطاء"), ("محفظة", "محفظه"), ("مُشاهَد", "مشاهد"), ("على", "علي"), ("Œuvre", "oeuvre")],
)
def test_spellings_that_readers_do_not_tell_apart_are_the_same(written: str, typed: str) -> None:
    assert normalise(written) == normalise(typed)


def test_a_query_is_shown_as_text_and_marked_in_what_is_found(visitor: Visitor) -> None:
    evil = '<script>alert("x")</script>'
    page = visitor.http.get("/docs/search", params={"q": evil}).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert "<mark>refund</mark>" in visitor.http.get("/docs/search", params={"q": "refund", "lang": "en"}).text.lower()


def test_nothing_found_says_what_to_try(visitor: Visitor) -> None:
    for query in ("zzzzzz", "", "   ", "%", "a" * 5000, "\u202e", "accept zzzzz"):
        page = visitor.http.get("/docs/search", params={"q": query, "lang": "en"})
        assert page.status_code == 200
        if not found(visitor, query):
            assert '/docs/search?q=WRONG_CODE"' in page.text, query


def test_every_page_has_the_search_box(visitor: Visitor) -> None:
    for address in ("/docs", "/docs/errors", "/docs/search", "/docs/api/apps"):
        page = visitor.open(address).text
        assert 'action="/docs/search"' in page
        assert '<label class="visually-hidden" for="docs-q">' in page


def test_all_words_must_be_there_and_titles_count_more() -> None:
    entries = [
        Entry("/a", "A", "Money", "It moves once."),
        Entry("/b", "B", "Other", "money money money moves"),
        Entry("/c", "C", "Nothing", "money"),
    ]
    index = Index(entries)
    assert [result.entry.address for result in index.find("money moves")] == ["/a", "/b"]
    assert [result.entry.address for result in index.find("MONEY")] == ["/a", "/b", "/c"]


@given(st.text(max_size=200), st.text(max_size=30))
def test_marking_never_changes_the_text(text: str, query: str) -> None:
    marked = highlight(text, words_of(query))
    assert str(marked.replace("<mark>", "").replace("</mark>", "").unescape()) == text or "&" in text or "<" in text


@given(st.text(max_size=200), st.text(max_size=300))
def test_any_text_can_be_looked_for_in_any_text(text: str, query: str) -> None:
    for result in Index([Entry("/a", "A", text[:20], text)]).find(query):
        assert "<script" not in result.snippet


def test_a_page_is_cut_at_its_headings_and_at_rows_with_anchors() -> None:
    html = (
        "<p>Lead.</p><h2 id='one'>One</h2><p>First.</p><table><tr id='row'><th>Row</th><td>cell</td></tr></table>"
        "<p>After.</p><h3 id='two'>Two</h3><svg><text>drawn</text></svg>text"
    )
    parts = [(part.anchor, part.title, part.text) for part in split(html)]
    assert parts == [
        ("", "", "Lead."),
        ("one", "One", "First."),
        ("row", "Row", "cell"),
        ("one", "One", "After."),
        ("two", "Two", "text"),
    ]
