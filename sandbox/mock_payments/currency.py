"""Money is in Tunisian dinars only, and a call that names another currency is told so before anything is looked at."""

from __future__ import annotations

from sandbox.contracts.errors import CurrencyNotSupported
from sandbox.kit.money import CURRENCY, CURRENCY_NUMBER


def require_dinars(currency: str | None) -> None:
    """Raises CurrencyNotSupported."""
    if currency not in {None, CURRENCY, CURRENCY_NUMBER}:
        raise CurrencyNotSupported(field="currency")
