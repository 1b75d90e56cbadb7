"""Switching an existing business account to developer mode (report, 2.3): phone number, code, then the account.

Nothing is half made: the account, its activation mail and the end of the switch are one transaction. The step that was
proved by the code is good for one account, for half an hour, and only for who holds the token of the first step.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import IntegrityError

from sandbox.contracts.errors import OtpUsed, SwitchNotVerified
from sandbox.contracts.platform import Registration
from sandbox.kit.errors import ServiceUnavailable
from sandbox.kit.secret_hash import hash_secret
from sandbox.kit.waiting import poll
from sandbox.platform.accounts import store as account_store
from sandbox.platform.audit.actor import current_actor
from sandbox.platform.audit.service import Target
from sandbox.platform.business import store
from sandbox.platform.business.schemas import NewBusinessAccount, StartedSwitch, Switch
from sandbox.platform.business.states import LIFETIME_SECONDS, SWITCH

if TYPE_CHECKING:
    from sqlalchemy import Row

    from sandbox.contracts.wallets import Challenge, WalletsClient
    from sandbox.kit.ids import Ids
    from sandbox.platform.accounts.service import AccountService
    from sandbox.platform.accounts.tools import AccountTools

_DOUBLE_CLICK_SECONDS = 2.0


class BusinessService:
    def __init__(self, tools: AccountTools, ids: Ids, *, accounts: AccountService, wallets: WalletsClient) -> None:
        self._database = tools.database
        self._audit = tools.audit
        self._limits = tools.limits
        self._clock = tools.clock
        self._ids = ids
        self._accounts = accounts
        self._wallets = wallets

    def start(self, phone_number: str) -> StartedSwitch:
        """The owner of the wallet gets a code by SMS. Raises NotABusinessWallet, TooManyRequests."""
        with self._database.write() as connection:
            self._limits.take(connection, business_address=current_actor().address)
        challenge = self._wallets.start_challenge(phone_number)
        token, now = self._ids.secret(), self._clock.now()
        values = {
            "token_hash": hash_secret(token),
            "phone_number": phone_number,
            "challenge_id": challenge.id,
            "status": SWITCH.initial,
            "expires_at": now + timedelta(seconds=LIFETIME_SECONDS),
        }
        with self._database.write() as connection:
            store.delete_expired(connection, now)
            store.add(connection, values)
            self._audit.record(connection, "business.code_sent", Target("wallet", phone_number))
            shown = _show(store.get(connection, hash_secret(token), now), challenge)
        return StartedSwitch(token=token, **shown.model_dump())

    def show(self, token: str) -> Switch:
        """Raises SwitchNotFound."""
        row, challenge = self._get(token), None
        if row.status == SWITCH.initial:
            with suppress(ServiceUnavailable):  # then how many tries are left is not told
                challenge = self._wallets.get_challenge(row.challenge_id)
        return _show(row, challenge)

    def resend(self, token: str) -> Switch:
        """Another code instead of the last one. Raises TooManyRequests."""
        row = self._get(token)
        with self._database.write() as connection:
            self._limits.take(connection, business_address=current_actor().address)
        challenge = self._wallets.resend_challenge(row.challenge_id)
        with self._database.write() as connection:
            self._audit.record(connection, "business.code_resent", Target("wallet", row.phone_number))
        return _show(row, challenge)

    def confirm(self, token: str, code: str) -> Switch:
        """The right code proves it. Said again, or twice at once, it stays proved. Raises WrongOtp, OtpLocked, OtpExpired."""
        row = self._get(token)
        if row.status != SWITCH.initial:
            return _show(row)
        try:
            wallet = self._wallets.verify_challenge(row.challenge_id, code)
        except OtpUsed:  # by the other click of a double click, which is storing the proof just now
            proved = poll(lambda: self._list_proved(token), seconds=_DOUBLE_CLICK_SECONDS)
            if not proved:
                raise
            return _show(proved[0])
        with self._database.write() as connection:
            token_hash = hash_secret(token)
            row = store.get(connection, token_hash, self._clock.now(), lock=True)
            if row.status == SWITCH.initial:
                names = {"holder_name": wallet.holder_name, "trade_name": wallet.trade_name}
                expires_at = self._clock.now() + timedelta(seconds=LIFETIME_SECONDS)
                store.change(connection, token_hash, status="verified", expires_at=expires_at, **names)
                target = Target("wallet", wallet.id, wallet.display_name)
                self._audit.record(connection, "business.identified", target)
            return _show(store.get(connection, token_hash, self._clock.now()))

    def finish(self, token: str, wanted: NewBusinessAccount) -> str:
        """The developer account with the merchant's data; returns its address. It is activated by mail like any other.

        Sent again with the same address and password, it is the same account. Raises SwitchNotVerified, EmailTaken,
        OtpUsed for another account.
        """
        row = self._get(token)
        if row.status == SWITCH.initial:
            raise SwitchNotVerified
        registration = _registration(row, wanted)
        if row.status == "done":
            self._require_same(row, registration)
            return registration.email
        values = self._accounts.new_account(registration) | {"wallet_phone": row.phone_number}
        try:
            with self._database.write() as connection:
                token_hash = hash_secret(token)
                row = store.get(connection, token_hash, self._clock.now(), lock=True)
                is_first = row.status == "verified"
                if is_first:
                    self._limits.take(connection, registration_address=current_actor().address)
                    self._accounts.add(connection, values)
                    store.change(connection, token_hash, status="done", developer_id=values["id"])
                    target = Target("account", values["id"], values["email"])
                    self._audit.record(connection, "account.switched", target, developer_id=values["id"])
        except IntegrityError:
            self._accounts.require_same(registration)
        else:
            if not is_first:
                self._require_same(row, registration)
        return registration.email

    def mail_waits(self) -> bool:
        return self._accounts.mail_waits()

    def _require_same(self, row: Row[Any], registration: Registration) -> None:
        with self._database.read() as connection:
            made = account_store.find(connection, row.developer_id)
        if made is None or made.email != registration.email.lower():
            raise OtpUsed
        self._accounts.require_same(registration)

    def _get(self, token: str) -> Row[Any]:
        with self._database.read() as connection:
            return store.get(connection, hash_secret(token), self._clock.now())

    def _list_proved(self, token: str) -> list[Row[Any]]:
        row = self._get(token)
        return [] if row.status == SWITCH.initial else [row]


def _registration(row: Row[Any], wanted: NewBusinessAccount) -> Registration:
    """The wallet tells name, company and phone number."""
    return Registration(
        name=row.holder_name,
        company=row.trade_name,
        phone_number=row.phone_number,
        email=wanted.email,
        password=wanted.password,
        language=wanted.language,
    )


def _show(row: Row[Any], challenge: Challenge | None = None) -> Switch:
    return Switch(
        status=row.status,
        phone_number=row.phone_number,
        tries_left=challenge.tries_left if challenge else None,
        code_expires_at=challenge.expires_at if challenge else None,
        holder_name=row.holder_name,
        trade_name=row.trade_name,
    )
