"""The lists as a developer meets them: as pages, as JSON and as files."""

from __future__ import annotations

import csv
import html
import re
from io import StringIO
from typing import Any

import httpx
import pytest

from sandbox.contracts.platform import OpenSession
from sandbox.testing import Sandbox
from sandbox.testing.drivers import MerchantApp, PhoneDriver
from tests.platform.paying import pay
from tests.visitor import Visitor

NASTY = (
    "=1+1",
    "+216",
    "-5",
    "@SUM(A1)",
    "\ttab",
    'a "quoted", text\nin two lines',
    "<script>alert(1)</script>",
    "'; DROP",
)


def open_order(sandbox: Sandbox, app: MerchantApp, amount: int = 1_000, **more: Any) -> str:
    return str(sandbox.platform.open_session(OpenSession(app=app.public_token, amount=amount, **more))["session"])


def ask(sandbox: Sandbox, token: str, path: str, **query: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.get(sandbox.base_url + path, params=query, headers=headers, trust_env=False, timeout=30)


def rows_of(answer: httpx.Response) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"), newline="")))


@pytest.fixture
def owner(visitor: Visitor, merchant_app: MerchantApp) -> Visitor:
    visitor.log_in(merchant_app.email, merchant_app.password)
    return visitor


def test_a_page_leads_to_the_next_until_every_order_was_seen_once(
    sandbox: Sandbox, merchant_app: MerchantApp, token: str
) -> None:
    made = [open_order(sandbox, merchant_app, id=f"TX{number}") for number in range(7)]
    seen, after, pages = [], "", 0
    while after is not None:
        answer = ask(sandbox, token, "/api/orders", limit=3, **({"after": after} if after else {})).json()
        assert set(answer) == {"data", "next_cursor"}
        seen += [order["id"] for order in answer["data"]]
        after, pages = answer["next_cursor"], pages + 1
    assert (seen, pages) == (made[::-1], 3)


def test_an_order_tells_nothing_of_the_payer_but_a_masked_number(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, token: str, owner: Visitor
) -> None:
    paid = pay(sandbox, merchant_app, phone)
    paid.accept()
    name = sandbox.mobile.get_phone(phone.number).name
    masked = f"{phone.number[:2]} *** {phone.number[5:]}"
    told = [
        ask(sandbox, token, "/api/orders").text,
        ask(sandbox, token, f"/api/orders/{paid.session}").text,
        ask(sandbox, token, "/api/orders/export").text,
        owner.open("/orders").text,
        owner.open("/orders.csv").text,
        owner.open(f"/orders/{paid.session}").text,
    ]
    for text in told:
        assert masked in text
        assert phone.number not in text
        assert name not in text


def test_no_search_finds_out_the_digits_that_are_masked(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, token: str
) -> None:
    paid = pay(sandbox, merchant_app, phone)
    paid.accept()
    first, last = phone.number[:2], phone.number[5:]
    for number in (phone.number, f"{first}987{last}", f"{first}***{last}", last):
        found = ask(sandbox, token, "/api/orders", payer=number).json()["data"]
        assert [order["id"] for order in found] == [paid.session], number
    assert ask(sandbox, token, "/api/orders", payer=f"{first}***000").json()["data"] == []
    for text in (phone.number, sandbox.mobile.get_phone(phone.number).name):
        assert ask(sandbox, token, "/api/orders", q=text).json()["data"] == []


def test_filters_stay_on_the_way_through_pages_and_languages(
    sandbox: Sandbox, merchant_app: MerchantApp, owner: Visitor
) -> None:
    for number in range(5):
        open_order(sandbox, merchant_app, 2_000 + number, id=f"keep {number}")
    open_order(sandbox, merchant_app, 9_000_000, id="out")
    page = owner.open("/orders?status=OPENED&status=PAID&max_amount=5,5&limit=2&q=keep&sort=oldest").text
    (following,) = re.findall(r'href="(\?[^"]*after=[^"]*)"', page)
    second = owner.open("/orders" + html.unescape(following)).text
    assert re.findall(r"<bdi>(keep \d)</bdi>", second) == ["keep 2", "keep 3"]
    (french,) = (link for link in re.findall(r'href="(\?[^"]*)"', second) if link.endswith("lang=fr"))
    in_french = owner.open("/orders" + html.unescape(french)).text
    assert '<html lang="fr"' in in_french
    assert re.findall(r"<bdi>(keep \d)</bdi>", in_french) == ["keep 2", "keep 3"]
    assert 'value="5,5"' in in_french
    assert len(re.findall(r'class="chip"', in_french)) == 4


def test_each_filter_can_be_taken_away_and_all_at_once(owner: Visitor) -> None:
    page = html.unescape(owner.open("/orders?status=PAID,REFUNDED&q=oil").text)
    chips = re.findall(r'class="chip" href="([^"]*)"', page)
    assert chips == ["?status=PAID&status=REFUNDED", "?status=REFUNDED&q=oil", "?status=PAID&q=oil"]
    assert 'href="/orders"' in page


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("min_amount", "abc", "Enter an amount in dinars"),
        ("from", "2026-02-31", "Enter a day"),
        ("payer", "someone", "Enter a whole number"),
        ("status", "PAYED", "no such status"),
        ("sort", "best", "Choose one of the list"),
        ("app", "unknown", "You have no such app"),
    ],
)
def test_a_wrong_filter_is_named_at_its_field_and_the_others_stay(
    owner: Visitor, field: str, value: str, says: str
) -> None:
    answer = owner.open(f"/orders?{field}={value}&q=olive")
    assert answer.status_code in {400, 404}
    assert says in answer.text
    assert 'value="olive"' in answer.text


