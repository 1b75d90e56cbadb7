"""Fixtures that every test of this repository shares."""

from __future__ import annotations

import signal

pytest_plugins = ["pytester", "tests.databases", "tests.stage", "tests.passwords", "tests.patience"]

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # What a shell runs in its background hears no Ctrl-C, and what tests start and stop by it would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
