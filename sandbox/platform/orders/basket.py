"""What a checkout tells of the basket and of the customer: taken as far as it can be read, and never in the way of a payment.

``data-items`` and ``data-customer`` come as the text of the attribute, or as JSON; what cannot be read is left out and told of.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

from sandbox.kit.money import MAX_AMOUNT, AmountError, parse_amount
from sandbox.kit.shapes import is_storable

MOST_ITEMS = 50
_LONGEST_NAME, _LONGEST_ID, _LONGEST_EMAIL = 80, 64, 200
_MOST_PIECES = 1_000_000
_SHAPE_OF_ITEMS = 'data-items is a JSON list such as [{"name": "Olive oil", "quantity": 2, "price": 12500}].'
_SHAPE_OF_CUSTOMER = (
    'data-customer is a JSON object such as {"id": "C17", "name": "Amel", "email": "amel@example.com"}.'
)


@dataclass(frozen=True)
class Item:
    """``price`` of one and ``total`` of all in millimes; None where the checkout does not tell. ``key`` names the same item alike."""

    key: str
    name: str
    item_id: str | None
    quantity: int
    price: int | None
    total: int | None


@dataclass(frozen=True)
class Customer:
    """Whom the checkout names: ``key`` is the same for the same customer, by id, e-mail address or name, whichever comes first."""

    key: str
    id: str | None
    name: str | None
    email: str | None


@dataclass
class Basket:
    items: list[Item] = field(default_factory=list)
    customer: Customer | None = None
    warnings: list[str] = field(default_factory=list)


def read_basket(items: object, customer: object, amount: int) -> Basket:
    """``amount`` of the order, in millimes: that of a single item whose price is not told. Prices need not add up to it."""
    basket = Basket()
    _read_items(basket, items)
    _read_customer(basket, customer)
    if len(basket.items) == 1 and basket.items[0].price is None:
        basket.items[0] = replace(basket.items[0], total=amount)
    return basket


def _read_items(basket: Basket, given: object) -> None:
    rows = _parse(given)
    if rows is None:
        return
    if not isinstance(rows, list):
        basket.warnings.append(f"data-items could not be read. {_SHAPE_OF_ITEMS}")
        return
    if len(rows) > MOST_ITEMS:
        basket.warnings.append(f"Only the first {MOST_ITEMS} items of data-items were kept.")
    for number, row in enumerate(rows[:MOST_ITEMS], start=1):
        item = _read_item(row)
        if item is None:
            basket.warnings.append(f"Item {number} of data-items was left out. {_SHAPE_OF_ITEMS}")
        else:
            basket.items.append(item)


def _read_item(row: object) -> Item | None:
    if not isinstance(row, dict):
        return None
    item_id, quantity, price = _text(row.get("id"), _LONGEST_ID), _count(row.get("quantity")), _price(row.get("price"))
    name = _text(row.get("name"), _LONGEST_NAME) or item_id
    if name is None or quantity is None or price == -1:
        return None
    total = None if price is None else price * quantity
    return Item(f"id:{item_id}" if item_id else f"name:{name.casefold()}"[:90], name, item_id, quantity, price, total)


def _read_customer(basket: Basket, given: object) -> None:
    fields = _parse(given)
    if fields is None:
        return
    if not isinstance(fields, dict):
        basket.warnings.append(f"data-customer could not be read. {_SHAPE_OF_CUSTOMER}")
        return
    own_id, name = _text(fields.get("id"), _LONGEST_ID), _text(fields.get("name"), _LONGEST_NAME)
    email = _text(fields.get("email"), _LONGEST_EMAIL)
    if own_id:
        key = f"id:{own_id}"
    elif email:
        key = f"email:{email.lower()}"
    elif name:
        key = f"name:{name.casefold()}"
    else:
        basket.warnings.append(f"data-customer names nobody. {_SHAPE_OF_CUSTOMER}")
        return
    basket.customer = Customer(key[:260], own_id, name, email)


def _parse(given: object) -> Any:
    """None where nothing came; False where it is no JSON."""
    if not isinstance(given, str):
        return given
    if not given.strip():
        return None
    try:
        return json.loads(given)
    except (ValueError, RecursionError):
        return False


def _text(value: object, longest: int) -> str | None:
    """One line in print, cut; a number is a text too."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18:
        value = str(value)
    if not isinstance(value, str) or not is_storable(value):
        return None
    return " ".join("".join(each if each.isprintable() else " " for each in value[:1000]).split())[:longest] or None


def _count(value: object) -> int | None:
    if value is None:
        return 1
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit() and len(value) < 10:
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return value if is_whole and 1 <= value <= _MOST_PIECES else None  # type: ignore[operator,return-value]  # is_whole says what it is


def _price(value: object) -> int | None:
    """None where there is none, -1 where it is no price."""
    if value is None or value == "":
        return None
    if value in (0, "0") and not isinstance(value, bool):
        return 0
    try:
        return min(parse_amount(value), MAX_AMOUNT)
    except AmountError:
        return -1
