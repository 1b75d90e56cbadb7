"""Puts the phone together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask.json.provider import DefaultJSONProvider

from sandbox.kit.db import Database
from sandbox.kit.web import ServiceApp, create_service_app
from sandbox.kit.web.pages import may_be_framed_by_ourselves
from sandbox.mock_mobile.asking import AskingService
from sandbox.mock_mobile.attempts import Attempts
from sandbox.mock_mobile.method_routes import method_api
from sandbox.mock_mobile.methods.method import load_methods
from sandbox.mock_mobile.models import SCHEMA_VERSION, metadata
from sandbox.mock_mobile.money_routes import money_api
from sandbox.mock_mobile.opening import OpeningService
from sandbox.mock_mobile.opening_routes import opening_api
from sandbox.mock_mobile.paying import PayingService
from sandbox.mock_mobile.phones import PhoneService
from sandbox.mock_mobile.records import RecordService
from sandbox.mock_mobile.remedies import Remedies
from sandbox.mock_mobile.routes import paying_api, phone_api, phone_pages
from sandbox.mock_mobile.scanning import ScanService
from sandbox.mock_mobile.wallet_owner import WalletOwner
from sandbox.mock_mobile.wallet_routes import wallet_api

if TYPE_CHECKING:
    from sandbox.contracts.payments import PaymentsClient
    from sandbox.contracts.platform import PlatformClient
    from sandbox.contracts.wallets import WalletsClient
    from sandbox.kit.clock import Clock
    from sandbox.kit.ids import IdSource


@dataclass(frozen=True)
class MobileApi:
    app: ServiceApp
    database: Database


def create_mobile_api(
    database_url: str,
    clock: Clock,
    ids: IdSource,
    *,
    service_key: str,
    platform: PlatformClient,
    payments: PaymentsClient,
    wallets: WalletsClient,
) -> MobileApi:
    database = Database(database_url, metadata, version=SCHEMA_VERSION, schema="mobile")
    phones = PhoneService(database, clock, wallets, payments)
    records = RecordService(database, wallets, payments)
    own_ids = ids.stream("mobile")
    scanning = ScanService(database, clock, own_ids, platform=platform, payments=payments)
    attempts = Attempts(database, platform, payments)
    remedies = Remedies(wallets, payments)
    paying = PayingService(database, attempts, scanning, platform=platform, payments=payments, remedies=remedies)
    asking = AskingService(database, own_ids, payments, remedies)
    opening = OpeningService(database, clock, wallets)
    load_methods()
    owner = WalletOwner(database, ids.stream("mobile.wallet"), wallets=wallets, payments=payments)
    app = create_service_app("sandbox.mock_mobile", service_key=service_key, pages=True)
    may_be_framed_by_ourselves(app)
    app.static_folder = "static"
    _write_letters_as_they_are(app)
    app.add_url_rule("/static/<path:filename>", endpoint="static", view_func=app.send_static_file)
    for routes in (
        phone_api(phones, records),
        wallet_api(owner),
        opening_api(opening),
        paying_api(scanning, paying),
        method_api(scanning),
        money_api(paying, asking),
        phone_pages(),
    ):
        app.register_blueprint(routes)
    return MobileApi(app, database)


def _write_letters_as_they_are(app: ServiceApp) -> None:
    """The page carries its texts as JSON, and an Arabic letter as an escape is three times as long."""
    if isinstance(app.json, DefaultJSONProvider):
        app.json.ensure_ascii = False
