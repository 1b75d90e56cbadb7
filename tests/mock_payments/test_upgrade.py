"""Data of version 3, in which a payment's shares stood in its own row as JSON, keeps every share, and every millime."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import select, text

from sandbox.kit.db import Database
from sandbox.kit.schema import SchemaState, write_state
from sandbox.mock_payments.payments.models import shares
from sandbox.mock_payments.proof.checks import list_problems
from sandbox.mock_payments.refunds import service as refunding
from sandbox.mock_payments.tables import SCHEMA_VERSION, UPGRADES, metadata
from tests.services import build_services

if TYPE_CHECKING:
    import pytest

    from sandbox.contracts.transport import InProcessTransport
    from tests.databases import UrlFactory


def test_shares_of_version_3_get_rows_of_their_own(database_url: UrlFactory, in_process: InProcessTransport) -> None:
    with build_services(database_url, in_process) as services:
        payer, shop, partner = services.open_wallet(50_000), services.open_shop(), services.open_shop()
        kept = [{"wallet_id": partner.id, "amount": 2_000}]
        paid = services.execute(services.prepare(payer, shop, destinations=kept))
        live = services.prepare(payer, shop, destinations=kept)
        plain = services.prepare(payer, shop)
    _go_back(database_url("payments"), {paid.id, live.id}, {shop.id: 500, partner.id: 2_000})
    with build_services(database_url, in_process) as services:
        with services.payments_api.database.read() as connection:
            found = connection.execute(select(shares.c.payment_id, shares.c.wallet_id, shares.c.amount)).all()
            assert list_problems(connection) == []
        assert {tuple(row) for row in found} == {(paid.id, partner.id, 2_000), (live.id, partner.id, 2_000)}
        services.execute(live, key="accept 2")
        services.execute(plain, key="accept 3")
        assert [services.money(each)[0] for each in (shop, partner)] == [33_500, 4_000]
        services.require_sound_ledger()


def test_refunds_that_the_merchant_gave_alone_stay_as_they_were(
    database_url: UrlFactory, in_process: InProcessTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of payments made before, wallets with a share give of what goes back from now on, until they have given all they got."""
    with build_services(database_url, in_process) as services:
        payer, shop, partner = services.open_wallet(50_000), services.open_shop(), services.open_shop()
        share = [{"wallet_id": partner.id, "amount": 2_000}]
        paid = services.execute(services.prepare(payer, shop, amount=10_000, destinations=share))
        with monkeypatch.context() as patch:
            patch.setattr(refunding, "_parts_of", lambda *_: {})
            first = services.refund(paid, 6_000)
    database = Database(
        database_url("payments"), metadata, version=SCHEMA_VERSION, schema="payments", upgrades=UPGRADES
    )
    with database.write() as connection:
        connection.execute(text("DROP TABLE refund_shares"))
        connection.execute(text("ALTER TABLE refunds DROP COLUMN shared"))
        write_state(connection, "payments", SchemaState(SCHEMA_VERSION, 1))
    database.close()
    with build_services(database_url, in_process) as services:
        services.require_sound_ledger()
        assert services.refund(paid, 6_000) == first
        assert [services.money(each)[0] for each in (payer, shop, partner)] == [46_000, 2_000, 2_000]
        services.refund(paid, 1_000, key="refund 2")
        assert [services.money(each)[0] for each in (payer, shop, partner)] == [47_000, 2_000, 1_000]
        services.refund(paid, 3_000, key="refund 3")
        assert [services.money(each)[0] for each in (payer, shop, partner)] == [50_000, 0, 0]
        services.require_sound_ledger()


def _go_back(url: str, split: set[str], destinations: dict[str, int]) -> None:
    """What version 3 left behind: no rows of shares, a column of JSON, and its number."""
    database = Database(url, metadata, version=SCHEMA_VERSION, schema="payments", upgrades=UPGRADES)
    with database.write() as connection:
        connection.execute(text("ALTER TABLE payments ADD COLUMN destinations JSON"))
        connection.execute(text("DROP TABLE payment_shares"))
        connection.execute(text("ALTER TABLE payments DROP COLUMN shared"))
        for payment_id in split:
            told = {"told": json.dumps(destinations), "id": payment_id}
            connection.execute(text("UPDATE payments SET destinations = :told WHERE id = :id"), told)
        connection.execute(text("UPDATE payments SET destinations = 'null' WHERE destinations IS NULL"))
        write_state(connection, "payments", SchemaState(3, 1))
    database.close()
