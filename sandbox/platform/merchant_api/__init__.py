"""The published merchant API: one folder per generation; the provider's words stay in here."""
