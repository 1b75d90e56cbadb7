"""The transactional outbox: at least once, in order, nothing lost, nothing told that did not happen."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import MetaData, select, update

from sandbox.kit.clock import Clock, ClockState
from sandbox.kit.db import Database
from sandbox.kit.outbox import Message, Outbox, outbox_table, retry_after

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.databases import UrlFactory

metadata = MetaData()
table = outbox_table(metadata)


class Receiver:
    """Keeps what arrives; ``failing`` makes it refuse, ``crashing_after`` take it and fail all the same."""

    def __init__(self) -> None:
        self.seen: list[int] = []
        self.calls = 0
        self.failing = False
        self.crashing_after = False

    def __call__(self, messages: Sequence[Message]) -> None:
        self.calls += 1
        if self.failing:
            raise ConnectionError("nobody answers")
        self.seen += [message.payload["n"] for message in messages]
        if self.crashing_after:
            raise TimeoutError("the answer got lost")


class Post:
    """An outbox with two topics, and what belongs to it."""

    def __init__(self, url: str) -> None:
        self.database = Database(url, metadata, version=1, schema="post")
        self.clock = Clock(ClockState(frozen_at=datetime(2026, 3, 1, tzinfo=UTC)))
        self.wakes = 0
        self.outbox = Outbox(self.database, table, self.clock, self._wake)
        self.event, self.sms = Receiver(), Receiver()
        self.outbox.handle({"event": self.event, "sms": self.sms})

    def _wake(self) -> None:
        self.wakes += 1

    def add(self, topic: str, *numbers: int) -> None:
        with self.database.write() as connection:
            for number in numbers:
                self.outbox.add(connection, topic, {"n": number})

    def add_in_vain(self, topic: str, number: int) -> None:
        with self.database.write() as connection:
            self.outbox.add(connection, topic, {"n": number})
            raise RuntimeError


@pytest.fixture
def post(database_url: UrlFactory) -> Iterator[Post]:
    made = Post(database_url("post"))
    yield made
    made.database.close()


def test_messages_arrive_in_order_and_once_when_all_goes_well(post: Post) -> None:
    post.add("event", 1, 2)
    post.add("event", 3)
    assert post.outbox.deliver_due() == 3
    assert post.outbox.deliver_due() == 0
    assert post.event.seen == [1, 2, 3]
    assert post.outbox.pending() == 0


def test_delivery_is_woken_after_the_commit_and_not_by_a_rollback(post: Post) -> None:
    with pytest.raises(RuntimeError):
        post.add_in_vain("event", 1)
    assert (post.wakes, post.outbox.deliver_due()) == (0, 0)
    post.add("event", 2)
    assert post.wakes == 1


def test_a_failing_topic_keeps_its_order_and_does_not_hold_the_other_back(post: Post) -> None:
    post.event.failing = True
    post.add("event", 1, 2)
    post.add("sms", 10)
    assert post.outbox.deliver_due() == 1
    assert post.sms.seen == [10]
    post.event.failing = False
    post.add("event", 3)
    assert post.outbox.deliver_due() == 0, "3 must not overtake 1 and 2, which wait for their next try"
    post.clock.advance(1)
    assert post.outbox.deliver_due() == 3
    assert post.event.seen == [1, 2, 3]


def test_a_long_queue_of_a_failing_topic_does_not_hold_the_other_back(post: Post) -> None:
    post.event.failing = True
    post.add("event", *range(250))
    post.add("sms", 10)
    assert post.outbox.deliver_due() == 1
    assert post.sms.seen == [10]


def test_a_long_queue_arrives_whole_and_in_order(post: Post) -> None:
    post.add("event", *range(250))
    while post.outbox.deliver_due():
        pass
    assert post.event.seen == list(range(250))


def test_tries_are_made_at_the_promised_times_and_not_before(post: Post) -> None:
    post.event.failing = True
    post.add("event", 1)
    post.outbox.deliver_due()
    for tries, wait in enumerate((1, 5, 30, 120, 600, 600, 600), start=1):
        assert post.event.calls == tries
        post.clock.advance(wait - 0.001)
        assert post.outbox.deliver_due() == 0
        assert post.event.calls == tries
        post.clock.advance(0.001)
        post.outbox.deliver_due()
    post.event.failing = False
    post.clock.advance(600)
    assert post.outbox.deliver_due() == 1
    assert post.event.seen == [1]


def test_the_reason_of_a_failure_is_kept_in_short(post: Post) -> None:
    post.event.failing = True
    post.add("event", 1)
    post.outbox.deliver_due()
    with post.database.read() as connection:
        row = connection.execute(select(table)).one()
    assert (row.attempts, row.last_error) == (1, "ConnectionError('nobody answers')")


def test_a_message_whose_answer_got_lost_comes_again_with_the_same_id(post: Post) -> None:
    seen: list[Message] = []
    post.outbox.handle({"event": lambda messages: seen.extend(messages) or post.event(messages)})
    post.event.crashing_after = True
    post.add("event", 1)
    assert post.outbox.deliver_due() == 0
    post.event.crashing_after = False
    post.clock.advance(1)
    assert post.outbox.deliver_due() == 1
    assert seen[0] == seen[1]


def test_a_message_that_nobody_handles_waits_and_holds_nothing_else_back(post: Post) -> None:
    post.add("unknown", 1)
    post.add("sms", 2)
    assert post.outbox.deliver_due() == 1
    assert post.outbox.pending() == 1
    post.outbox.handle({"unknown": post.event})
    post.clock.advance(3600)
    assert post.outbox.deliver_due() == 1
    assert post.event.seen == [1]


def test_ids_are_never_used_again_so_a_receiver_can_know_a_repetition_by_them(post: Post) -> None:
    ids: list[int] = []
    post.outbox.handle({"event": lambda messages: ids.extend(message.id for message in messages)})
    for number in range(3):
        post.add("event", number)
        post.outbox.deliver_due()
    assert len(set(ids)) == 3


def test_what_waited_when_the_process_died_is_delivered_by_the_next(database_url: UrlFactory) -> None:
    before = Post(database_url("post"))
    before.add("event", 1, 2)
    before.database.close()
    after = Post(database_url("post"))
    assert after.outbox.deliver_due() == 2
    assert after.event.seen == [1, 2]
    after.database.close()


def test_a_payload_that_was_stored_is_delivered_as_it_was(post: Post) -> None:
    payload = {"n": 1, "name": "Café مقهى", "deep": [{"amount": 12_500, "none": None}]}
    seen: list[Message] = []
    post.outbox.handle({"event": seen.extend})
    with post.database.write() as connection:
        post.outbox.add(connection, "event", payload)
    post.outbox.deliver_due()
    assert seen[0].payload == payload


def test_a_queue_with_an_old_message_that_is_not_due_waits_whole(post: Post) -> None:
    post.add("event", 1, 2)
    with post.database.write() as connection:
        later = datetime(2026, 3, 1, 1, tzinfo=UTC)
        connection.execute(update(table).where(table.c.id == 1).values(due_at=later))
    assert post.outbox.deliver_due() == 0


@given(st.integers(1, 10_000))
def test_waiting_grows_and_then_stays(attempts: int) -> None:
    assert retry_after(attempts) <= retry_after(attempts + 1)
    assert retry_after(attempts).total_seconds() <= 600
