"""The steps of an application, in the order that ``states.STEPS`` names; the last one submits it to its review."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import IntegrityError

from sandbox.contracts.errors import (
    ApplicationInReview,
    ApplicationStep,
    CinTaken,
    LevelReached,
    UnderAge,
    WalletBlocked,
    WalletClosed,
    WalletExists,
)
from sandbox.kit.days import day_of
from sandbox.kit.errors import InvalidInput
from sandbox.kit.passwords import pin_hasher
from sandbox.kit.phone_numbers import format_phone_number
from sandbox.mock_wallets.kyc import store
from sandbox.mock_wallets.kyc.pictures import read_card
from sandbox.mock_wallets.kyc.rules import age_on
from sandbox.mock_wallets.kyc.shapes import to_application
from sandbox.mock_wallets.kyc.states import APPLICATION, LEAST_AGE, step_after
from sandbox.mock_wallets.wallets import store as wallet_store
from sandbox.mock_wallets.wallets.levels import LEVEL_OF_PHONE

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Row

    from sandbox.contracts.applications import (
        Application,
        BusinessDetails,
        ConfirmPhone,
        Identity,
        Selfie,
        StartApplication,
    )
    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database
    from sandbox.kit.ids import Ids
    from sandbox.mock_wallets.kyc.review import Reviewing
    from sandbox.mock_wallets.otp.service import OtpService

PURPOSE = "open"
_UNDER_WAY = frozenset({"identity", "business", "card", "selfie"})


class ApplicationService:
    def __init__(self, database: Database, clock: Clock, ids: Ids, *, otp: OtpService, reviewing: Reviewing) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._otp = otp
        self._reviewing = reviewing

    def get(self, application_id: str) -> Application:
        with self._database.read() as connection:
            return to_application(store.get(connection, application_id))

    def start(self, request: StartApplication) -> Application:
        """A code goes to the phone; where the phone is confirmed already, the application goes on where it is."""
        asked = request.model_dump() | {"level": 3 if request.kind == "business" else request.level}
        values = asked | {"id": self._ids.token22(), "state": APPLICATION.initial}
        with self._database.write() as connection:
            row = store.enter(connection, values, self._clock.now())
            wallet = wallet_store.find_by_phone(connection, request.phone_number)
            _require_worth(wallet, asked)
            if row.state == "review":
                raise ApplicationInReview(field="phone_number")
            if row.state == "rejected":
                row = self._move(connection, row, "identity", reasons=[], reason=None, decided_by=None, decided_at=None)
            if row.state in _UNDER_WAY:
                return to_application(row)
            challenge = self._otp.send(connection, row.phone_number, request.language, PURPOSE, wallet_id=None)
            changes = {name: asked[name] for name in ("kind", "level", "language")}
            return to_application(store.change(connection, row.id, state="phone", challenge_id=challenge.id, **changes))

    def confirm_phone(self, application_id: str, request: ConfirmPhone) -> Application:
        """The wallet opens in the transaction that uses the code up. A wrong code is counted, and nothing else happens."""
        try:
            with self._database.write() as connection:
                row = _require_at(store.get(connection, application_id, lock=True), "phone")
                _, refusal = self._otp.check(connection, row.challenge_id, request.code, PURPOSE)
                if refusal is None:
                    wallet_id = self._open_wallet(connection, row, request.pin)
                    row = self._move(connection, row, step_after(row.kind, row.level, "phone"), wallet_id=wallet_id)
        except IntegrityError:  # somebody opened a wallet for this number meanwhile
            raise WalletExists(field="phone_number") from None
        if refusal is not None:
            raise refusal
        return to_application(row)

    def tell_identity(self, application_id: str, request: Identity) -> Application:
        if age_on(day_of(self._clock.now()), request.birth_date) < LEAST_AGE:
            raise UnderAge(field="birth_date")
        values = {"cin": request.cin, "name": request.name, "birth_date": request.birth_date.isoformat()}
        return self._step(application_id, "identity", lambda _connection: values)

    def tell_business(self, application_id: str, request: BusinessDetails) -> Application:
        return self._step(application_id, "business", lambda _connection: request.model_dump())

    def send_card(self, application_id: str, picture: bytes) -> Application:
        with self._database.read() as connection:
            _require_at(store.get(connection, application_id), "card")
        card = read_card(picture)  # takes long: outside the transaction

        def keep(connection: Connection) -> dict[str, Any]:
            store.keep_card(connection, application_id, card.content)
            return {"contrast": card.contrast}

        return self._step(application_id, "card", keep)

    def take_selfie(self, application_id: str, request: Selfie) -> Application:
        return self._step(application_id, "selfie", lambda _connection: {"selfie_matches": request.matches})

    def _step(self, application_id: str, step: str, act: Callable[[Connection], dict[str, Any]]) -> Application:
        try:
            return self._step_once(application_id, step, act)
        except (
            IntegrityError,
            CinTaken,
        ):  # approved by rule at the moment at which another wallet got the same identity card
            return self._step_once(application_id, step, act)

    def _step_once(self, application_id: str, step: str, act: Callable[[Connection], dict[str, Any]]) -> Application:
        with self._database.write() as connection:
            row = _require_at(store.get(connection, application_id, lock=True), step)
            following = step_after(row.kind, row.level, step)
            row = self._move(connection, row, following, **act(connection))
            if following == "review":
                row = self._reviewing.submit(connection, row)
        return to_application(row)

    def _move(self, connection: Connection, row: Row[Any], state: str, **values: Any) -> Row[Any]:
        APPLICATION.require(row.state, state)
        return store.change(connection, row.id, state=state, **values)

    def _open_wallet(self, connection: Connection, row: Row[Any], pin: str | None) -> str:
        """Level 1, under the name that is not known yet; a business's waits for its approval."""
        wallet = wallet_store.find_by_phone(connection, row.phone_number)
        if wallet is not None:
            return str(wallet.id)
        if pin is None:
            raise InvalidInput("'pin' is missing.", field="pin", hint="Send the PIN of the new wallet: 4 to 6 digits.")
        values = {
            "id": self._ids.token22(),
            "kind": row.kind,
            "phone_number": row.phone_number,
            "holder_name": format_phone_number(row.phone_number),
            "trade_name": None,
            "pin_hash": pin_hasher().hash(pin),
            "status": "pending" if row.kind == "business" else "active",
            "language": row.language,
            "level": LEVEL_OF_PHONE,
        }
        wallet_store.add(connection, values, self._clock.now())
        return str(values["id"])


def _require_worth(wallet: Row[Any] | None, asked: dict[str, Any]) -> None:
    """Whether an application could bring this phone anything."""
    if wallet is None:
        return
    if wallet.status in {"closing", "closed"}:
        raise WalletClosed(field="phone_number")
    if wallet.status == "blocked":
        raise WalletBlocked(field="phone_number")
    if wallet.kind != asked["kind"]:
        raise WalletExists(field="phone_number")
    if wallet.status == "active" and wallet.level >= asked["level"]:
        raise LevelReached(field="phone_number")


def _require_at(row: Row[Any], step: str) -> Row[Any]:
    if row.state != step:
        raise ApplicationStep(state=row.state)
    return row
