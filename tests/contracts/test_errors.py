"""One tree of errors, the same on both sides of a call."""

from __future__ import annotations

import string
from http import HTTPStatus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.contracts import errors as refusals
from sandbox.kit import errors
from sandbox.kit.errors import InvalidInput, SandboxError, ServiceUnavailable, error_from_json

LOCAL = frozenset({"SandboxError", "Refusal"})
"""Roots, of which no instance is meant to cross a boundary."""


def _classes() -> list[type[SandboxError]]:
    found = {kind for module in (errors, refusals) for kind in vars(module).values() if isinstance(kind, type)}
    return sorted((kind for kind in found if issubclass(kind, SandboxError)), key=lambda kind: kind.__name__)


def _below(root: type[SandboxError]) -> list[type[SandboxError]]:
    return [kind for child in root.__subclasses__() for kind in (child, *_below(child))]


crossing = [kind for kind in _classes() if kind.__name__ not in LOCAL]
each_error = pytest.mark.parametrize("kind", crossing, ids=lambda kind: kind.__name__)
keys = st.text(string.ascii_lowercase + "_", min_size=1, max_size=12).filter(
    lambda name: name not in {"code", "message", "hint", "field", "request_id", "self"}
)


def test_every_code_belongs_to_one_class() -> None:
    assert len(crossing) > 30
    kinds = [kind for kind in _below(SandboxError) if kind.__module__.startswith("sandbox.")]
    everywhere = [kind for kind in kinds if "code" in vars(kind)]  # others are told with the code of what they are
    assert set(crossing) <= set(everywhere)
    assert len({kind.code for kind in everywhere}) == len(everywhere)
    assert {kind.code: SandboxError.by_code[kind.code] for kind in everywhere} == {
        kind.code: kind for kind in everywhere
    }


NOT_THE_CALLERS = {"SERVICE_UNAVAILABLE", "ANSWER_LOST", "STORAGE_FAILED", "INJECTED_FAULT"}


@each_error
def test_every_error_has_a_code_a_status_a_message_and_a_hint_of_its_own(kind: type[SandboxError]) -> None:
    assert "code" in vars(kind)
    assert set(kind.code) <= set(string.ascii_uppercase + "_")
    assert 400 <= HTTPStatus(kind.status) < 500 or kind.code in NOT_THE_CALLERS
    for text in (kind.message, kind.hint):
        assert text.strip() == text
        assert text[0].isupper() or text.startswith("'")
        assert text.endswith(".")
    assert kind.message != kind.hint


@each_error
def test_every_error_survives_the_trip_over_the_wire(kind: type[SandboxError]) -> None:
    sent = kind("What happened.", hint="What to do.", field="amount", tries_left=2, wallet="w-1")
    arrived = error_from_json(kind.status, sent.to_json("request-1"))
    assert type(arrived) is kind
    assert (arrived.message, arrived.hint, arrived.field) == ("What happened.", "What to do.", "amount")
    assert arrived.details == {"tries_left": 2, "wallet": "w-1"}
    assert arrived.to_json("request-1") == sent.to_json("request-1")


@given(
    st.sampled_from(crossing),
    st.text(),
    st.text(),
    st.none() | st.text(),
    st.dictionaries(keys, st.none() | st.integers() | st.text()),
)
def test_an_error_arrives_as_it_was_sent_whatever_it_says(
    kind: type[SandboxError], message: str, hint: str, field: str | None, details: dict[str, object]
) -> None:
    sent = kind(message, hint=hint, field=field, **details)
    arrived = error_from_json(kind.status, sent.to_json())
    assert type(arrived) is kind
    assert arrived.to_json() == sent.to_json()


def test_an_error_without_a_field_has_no_field() -> None:
    assert InvalidInput().to_json("r") == {
        "error": {
            "code": "INVALID_INPUT",
            "message": "The request is not valid.",
            "hint": "Correct the named field and send it again.",
            "request_id": "r",
        }
    }


@pytest.mark.parametrize(
    "body",
    [None, "", "text", 5, [], {}, {"error": None}, {"error": "text"}, {"error": []}, {"error": {"message": "x"}}],
    ids=repr,
)
def test_an_answer_without_an_explanation_counts_as_a_service_that_is_away(body: object) -> None:
    error = error_from_json(502, body)
    assert type(error) is ServiceUnavailable
    assert "502" in error.message


@pytest.mark.parametrize("code", ["INTERNAL", "NEVER_HEARD_OF", "", 5, None])
def test_an_unknown_code_counts_as_a_service_that_is_away(code: object) -> None:
    assert type(error_from_json(500, {"error": {"code": code, "message": "x"}})) is ServiceUnavailable


@given(
    st.recursive(
        st.none() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["error", "code", "message", "x"]), inner),
    )
)
def test_no_answer_of_a_service_breaks_its_caller(body: object) -> None:
    assert isinstance(error_from_json(500, body), SandboxError)
