"""What the journal knows of stories, in both databases: which one an id belongs to, and whom it is about."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from sandbox.control.journal import Exchange, Journal
from sandbox.control.models import SCHEMA_VERSION, metadata
from sandbox.kit.db import Database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.databases import UrlFactory

AT = datetime(2026, 3, 1, tzinfo=UTC)
TOKEN = "0f2f6c1e-4d7a-4bb1-9a55-1c6d2f0b9e11"


@pytest.fixture
def journal(database_url: UrlFactory) -> Iterator[Journal]:
    database = Database(database_url("control"), metadata, version=SCHEMA_VERSION, schema="control")
    made = Journal(database)
    for trace, path, answer, headers in (
        ("", "/payments/api/balances/w-1", b'{"id": "p-1"}', {}),
        ("order-1", "/api/checkout/sessions", b'{"id": "p-1"}', {"authorization": f"Bearer {TOKEN}:secret"}),
        ("order-2", "/api/events", b'{"ids": ["p-1", "p-2"]}', {}),
        ("order-2", "/mobile/phones/20000001/scan", b"", {}),
    ):
        made.record(Exchange("x", trace, "platform", "POST", path, 200, 1.0, b"", answer, AT, headers))
    yield made
    database.close()


def test_an_id_belongs_to_the_story_of_that_name_or_to_that_which_named_it_first(journal: Journal) -> None:
    assert journal.find_story(["order-2", "p-1"]) == "order-2"
    assert journal.find_story(["p-1"]) == "order-1"
    assert journal.find_story(["p-2", "p-3"]) == "order-2"
    assert journal.find_story(["p-3"]) == ""


def test_a_story_is_about_what_one_of_its_exchanges_names_in_a_head_too(journal: Journal) -> None:
    assert journal.is_about("order-1", TOKEN)
    assert journal.is_about("order-2", "20000001")
    assert not journal.is_about("order-1", "20000001")
    assert not journal.is_about("order-1", "secret")
