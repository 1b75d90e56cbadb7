"""What a checkout says of items and customer: kept as far as it can be read, never in the way."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.contracts.platform import OpenSession
from sandbox.platform.orders.basket import MOST_ITEMS, read_basket
from sandbox.testing import Sandbox
from sandbox.testing.drivers import MerchantApp

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["id", "name", "email", "quantity", "price"]), inner)
    ),
)


@given(ANYTHING, ANYTHING)
def test_nothing_that_comes_is_in_the_way(items: Any, customer: Any) -> None:
    for given_items, given_customer in ((items, customer), (json.dumps(items), json.dumps(customer))):
        basket = read_basket(given_items, given_customer, 1000)
        assert len(basket.items) <= MOST_ITEMS
        for item in basket.items:
            assert 1 <= len(item.name) <= 80
            assert item.quantity >= 1
            assert item.price is None or 0 <= item.price <= 10_000_000
        assert all(warning.isascii() for warning in basket.warnings)


@pytest.mark.parametrize("text", ["[", "nonsense", "[" * 100_000, '{"name": "Oil"}', "12", '"text"', "\ud800"])
def test_items_that_are_none_are_told_of(text: str) -> None:
    basket = read_basket(text, text, 1000)
    assert basket.items == []
    assert any(warning.startswith("data-items could not be read") for warning in basket.warnings)


@pytest.mark.parametrize("nothing", [None, "", "   ", "null", "[]"])
def test_no_items_are_no_fault(nothing: object) -> None:
    assert read_basket(nothing, None, 1000).warnings == []


def test_an_item_is_named_alike_by_its_id_or_by_its_name_in_any_case() -> None:
    rows = [
        {"id": 7, "name": "Huile"},
        {"name": "  Olive\n OIL "},
        {"name": "olive oil", "quantity": "2", "price": "1.0"},
    ]
    items = read_basket(rows, None, 1000).items
    assert [item.key for item in items] == ["id:7", "name:olive oil", "name:olive oil"]
    assert [(item.quantity, item.total) for item in items] == [(1, None), (1, None), (2, 2)]


@pytest.mark.parametrize(
    "wrong",
    [{}, {"name": ""}, {"name": "x", "quantity": 0}, {"name": "x", "quantity": 1.5}, {"name": "x", "price": -1}, 7],
)
def test_an_item_that_cannot_be_read_is_left_out_and_the_others_stay(wrong: object) -> None:
    basket = read_basket([wrong, {"name": "Oil", "price": 500, "quantity": 3}], None, 1000)
    assert [(item.name, item.total) for item in basket.items] == [("Oil", 1500)]
    assert basket.warnings[0].startswith("Item 1 of data-items was left out")


def test_the_price_of_a_single_item_is_the_amount_where_none_is_told() -> None:
    assert read_basket([{"name": "Oil"}], None, 1000).items[0].total == 1000


def test_only_the_first_fifty_items_are_kept() -> None:
    basket = read_basket([{"name": f"Item {number}"} for number in range(60)], None, 1000)
    assert len(basket.items) == MOST_ITEMS
    assert basket.warnings == ["Only the first 50 items of data-items were kept."]


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"id": "C17", "email": "A@x.tn", "name": "Amel"}, "id:C17"),
        ({"email": "A@X.tn", "name": "Amel"}, "email:a@x.tn"),
        ({"name": "Amel"}, "name:amel"),
    ],
)
def test_a_customer_is_known_by_id_then_address_then_name(fields: dict[str, str], key: str) -> None:
    found = read_basket(None, json.dumps(fields), 1000).customer
    assert found is not None
    assert found.key == key


@pytest.mark.parametrize("way", ["form", "json", "text in json"])
def test_the_form_opens_whatever_came_and_says_what_was_left_out(
    sandbox: Sandbox, merchant_app: MerchantApp, way: str
) -> None:
    items: Any = [{"name": "<script>alert(1)</script>", "quantity": 2}, {"price": 5}]
    fields: dict[str, Any] = {"app": merchant_app.public_token, "amount": 12500, "customer": "}"}
    text = json.dumps(items)
    sent = (
        {"data": fields | {"items": text}}
        if way == "form"
        else {"json": fields | {"items": items if way == "json" else text}}
    )
    answer = sandbox.transport._client.post("/api/checkout/sessions", **sent)
    assert answer.status_code == 201, answer.text
    assert [warning.split(".")[0] for warning in answer.json()["warnings"]] == [
        "Item 2 of data-items was left out",
        "data-customer could not be read",
    ]
    assert answer.headers["Sandbox-Hint"] == answer.json()["warnings"][0]


def test_a_form_without_them_has_no_warnings(sandbox: Sandbox, merchant_app: MerchantApp) -> None:
    opened = sandbox.platform.open_session(OpenSession(app=merchant_app.public_token, amount=1000))
    assert opened["warnings"] == []
