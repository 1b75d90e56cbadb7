"""Puts the Wallets API together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.contracts.events import WalletEvent
from sandbox.kit.db import Database
from sandbox.kit.outbox import Message, Outbox
from sandbox.kit.web import ServiceApp, create_service_app
from sandbox.mock_wallets.bank.routes import bank_routes
from sandbox.mock_wallets.bank.service import BankService
from sandbox.mock_wallets.kyc.review import Reviewing, ReviewService
from sandbox.mock_wallets.kyc.routes import application_routes
from sandbox.mock_wallets.kyc.service import ApplicationService
from sandbox.mock_wallets.otp.routes import otp_routes
from sandbox.mock_wallets.otp.service import OtpService
from sandbox.mock_wallets.pins.guard import PinGuard
from sandbox.mock_wallets.pins.routes import pin_routes
from sandbox.mock_wallets.pins.service import PinService
from sandbox.mock_wallets.sms.routes import sms_routes
from sandbox.mock_wallets.sms.service import SmsService
from sandbox.mock_wallets.tables import SCHEMA_VERSION, metadata, outbox
from sandbox.mock_wallets.wallets.routes import wallet_routes
from sandbox.mock_wallets.wallets.service import WalletService

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sandbox.contracts.platform import PlatformClient
    from sandbox.kit.clock import Clock, NextDue
    from sandbox.kit.ids import IdSource
    from sandbox.mock_wallets.otp.limits import OtpLimits
    from sandbox.mock_wallets.wallets.levels import WalletLevels


@dataclass(frozen=True)
class WalletsApi:
    app: ServiceApp
    database: Database
    deliver: Callable[[], int]
    """Sends what waits in the outbox; returns how much it was."""
    finish: Callable[[], int]
    """The same, and waits for what another process sends."""
    next_due: NextDue
    """When there will be something to send."""


def create_wallets_api(
    database_url: str,
    clock: Clock,
    ids: IdSource,
    *,
    service_key: str,
    platform: PlatformClient,
    wake: Callable[[], None],
    otp_limits: OtpLimits,
    levels: WalletLevels,
    automatic_review: bool = True,
) -> WalletsApi:
    database = Database(database_url, metadata, version=SCHEMA_VERSION, schema="wallets")
    stream = ids.stream("wallets")
    messages = Outbox(database, outbox, clock, wake)
    messages.handle({"wallet_event": _events_to(platform)})
    sms = SmsService(database, clock)
    pins = PinGuard(database)
    wallets = WalletService(database, clock, stream, messages, pins=pins, levels=levels)
    otp = OtpService(database, clock, stream, otp_limits)
    reviewing = Reviewing(clock, ids.stream("wallets.reviews"), messages, automatic=automatic_review)
    applications = ApplicationService(database, clock, ids.stream("wallets.kyc"), otp=otp, reviewing=reviewing)
    app = create_service_app("sandbox.mock_wallets", service_key=service_key)
    for routes in (
        wallet_routes(wallets),
        pin_routes(PinService(database, pins, otp)),
        bank_routes(BankService(database, clock, ids.stream("wallets.bank"), pins=pins, levels=levels)),
        application_routes(applications, ReviewService(database, reviewing)),
        otp_routes(otp),
        sms_routes(sms),
    ):
        app.register_blueprint(routes)
    return WalletsApi(app, database, messages.deliver_due, messages.finish_due, messages.next_due)


def _events_to(platform: PlatformClient) -> Callable[[Sequence[Message]], None]:
    return lambda messages: platform.receive_wallet_events([WalletEvent.parse(each.payload) for each in messages])
