"""Fixtures for tests with a browser."""

from sandbox.testing.browser_fixtures import page

__all__ = ["page"]
