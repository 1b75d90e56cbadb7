"""Faults: what a tester lets go wrong, where and when, and the receipts that tell what went wrong."""
