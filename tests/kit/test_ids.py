"""Ids, codes and tokens: repeatable from a seed."""

from __future__ import annotations

import base64
import re
import uuid

from hypothesis import given
from hypothesis import strategies as st

from sandbox.kit.ids import Ids, IdSource
from tests.racing import race

seeds = st.integers(-(2**63), 2**63)


def _some(ids: Ids) -> list[object]:
    return [ids.token22(), ids.secret(), ids.uuid(), ids.digits(6), ids.number(1000)]


@given(seeds)
def test_the_same_seed_gives_the_same_ids_and_another_name_gives_others(seed: int) -> None:
    assert _some(Ids(seed, "apps")) == _some(Ids(seed, "apps"))
    assert _some(Ids(seed, "apps"))[:3] != _some(Ids(seed, "sms"))[:3]


def test_a_stream_is_not_disturbed_by_another() -> None:
    quiet, busy = IdSource(42), IdSource(42)
    _some(busy.stream("sms"))
    assert _some(quiet.stream("apps")) == _some(busy.stream("apps"))


def test_a_stream_is_one_and_the_same_for_everybody() -> None:
    source = IdSource(42)
    first = source.stream("apps").token22()
    assert source.stream("apps").token22() != first


def test_a_restart_begins_every_stream_anew_and_another_run_gives_other_ids() -> None:
    source = IdSource(42, "run 0")
    first = _some(source.stream("apps"))
    source.restart("run 1")
    assert _some(source.stream("apps")) != first
    source.restart("run 0")
    assert _some(source.stream("apps")) == first
    source.restart("run 1")
    assert _some(source.stream("later")) == _some(IdSource(42, "run 1").stream("later"))


@given(seeds)
def test_a_token_is_sixteen_bytes_in_22_characters_of_base64url(seed: int) -> None:
    token = Ids(seed, "x").token22()
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", token)
    assert len(base64.urlsafe_b64decode(token + "==")) == 16


def test_some_tokens_begin_with_an_underscore_or_a_hyphen_as_the_real_ones_do() -> None:
    ids = Ids(1, "payments")
    assert {"_", "-"} <= {ids.token22()[0] for _ in range(2000)}


@given(seeds)
def test_an_app_token_is_a_uuid_of_version_4(seed: int) -> None:
    text = Ids(seed, "x").uuid()
    assert uuid.UUID(text).version == 4
    assert str(uuid.UUID(text)) == text


@given(seeds, st.integers(1, 12))
def test_digits_keep_their_leading_zeros(seed: int, count: int) -> None:
    assert re.fullmatch(rf"[0-9]{{{count}}}", Ids(seed, "x").digits(count))
    assert 0 <= Ids(seed, "x").number(count) < count


def test_a_secret_is_thirty_two_bytes() -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", Ids(1, "x").secret())


def test_threads_that_race_never_get_the_same_token() -> None:
    ids = Ids(1, "x")
    batches = race([lambda: [ids.token22() for _ in range(200)]] * 8)
    assert len({token for batch in batches for token in batch}) == 1600
