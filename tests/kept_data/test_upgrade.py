"""Data that an older version kept is brought up to today's tables, whole or not at all."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import MetaData, inspect

from sandbox.kit.db import Database
from sandbox.kit.schema import SchemaState, _compare, read_state
from sandbox.testing import Sandbox
from tests.kept_data.folders import SERVICES, make_data_folder, make_tables

if TYPE_CHECKING:
    from tests.databases import UrlFactory

TABLES = {
    "control": "sandbox.control.models",
    "mail": "sandbox.mail_catcher.models",
    "mobile": "sandbox.mock_mobile.models",
    "payments": "sandbox.mock_payments.tables",
    "platform": "sandbox.platform.tables",
    "wallets": "sandbox.mock_wallets.tables",
}
OLDEST = 1


def tables_of(service: str) -> tuple[MetaData, int]:
    module = importlib.import_module(TABLES[service])
    return module.metadata, module.SCHEMA_VERSION


@pytest.mark.parametrize("service", SERVICES)
def test_the_oldest_tables_become_those_of_today(service: str, database_url: UrlFactory) -> None:
    """When this says that a column is new and may not be empty: give it a ``server_default`` in its model."""
    url = database_url(service)
    make_tables(OLDEST, service, url)
    metadata, version = tables_of(service)
    for _ in range(2):
        database = Database(url, metadata, version=version, schema=service)
        with database.read() as connection:
            missing = [each for each in _compare(connection, metadata) if each[0].startswith(("add_", "modify_"))]
            assert [each for each in missing if each[0] != "add_constraint" and each[0] != "add_fk"] == []
            assert read_state(connection, service) == SchemaState.wanted(metadata, version)
            found = inspect(connection)
            for table in metadata.sorted_tables:
                indexes = {index["name"] for index in found.get_indexes(table.name)}
                assert {index.name for index in table.indexes} <= indexes
        database.close()


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return make_data_folder(OLDEST, tmp_path / "data")


def test_a_shop_goes_on_where_the_older_version_left_it(kept: Path) -> None:
    """Its orders, money and mails are there; it sells; a reset brings the demo world, which sells too."""
    with Sandbox.start(data_dir=kept) as sandbox:
        demo = sandbox.demo_merchant()
        sandbox.control.drain()
        token = sandbox.log_in(demo)
        (shop, *_) = sandbox.platform.list_apps(token)
        orders = sandbox.platform.list_orders(token, shop.id)
        assert sorted((order["status"], order["amount"]) for order in orders) == [
            ("EXPIRED", 1_000),  # opened then, and long over now
            ("PAID", 12_500),
        ]
        assert (demo.balance, sandbox.phone().balance) == (12_500, 487_500)
        assert sandbox.inbox.wait_for(to="merchant-51000000@example.com").links
        sell(sandbox)
        assert (demo.balance, sandbox.phone().balance) == (15_500, 484_500)
        assert sandbox.control.verify_ledger()["problems"] == []
        for _ in range(2):
            sandbox.reset()
            assert (demo.balance, sandbox.phone().balance) == (0, 500_000)
            sell(sandbox)
            assert demo.balance == 3_000
            assert sandbox.control.verify_ledger()["problems"] == []
    with Sandbox.start(data_dir=kept) as again:
        assert again.demo_merchant().balance == 3_000


def sell(sandbox: Sandbox) -> None:
    from sandbox.contracts.platform import OpenSession
    from sandbox.contracts.qr_payload import CheckoutCode, to_text

    app, phone = sandbox.demo_merchant(), sandbox.phone()
    session = sandbox.platform.open_session(OpenSession(app=app.public_token, amount=3_000))["session"]
    phone.scan_text(to_text(CheckoutCode(app=app.public_token, amount=3_000, session=session)))
    paid = phone.pay()
    assert sandbox.accept(app, paid.payment_id or "", paid.code or "")["status"] == "SUCCESS"
