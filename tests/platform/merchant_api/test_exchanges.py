"""The example exchanges of the docs, played in their order: each answer is as it stands there."""

from __future__ import annotations

import re
from itertools import chain
from typing import Any

from sandbox.contracts.cards import TEST_CARDS
from sandbox.platform.merchant_api.exchanges import ANY, EXCHANGES, Exchange
from sandbox.testing.drivers import PhoneDriver
from tests.platform.merchant_api.operations import list_emulated
from tests.platform.merchant_api.shop import Shop, pay
from tests.visitor import Visitor


def test_every_operation_has_one_but_accept_whose_docs_have_their_own(shop: Shop) -> None:
    told = {exchange.route for exchange in EXCHANGES}
    assert set(list_emulated(shop.sandbox)) - told == {"POST /api/accept"}


def filled(value: Any, known: dict[str, str]) -> Any:
    if isinstance(value, str):
        return re.sub(r"<(\w+)>", lambda match: known[match[1]], value)
    return {name: filled(each, known) for name, each in value.items()} if isinstance(value, dict) else value


def differences(expected: Any, found: Any, place: str = "answer") -> list[str]:
    if expected == ANY:
        return []
    if isinstance(expected, dict) and isinstance(found, dict):
        names = [f"{place}: {sorted(found)} are not {sorted(expected)}"] if set(expected) != set(found) else []
        inner = [differences(each, found.get(name), f"{place}.{name}") for name, each in expected.items()]
        return [*names, *chain.from_iterable(inner)]
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        pairs = zip(expected, found, strict=True)
        return list(chain.from_iterable(differences(*pair, f"{place}[]") for pair in pairs))
    same = expected == found and type(expected) is type(found)
    return [] if same else [f"{place}: {found!r} is not {expected!r}"]


def play(shop: Shop, exchange: Exchange, known: dict[str, str]) -> dict[str, Any]:
    body, headers = filled(exchange.body, known) if exchange.body else None, filled(dict(exchange.headers), known)
    method, path = exchange.route.partition(" ")[0], filled(exchange.path, known)
    sent = {} if body is None else {"data" if exchange.is_form else "json": body}
    answer = shop.http.request(method, path, headers=headers, **sent)
    assert answer.status_code == exchange.status, f"{exchange.call}\n{answer.text}"
    found: dict[str, Any] = answer.json()
    assert differences(dict(exchange.answer), found) == [], exchange.call
    return found


def pay_by_card(shop: Shop, page: str) -> None:
    card = TEST_CARDS[0]
    typed = {"card_number": card.shown_number, "expiry": card.expiry or "", "cvc": card.cvc or "", "holder": "Amina"}
    with Visitor(shop.sandbox.base_url) as shopper:
        shopper.open(f"/pay/{page}")
        shopper.submit(f"/pay/{page}/card", **typed)
        code = re.findall(r'data-part="bank-code">([0-9]{6})<', shopper.open(f"/pay/{page}/code").text)[0]
        shopper.submit(f"/pay/{page}/code", code=code)


def test_each_answer_is_as_it_stands_in_the_docs(shop: Shop, phone: PhoneDriver) -> None:
    known = {"public": shop.app.public_token, "private": shop.app.private_token, "phone": phone.number}
    for exchange in EXCHANGES:
        if exchange.before == "pay":
            pay(phone, known["page"])
        if exchange.before == "pay by card":
            pay_by_card(shop, known["page"])
        if exchange.before == "read code":
            known["code"] = re.findall(r"\b\d{6}\b", phone.messages(contains="code", wait=5)[0]["text"])[0]
        found = play(shop, exchange, known)
        texts = {name: value for name, value in found.items() if isinstance(value, str)}
        known |= texts
        if "bindings" in exchange.route:
            known["binding"] = found["result"]["bindings"][0]["binding_id"]
        if "generate_payment" in exchange.route and exchange.status == 200:
            known["page"] = found["result"]["payment_id"]


def test_differences_are_found() -> None:
    assert differences({"a": 1, "b": ANY}, {"a": 1, "b": 5}) == []
    assert len(differences({"a": 1}, {"a": "1"})) == 1
    assert len(differences({"a": 1}, {"a": 1, "b": 2})) == 1
    assert len(differences([1], [])) == 1
