"""What a phone can photograph in a test: a page or an element of it, a picture, its bytes, or a file."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from sandbox.contracts.qr_payload import SCHEME

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


def photograph_scrolled(picture: object) -> bytes | Awaitable[bytes] | None:
    """The whole page, as somebody sees it who scrolls; None for what is no page."""
    taking: Any = getattr(picture, "screenshot", None)
    if not callable(taking) or not hasattr(picture, "viewport_size"):
        return None
    taken: bytes | Awaitable[bytes] = taking(full_page=True)
    return taken


def photograph(picture: Picture | HasAsyncScreenshot) -> bytes | Awaitable[bytes]:
    """The bytes of a picture file; awaitable where the page is of Playwright's async API."""
    if isinstance(picture, bytes | bytearray):
        return bytes(picture)
    if isinstance(picture, str | Path):
        return _read_file(str(picture))
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


def _read_file(name: str) -> bytes:
    """Raises FileNotFoundError that knows what texts people hand to a phone instead of a picture."""
    try:
        return Path(name).read_bytes()
    except FileNotFoundError:
        raise FileNotFoundError(f"there is no picture {name!r}{_meant(name)}") from None


def _meant(text: str) -> str:
    if text.startswith(SCHEME):
        return ": this is the text of a code, for phone.scan_text(…)"
    if text.startswith(("http://", "https://")):
        return ": open the address in a page and scan that, phone.scan(page)"
    return f" in {Path.cwd()}" if not Path(text).is_absolute() else ""
