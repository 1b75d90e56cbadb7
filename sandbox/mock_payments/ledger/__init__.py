"""The double-entry ledger in integer millimes."""
