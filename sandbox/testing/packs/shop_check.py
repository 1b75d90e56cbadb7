"""Whether scenarios can be played in a shop of one's own: it answers, shows the button, and uses the same sandbox as they."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page

_PATIENCE_MILLISECONDS = 15_000
_BUTTON = "[data-part=button]"
_SCRIPT = "/static/main.js"


def shop_problem(
    browser: Browser,
    shop_url: str,
    sandbox_url: str,
    *,
    identify: Callable[[str], Any],
    patience: int = _PATIENCE_MILLISECONDS,
) -> str | None:
    """One line, or None. ``identify`` tells which sandbox answers at an address; None where there is none."""
    from playwright.sync_api import Error as PlaywrightError

    context = browser.new_context(ignore_https_errors=True)
    try:
        page = context.new_page()
        scripts = _watch_scripts(page)
        try:
            page.goto(shop_url, timeout=_PATIENCE_MILLISECONDS, wait_until="domcontentloaded")
            page.locator(_BUTTON).first.wait_for(timeout=patience)
        except PlaywrightError as error:
            return _why_there_is_no_button(shop_url, page, scripts, error)
        return next(filter(None, (_other_sandbox(url, sandbox_url, identify) for url in scripts)), None)
    finally:
        context.close()


def _watch_scripts(page: Page) -> dict[str, str]:
    """How each payment script that the page asked for was answered, by its address."""
    scripts: dict[str, str] = {}

    def note(url: str, told: str) -> None:
        if urlsplit(url).path.endswith(_SCRIPT):
            scripts[url] = told

    page.on("response", lambda response: note(response.url, "" if response.ok else f"answers {response.status}"))
    page.on("requestfailed", lambda request: note(request.url, f"cannot be loaded ({request.failure})"))
    return scripts


def _why_there_is_no_button(shop_url: str, page: Page, scripts: dict[str, str], error: Exception) -> str:
    if page.url in {"about:blank", "chrome-error://chromewebdata/"}:
        return f"The shop's page at {shop_url} cannot be opened: {str(error).splitlines()[0]}."
    missing = f"The shop's page at {page.url} shows no button 'Pay with Flouci'"
    for url, told in scripts.items():
        if told:
            return f"{missing}: its script {url} {told}."
    if scripts:
        return f"{missing}, though its script was loaded: look at the app and data-amount of its script tag."
    return f"{missing}, nor has it a script tag of {_SCRIPT}: give the address of the page where shoppers pay."


def _other_sandbox(script: str, sandbox_url: str, identify: Callable[[str], Any]) -> str | None:
    """A proxy may stand between; another sandbox may not."""
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(script))
    if origin == sandbox_url.rstrip("/"):
        return None
    found = identify(origin)
    if found is None or found == identify(sandbox_url):
        return None
    return (
        f"The shop pays by the sandbox at {origin}, the scenarios would use the one at {sandbox_url}:"
        f" run with --against {origin} as well, or set the shop's FLOUCI_BASE_URL."
    )
