"""What every test here shares: how hypothesis draws its examples, and the page of tests with a browser."""

import os

from hypothesis import settings

from sandbox.testing.browser_fixtures import page

__all__ = ["page"]

# The same examples in each run, however slow the machine; `make soak` draws others.
settings.register_profile("suite", deadline=None, derandomize=os.environ.get("SANDBOX_SOAK") != "1", database=None)
settings.load_profile("suite")
