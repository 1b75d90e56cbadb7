"""Webhooks of the passive mode: the platform tells an app's server about each payment (report, 2.3)."""
