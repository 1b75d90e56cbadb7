"""Linking a wallet by a code, session tokens, and the balance."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox.contracts.errors import BadCredentials, ChallengeNotFound, WalletNotFound
from sandbox.kit.secret_hash import hash_secret
from sandbox.platform.merchant_api.partners import store

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from sandbox.contracts.payments import PaymentsClient
    from sandbox.contracts.wallets import WalletsClient
    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database
    from sandbox.kit.ids import Ids
    from sandbox.platform.merchant_api.partners.schemas import Authenticate, BalanceQuery, ConfirmLink

TOKEN_SECONDS = 300
_REFRESH_SECONDS = 24 * 3600
_MASK = "Enter the code that was sent to {}."


class Partners:
    def __init__(
        self, database: Database, clock: Clock, ids: Ids, *, wallets: WalletsClient, payments: PaymentsClient
    ) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._wallets = wallets
        self._payments = payments

    def start(self, developer_id: str, phone_number: str) -> dict[str, Any]:
        """A code goes to the phone. Raises WalletNotFound, OtpCooldown, OtpTooMany."""
        wallet = self._wallets.find_wallet(phone_number)
        if wallet is None:
            raise WalletNotFound(field="phone_number")
        challenge = self._wallets.start_challenge(phone_number, "partner")
        session_id = self._ids.token22()
        values: dict[str, Any] = {"session_id": session_id, "developer_id": developer_id}
        values |= {
            "phone_number": phone_number,
            "wallet_id": wallet.id,
            "challenge_id": challenge.id,
            "created_at": self._clock.now(),
        }
        with self._database.write() as connection:
            store.add_link(connection, values)
        told = {"success": True, "session_id": session_id, "name": wallet.display_name, "phone_number": phone_number}
        return told | {"message": _MASK.format(phone_number)}

    def confirm(self, developer_id: str, request: ConfirmLink) -> dict[str, Any]:
        """Ours: how a code is confirmed is not published. Raises ChallengeNotFound, WrongOtp, OtpLocked, OtpExpired."""
        with self._database.read() as connection:
            link = store.find_link(connection, developer_id, request.session_id)
        if link is None:
            raise ChallengeNotFound(field="session_id")
        self._wallets.verify_challenge(link.challenge_id, request.code)
        with self._database.write() as connection:
            store.finish_link(connection, link.session_id, self._ids.uuid())
            linked = store.find_link(connection, developer_id, link.session_id)
        tracking_id = linked.tracking_id if linked is not None else ""
        return {"success": True, "tracking_id": tracking_id, "phone_number": link.phone_number}

    def authenticate(self, developer_id: str, request: Authenticate) -> dict[str, Any]:
        """Raises BadCredentials for a wallet that was not linked by this developer."""
        with self._database.write() as connection:
            link = store.find_linked(connection, request.tracking_id, request.phone_number)
            if link is None or link.developer_id != developer_id:
                raise BadCredentials(hint="No wallet with this phone number was linked under this tracking_id.")
            return self._issue(connection, link.tracking_id)

    def refresh(self, developer_id: str, refresh_token: str) -> dict[str, Any]:
        """Each refresh token is good once. Raises BadCredentials."""
        key = hash_secret(refresh_token)
        with self._database.write() as connection:
            found = store.find_token(connection, key, "refresh", self._clock.now())
            is_own = found is not None and found.developer_id == developer_id
            if found is None or not is_own or not store.delete_token(connection, key):
                raise BadCredentials(hint="This refresh token was used before, or is over: authenticate again.")
            return self._issue(connection, found.tracking_id)

    def balance(self, token: str, query: BalanceQuery) -> dict[str, Any]:
        """Raises BadCredentials for a token that is over, or of another wallet."""
        with self._database.read() as connection:
            found = store.find_token(connection, hash_secret(token), "access", self._clock.now())
        if found is None or (found.tracking_id, found.phone_number) != (query.tracking_id, query.phone_number):
            raise BadCredentials(
                hint=f"Send 'Authorization: Bearer <token>' of POST /api/accounts/authenticate: it is good for {TOKEN_SECONDS} s."
            )
        balance = self._payments.get_balance(found.wallet_id)
        return {"success": True, "wallet_id": found.wallet_id, "balance_in_millimes": balance.available}

    def _issue(self, connection: Connection, tracking_id: str) -> dict[str, Any]:
        now, token, refresh = self._clock.now(), self._ids.secret(), self._ids.secret()
        for secret, kind, seconds in ((token, "access", TOKEN_SECONDS), (refresh, "refresh", _REFRESH_SECONDS)):
            values = {"token_hash": hash_secret(secret), "tracking_id": tracking_id, "kind": kind}
            store.add_token(connection, values | {"expires_at": now + timedelta(seconds=seconds)}, now)
        return {"success": True, "token": token, "expires_in": TOKEN_SECONDS, "refresh_token": refresh}
