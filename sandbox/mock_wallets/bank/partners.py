"""Partner institutions where a wallet can open an account, as data. They are fictional, and so are their codes."""

from __future__ import annotations

from sandbox.contracts.bank import Bank

PARTNERS: tuple[Bank, ...] = (
    Bank(code="91", name="Banque du Jasmin (sandbox)"),
    Bank(code="92", name="Banque Sidi Bou Saïd (sandbox)"),
    Bank(code="93", name="Caisse des Oliviers (sandbox)"),
)
BRANCH = "001"
ACCOUNT_DIGITS = 13


def name_of(code: str) -> str:
    """Real banks have no names here: which code is whose is not ours to say."""
    return next((bank.name for bank in PARTNERS if bank.code == code), f"Bank {code}")
