"""SMS messages, kept per phone number."""
