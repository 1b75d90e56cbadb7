"""Opening wallets remotely: steps, review by rule or by an admin, levels (KYC)."""
