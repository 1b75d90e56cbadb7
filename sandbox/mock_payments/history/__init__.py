"""The history of a wallet, read off the ledger."""
