"""Refusals that have to do with who may do what: admins' work on users, and API keys."""

from __future__ import annotations

from sandbox.contracts.errors.base import Refusal


class UserNotFound(Refusal):
    code = "USER_NOT_FOUND"
    status = 404
    message = "There is no such user."
    hint = "List the users with GET /api/admin/users."


class UserStateChanged(Refusal):
    """``status`` in the details is the state that the account has now."""

    code = "USER_STATE_CHANGED"
    status = 409
    message = "The account is in another state now, in which this cannot be done."
    hint = "Look at the user again: somebody else may have been faster."


class LastAdmin(Refusal):
    code = "LAST_ADMIN"
    status = 409
    message = "This is the last admin: without one, nobody could manage users any more."
    hint = "Make somebody else an admin first."


class ApiKeyNotFound(Refusal):
    code = "API_KEY_NOT_FOUND"
    status = 404
    message = "You have no such API key."
    hint = "List your keys with GET /api/api-keys."


class ApiKeyInvalid(Refusal):
    code = "API_KEY_INVALID"
    status = 401
    message = "This API key is unknown, revoked or expired."
    hint = "Make a new one at /settings/api-keys."


class ApiKeyReadOnly(Refusal):
    code = "API_KEY_READ_ONLY"
    status = 403
    message = "This API key may only read."
    hint = "Make a key with the access 'read and write' at /settings/api-keys."


class NeedsLogin(Refusal):
    code = "NEEDS_LOGIN"
    status = 403
    message = "An API key may not do this."
    hint = "Log in with POST /api/login and send the session's token."


class TooManyApiKeys(Refusal):
    code = "TOO_MANY_API_KEYS"
    status = 409
    message = "You have reached the largest number of API keys."
    hint = "Revoke one that you no longer need, or raise the setting max_api_keys."
