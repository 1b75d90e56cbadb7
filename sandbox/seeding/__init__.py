"""Seed files: a world written down in YAML, made through the clients that developers and shoppers use."""
