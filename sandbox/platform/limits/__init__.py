"""How often something may be tried, per address and per account."""
