"""Renders the pages of the documentation for a reader, and searches in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import current_app, render_template, url_for
from markupsafe import Markup

from sandbox.contracts.cards import TEST_CARDS
from sandbox.contracts.errors import (
    AlreadyRefunded,
    InsufficientFunds,
    NotRefundable,
    PassiveVerification,
    RefundTooLarge,
)
from sandbox.contracts.personas import MERCHANT_PHONE, PERSONAS, TEST_MERCHANT_PHONE
from sandbox.control.faults.kind import WHERE
from sandbox.control.faults.kinds import KINDS
from sandbox.kit.errors import NotFound, SandboxError, translatable
from sandbox.kit.web.pages import current_language, translate
from sandbox.kit.web.ui.languages import direction
from sandbox.platform.apps.states import TEST_APP_NAME
from sandbox.platform.docs import diagram, facts
from sandbox.platform.docs.contents import PAGES, TAG_TITLES, DocPage, tag_page
from sandbox.platform.docs.endpoints import place_of
from sandbox.platform.docs.reference import list_references
from sandbox.platform.docs.search import Entry, Index
from sandbox.platform.docs.sections import Section, split
from sandbox.platform.merchant_api.coverage import LEVELS, Published, list_published
from sandbox.platform.merchant_api.exchanges import EXCHANGES
from sandbox.platform.merchant_api.generation_1.magic_codes import FAILS, SUCCEEDS
from sandbox.platform.merchant_api.generation_1.schemas import ACCEPT_ERRORS
from sandbox.platform.orders.states import ORDER
from sandbox.platform.quirks.table import PROFILES, QUIRKS
from sandbox.platform.webhooks.states import RETRY_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.platform.docs.manual import Manual
    from sandbox.platform.docs.openapi import ApiDocument

PUBLIC_TOKEN = "YOUR-PUBLIC-TOKEN"  # noqa: S105  what stands in for a token
_REFUND_ERRORS = (NotRefundable, AlreadyRefunded, RefundTooLarge, InsufficientFunds)
_PAGE_PART, _HEADING, _DEEPEST_HEADING = 1, 2, 3


@dataclass(frozen=True)
class Reader:
    """Whose tokens stand in the samples; a private token never does."""

    public_token: str = PUBLIC_TOKEN


class Library:
    """Made once per app; an index of each language is made when somebody first searches in it."""

    def __init__(self, document: ApiDocument, manual: Manual, base_url: str) -> None:
        self._document = document
        self._manual = manual
        self._base_url = base_url
        self._indexes: dict[str, Index] = {}

    def list_pages(self) -> list[DocPage]:
        """The pages as they are written, then those of the API reference, one for each tag."""
        tags = dict.fromkeys(endpoint.operation.tag for endpoint in self._document.endpoints)
        return [*PAGES, *map(tag_page, tags)]

    def find_page(self, slug: str) -> DocPage:
        page = next((page for page in self.list_pages() if page.slug == slug), None)
        if page is None:
            raise NotFound(
                translatable("There is no such page in the documentation."),
                hint=translatable("Look for it with the search at /docs/search."),
            )
        return page

    def show(self, slug: str, reader: Reader) -> str:
        pages, page = self.list_pages(), self.find_page(slug)
        place = pages.index(page)
        body = self._render(page, reader)
        return render_template(
            "docs/page.html",
            page=page,
            body=body,
            contents=[section for section in split(body) if section.level == _HEADING],
            previous=pages[place - 1] if place else None,
            following=pages[place + 1] if place + 1 < len(pages) else None,
            **self._frame(),
        )

    def search(self, query: str) -> str:
        results = self._index(current_language()).find(query) if query else []
        return render_template("docs/search.html", page=None, query=query, results=results, **self._frame())

    def _index(self, language: str) -> Index:
        if language not in self._indexes:
            self._indexes[language] = Index(self._entries(language))
        return self._indexes[language]

    def _frame(self) -> dict[str, Any]:
        return {"pages": self.list_pages(), "address_of": address_of}

    def _render(self, page: DocPage, reader: Reader) -> Markup:
        return Markup(render_template(page.template, **self._values(page, reader)))  # noqa: S704  a template of ours

    def _values(self, page: DocPage, reader: Reader) -> dict[str, Any]:
        samples = {"base_url": self._base_url, "public_token": reader.public_token}
        return {
            **samples,
            "page": page,
            "address_of": address_of,
            "sample": lambda name: render_template(f"samples/{name}.txt", **samples),
            "facts": facts,
            "drawing": diagram.draw(mirrored=direction(current_language()) == "rtl"),
            "messages": [(message, diagram.PARTICIPANTS) for message in diagram.MESSAGES],
            "order_machine": ORDER,
            "phones": PERSONAS,
            "test_cards": TEST_CARDS,
            "merchant_phones": (MERCHANT_PHONE, TEST_MERCHANT_PHONE),
            "test_app_name": TEST_APP_NAME,
            "test_codes": (SUCCEEDS, FAILS),
            "accept_errors": ACCEPT_ERRORS,
            "refund_errors": _REFUND_ERRORS,
            "error_groups": list_errors,
            "exchanges": EXCHANGES,
            "quirks": QUIRKS,
            "faults": KINDS,
            "fault_places": WHERE,
            "coverage": list_coverage,
            "coverage_levels": LEVELS,
            "quirk_profiles": PROFILES,
            "passive_code": PassiveVerification.code,
            "webhook_retries": RETRY_SECONDS,
            "manual": self._manual,
            "references": lambda: list_references(self._document, page.tag, self._base_url),
            "document": self._document,
            "tag_titles": TAG_TITLES,
            "tag_page": tag_page,
        }

    def _entries(self, language: str) -> Iterator[Entry]:
        for page in self.list_pages():
            title = translate(language, page.title)
            for section in split(self._render(page, Reader())):
                if section.text or section.level <= _DEEPEST_HEADING:
                    yield _entry(page, title, section)


def _entry(page: DocPage, title: str, section: Section) -> Entry:
    address = address_of(page) + (f"#{section.anchor}" if section.anchor else "")
    return Entry(address, title, title if section.level == _PAGE_PART else section.title, section.text)


def address_of(page: DocPage) -> str:
    if not page.slug:
        return url_for("site.docs")
    return (
        url_for("docs.show_tag", tag=page.slug.removeprefix("api/"))
        if page.tag
        else url_for("docs.show_page", page=page.slug)
    )


def list_coverage() -> list[tuple[DocPage, list[Published]]]:
    """The published operations by tag, each with the page of the API reference on its tag."""
    tags: dict[str, list[Published]] = {}
    for operation in list_published(current_app):
        tags.setdefault(operation.tag, []).append(operation)
    return [(tag_page(tag), tags[tag]) for tag in sorted(tags, key=place_of)]


def _code_of(error: type[SandboxError]) -> str:
    return error.code


def list_errors() -> list[tuple[str, list[type[SandboxError]]]]:
    """Every error of the tree, in groups of what it is about."""
    groups: dict[str, list[type[SandboxError]]] = {title: [] for _, title in facts.ERROR_GROUPS}
    every: set[type[SandboxError]] = {SandboxError, *SandboxError.by_code.values()}
    for error in sorted(every, key=_code_of):
        title = next(title for module, title in facts.ERROR_GROUPS if error.__module__.startswith(module))
        groups[title].append(error)
    return [(title, errors) for title, errors in groups.items() if errors]
