"""Sending one-time codes and checking them: for linking an app to a business wallet, and for what other features ask."""

from __future__ import annotations

import hmac
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sandbox.contracts.errors import (
    ChallengeNotFound,
    NotABusinessWallet,
    OtpExpired,
    OtpLocked,
    OtpUsed,
    WalletBlocked,
    WalletNotFound,
    WrongOtp,
)
from sandbox.contracts.wallets import Challenge, Wallet
from sandbox.kit.clock import to_iso
from sandbox.mock_wallets.otp import store
from sandbox.mock_wallets.otp.limits import HOUR
from sandbox.mock_wallets.otp.states import DIGITS, LIFETIME_SECONDS, LINK, OF_WALLETS, TRIES
from sandbox.mock_wallets.sms import store as sms_store
from sandbox.mock_wallets.sms.texts import render
from sandbox.mock_wallets.wallets import store as wallet_store
from sandbox.mock_wallets.wallets.service import to_wallet

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database
    from sandbox.kit.errors import SandboxError
    from sandbox.kit.ids import Ids
    from sandbox.mock_wallets.otp.limits import OtpLimits


class OtpService:
    def __init__(self, database: Database, clock: Clock, ids: Ids, limits: OtpLimits) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._limits = limits

    def start(self, phone_number: str, purpose: str = LINK) -> Challenge:
        """Only an approved business wallet gets a code to link an app (report, table IV.1, A2; 2.3.6 Legal)."""
        with self._database.write() as connection:
            wallet = _require_fit(wallet_store.find_by_phone(connection, phone_number, lock=True), purpose)
            return self.send(connection, phone_number, wallet.language, purpose, wallet_id=wallet.id)

    def get(self, challenge_id: str) -> Challenge:
        with self._database.read() as connection:
            return self._to_challenge(store.get(connection, challenge_id))

    def resend(self, challenge_id: str) -> Challenge:
        """A new code in place of the old one, but not right after it: a phone is not to be flooded."""
        with self._database.write() as connection:
            row = store.get(connection, challenge_id, lock=True)
            _require_open(row)
            self._limits.require_cooled_down(row.sent_at, self._clock.now())
            language = row.language
            if row.purpose in OF_WALLETS:
                wallet = wallet_store.get(connection, row.wallet_id, lock=True)
                language = _require_fit(wallet, row.purpose).language
            values = self._fresh_code(connection, challenge_id, row.phone_number, language, sent=row.sent + 1)
            values["tries_left"] = row.tries_left  # a resend does not buy more guesses
            store.change(connection, challenge_id, **values)
            return self._to_challenge(store.get(connection, challenge_id))

    def verify(self, challenge_id: str, code: str) -> Wallet:
        """A wrong code is counted even though the call ends in an error: the count is committed first."""
        with self._database.write() as connection:
            row, refusal = self.check(connection, challenge_id, code, *OF_WALLETS)
            wallet = _require_fit(wallet_store.get(connection, row.wallet_id), row.purpose)
        if refusal:
            raise refusal
        return to_wallet(wallet)

    def send(
        self, connection: Connection, phone_number: str, language: str, purpose: str, *, wallet_id: str | None
    ) -> Challenge:
        """Send a code inside the caller's transaction, which has locked the row that stands for this phone."""
        challenge_id = self._ids.token22()
        values = {
            "id": challenge_id,
            "wallet_id": wallet_id,
            "phone_number": phone_number,
            "purpose": purpose,
            "language": language,
            "created_at": self._clock.now(),
        }
        store.add(connection, values | self._fresh_code(connection, challenge_id, phone_number, language, sent=1))
        return self._to_challenge(store.get(connection, challenge_id))

    def check(
        self, connection: Connection, challenge_id: str, code: str, *purposes: str
    ) -> tuple[Row[Any], SandboxError | None]:
        """The challenge, locked, and why this code does not open it. A wrong code is counted: commit, then raise.

        Raises what changes nothing: ChallengeNotFound, OtpLocked, OtpUsed, OtpExpired.
        """
        row = store.get(connection, challenge_id, lock=True)
        if row.purpose not in purposes:
            raise ChallengeNotFound
        _require_open(row)
        if self._clock.now() >= row.expires_at:
            raise OtpExpired(field="code")
        return row, self._count(connection, row, code)

    def _count(self, connection: Connection, row: Row[Any], code: str) -> SandboxError | None:
        if hmac.compare_digest(row.code_hash, _hash(row.id, code)):
            store.change(connection, row.id, state="verified")
            return None
        left = row.tries_left - 1
        store.change(connection, row.id, tries_left=left, state="pending" if left else "locked")
        return WrongOtp(field="code", tries_left=left) if left else OtpLocked(field="code")

    def _fresh_code(
        self, connection: Connection, challenge_id: str, phone_number: str, language: str, *, sent: int
    ) -> dict[str, Any]:
        """The phone's wallet or application is locked: of codes that race to one phone each counts those before it."""
        now = self._clock.now()
        self._limits.require_room(store.list_sendings(connection, phone_number, now - HOUR), now)
        store.add_sending(connection, phone_number, now)
        code = self._ids.digits(DIGITS)
        text = render("otp", language, {"code": code})
        sms_store.add(connection, f"otp:{challenge_id}:{sent}", phone_number, text, now)
        return {
            "code_hash": _hash(challenge_id, code),
            "state": "pending",
            "tries_left": TRIES,
            "sent": sent,
            "sent_at": now,
            "expires_at": now + timedelta(seconds=LIFETIME_SECONDS),
        }

    def _to_challenge(self, row: Row[Any]) -> Challenge:
        return Challenge(
            id=row.id,
            phone_number=row.phone_number,
            state=row.state,
            tries_left=row.tries_left,
            expires_at=to_iso(row.expires_at),
            resend_at=to_iso(self._limits.resend_at(row.sent_at)),
        )


def _hash(challenge_id: str, code: str) -> str:
    return sha256(f"{challenge_id}:{code}".encode()).hexdigest()


def _require_fit(wallet: Row[Any] | None, purpose: str) -> Row[Any]:
    if purpose == LINK:
        return _require_approved(wallet)
    if wallet is None:
        raise WalletNotFound(field="phone_number")
    if wallet.status != "active":
        raise WalletBlocked(field="phone_number")
    return wallet


def _require_approved(wallet: Row[Any] | None) -> Row[Any]:
    """Only an approved business wallet gets a code, and only one that still is may use it (report, 2.3.6 Legal)."""
    if wallet is None or wallet.kind != "business" or wallet.status != "active":
        raise NotABusinessWallet(field="phone_number")
    return wallet


def _require_open(row: Row[Any]) -> None:
    if row.state == "locked":
        raise OtpLocked(field="code")
    if row.state == "verified":
        raise OtpUsed(field="code")
