"""Refunds: money that a merchant gives back, of orders of its own."""
