"""Puts the Wallets API together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.kit.db import Database
from sandbox.kit.web import ServiceApp, create_service_app
from sandbox.mock_wallets.otp.routes import otp_routes
from sandbox.mock_wallets.otp.service import OtpService
from sandbox.mock_wallets.sms.routes import sms_routes
from sandbox.mock_wallets.sms.service import SmsService
from sandbox.mock_wallets.tables import SCHEMA_VERSION, metadata
from sandbox.mock_wallets.wallets.routes import wallet_routes
from sandbox.mock_wallets.wallets.service import WalletService

if TYPE_CHECKING:
    from sandbox.kit.clock import Clock
    from sandbox.kit.ids import IdSource


@dataclass(frozen=True)
class WalletsApi:
    app: ServiceApp
    database: Database


def create_wallets_api(database_url: str, clock: Clock, ids: IdSource, *, service_key: str) -> WalletsApi:
    database = Database(database_url, metadata, version=SCHEMA_VERSION, schema="wallets")
    stream = ids.stream("wallets")
    sms = SmsService(database, clock)
    wallets = WalletService(database, clock, stream)
    otp = OtpService(database, clock, stream)
    app = create_service_app("sandbox.mock_wallets", service_key=service_key)
    for routes in (wallet_routes(wallets), otp_routes(otp), sms_routes(sms)):
        app.register_blueprint(routes)
    return WalletsApi(app, database)
