"""For tests: a sandbox to embed, phones to drive, a shopper in a real browser, and the pytest plugin.

The names below are those that a test suite writes as types of its fixtures: ``def test_it(phone: PhoneDriver) -> None``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.testing.clock import ClockDriver
    from sandbox.testing.drivers import InboxDriver, MerchantApp, PhoneDriver
    from sandbox.testing.embedded import Sandbox
    from sandbox.testing.faults import FaultDriver, PlannedFault
    from sandbox.testing.journal import JournalDriver
    from sandbox.testing.shopper import Shopper
    from sandbox.testing.snapshots import SnapshotDriver
    from sandbox.testing.steps import Steps
    from sandbox.testing.webhooks import Delivery, WebhookReceiver

__all__ = [
    "ClockDriver",
    "Delivery",
    "FaultDriver",
    "InboxDriver",
    "JournalDriver",
    "MerchantApp",
    "PhoneDriver",
    "PlannedFault",
    "Sandbox",
    "Shopper",
    "SnapshotDriver",
    "Steps",
    "WebhookReceiver",
]
_MODULES = {
    "Delivery": "webhooks",
    "FaultDriver": "faults",
    "InboxDriver": "drivers",
    "JournalDriver": "journal",
    "MerchantApp": "drivers",
    "PhoneDriver": "drivers",
    "PlannedFault": "faults",
    "ClockDriver": "clock",
    "Sandbox": "embedded",
    "Shopper": "shopper",
    "SnapshotDriver": "snapshots",
    "Steps": "steps",
    "WebhookReceiver": "webhooks",
}


def __getattr__(name: str) -> Any:
    """A class is imported when it is asked for: the pytest plugin must not slow down every test run."""
    if name in _MODULES:
        return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
