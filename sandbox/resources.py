"""Files that travel with the package: the checkout script, the demo shop, the scenario packs."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def resource(*parts: str) -> Path:
    """From the wheel where it is installed, from the repository otherwise."""
    bundled = _PACKAGE.joinpath("_bundled", *parts)
    return bundled if bundled.exists() else _PACKAGE.parent.joinpath(*parts)


def checkout_script() -> Path:
    return resource("checkout", "dist", "main.js")
