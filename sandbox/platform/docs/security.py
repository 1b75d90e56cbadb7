"""How callers of the API prove who they are: the schemes of the OpenAPI document, and what a sample sends for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.platform.merchant_api.credentials import BEARER_HEADER, KEY_HEADER, TOKEN_HEADERS, WALLET_HEADER


@dataclass(frozen=True)
class Scheme:
    """``sentence`` is what an operation says of the header; ``sample`` is what stands in it."""

    name: str
    header: str
    sentence: str
    sample: str
    is_bearer: bool = True

    def to_openapi(self) -> dict[str, Any]:
        kind = {"type": "http", "scheme": "bearer"} if self.is_bearer else {"type": "apiKey", "in": "header"}
        return kind | ({} if self.is_bearer else {"name": self.header}) | {"description": self.sentence}


_PUBLIC, _PRIVATE = "YOUR-PUBLIC-TOKEN", "YOUR-PRIVATE-TOKEN"
_SCHEMES = (
    Scheme("session", "Authorization", "The token that POST /api/login answers.", "Bearer YOUR-KEY"),
    Scheme("apiKey", "Authorization", "A personal API key, made in the settings.", "Bearer YOUR-KEY"),
    Scheme("appTokens", *next(iter(BEARER_HEADER.items())), f"Bearer {_PUBLIC}:{_PRIVATE}"),
    Scheme("businessKey", *next(iter(KEY_HEADER.items())), "Api-Key YOUR-KEY", is_bearer=False),
    Scheme("walletToken", *next(iter(WALLET_HEADER.items())), "Bearer THE-WALLET-TOKEN"),
    Scheme("appPublic", "apppublic", TOKEN_HEADERS["apppublic"], _PUBLIC, is_bearer=False),
    Scheme("appSecret", "appsecret", TOKEN_HEADERS["appsecret"], _PRIVATE, is_bearer=False),
)
_BY_SENTENCE = {scheme.sentence: scheme for scheme in _SCHEMES}


def security_schemes() -> dict[str, Any]:
    return {scheme.name: scheme.to_openapi() for scheme in _SCHEMES}


def scheme_of(sentence: str) -> Scheme | None:
    """The scheme whose header an operation describes so; none for a header that proves nothing."""
    return _BY_SENTENCE.get(sentence)
