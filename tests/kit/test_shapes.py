"""Shapes of JSON: what arrives is taken as it is plainly meant, or refused with the field's name."""

from __future__ import annotations

import importlib
import pkgutil
from contextlib import suppress
from itertools import product
from typing import TYPE_CHECKING, Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

import sandbox
from sandbox.contracts.wallets import SmsOrders
from sandbox.kit.errors import InvalidInput, SandboxError
from sandbox.kit.shapes import Amount, Code, Identifier, Name, Optional, OptionalText, PhoneNumber, Pin, Shape

if TYPE_CHECKING:
    from collections.abc import Iterator


class Order(Shape):
    amount: Amount = 1
    phone_number: PhoneNumber = "20123456"
    pin: Pin = "1234"
    code: Code = "123456"
    id: Identifier = "TX-1"
    name: Name = "Café"
    description: OptionalText = None
    reference: Annotated[Identifier | None, Optional] = None
    password: Annotated[str, Field(min_length=8)] = "long enough"


class Strict(Shape):
    amount: Amount


def _refusal(**fields: object) -> InvalidInput:
    with pytest.raises(InvalidInput) as refused:
        Order.parse(fields)
    return refused.value


def test_a_missing_field_is_named() -> None:
    with pytest.raises(InvalidInput, match="'amount' is missing") as refused:
        Strict.parse({})
    assert (refused.value.field, refused.value.hint) == ("amount", "Send 'amount' in the body.")


def test_unknown_fields_are_ignored_and_blanks_around_texts_are_dropped() -> None:
    assert Order.parse({"colour": "red", "name": "  Café "}).name == "Café"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount", "12.5"),
        ("amount", None),
        ("phone_number", True),
        ("phone_number", 20123456.5),
        ("phone_number", ["20123456"]),
        ("phone_number", "123"),
        ("pin", "12"),
        ("pin", "12345a"),
        ("pin", True),
        ("code", "12345"),
        ("code", "1234567"),
        ("code", 1_000_000),
        ("code", -1),
        ("code", "12345\u00b2\u00b2"),
        ("code", "123456\n7"),
        ("code", True),
        ("id", ""),
        ("id", "a b"),
        ("id", "x" * 65),
        ("id", "../etc"),
        ("name", " "),
        ("name", "x" * 81),
        ("name", 5),
        ("description", "x" * 501),
        ("reference", {"a": 1}),
    ],
    ids=repr,
)
def test_a_wrong_field_is_named_and_shown_as_it_arrived(field: str, value: object) -> None:
    refusal = _refusal(**{field: value})
    assert refusal.field == field
    assert refusal.status == 400
    assert refusal.message.startswith(f"'{field}'")
    assert len(refusal.hint) < 100


def test_the_hint_shows_what_arrived() -> None:
    assert _refusal(amount="12.5").hint == "The value that arrived was '12.5'."


@pytest.mark.parametrize(("field", "value"), [("pin", "99"), ("password", "geheim"), ("code", "98765")])
def test_a_wrong_secret_is_not_repeated_in_the_answer(field: str, value: str) -> None:
    refusal = _refusal(**{field: value})
    assert value not in f"{refusal.message} {refusal.hint}"


def test_a_huge_value_is_shown_in_short() -> None:
    assert len(_refusal(amount="9" * 100_000).hint) < 100
    assert len(_refusal(amount=[1] * 100_000).hint) < 100


def test_a_number_gets_back_the_leading_zeros_that_json_could_not_carry() -> None:
    assert Order.parse({"code": 7}).code == "000007"
    assert Order.parse({"phone_number": 20123456, "pin": 1234}).phone_number == "20123456"


def test_an_empty_form_field_counts_as_not_sent() -> None:
    order = Order.parse({"description": "  ", "reference": ""})
    assert (order.description, order.reference) == (None, None)


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "x\udfff"], ids=ascii)
def test_text_that_no_database_can_store_is_refused(text: str) -> None:
    assert _refusal(name=text).field == "name"


def test_what_a_field_that_nobody_reads_holds_does_not_matter() -> None:
    assert Order.parse({"colour": "a\x00b"}) == Order()


@pytest.mark.parametrize("text", ["a\x00b", "\ud800"], ids=ascii)
def test_text_that_no_database_can_store_is_refused_however_deep_it_lies(text: str) -> None:
    message = {"key": "k", "phone_number": "20123456", "template": "payment_sent", "values": {"name": text}}
    with pytest.raises(InvalidInput):
        SmsOrders.parse({"messages": [message]})


def test_a_value_of_any_depth_is_looked_through() -> None:
    deep: object = "a\x00b"
    for _ in range(5_000):
        deep = [deep]
    assert _refusal(name=deep).field == "name"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(sorted(Order.model_fields)), json_values))
def test_any_json_becomes_a_shape_or_a_refusal_that_names_a_field(body: dict[str, object]) -> None:
    outcome = _parse(body)
    if isinstance(outcome, InvalidInput):
        assert outcome.field
        assert outcome.message
        assert outcome.hint
    else:
        assert outcome.amount >= 1
        assert len(outcome.code) == 6


def _parse(body: dict[str, object]) -> Order | InvalidInput:
    try:
        return Order.parse(body)
    except InvalidInput as refusal:
        return refusal


ABSURD = (None, "", " ", "x", True, -1, 2**70, float("inf"), float("nan"), "\ud800", "٣", [], {}, [None], {"a": None})


def test_no_shape_of_any_part_falls_over_a_value() -> None:
    """A limit that is laid on a field which may be empty is asked about the emptiness too, and breaks."""
    for module in pkgutil.walk_packages(sandbox.__path__, "sandbox."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    fields = [(shape, name) for shape in _all_shapes(Shape) for name in shape.model_fields]
    assert len(fields) > 500
    for (shape, name), value in product(fields, ABSURD):
        with suppress(SandboxError):
            shape.parse({name: value})


def _all_shapes(above: type[Shape]) -> Iterator[type[Shape]]:
    for shape in above.__subclasses__():
        yield shape
        yield from _all_shapes(shape)
