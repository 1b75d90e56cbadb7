"""A fingerprint of what a call asked for: kept beside its idempotency key, it tells a repetition from another call."""

import json
from hashlib import sha256


def fingerprint_of(body: object) -> str:
    """Of a body as JSON, whatever the order of its fields. Leave a PIN out: a hash of so few digits would give it away."""
    return sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
