"""What is different between two worlds is told in words: each case is a real world before and after something happened."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from sandbox.contracts.errors import WrongPin
from sandbox.contracts.mobile import NewPhone
from sandbox.contracts.platform import App, OpenSession
from sandbox.contracts.qr_payload import CheckoutCode, to_text
from sandbox.control.models import metadata as control
from sandbox.control.snapshots.difference import MOST_DETAILS, compare
from sandbox.control.snapshots.things import ACCOUNTS, CLOCK, NAMES, THINGS, TOLD_BY_OTHERS
from sandbox.mail_catcher.models import metadata as mail
from sandbox.mock_mobile.models import metadata as mobile
from sandbox.mock_payments.tables import metadata as payments
from sandbox.mock_wallets.tables import metadata as wallets
from sandbox.platform.tables import metadata as platform
from sandbox.testing import Sandbox
from sandbox.testing.checkout import prepare, prepare_and_verify
from sandbox.testing.drivers import MerchantApp, PhoneDriver
from tests.receiver import listening

SERVICES = {
    "control": control,
    "wallets": wallets,
    "payments": payments,
    "platform": platform,
    "mobile": mobile,
    "mail": mail,
}
Photographer = Callable[[], dict[str, Path]]
_numbers = count(1)


@pytest.fixture(scope="module")
def own() -> Iterator[Sandbox]:
    """One that nobody else changes."""
    with Sandbox.start() as sandbox:
        yield sandbox


@pytest.fixture(autouse=True)
def fresh(request: pytest.FixtureRequest) -> None:
    """Each test begins in the demo world, with a clock that stands still."""
    if "own" in request.fixturenames:
        sandbox = request.getfixturevalue("own")
        sandbox.reset()
        sandbox.clock.freeze()


@pytest.fixture
def take(own: Sandbox, tmp_path: Path) -> Photographer:
    """A picture of the whole world: a file for each service."""
    world = own._running.world

    def picture() -> dict[str, Path]:
        folder = tmp_path / str(next(_numbers))
        with world.nobody_inside():
            for name, database in world._databases.items():
                database.save_to(folder / f"{name}.db")
        return {name: folder / f"{name}.db" for name in world._databases}

    return picture


def new_phone(sandbox: Sandbox, name: str, balance: int = 0) -> PhoneDriver:
    number = f"97{next(_numbers):06}"
    sandbox.mobile.add_phone(NewPhone(phone_number=number, name=name, balance=balance))
    return sandbox.phone(number)


def pay(sandbox: Sandbox, amount: int = 12_500) -> str:
    form = prepare_and_verify(sandbox, sandbox.demo_merchant(), sandbox.phone(), amount=amount)
    assert sandbox.accept(sandbox.demo_merchant(), form["payment_id"], form["flouci_otp"])["status"] == "SUCCESS"
    return str(form["payment_id"])


def app_of(sandbox: Sandbox, merchant: MerchantApp) -> App:
    apps = sandbox.platform.list_apps(sandbox.log_in(merchant))
    return next(each for each in apps if each.public_token == merchant.public_token)


def order_of(sandbox: Sandbox, payment_id: str) -> str:
    merchant = sandbox.demo_merchant()
    orders = sandbox.platform.list_orders(sandbox.log_in(merchant), app_of(sandbox, merchant).id)
    return next(str(each["id"]) for each in orders if each["payment_id"] == payment_id)


def refund(sandbox: Sandbox, payment_id: str, amount: int | None) -> None:
    token, order = sandbox.log_in(sandbox.demo_merchant()), order_of(sandbox, payment_id)
    sandbox.platform.refund_order(token, order, amount, key=f"refund-{next(_numbers)}")
    sandbox.control.drain()


def rename(sandbox: Sandbox) -> None:
    merchant = sandbox.demo_merchant()
    app = app_of(sandbox, merchant)
    sandbox.platform.change_app(sandbox.log_in(merchant), app.id, app.version, {"name": "Bazaar"})


def test_the_sentence_that_a_tester_wants(own: Sandbox, take: Photographer) -> None:
    merchant, phone = own.new_merchant(), new_phone(own, "Amine", 50_000)
    with listening() as server:
        own.platform.save_webhook(own.log_in(merchant), app_of(own, merchant).id, server.url)
        before = take()
        form = prepare_and_verify(own, merchant, phone, amount=12_500)
        own.accept(merchant, form["payment_id"], form["flouci_otp"])
        own.control.drain()
        told = compare(before, take())
    assert told["lines"] == [
        "payment executed",
        f"+12.500 DT to {merchant.name}",
        "-12.500 DT from Amine",
        "one webhook delivered (" + merchant.name + ")",
        "one order paid (" + merchant.name + ")",
        f"2 SMS to {' and '.join(sorted((phone.number, merchant.wallet_phone)))}",
    ]
    assert told["text"] == ", ".join(told["lines"])
    (payment,) = told["payments"]
    assert payment.items() >= {"id": form["payment_id"], "change": "new", "to": "executed", "amount": 12_500}.items()
    assert [(each["owner"], each["change"]) for each in told["balances"]] == sorted(
        [("Amine", -12_500), (merchant.name, 12_500)]
    )
    assert told["counts"] == {part: {"new": number} for part, number in _COUNTED.items()}
    json.dumps(told)


_COUNTED = {"payments": 1, "webhooks": 1, "orders": 1, "sms": 2}


def open_form(sandbox: Sandbox) -> Callable[[], object]:
    return lambda: prepare(sandbox, sandbox.demo_merchant(), sandbox.phone(), amount=5_000)


def expiry(sandbox: Sandbox) -> Callable[[], object]:
    open_form(sandbox)()
    return lambda: sandbox.clock.advance(minutes=21)


def refunding(amount: int | None) -> Callable[[Sandbox], Callable[[], object]]:
    def plan(sandbox: Sandbox) -> Callable[[], object]:
        payment_id = pay(sandbox)
        return lambda: refund(sandbox, payment_id, amount)

    return plan


def several(sandbox: Sandbox) -> Callable[[], object]:
    return lambda: [pay(sandbox, amount) for amount in (1_000, 2_000, 3_000)]


def scanned(sandbox: Sandbox) -> PhoneDriver:
    phone, merchant = sandbox.phone(), sandbox.demo_merchant()
    opening = OpenSession(app=merchant.public_token, amount=5_000)
    session = sandbox.platform.open_session(opening)["session"]
    code = CheckoutCode(app=merchant.public_token, amount=5_000, session=session, id=None, name=None, description=None)
    phone.scan_text(to_text(code))
    return phone


def wrong_pin(sandbox: Sandbox) -> Callable[[], object]:
    phone = scanned(sandbox)

    def pay_wrongly() -> None:
        with pytest.raises(WrongPin):
            phone.pay(pin="999999")

    return pay_wrongly


def refusal(sandbox: Sandbox) -> Callable[[], object]:
    return scanned(sandbox).refuse


def transfer(sandbox: Sandbox) -> Callable[[], object]:
    receiver = new_phone(sandbox, "Sarra", 0)
    return lambda: sandbox.phone().send(receiver, 4_000)


def request(sandbox: Sandbox) -> Callable[[], object]:
    asking = new_phone(sandbox, "Sarra", 0)
    return lambda: asking.ask(sandbox.phone(), 4_000)


def block(sandbox: Sandbox) -> Callable[[], object]:
    return new_phone(sandbox, "Lina", 0).block


def change_pin(sandbox: Sandbox) -> Callable[[], object]:
    phone = new_phone(sandbox, "Nour", 0)
    return lambda: phone.change_pin("654321")


def disable(sandbox: Sandbox) -> Callable[[], object]:
    merchant = sandbox.new_merchant()
    token, app = sandbox.log_in(merchant), app_of(sandbox, merchant)
    return lambda: sandbox.platform.disable_app(token, app.id)


def stopping(sandbox: Sandbox) -> Callable[[], object]:
    sandbox.clock.resume()
    return sandbox.clock.freeze


def faster(sandbox: Sandbox) -> Callable[[], object]:
    sandbox.clock.resume()
    return lambda: sandbox.clock.speed(60)


CASES: dict[str, tuple[Callable[[Sandbox], Callable[[], object]], list[str], list[str]]] = {
    "nothing": (lambda _: lambda: None, [], []),
    "a payment": (
        lambda sandbox: lambda: pay(sandbox),
        ["payment executed", "+12.500 DT to {shop}", "-12.500 DT from {payer}", "one order paid (Demo Shop)"],
        [
            "payment gone (was executed)",
            "+12.500 DT to {payer}",
            "-12.500 DT from {shop}",
            "one order gone (was paid, Demo Shop)",
            "2 SMS to 20000001 and 50000001 gone",
        ],
    ),
    "several payments": (
        several,
        ["3 payments executed", "+6.000 DT to {shop}", "3 orders paid (Demo Shop)"],
        ["3 payments gone (were executed)", "3 orders gone (were paid, Demo Shop)"],
    ),
    "an open form": (
        open_form,
        ["payment prepared", "5.000 DT of {payer} held", "one order prepared (Demo Shop)"],
        ["payment gone (was prepared)", "5.000 DT of {payer} no longer held"],
    ),
    "expiry": (
        expiry,
        ["payment expired (was prepared)", "5.000 DT of {payer} no longer held", "clock moved on by 21 minutes"],
        ["payment prepared (was expired)", "5.000 DT of {payer} held", "clock back by 21 minutes"],
    ),
    "a part refunded": (
        refunding(2_500),
        [
            "payment partly refunded (was executed)",
            "+2.500 DT to {payer}",
            "-2.500 DT from {shop}",
            "one refund of 2.500 DT",
            "one order partly refunded (was paid, Demo Shop)",
        ],
        ["payment executed (was partly refunded)", "one refund of 2.500 DT gone"],
    ),
    "a wrong PIN": (
        wrong_pin,
        ["payment refused (wrong pin)"],
        ["payment gone (was refused)"],
    ),
    "a shopper who refuses": (
        refusal,
        ["one order refused (was scanned, Demo Shop, refused by shopper)"],
        ["one order scanned (was refused, Demo Shop)"],
    ),
    "all refunded": (refunding(None), ["payment refunded (was executed)", "one refund of 12.500 DT"], []),
    "money sent": (
        transfer,
        ["+4.000 DT to Sarra", "-4.000 DT from {payer}", "one transfer of 4.000 DT to Sarra"],
        ["one transfer of 4.000 DT to Sarra gone"],
    ),
    "money asked for": (request, ["one request for money waiting (Sarra)"], []),
    "money put in": (
        lambda sandbox: lambda: new_phone(sandbox, "Hedi", 7_000),
        ["+7.000 DT to Hedi", "-7.000 DT from the bank", "one wallet opened (Hedi)"],
        ["-7.000 DT from Hedi", "+7.000 DT to the bank", "one wallet gone (was active, Hedi)"],
    ),
    "a blocked wallet": (
        block,
        ["one wallet blocked (was active, Lina)"],
        ["one wallet active (was blocked, Lina)"],
    ),
    "another PIN": (change_pin, ["one wallet with another PIN (Nour)"], []),
    "an app renamed": (
        lambda sandbox: lambda: rename(sandbox),
        ["one app renamed (Demo Shop → Bazaar)"],
        ["one app renamed (Bazaar → Demo Shop)"],
    ),
    "an app disabled": (disable, ["one app disabled (was enabled, Shop"], ["one app enabled (was disabled, Shop"]),
    "a developer": (
        lambda sandbox: sandbox.new_merchant,
        ["one developer registered (Shop", "one app created (Shop", "one mail to merchant-", "one phone added ("],
        ["one developer gone (was active, Shop", "gone"],
    ),
    "a faster clock": (
        faster,
        ["clock 60 times as fast as real time (was as fast as real time)"],
        ["clock as fast as real time (was 60 times as fast as real time)"],
    ),
    "a clock that stands": (stopping, ["clock stopped at "], ["clock runs again"]),
}


@pytest.mark.parametrize("case", CASES)
def test_both_ways_are_told(case: str, own: Sandbox, take: Photographer) -> None:
    plan, forward, backward = CASES[case]
    payer, shop = own.phone(), own.demo_merchant()
    action = plan(own)
    own.control.drain()
    before = take()
    action()
    own.control.drain()
    after = take()
    names = {"payer": _holder(own, payer.number), "shop": _holder(own, shop.wallet_phone)}
    for old, new, wanted in ((before, after, forward), (after, before, backward)):
        told = compare(old, new)
        for line in wanted:
            assert line.format(**names) in told["text"], (line, told["text"])
        assert (told["text"] == "no difference") == (case == "nothing")


def _holder(sandbox: Sandbox, number: str) -> str:
    world = sandbox._running.world
    with world._databases["wallets"].read() as connection:
        found = connection.exec_driver_sql(
            "SELECT coalesce(trade_name, holder_name) FROM wallets WHERE phone_number = ?", (number,)
        )
        return str(found.scalar_one())


def test_many_are_told_by_the_first_of_them(own: Sandbox, take: Photographer) -> None:
    before = take()
    for number in range(14):
        new_phone(own, f"Person {number:02}", 1_000)
    told = compare(before, take())
    assert "+1.000 DT to Person 09, and 4 others, -14.000 DT from the bank" in told["text"]
    assert "14 wallets opened (Person 00, Person 01, Person 02 and 11 others)" in told["text"]
    assert len(told["wallets"]) == told["counts"]["wallets"]["new"] == 14


def test_those_of_one_name_are_told_apart_by_their_numbers(own: Sandbox, take: Photographer) -> None:
    before = take()
    numbers = [new_phone(own, "Twin", 1_000).number for _ in range(2)]
    told = compare(before, take())
    for number in numbers:
        assert f"+1.000 DT to Twin ({number})" in told["text"]


def test_secrets_are_not_shown(own: Sandbox, take: Photographer) -> None:
    phone = own.new_phone(balance=0)
    before = take()
    phone.change_pin("918273")
    (wallet,) = compare(before, take())["wallets"]
    assert wallet["changed"]["pin_hash"] == {"from": "***", "to": "***"}


def test_a_mail_has_its_subject(own: Sandbox, take: Photographer) -> None:
    before = take()
    merchant = own.new_merchant()
    (mail,) = compare(before, take())["mails"]
    assert mail["name"] == merchant.email
    assert mail["subject"] == "Activate your Flouci Sandbox account"


def test_ten_thousand_payments_are_compared_by_the_database(own: Sandbox, take: Photographer) -> None:
    """Parts for programs are bounded, and what is counted is all of it."""
    pay(own)
    before, after = take(), take()
    with closing(sqlite3.connect(after["payments"])) as connection, connection:
        (template,) = connection.execute("SELECT * FROM payments WHERE state = 'executed' LIMIT 1").fetchall()
        columns = [row[1] for row in connection.execute("PRAGMA table_info(payments)")]
        rows = (_copied(dict(zip(columns, template, strict=True)), each) for each in range(10_000))
        connection.executemany(
            f"INSERT INTO payments ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})", rows
        )
    told = compare(before, after)
    assert told["text"] == "10000 payments executed"
    assert told["counts"] == {"payments": {"new": 10_000}}
    assert len(told["payments"]) == MOST_DETAILS


def _copied(row: dict[str, Any], each: int) -> list[Any]:
    unique = {"number": 1_000_000 + each, "id": f"copy-{each}", "session": f"s-{each}", "idempotency_key": f"k-{each}"}
    return list((row | unique).values())


def test_a_world_of_an_older_version_lacks_what_it_did_not_have(own: Sandbox, take: Photographer) -> None:
    before = take()
    with closing(sqlite3.connect(before["platform"])) as connection, connection:
        connection.execute("DROP TABLE card_bindings")
        connection.execute("ALTER TABLE refunds DROP COLUMN actor")
    assert compare(before, take())["text"] == "no difference"


def test_every_table_is_told_of_or_told_by_another() -> None:
    for service, metadata in SERVICES.items():
        named = {thing.table for thing in THINGS if thing.service == service} | TOLD_BY_OTHERS[service]
        named |= {table for owner, table, *_ in (ACCOUNTS, CLOCK) if owner == service}
        assert named == metadata.tables.keys(), service


def test_every_column_that_is_named_is_there() -> None:
    for thing in THINGS:
        columns = SERVICES[thing.service].tables[thing.table].columns.keys()
        assert set(thing.columns) <= set(columns), thing.part
        assert thing.secret <= set(thing.columns)
    for service, table, columns, *_ in (ACCOUNTS, CLOCK, *NAMES):
        assert set(columns) <= set(SERVICES[service].tables[table].columns.keys())


def test_whoever_names_a_state_names_one_that_exists() -> None:
    """Each table with states is watched in them."""
    for thing in THINGS:
        columns = SERVICES[thing.service].tables[thing.table].columns.keys()
        states = {"state", "status"} & set(columns) if thing.part != "refunds" else set()  # the payment's, after it
        assert not states or thing.state in states, thing.part
