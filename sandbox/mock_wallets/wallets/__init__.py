"""Wallets: the purse of a person or a business, found by phone number."""
