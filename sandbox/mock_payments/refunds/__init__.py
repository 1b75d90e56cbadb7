"""Refunds: money that goes back from the merchant to the payer, all of a payment or parts of it."""
