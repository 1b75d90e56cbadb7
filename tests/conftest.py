"""Fixtures for tests with a browser."""

from sandbox.testing.browser_fixtures import browser, page, shop_url, shopper

__all__ = ["browser", "page", "shop_url", "shopper"]
