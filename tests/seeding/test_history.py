"""The sales of past days, drawn from the seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from sandbox.contracts.errors import SeedRefused
from sandbox.contracts.platform import Login
from sandbox.contracts.qr_payload import HostedCode, to_text
from sandbox.kit.days import day_of, tunis
from sandbox.people import people_of
from sandbox.seed_file import SeedHistory
from sandbox.seeding.history import draw_customers, draw_sales
from sandbox.testing import Sandbox

NOW = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
OIL, DATES = {"name": "Olive oil", "price": 18_500}, {"name": "تمر", "price": "6.000 DT", "id": "D7"}


def draw(seed: int = 1, ceiling: int = 0, **fields: Any) -> list[Any]:
    said = SeedHistory.model_validate({"app": "Shop", "items": [OIL, DATES]} | fields)
    customers = draw_customers(said.customers, people_of(seed), lambda _: True)
    return list(draw_sales(said, customers, now=NOW, seed=seed, name="H1", ceiling=ceiling))


def test_each_day_has_as_many_orders_as_asked_for_in_its_opening_hours() -> None:
    sales = draw(days=60, per_day="5..20", hours="9-13")
    days = Counter(day_of(sale.at) for sale in sales)
    assert len(days) == 60
    assert max(days) == day_of(NOW) - timedelta(days=1)
    assert {min(days.values()), max(days.values())} <= set(range(5, 21))
    assert len(set(days.values())) > 5
    assert {sale.at.astimezone(tunis()).hour for sale in sales} == {9, 10, 11, 12}
    assert [sale.at for sale in sales] == sorted(sale.at for sale in sales)


def test_orders_end_in_the_shares_asked_for() -> None:
    sales = draw(days=100, per_day=50, refused="10 %", failed=0.05, expired=0.2, refunded=0.1)
    ends = Counter(sale.status for sale in sales)
    assert len(sales) == 5000
    assert ends["refused"] == pytest.approx(500, rel=0.2)
    assert ends["failed"] == pytest.approx(250, rel=0.25)
    assert ends["expired"] == pytest.approx(1000, rel=0.15)
    assert ends["refunded"] + ends["partly_refunded"] == pytest.approx(325, rel=0.25)
    assert min(ends["refunded"], ends["partly_refunded"]) > 50
    assert all(sale.at < sale.refunded_at <= NOW for sale in sales if sale.refunded_at)


def test_amounts_are_those_of_the_items_or_lie_between_the_bounds() -> None:
    for sale in draw(per_day=40):
        assert sale.amount == sum(item["price"] * item["quantity"] for item in sale.items)
        assert 1 <= sum(item["quantity"] for item in sale.items) <= 3
    amounts = [sale.amount for sale in draw(per_day=40, items=[], amounts=[1_000, 3_000])]
    assert 1_000 <= min(amounts) < 1_300
    assert 2_700 < max(amounts) <= 3_000


def test_some_customers_come_often_and_nobody_pays_more_than_a_day_allows() -> None:
    sales = draw(days=90, per_day=20, customers=30)
    visits = Counter(sale.customer.phone_number for sale in sales).most_common()
    assert len(visits) == 30
    assert visits[0][1] > 5 * visits[-1][1]
    spent: Counter[Any] = Counter()
    for sale in draw(days=90, per_day=20, customers=30, ceiling=60_000):
        spent[day_of(sale.at), sale.customer] += sale.amount if sale.pays else 0
    assert max(spent.values()) <= 60_000


def test_the_days_take_a_list_in_turn() -> None:
    days = Counter(day_of(sale.at) for sale in draw(days=7, per_day=["3", "1..2", 0]))
    assert [days[day_of(NOW) - timedelta(days=7 - day)] for day in (0, 3, 6)] == [3, 3, 3]
    assert {days[day_of(NOW) - timedelta(days=7 - day)] for day in (1, 4)} <= {1, 2}
    assert {days[day_of(NOW) - timedelta(days=7 - day)] for day in (2, 5)} == {0}


def test_the_same_seed_draws_the_same_and_another_seed_another() -> None:
    assert draw(seed=3) == draw(seed=3)
    assert [sale.amount for sale in draw(seed=3)] != [sale.amount for sale in draw(seed=4)]


SHOP = {
    "developers": [{"email": "amel@shop.example", "name": "Amel"}],
    "wallets": [{"phone_number": "51234567", "trade_name": "Boutique"}],
    "apps": [{"name": "Boutique"}],
}


def history(**fields: Any) -> dict[str, Any]:
    """One as a program would give it."""
    return SHOP | {"history": [{"app": "Boutique", "items": [OIL, DATES]} | fields]}


@pytest.fixture(scope="module")
def world() -> Iterator[Sandbox]:
    with Sandbox.start(check_ledger=True) as running:
        yield running


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"days": 0}, "days", "at least 1"),
        ({"days": 400, "per_day": "100..500"}, "", "may come to 200,000 orders"),
        ({"per_day": "20..5"}, "per_day", "from the smaller to the greater"),
        ({"hours": "22-9"}, "hours", "Write 9-22"),
        ({"refused": 0.6, "expired": 0.6}, "", "more than all orders together"),
        ({"refunded": 3}, "refunded", "at most 1"),
        ({"amounts": [1, 2]}, "amounts", "have prices already"),
        ({"items": [], "amounts": [2, 1]}, "amounts", "Write [1, 2]"),
        ({"items": [{"name": "A"}]}, "items[0]", "'price' is missing"),
        ({"items": [{"name": "A", "price": 9_000_000}]}, "items[0].price", "more than one payment may be"),
        ({"app": "Boutiqe"}, "app", "Did you mean 'Boutique'?"),
        ({"customers": 1, "per_day": 100, "items": [{"name": "A", "price": 3_000_000}]}, "", "Ask for more customers"),
        ({"per_day": [5, "x"]}, "per_day", "no number and no span"),
        ({"per_day": []}, "per_day", "The list is empty"),
        ({"customers": ["Zied"]}, "customers[0]", "nothing called 'Zied'"),
        ({"customers": ["pays", "51234567"]}, "customers[1]", "would pay itself"),
        ({"customers": ["no_money_at_all"]}, "customers[0]", "Known: Boutique, pays"),
        ({"customers": 0}, "customers", "at least 1"),
        ({"day": 5}, "day", "Did you mean 'days'?"),
    ],
)
def test_a_history_that_cannot_be_is_refused(world: Sandbox, fields: Any, field: str, words: str) -> None:
    with pytest.raises(SeedRefused) as refused:
        world.seed(history(**fields))
    (problem,) = refused.value.details["problems"]
    assert problem["field"].removeprefix("history").removeprefix("[0]").removeprefix(".") == field
    assert words in f"{problem['reason']} {problem['fix']}"


def test_a_history_is_paid_refunded_and_counted_as_if_it_had_happened(world: Sandbox) -> None:
    told = world.seed(history(days=10, per_day=4, refunded=0.5, customers=5))
    assert told["orders"] == 40
    assert world.control.verify_ledger()["problems"] == []
    token = world.platform.login(Login(email="amel@shop.example", password="sandbox-demo"))
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=world.base_url, headers=headers) as http:
        orders = http.get("/api/orders", params={"limit": 200}).json()["data"]
        sales = http.get("/api/metrics", params={"by": "day"}).json()
        items = http.get("/api/metrics/items").json()["data"]
        customers = http.get("/api/metrics/customers").json()["data"]
    assert len(orders) == 40
    sold = [order for order in orders if order["paid_at"]]
    assert sales["total"]["transactions"] == len(sold)
    assert sales["total"]["gross"] == sum(order["amount"] for order in sold)
    assert sales["total"]["refunded"] == sum(order["refunded_amount"] for order in orders) > 0
    assert sum(1 for day in sales["data"] if day["opened"]) == 10
    assert {item["name"] for item in items} == {"Olive oil", "تمر"}
    assert 1 < len(customers) <= 5
    money = world.mobile.get_phone("51234567").balance
    assert money == sales["total"]["gross"] - sales["total"]["refunded"]
    today = day_of(world.now)
    assert {day_of(datetime.fromisoformat(order["paid_at"])) for order in sold} <= {
        today - timedelta(days=days) for days in range(11)
    }


def test_orders_on_payment_pages_stand_as_the_file_says_and_can_be_verified(world: Sandbox) -> None:
    ends = {"paid": "SUCCESS", "pending": "PENDING", "failed": "EXPIRED", "refused": "FAILURE", "expired": "EXPIRED"}
    ends |= {"refunded": "SUCCESS", "partly_refunded": "SUCCESS"}
    orders = [
        {"app": "Pages", "amount": 1_000, "hosted": True, "status": status, "tracking_id": status, "payer": "Lina"}
        | ({} if status == "pending" else {"at": "2 days ago 10:00"})
        | ({"refunded": 400} if status == "partly_refunded" else {})
        for status in ends
    ]
    told = world.seed(
        {
            "developers": [{"email": "pages@shop.example", "name": "Nour"}],
            "wallets": [{"phone_number": "51234777", "trade_name": "Pages"}],
            "phones": [{"phone_number": "22111777", "name": "Lina", "balance": 50_000}],
            "apps": [{"name": "Pages", "developer": "Nour", "wallet": "51234777"}],
            "orders": orders,
            "history": [
                {"app": "Pages", "days": 2, "per_day": 2, "hosted": 1, "expired": 0, "refused": 0, "failed": 0}
            ],
        }
    )
    app = told["apps"][0]
    headers = {"Authorization": f"Bearer {app['public_token']}:{app['private_token']}"}

    def state(page: dict[str, Any]) -> str:
        answer = httpx.get(f"{world.base_url}/api/v2/verify_payment/{page['payment_id']}", headers=headers)
        return str(answer.json()["result"]["status"])

    assert {page["developer_tracking_id"]: state(page) for page in told["pages"]} == ends
    (open_page,) = [page for page in told["pages"] if page["status"] == "pending"]
    lina = world.phone("22111777")
    lina.scan_text(to_text(HostedCode(open_page["payment_id"])))
    assert (lina.pay().status, state(open_page)) == ("SUCCESS", "SUCCESS")
    assert (lina.balance, world.control.verify_ledger()["problems"]) == (50_000 - 2 * 1_000 - 600, [])
    token = world.platform.login(Login(email="pages@shop.example", password="sandbox-demo"))
    found = world.platform.list_orders(
        token, next(each.id for each in world.platform.list_apps(token) if not each.is_test)
    )
    assert len(found) == len(ends) + 4
    assert all(order["created_at"] < order["paid_at"] for order in found if order["paid_at"])


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ({"hosted": True, "items": [OIL]}, "asked for without this"),
        ({"success_link": "https://shop.example"}, "Only a payment page"),
    ],
)
def test_a_payment_page_has_what_a_page_has(world: Sandbox, field: dict[str, Any], words: str) -> None:
    with pytest.raises(SeedRefused, match=words):
        world.seed({"orders": [{"app": "Demo Shop", "amount": 5_000, **field}]})


def test_those_whom_the_file_names_buy_and_keep_what_they_have(world: Sandbox) -> None:
    said = {
        "phones": [{"phone_number": "22333444", "name": "Olfa", "balance": 5000, "pin": "0909"}],
        "history": [
            {
                "app": "Demo Shop",
                "days": 3,
                "per_day": 5,
                "customers": ["Olfa", "pays"],
                "refunded": 0,
                "amounts": [100, 900],
            }
        ],
    }
    before = world.mobile.get_phone("20000001").balance
    world.seed(said)
    assert world.mobile.get_phone("22333444").balance == 5000
    assert world.mobile.get_phone("20000001").balance == before
    assert len(world.phone("22333444").history()) > 3
    said["phones"][0] |= {"phone_number": "22333445", "name": "Rim"}
    said["history"][0]["customers"] = ["Rim", "pays"]
    world.seed(said)  # the same draws again, and money comes for them again
    assert world.control.verify_ledger()["ok"]
