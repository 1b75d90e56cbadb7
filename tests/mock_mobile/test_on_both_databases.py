"""The phone's own store, on SQLite and on PostgreSQL."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from sandbox.contracts.errors import PhoneExists, ScanNotFound
from sandbox.contracts.mobile import MobileClient, NewPhone, SendTo
from sandbox.contracts.platform import PlatformClient
from sandbox.kit.errors import IdempotencyMismatch
from sandbox.kit.ids import IdSource
from sandbox.mock_mobile.app import create_mobile_api
from tests.services import KEY, build_services

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.contracts.transport import InProcessTransport
    from tests.databases import UrlFactory

FIRST, SECOND = "25000001", "25000002"


@pytest.fixture
def mobile(database_url: UrlFactory, in_process: InProcessTransport) -> Iterator[MobileClient]:
    """Two phones beside the two services that stand behind them."""
    with build_services(database_url, in_process) as services:
        api = create_mobile_api(
            database_url("mobile"),
            services.clock,
            IdSource(7),
            service_key=KEY,
            platform=PlatformClient(in_process, service_key=KEY),
            payments=services.payments,
            wallets=services.wallets,
        )
        in_process.app = DispatcherMiddleware(services.app, {"/mobile": api.app})
        client = MobileClient(in_process)
        for number in (FIRST, SECOND):
            client.add_phone(NewPhone(phone_number=number, balance=10_000))
        try:
            yield client
        finally:
            api.database.close()


def test_money_is_sent_once_with_its_note(mobile: MobileClient) -> None:
    sent = SendTo(to=SECOND, amount=1_000, note="Café", idempotency_key="once")
    assert mobile.send_money(FIRST, sent) == mobile.send_money(FIRST, sent)
    with pytest.raises(IdempotencyMismatch):
        mobile.send_money(FIRST, sent.model_copy(update={"amount": 2_000}))
    assert mobile.list_history(SECOND)[0][0].note == "Café"
    assert mobile.get_phone(FIRST).balance == 9_000


def test_a_scan_is_kept_with_what_its_owner_types(mobile: MobileClient) -> None:
    scan = mobile.scan_text(FIRST, f"flouci-sandbox://wallet?v=1&phone={SECOND}")
    assert mobile.get_phone(FIRST).screen["name"] == "confirm"
    assert mobile.pay(FIRST, scan.scan_id, amount=500, note="Lunch").status == "SUCCESS"
    assert mobile.pay(FIRST, scan.scan_id).status == "SUCCESS"
    assert mobile.get_phone(SECOND).balance == 10_500
    with pytest.raises(ScanNotFound):
        mobile.pay(SECOND, scan.scan_id)


def test_a_phone_without_a_wallet_gets_one_with_its_application(mobile: MobileClient) -> None:
    number = "25000003"
    mobile.start_application(number)
    code = re.findall(r"\d{6}", mobile.list_messages(number)[0]["text"])[0]
    mobile.confirm_phone(number, code, "4321")
    assert mobile.get_wallet(number).level == 1
    with pytest.raises(PhoneExists):
        mobile.add_phone(NewPhone(phone_number=number))
    assert [phone.phone_number for phone in mobile.list_phones()] == [FIRST, SECOND, number]
