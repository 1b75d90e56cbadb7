"""Catches all mail that the sandbox sends: SMTP in, JSON and HTML out."""
