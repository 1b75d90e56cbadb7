"""What a phone can photograph in a test: a page or an element of it, a picture, its bytes, or a file."""

from __future__ import annotations

from inspect import isawaitable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable


class HasScreenshot(Protocol):
    """A Playwright page, or one element of it."""

    def screenshot(self) -> bytes: ...


class HasAsyncScreenshot(Protocol):
    """The same of Playwright's async API."""

    def screenshot(self) -> Awaitable[bytes]: ...


class HasSave(Protocol):
    """A picture of Pillow."""

    def save(self, fp: Any, format: str) -> None: ...  # noqa: A002  Pillow's name


Picture = bytes | bytearray | Path | str | HasScreenshot | HasSave


def photograph(picture: Picture | HasAsyncScreenshot) -> bytes | Awaitable[bytes]:
    """The bytes of a picture file; awaitable where the page is of Playwright's async API."""
    if isinstance(picture, bytes | bytearray):
        return bytes(picture)
    if isinstance(picture, str | Path):
        return Path(picture).read_bytes()
    taking: Any = getattr(picture, "screenshot", None)
    if callable(taking):
        taken: bytes | Awaitable[bytes] = taking()
        return taken
    saving: Any = getattr(picture, "save", None)
    if callable(saving):
        file = BytesIO()
        saving(file, format="PNG")
        return file.getvalue()
    raise TypeError(f"a phone photographs a page, an element, a picture, bytes or a file, not {type(picture).__name__}")


def is_taken_later(taken: bytes | Awaitable[bytes]) -> bool:
    return isawaitable(taken)