def test_programs_are_told_which_filter_is_wrong(sandbox: Sandbox, merchant_app: MerchantApp, token: str) -> None:
    for field, value in (("min_amount", "12.5"), ("from", "x"), ("after", "x"), ("limit", "0"), ("status", "X")):
        answer = ask(sandbox, token, "/api/orders", **{field: value})
        assert (answer.status_code, answer.json()["error"]["field"]) == (400, field)
    answer = ask(sandbox, token, "/api/orders/export", sort="best")
    assert (answer.status_code, answer.json()["error"]["field"]) == (400, "sort")


def test_an_empty_list_says_what_to_do_next(owner: Visitor, merchant_app: MerchantApp) -> None:
    assert "/shop/" in owner.open("/orders").text
    assert "Clear all filters" in owner.open("/orders?status=PAID").text


def test_the_list_of_an_app_has_its_own_orders_only(
    sandbox: Sandbox, merchant_app: MerchantApp, token: str, owner: Visitor
) -> None:
    order_id = open_order(sandbox, merchant_app, id="mine")
    mine, test_app = sandbox.platform.list_apps(token)
    assert [order["id"] for order in ask(sandbox, token, f"/api/apps/{mine.id}/orders").json()["data"]] == [order_id]
    assert ask(sandbox, token, f"/api/apps/{test_app.id}/orders").json()["data"] == []
    assert "mine" in owner.open(f"/apps/{mine.id}/orders").text
    assert "mine" not in owner.open(f"/apps/{test_app.id}/orders").text
    assert [len(ask(sandbox, token, "/api/orders", mode=mode).json()["data"]) for mode in ("live", "test")] == [1, 0]


def test_nobody_sees_the_orders_of_another_developer(sandbox: Sandbox, merchant_app: MerchantApp, token: str) -> None:
    other = sandbox.new_merchant()
    theirs, order_id = sandbox.log_in(other), open_order(sandbox, merchant_app)
    app_id = sandbox.platform.list_apps(token)[0].id
    assert ask(sandbox, theirs, "/api/orders").json()["data"] == []
    assert ask(sandbox, theirs, "/api/orders", q=order_id).json()["data"] == []
    for path, query in (
        (f"/api/apps/{app_id}/orders", {}),
        ("/api/orders", {"app": app_id}),
        (f"/api/orders/{order_id}", {}),
    ):
        assert ask(sandbox, theirs, path, **query).status_code == 404


def test_a_file_holds_every_order_of_the_filters_once(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, token: str, owner: Visitor
) -> None:
    paid = pay(sandbox, merchant_app, phone, amount=12_500)
    paid.accept()
    open_order(sandbox, merchant_app, 700)
    answer = owner.open("/orders.csv?status=PAID")
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert "orders.csv" in answer.headers["Content-Disposition"]
    assert answer.content.startswith(b"\xef\xbb\xbforder_id,")
    (row,) = rows_of(answer)
    assert (row["amount_millimes"], row["amount_dinars"], row["mode"]) == ("12500", "12.500", "live")
    assert row["paid_at_utc"].endswith("Z")
    assert (int(row["created_at_tunis"][11:13]) - int(row["created_at_utc"][11:13])) % 24 == 1
    assert len(rows_of(owner.open("/orders.csv"))) == 2
    exported = rows_of(ask(sandbox, token, "/api/orders/export"))
    assert {row["order_id"] for row in exported} >= {paid.session}


@pytest.mark.parametrize("text", NASTY)
def test_no_cell_is_taken_for_a_formula_and_none_is_torn(
    sandbox: Sandbox, merchant_app: MerchantApp, owner: Visitor, text: str
) -> None:
    open_order(sandbox, merchant_app, name=text, description=text)
    (row,) = rows_of(owner.open("/orders.csv"))
    kept = text.strip()
    assert row["description"] == (f"'{kept}" if kept[0] in "=+-@" else kept)
    page = owner.open("/orders").text
    assert "<script>alert" not in page


def test_a_file_is_sent_while_it_is_read(
    sandbox: Sandbox, merchant_app: MerchantApp, owner: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Orders that come in after the first part was read are not in a file that goes back in time."""
    from sandbox.kit.paging import PageQuery
    from sandbox.platform.order_lists import service

    monkeypatch.setattr(service, "_EXPORTED_AT_ONCE", PageQuery(limit=2))
    for number in range(6):
        open_order(sandbox, merchant_app, id=f"TX{number}")
    with owner.http.stream("GET", "/orders.csv") as answer:
        parts = answer.iter_lines()
        assert next(parts).lstrip("\ufeff").startswith("order_id")
        first = next(parts)  # only now is it sure that the first part was read
        open_order(sandbox, merchant_app, id="late")
        rest = [first, *parts]
    assert [re.findall(r"TX\d", line) for line in rest] == [[f"TX{number}"] for number in reversed(range(6))]
