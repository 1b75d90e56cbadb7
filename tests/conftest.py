"""What every test here shares: how hypothesis draws its examples, and the page of tests with a browser."""

import os

from hypothesis import settings
from hypothesis.internal.conjecture import providers

from sandbox.testing.browser_fixtures import page

__all__ = ["page"]

# The same examples in each run, however slow the machine; `make soak` draws others.
settings.register_profile("suite", deadline=None, derandomize=os.environ.get("SANDBOX_SOAK") != "1", database=None)
settings.load_profile("suite")

# Hypothesis draws from the constants of the modules that happen to be loaded, which is for the tests before to say, and for every
# change of the program: neither is a reason for other examples.
if os.environ.get("SANDBOX_SOAK") != "1" and hasattr(providers, "_get_local_constants"):
    providers._get_local_constants = lambda: providers._local_constants
