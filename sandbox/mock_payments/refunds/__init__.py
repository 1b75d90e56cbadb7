"""Refunds: money that goes back to the payer from those who got it, all of a payment or parts of it."""
