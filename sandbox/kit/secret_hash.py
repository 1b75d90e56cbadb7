"""How keys and tokens are kept: as a hash. They are long and random, so no slow hash is needed as for passwords."""

from hashlib import sha256


def hash_secret(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
