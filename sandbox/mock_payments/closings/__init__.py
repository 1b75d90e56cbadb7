"""Closing wallets: the ledger's side of it, where money that is still on its way meets the end of a wallet."""
