"""What a seed file makes is there as if people had made it: money, orders, figures, messages, at their moments."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.contracts.errors import SeedRefused
from sandbox.contracts.platform import Login
from sandbox.testing import Sandbox
from sandbox.testing.webhooks import listen_for_webhooks

SHOP = """\
developers:
  - {email: amel@shop.example, name: Amel Trabelsi, password: a good password, language: fr}
  - {email: sami@shop.example, name: Sami, role: admin}
  - {email: new@shop.example, name: Nour, verified: no}
wallets:
  - {phone_number: 51 234 567, name: Amel Trabelsi, trade_name: Boutique Amel, pin: 0123}
phones:
  - {phone_number: "22111222", name: Inès, balance: 500.000 DT, pin: 0077, bank: "08006012345678901231"}
  - {phone_number: 22111333, name: ياسين المبروك, balance: 300000, level: 2, blocked: yes, language: ar}
apps:
  - name: Boutique
    developer: Amel Trabelsi
    session_seconds: 600
    allowed_origins: [https://shop.example]
    public_token: 6b0c0b7e-9f5a-4d7b-8d53-0b6c1a9f0a11
    private_token: 6b0c0b7e-9f5a-4d7b-8d53-0b6c1a9f0a12
  - {name: Amel's tests, developer: amel@shop.example, test: yes, public_token: 6b0c0b7e-9f5a-4d7b-8d53-0b6c1a9f0a13}
  - {name: Closed, developer: Sami, disabled: yes}
orders:
  - app: Boutique
    amount: 12500
    tracking_id: A1
    at: 3 days ago 14:30
    items: [{name: Chéchia, price: 12500}]
    customer: {name: Inès}
  - {app: Boutique, amount: 10.000 DT, status: partly_refunded, refunded: 4000, at: 2 days ago 10:00, payer: ياسين المبروك}
  - {app: Boutique, amount: 7000, status: refunded, at: 2 days ago 11:00}
  - {app: Boutique, amount: 7001, status: failed, at: 2 days ago 12:00}
  - {app: Boutique, amount: 7002, status: refused, at: 2 days ago 13:00}
  - {app: Boutique, amount: 7003, status: expired, at: 2 days ago 14:00}
  - {app: Boutique, amount: 7004, status: pending}
  - {app: Boutique, amount: 7005, status: expired}
  - {app: Amel's tests, amount: 7006}
  - {app: Demo Shop, amount: 9000, payer: pays, at: 1 week ago}
  - {app: Closed, amount: 100}
"""


@pytest.fixture(scope="module")
def world() -> Iterator[Sandbox]:
    with Sandbox.start() as running:
        running.made = running.seed({"phones": [{"phone_number": "22999000", "name": "Early"}]})  # type: ignore[attr-defined]
        running.told = load(running, SHOP)  # type: ignore[attr-defined]
        yield running


def load(world: Sandbox, text: str, name: str = "shop.yaml") -> dict[str, Any]:
    from sandbox.contracts.seeds import load_seed

    return load_seed(world.base_url, None, text.encode(), name)


def orders_of(world: Sandbox, app: str, email: str = "amel@shop.example", password: str = "a good password") -> Any:
    token = world.platform.login(Login(email=email, password=password))
    (found,) = [each for each in world.platform.list_apps(token) if each.name == app]
    return world.platform.list_orders(token, found.id)


def test_orders_stand_as_the_file_says(world: Sandbox) -> None:
    orders = {order["amount"]: order for order in orders_of(world, "Boutique")}
    assert {amount: order["status"] for amount, order in orders.items()} == {
        12500: "PAID",
        10000: "PARTLY_REFUNDED",
        7000: "REFUNDED",
        7001: "EXPIRED",
        7002: "REFUSED",
        7003: "EXPIRED",
        7004: "OPENED",
        7005: "EXPIRED",
    }
    assert orders[10000]["refunded_amount"] == 4000
    assert orders[12500]["created_at"].endswith("T13:30:00.000Z")  # 14:30 in Tunisia
    assert orders[12500]["paid_at"].endswith("T13:30:42.000Z")
    assert orders[12500]["reference"] == "A1"
    assert [order["status"] for order in orders_of(world, "TEST APP")] == ["PAID"]


def test_money_moved_as_it_does_and_the_books_are_right(world: Sandbox) -> None:
    assert world.control.verify_ledger()["problems"] == []
    assert world.mobile.get_phone("22111222").balance == 500_000 - 12_500 - 7006 - 100
    assert world.mobile.get_phone("22111333").balance == 300_000 - 6_000
    assert world.mobile.get_phone("51234567").balance == 12_500 + 6_000 + 100


def test_messages_and_the_journal_carry_the_moments_of_the_past(world: Sandbox) -> None:
    sent = [
        sms["sent_at"]
        for sms in world.phone("22111222").messages()
        if "12.500" in sms["text"] or "12,500" in sms["text"]
    ]
    assert sent
    assert all("T13:30:" in moment for moment in sent)
    mail = world.inbox.wait_for(to="amel@shop.example")
    assert mail.received_at < (world.now - timedelta(days=6)).isoformat()
    opened = [each for each in world.control.list_exchanges() if each["path"] == "/api/checkout/sessions"]
    assert min(each["at"] for each in opened) < (world.now - timedelta(days=6)).isoformat()


def test_days_that_are_over_show_in_the_figures(world: Sandbox) -> None:
    token = world.platform.login(Login(email="amel@shop.example", password="a good password"))
    answer = httpx.get(f"{world.base_url}/api/metrics", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["total"]["transactions"] == 3
    assert answer.json()["total"]["gross"] == 12_500 + 10_000 + 7_000
    assert answer.json()["total"]["refunded"] == 4_000 + 7_000


def test_people_can_do_what_the_file_says_they_can(world: Sandbox) -> None:
    admin = world.platform.login(Login(email="sami@shop.example", password="sandbox-demo"))
    users = httpx.get(f"{world.base_url}/api/admin/users", headers={"Authorization": f"Bearer {admin}"})
    assert users.status_code == 200
    statuses = {user["email"]: user["status"] for user in users.json()["data"]}
    assert statuses["new@shop.example"] == "pending"
    assert world.phone("22111222").balance
    assert world.mobile.get_wallet("22111333").status == "blocked"
    assert world.mobile.get_wallet("22111333").level == 2
    assert world.mobile.get_bank_account("22111222").rib == "08006012345678901231"
    public = world.platform.get_public_app("6b0c0b7e-9f5a-4d7b-8d53-0b6c1a9f0a11")
    assert (public.name, public.merchant, public.enabled) == ("Boutique", "Boutique Amel", True)
    assert world.platform.get_public_app("6b0c0b7e-9f5a-4d7b-8d53-0b6c1a9f0a13").test_mode


def test_the_clock_goes_on_from_where_it_was(world: Sandbox) -> None:
    shown = world.control.show_clock()
    assert (shown["frozen"], shown["rate"]) == (False, 1.0)
    assert abs((world.now - world.clock.now).total_seconds()) < 60


def test_the_answer_tells_the_keys(world: Sandbox) -> None:
    told: dict[str, Any] = world.told  # type: ignore[attr-defined]
    assert [app["name"] for app in told["apps"]] == ["Boutique", "Amel's tests", "Closed"]
    assert told["apps"][0]["private_token"] == "6b0c0b7e-9f5a-4d7b-8d53-0b6c1a9f0a12"
    assert told["phones"][1] == {"phone_number": "22111222", "name": "Inès", "trade_name": None, "pin": "0077"}
    assert told["orders"] == 11


def test_the_first_phone_of_the_demo_world_stays_the_first(world: Sandbox) -> None:
    assert world.phone().number == "20000001"


def test_loading_it_again_is_refused_with_all_that_is_there(world: Sandbox) -> None:
    before = len(world.mobile.list_phones())
    with pytest.raises(SeedRefused) as refused:
        load(world, SHOP)
    assert refused.value.message.startswith("shop.yaml:1: The same was loaded as shop.yaml")
    assert [(row["line"], row["field"]) for row in refused.value.details["problems"]] == [
        (1, ""),
        (2, "developers[0].email"),
        (3, "developers[1].email"),
        (4, "developers[2].email"),
        (6, "wallets[0].phone_number"),
        (8, "phones[0].phone_number"),
        (9, "phones[1].phone_number"),
        (15, "apps[0].public_token"),
        (17, "apps[1].public_token"),
    ]
    assert len(world.mobile.list_phones()) == before


def test_orders_alone_are_not_loaded_twice_either(world: Sandbox) -> None:
    orders = "orders:\n  - {app: Demo Shop, amount: 700}\n"
    before = world.mobile.get_phone("20000001").balance
    load(world, orders)
    with pytest.raises(SeedRefused, match=r"again\.yaml:2: The same was loaded as shop\.yaml"):
        load(world, f"# again\n{orders}".replace("700", "'700'"), "again.yaml")
    assert world.mobile.get_phone("20000001").balance == before - 700


def test_what_the_sandbox_refuses_in_the_middle_undoes_it_all_and_is_named(world: Sandbox) -> None:
    text = """\
developers:
  - {email: late@shop.example, name: Late}
wallets:
  - {phone_number: 51999000, name: Late, trade_name: Late Shop}
apps:
  - name: Late
    webhook_url: https://203.0.113.7/webhook
"""
    before = (world.control.list_exchanges(limit=5), world.control.verify_ledger(), world.mobile.list_phones())
    frozen = world.clock.freeze()
    with pytest.raises(SeedRefused, match=r"late.yaml:7 apps\[0\].webhook_url: .*ADDRESS_NOT_ALLOWED"):
        load(world, text, "late.yaml")
    assert world.clock.now == frozen
    world.clock.resume()
    assert world.control.verify_ledger() == before[1]
    assert world.mobile.list_phones() == before[2]
    again = load(world, text.replace("https://203.0.113.7", "http://127.0.0.1:9"), "late.yaml")
    assert again["apps"][0]["name"] == "Late"


def test_a_file_in_any_encoding_with_any_line_ends_is_read(world: Sandbox) -> None:
    text = "phones:\r\n  - phone_number: 22444001\r\n    name: سلمى\r\n"
    from sandbox.contracts.seeds import load_seed

    load_seed(world.base_url, None, b"\xef\xbb\xbf" + text.encode(), "a.yaml")
    load_seed(world.base_url, None, text.replace("22444001", "22444002").encode("utf-16"), "b.yml")
    assert {world.mobile.get_phone(number).name for number in ("22444001", "22444002")} == {"سلمى"}


def test_aliases_and_merged_fields_spare_repetition(world: Sandbox) -> None:
    load(world, "phones:\n  - &rich {phone_number: 22445001, balance: 9000}\n  - {<<: *rich, phone_number: 22445002}\n")
    assert world.mobile.get_phone("22445002").balance == 9000


def test_planned_faults_leave_the_loading_alone(world: Sandbox) -> None:
    world.faults.add("status", route="/wallets/api/wallets", status=500)
    world.seed({"phones": [{"phone_number": "22446001"}]})
    assert world.control.show_faults()["receipts"] == []
    world.control.clear_faults()


@pytest.mark.parametrize("sent", [False, True])
def test_webhooks_of_what_is_past_are_sent_only_when_asked_for(world: Sandbox, sent: bool) -> None:
    with listen_for_webhooks() as receiver:
        number = f"5188800{int(sent)}"
        world.seed(
            {
                "developers": [{"email": f"hooks-{sent}@shop.example", "name": "Hooks"}],
                "wallets": [{"phone_number": number, "trade_name": "Hooks"}],
                "apps": [{"name": "Hooks", "webhook_url": receiver.url}],
                "orders": [{"app": "Hooks", "amount": 500, "payer": "pays", "at": "5 days ago"}],
                "webhooks": sent,
            }
        )
        assert bool(receiver.received) is sent


def test_the_same_seed_and_file_make_the_same_ids(tmp_path: Path) -> None:
    made = []
    for _ in range(2):
        with Sandbox.start(seed=7) as world:
            load(world, SHOP)
            made.append([order["id"] for order in orders_of(world, "Boutique")])
            world.reset()
            told = load(world, SHOP)
            made.append([order["id"] for order in orders_of(world, "Boutique")])
            made.append(told["apps"][2]["public_token"])
    assert made[0] == made[3]
    assert made[1] == made[4]
    assert made[2] == made[5]
    assert len(set(made[0])) == 8
