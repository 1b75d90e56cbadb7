"""Ceilings of wallets: what each paid in a day of Tunisia, and what it may hold, enforced where money moves."""
