"""What the packs that come with the sandbox share: a page whose scripts must not fail."""

from sandbox.testing.browser_fixtures import page

__all__ = ["page"]
