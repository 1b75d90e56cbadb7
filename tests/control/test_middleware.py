"""When an answer has been given out, the journal has it: whoever follows its ``Sandbox-Log`` at once finds it there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.test import EnvironBuilder

from sandbox.control.journal import Journal
from sandbox.control.middleware import JournalMiddleware
from sandbox.control.models import SCHEMA_VERSION, metadata
from sandbox.kit.clock import Clock
from sandbox.kit.db import Database
from sandbox.kit.ids import Ids

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HEADERS = {
    "whole": [("Content-Type", "application/json"), ("Content-Length", "6")],
    "streamed": [("Content-Type", "application/json")],
    "empty": [("Content-Length", "0")],
}
CHUNKS = {"whole": [b'{"a"', b":1"], "streamed": [b'{"a"', b":1"], "empty": []}


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    database = Database(f"sqlite:///{tmp_path / 'journal.db'}", metadata, version=SCHEMA_VERSION)
    yield Journal(database)
    database.close()


def answers(journal: Journal, kind: str, **environ: str) -> Any:
    def app(_environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", HEADERS[kind])
        return CHUNKS[kind]

    watched = JournalMiddleware(app, "shop", journal, Clock(), Ids(1, "requests"))
    return watched(EnvironBuilder("/").get_environ() | environ, lambda *_: None)


def test_a_whole_answer_is_told_before_its_last_bytes(journal: Journal) -> None:
    answer = answers(journal, "whole")
    chunks = iter(answer)
    next(chunks)
    assert journal.list_newest() == []
    next(chunks)
    assert [each["answer"] for each in journal.list_newest()] == ['{"a":1']
    assert list(chunks) == []
    answer.close()
    assert len(journal.list_newest()) == 1


@pytest.mark.parametrize("kind", ["streamed", "empty"])
def test_an_answer_that_names_no_end_is_told_at_its_end(journal: Journal, kind: str) -> None:
    answer = answers(journal, kind)
    assert list(answer) == CHUNKS[kind]
    assert len(journal.list_newest()) == 1
    answer.close()
    assert len(journal.list_newest()) == 1


def test_an_answer_whose_reader_left_is_told_as_far_as_it_came(journal: Journal) -> None:
    answer = answers(journal, "streamed")
    next(iter(answer))
    answer.close()
    assert [each["answer"] for each in journal.list_newest()] == ['{"a"']


def test_files_of_the_sandbox_s_own_pages_are_not_told(journal: Journal) -> None:
    """A look at the phone would push forty of them before what matters; the checkout's script, at the root, is kept."""
    for mounted, path in (("/mobile", "/static/phone.js"), ("", "/static/main.js"), ("/mobile", "/phones")):
        list(answers(journal, "whole", SCRIPT_NAME=mounted, PATH_INFO=path))
    assert [each["path"] for each in journal.list_newest()] == ["/mobile/phones", "/static/main.js"]
