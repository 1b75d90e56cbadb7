"""Payments at a counter: terminals (POS) and codes that a business shows (documentation)."""
