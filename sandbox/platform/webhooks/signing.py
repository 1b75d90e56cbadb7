"""Signatures as the Standard Webhooks specification has them, which libraries in many languages check."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

PREFIX = "whsec_"


def make_secret(entropy: str) -> str:
    """A secret from a random text: its SHA-256, as the specification writes keys."""
    return PREFIX + base64.b64encode(hashlib.sha256(entropy.encode()).digest()).decode()


def sign(secret: str, event_id: str, timestamp: int, body: bytes) -> str:
    """``v1,<base64>``: HMAC-SHA256 over ``id.timestamp.body``. ``timestamp`` is in whole seconds since 1970."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{event_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def signature_headers(secrets: Sequence[str], event_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """One signature for each secret that is valid: two while a secret is being replaced."""
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(sign(secret, event_id, timestamp, body) for secret in secrets),
    }
