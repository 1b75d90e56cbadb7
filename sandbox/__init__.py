"""Flouci Sandbox: the whole Flouci payment world on one machine, offline."""

__version__ = "0.1.0"
