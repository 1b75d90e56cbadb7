"""Opening a wallet on the phone itself, step by step (KYC): the Wallets API decides, the phone keeps which application is its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.contracts.applications import StartApplication
from sandbox.contracts.errors import ApplicationNotFound
from sandbox.contracts.personas import DEMO_PIN
from sandbox.kit.phone_numbers import format_phone_number
from sandbox.mock_mobile import screens, store

if TYPE_CHECKING:
    from sqlalchemy import Row

    from sandbox.contracts.applications import Application, BusinessDetails, ConfirmPhone, Identity, Selfie
    from sandbox.contracts.mobile import OpenHere
    from sandbox.contracts.wallets import WalletsClient
    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database


class OpeningService:
    def __init__(self, database: Database, clock: Clock, wallets: WalletsClient) -> None:
        self._database = database
        self._clock = clock
        self._wallets = wallets

    def start(self, number: str, wanted: OpenHere) -> Application:
        """A code comes to the phone by SMS. A number that is new becomes a phone, without a wallet as long as it is not confirmed."""
        application = self._wallets.start_application(StartApplication(phone_number=number, **wanted.model_dump()))
        with self._database.write() as connection:
            values = {"phone_number": number, "name": format_phone_number(number), "trade_name": None, "pin": DEMO_PIN}
            store.add_phone(connection, values | {"screen": screens.HOME}, self._clock.now())
            store.change_phone(connection, number, application_id=application.id)
        return application

    def get(self, number: str) -> Application:
        return self._kept(number, self._wallets.get_application(self._application_of(number)))

    def confirm_phone(self, number: str, request: ConfirmPhone) -> Application:
        """The wallet is there from then on, with the chosen PIN, which the phone keeps before it asks: the answer may be lost."""
        application_id = self._application_of(number)
        with self._database.write() as connection:
            phone = store.get_phone(connection, number)
            if phone.wallet_id is None and request.pin is not None:
                store.change_phone(connection, number, pin=request.pin)
        return self._kept(number, self._wallets.confirm_phone(application_id, request))

    def tell_identity(self, number: str, request: Identity) -> Application:
        return self._kept(number, self._wallets.tell_identity(self._application_of(number), request))

    def tell_business(self, number: str, request: BusinessDetails) -> Application:
        return self._kept(number, self._wallets.tell_business(self._application_of(number), request))

    def send_card(self, number: str, picture: bytes) -> Application:
        return self._kept(number, self._wallets.send_card(self._application_of(number), picture))

    def take_selfie(self, number: str, request: Selfie) -> Application:
        application_id = self._application_of(number)
        return self._kept(number, self._wallets.take_selfie(application_id, matches=request.matches))

    def _application_of(self, number: str) -> str:
        with self._database.read() as connection:
            phone = store.get_phone(connection, number)
        if phone.application_id is None:
            raise ApplicationNotFound
        return str(phone.application_id)

    def _kept(self, number: str, application: Application) -> Application:
        """What the phone knows of its wallet follows every answer, so one that was lost is made up for by the next."""
        with self._database.write() as connection:
            phone = store.get_phone(connection, number)
            changes = _news(phone, application)
            if changes:
                store.change_phone(connection, number, **changes)
        return application


def _news(phone: Row[Any], application: Application) -> dict[str, Any]:
    told = {"wallet_id": application.wallet_id, "name": application.name, "trade_name": application.trade_name}
    return {column: value for column, value in told.items() if value and value != getattr(phone, column)}
