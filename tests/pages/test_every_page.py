"""Every page that there is, in a real browser: three languages, narrow and wide, light and dark, for eyes, keyboards and screen readers.

The pages come from the table of routes, so a new page is looked at without being named here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

import pytest

from tests.screen_readers import grave_violations
from tests.security.table import EXPECTED, OK, ROLES

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Response

    from tests.stage import Stage

NO_PAGES = (
    *(
        "/api/",
        "/partners/",
        "/wallets/",
        "/payments/",
        "/inbox/api/",
        "/mobile/phones",
        "/_sandbox/health",
        "/_sandbox/ready",
        "/_sandbox/details",
        "/_sandbox/console/side-by-side",  # two of these pages at once
    ),
    *(
        "/_sandbox/clock",
        "/_sandbox/faults",
        "/_sandbox/snapshots",
        "/_sandbox/journal/stream",
        "/_sandbox/journal/export",
        "/_sandbox/ledger",
        "/static/",
        "/images/",
    ),
)
MOST_BYTES = 150_000
LOOKS = (("fr", 360, "light"), ("ar", 360, "dark"), ("en", 1440, "light"), ("ar", 1440, "light"), ("fr", 1440, "dark"))
FOR_SCREEN_READERS = {("ar", 360), ("en", 1440)}
"""Looks that axe examines: it takes most of the time, and what it finds in one direction and scheme it finds in the others."""
WHO = {"the owner": 2, "an admin": 3}
WORK_ONCE = {"GET /activate/<key>", "GET /email/confirm/<email_key>"}
"""Links in mails."""


def is_page(route: str) -> bool:
    method, _, path = route.partition(" ")
    is_file = (
        "/_ui/" in path
        or "/static/" in path
        or path.endswith((".csv", ".json", ".png", ".webmanifest", "/raw", "/html", "/curl", "/_sandbox/journal"))
    )
    return method == "GET" and not is_file and not path.startswith(NO_PAGES)


PAGES = sorted(route for route, row in EXPECTED.items() if is_page(route) and OK in row)


class Seen:
    """What a page asked for while it was shown."""

    def __init__(self, page: Page) -> None:
        self.hosts: set[str] = set()
        self.answers: list[Response] = []
        self.problems: list[str] = []
        self._page = page
        self._heard = {
            "request": lambda request: self.hosts.add(urlsplit(request.url).netloc),
            "response": self._keep,
            "pageerror": lambda error: self.problems.append(str(error)),
            "console": lambda line: self.problems.append(line.text) if "Content Security" in line.text else None,
        }

    def __enter__(self) -> Self:
        for event, hear in self._heard.items():
            self._page.on(event, hear)
        return self

    def __exit__(self, *error: object) -> None:
        for event, hear in self._heard.items():
            self._page.remove_listener(event, hear)

    def _keep(self, answer: Response) -> None:
        self.answers.append(answer)

    @property
    def bytes(self) -> int:
        """As transferred: bodies without what the browser had kept."""
        return sum(answer.request.sizes()["responseBodySize"] for answer in self.answers)


@pytest.fixture(scope="module")
def logins(sandbox_browser: Browser, stage: Stage) -> dict[str, Any]:
    """The cookies of those who may see pages."""
    states = {}
    for role, email, password in (
        ("the owner", stage.owner.email, stage.owner.password),
        ("an admin", stage.admin.email, stage.admin.password),
    ):
        context = sandbox_browser.new_context(base_url=stage.base_url)
        page = context.new_page()
        page.goto("/login")
        page.locator("[name=email]").fill(email)
        page.locator("[name=password]").fill(password)
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url(lambda url: "/login" not in url)
        states[role] = context.storage_state()
        context.close()
    return states


@pytest.mark.parametrize("route", PAGES)
def test_the_page_is_good_in_every_look(
    sandbox_browser: Browser, stage: Stage, logins: dict[str, Any], route: str
) -> None:
    role = next((role for role in WHO if EXPECTED[route][ROLES.index(role)] == OK), None)
    context = sandbox_browser.new_context(base_url=stage.base_url, storage_state=logins[role] if role else None)
    page = context.new_page()
    keep_nothing(context, page)
    path = stage.path_of(route.partition(" ")[2])
    for language, width, scheme in LOOKS:
        page.goto("about:blank")  # nothing of the look before is still on its way
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 800})
        if route in WORK_ONCE:
            path = stage.path_of(route.partition(" ")[2])
        look_at(page, stage, f"{path}?lang={language}", language, f"{route} in {language}")
        if (language, width) in FOR_SCREEN_READERS:
            assert not grave_violations(page), f"{route} in {language}"
    context.close()


def keep_nothing(context: BrowserContext, page: Page) -> None:
    """Each look at a page weighs what the first one does."""
    context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})


def look_at(page: Page, stage: Stage, address: str, language: str, told: str) -> None:
    with Seen(page) as seen:
        answer = page.goto(address, wait_until="load")
        assert answer is not None
        assert answer.status == OK, told
        check_frame(page, language, told)
        assert seen.hosts == {urlsplit(stage.base_url).netloc}, told
        assert seen.problems == [], told
        assert seen.bytes <= MOST_BYTES, f"{told} weighs {seen.bytes} bytes"


def check_frame(page: Page, language: str, told: str) -> None:
    shown = page.evaluate(
        "(() => { const root = document.documentElement; return [root.lang, root.dir, root.scrollWidth - root.clientWidth,"
        " document.querySelectorAll('h1').length, document.title, document.body.innerText.includes('SANDBOX')] })()"
    )
    assert shown[:2] == [language, "rtl" if language == "ar" else "ltr"], told
    assert shown[2] <= 0, f"{told} is {shown[2]} pixels wider than the screen"
    assert shown[3] == 1, f"{told} has {shown[3]} main headings"
    assert shown[4], told
    assert shown[5], told


def test_a_page_that_is_not_there_is_a_page_too(sandbox_browser: Browser, stage: Stage) -> None:
    context = sandbox_browser.new_context(base_url=stage.base_url, viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto("/nothing-here?lang=ar")
    check_frame(page, "ar", "nothing here")
    context.close()


def test_what_a_screen_reader_stumbles_over_is_found(sandbox_browser: Browser) -> None:
    page = sandbox_browser.new_page()
    page.set_content("<html lang='en'><title>x</title><main><h1>x</h1><input><button></button></main></html>")
    assert {found[0] for found in grave_violations(page)} == {"label", "button-name"}
    page.close()
