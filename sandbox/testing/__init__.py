"""For tests: a sandbox to embed, phones to drive, a shopper in a real browser, and the pytest plugin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.testing.embedded import Sandbox

__all__ = ["Sandbox"]


def __getattr__(name: str) -> Any:
    """``Sandbox`` is imported when it is asked for: the pytest plugin must not slow down every test run."""
    if name == "Sandbox":
        from sandbox.testing.embedded import Sandbox

        return Sandbox
    raise AttributeError(name)
