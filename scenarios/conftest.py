"""What all packs share: a browser, a page, a shopper, and a shop of the test's own."""

from sandbox.testing.browser_fixtures import browser, page, shop_url, shopper

__all__ = ["browser", "page", "shop_url", "shopper"]
