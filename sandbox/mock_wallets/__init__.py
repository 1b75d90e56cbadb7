"""The Wallets API: personal and business wallets, one-time codes, SMS."""
