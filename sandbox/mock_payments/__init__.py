"""The Payments API: a double-entry ledger and the payments that move its money."""
