"""Admins manage users: find them, look at them, activate, suspend and reinstate them, grant and withdraw the authority."""
