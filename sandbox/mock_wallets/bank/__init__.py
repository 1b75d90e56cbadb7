"""The bank account behind a wallet: linked by its RIB, or opened with a partner institution."""
