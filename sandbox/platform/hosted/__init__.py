"""Hosted payment pages: a merchant's server asks for one, the shopper pays there and goes back to the shop."""
