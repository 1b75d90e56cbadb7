"""What scenarios run against: a sandbox of their own, one that runs, or a shop and the sandbox that it uses."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sandbox.data_folder import Locator

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import httpx

_PATIENCE_SECONDS = 10


class TargetError(Exception):
    """One line; ``is_wrong_use`` where another command line is the remedy."""

    def __init__(self, text: str, *, is_wrong_use: bool = False) -> None:
        super().__init__(text)
        self.is_wrong_use = is_wrong_use


@dataclass(frozen=True)
class Targets:
    """Empty texts stand for what the run makes itself."""

    sandbox_url: str = ""
    shop_url: str = ""
    seed: int | None = None
    """The one of a sandbox that runs already."""


def find_targets(urls: Sequence[str], data_dir: Path) -> Targets:
    """Each of ``urls`` is asked what it is. A shop's sandbox is the one that is given, in the environment, or running here.

    Raises TargetError.
    """
    sandboxes = [url.rstrip("/") for url in urls if _is_sandbox(url)]
    shops = [url for url in urls if url.rstrip("/") not in sandboxes]
    if len(sandboxes) > 1 or len(shops) > 1:
        kind, found = ("sandboxes", sandboxes) if len(sandboxes) > 1 else ("shops", shops)
        raise TargetError(
            f"--against names two {kind}: {' and '.join(found)}. Run them one after the other.", is_wrong_use=True
        )
    if not shops:
        return _with_seed(sandboxes[0], "") if sandboxes else Targets()
    _require_page(shops[0])
    return _with_seed(sandboxes[0] if sandboxes else _sandbox_in_use(data_dir), shops[0])


def _with_seed(sandbox_url: str, shop_url: str) -> Targets:
    return Targets(sandbox_url, shop_url, ask_details(sandbox_url).get("seed"))


def ask_details(url: str) -> dict[str, Any]:
    """What a sandbox tells of itself; nothing where none answers, or one that keeps it to itself."""
    import httpx

    try:
        with _client() as client:
            answer = client.get(f"{url.rstrip('/')}/_sandbox/details", headers={"Accept": "application/json"})
            told = answer.json() if answer.status_code == 200 else {}
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _require_page(url: str) -> None:
    """A shop that is broken is told before any scenario is played. Raises TargetError."""
    import httpx

    try:
        with _client() as client, client.stream("GET", url, follow_redirects=True) as answer:
            status, reason = answer.status_code, answer.reason_phrase
    except httpx.TooManyRedirects:
        raise TargetError(f"The shop at {url} sends its visitors round in circles.") from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise TargetError(_silence(url, error)) from None
    if status >= 400:
        meant = " Give the address of the page where shoppers pay." if status in {404, 405, 410} else ""
        raise TargetError(f"The shop at {url} answers {status} {reason}.".replace(" .", ".") + meant)


def _client() -> httpx.Client:
    import httpx

    return httpx.Client(timeout=_PATIENCE_SECONDS, trust_env=False, verify=False)  # noqa: S501  a shop under development signs its own certificate


def _silence(url: str, error: Exception) -> str:
    import httpx

    why = f"nothing came within {_PATIENCE_SECONDS} s" if isinstance(error, httpx.TimeoutException) else str(error)
    return f"{url} does not answer: {why.rstrip('.')}."


def _sandbox_in_use(data_dir: Path) -> str:
    running = Locator(data_dir).read() or {}
    url = os.environ.get("FLOUCI_BASE_URL") or str(running.get("base_url", ""))
    if not url:
        raise TargetError(
            "The shop uses a sandbox, but none is known: give it with a second --against, set FLOUCI_BASE_URL,"
            " or start one here with 'python -m sandbox up'."
        )
    if not _is_sandbox(url):
        raise TargetError(f"The sandbox that the shop should use does not answer at {url}.")
    return url.rstrip("/")


def _is_sandbox(url: str) -> bool:
    """Raises TargetError when nobody answers there."""
    import httpx

    if not url.startswith(("http://", "https://")) or not urlsplit(url).hostname:
        raise TargetError(f"--against: {url} is no address; write it as http://127.0.0.1:5000/.", is_wrong_use=True)
    try:
        with _client() as client:
            answer = client.get(f"{url.rstrip('/')}/_sandbox/ready", headers={"Accept": "application/json"})
            is_sandbox = answer.status_code == 200 and answer.json() == {"ready": True}
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise TargetError(_silence(url, error)) from None
    except ValueError:  # no JSON: a shop's own page
        return False
    return is_sandbox
