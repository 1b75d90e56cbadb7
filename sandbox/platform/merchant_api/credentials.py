"""Whose tokens a call carries, in every way that the generations send them; a refusal says what is wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from sandbox.contracts.errors import BadCredentials
from sandbox.platform.apps import store as app_store
from sandbox.platform.apps.service import require_credentials

if TYPE_CHECKING:
    from sqlalchemy import Row

    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database
    from sandbox.platform.api_keys.service import ApiKeyService

_LONGEST_TOKEN = 100
WHERE_TOKENS_ARE = "The app's page and 'python -m sandbox env' show its tokens."
API_KEY = "Send 'Authorization: Api-Key <key>' with a personal API key, or an app's private token."
BEARER_HEADER = {"Authorization": "Bearer, then the app's public token, a colon and its private token."}
KEY_HEADER = {"Authorization": "Api-Key, then a personal API key or an app's private token."}
TOKEN_HEADERS = {"apppublic": "The app's public token.", "appsecret": "The app's private token."}
WALLET_HEADER = {"Authorization": "Bearer, then the token of POST /api/accounts/authenticate."}
"""What the API's description says of them."""
BEARER = "Send 'Authorization: Bearer <public token>:<private token>'."


class Credentials:
    def __init__(self, database: Database, clock: Clock, keys: ApiKeyService) -> None:
        self._keys = keys
        self._database = database
        self._clock = clock

    def find_app(self, public_token: object, private_token: object, *, how: str) -> Row[Any]:
        """The app of these tokens. ``how`` tells how to send them. Raises BadCredentials, whose hint says what is wrong."""
        public, private = _text(public_token), _text(private_token)
        if not public or not private:
            raise _refusal(f"{'The public' if not public else 'The private'} token is missing. {how}")
        with self._database.read() as connection:
            try:
                return require_credentials(connection, public, private, self._clock.now())
            except BadCredentials:
                swapped = app_store.find_by_public_token(connection, private) is not None
                known = app_store.find_by_public_token(connection, public) is not None
        raise _refusal(_why(public, swapped=swapped, known=known))

    def find_bearer(self, header: str) -> Row[Any]:
        """The app of ``Bearer <public>:<private>``; the scheme is a matter of case to nobody."""
        scheme, _, value = header.strip().partition(" ")
        if not header.strip():
            raise _refusal(f"The header Authorization is missing. {BEARER}")
        if scheme.lower() != "bearer":
            raise _refusal(f"Authorization is not of the scheme Bearer. {BEARER}")
        public, colon, private = value.strip().partition(":")
        if not colon:
            raise _refusal(f"There is no colon between two tokens. {BEARER}")
        return self.find_app(public, private, how=BEARER)

    def find_by_api_key(self, header: str) -> str:
        """The developer whose personal key, or whose app's private token, came as ``Api-Key <KEY>`` (which one is ours)."""
        scheme, _, value = header.strip().partition(" ")
        if scheme.lower() != "api-key" or not value.strip():
            raise _refusal(API_KEY)
        holder = self._keys.find_holder(value.strip())
        if holder is not None:
            return holder.developer.id
        with self._database.read() as connection:
            app = app_store.find_by_private_token(connection, _text(value))
        if app is None:
            raise _refusal(f"No developer has this key. {API_KEY}")
        return str(app.developer_id)


def _why(public: str, *, swapped: bool, known: bool) -> str:
    if swapped:
        return "The tokens are swapped: the public one comes first."
    if known:
        return f"The private token is not this app's. {WHERE_TOKENS_ARE}"
    if _is_uuid(public):
        return f"No app of this sandbox has this public token: is it one of your live keys? {WHERE_TOKENS_ARE}"
    return f"This is no token: tokens are UUIDs. {WHERE_TOKENS_ARE}"


def _refusal(hint: str) -> BadCredentials:
    return BadCredentials(hint=hint)


def _text(value: object) -> str:
    text = value.strip() if isinstance(value, str) else ""
    return text if len(text) <= _LONGEST_TOKEN and "\x00" not in text else text[:1]


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False
