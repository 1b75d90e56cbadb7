"""Switching an existing Flouci business account to developer mode (report, 2.3)."""
