"""Money between wallets and the bank accounts behind them; the bank is an account of the ledger."""
