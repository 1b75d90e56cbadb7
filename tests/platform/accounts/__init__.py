"""Accounts as services: limits, sessions and mailed keys on both databases, and what happens at the same moment."""
