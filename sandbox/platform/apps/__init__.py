"""Integration apps: linked to a business wallet by a one-time code."""
