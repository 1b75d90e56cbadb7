"""Every page that there is, in a real browser: three languages, narrow and wide, light and dark, for eyes, keyboards and screen readers.

The pages come from the table of routes, so a new page is looked at without being named here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

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
GRAVE = {"serious", "critical"}
LOOKS = (("fr", 360, "light"), ("ar", 360, "dark"), ("en", 1440, "light"), ("ar", 1440, "light"), ("fr", 1440, "dark"))
FOR_SCREEN_READERS = {("ar", 360), ("en", 1440)}
"""Looks that axe examines: it takes most of the time, and what it finds in one direction and scheme it finds in the others."""
WHO = {"the owner": 2, "an admin": 3}


def is_page(route: str) -> bool:
    method, _, path = route.partition(" ")
    is_file = (
        "/_ui/" in path
        or "/static/" in path
        or path.endswith((".csv", ".json", ".png", ".webmanifest", "/raw", "/html", "/curl", "/_sandbox/journal"))
    )
    return method == "GET" and not is_file and not path.startswith(NO_PAGES)


PAGES = sorted(route for route, row in EXPECTED.items() if is_page(route) and OK in row)


@dataclass
class Seen:
    """What a page asked for while it was shown."""

    hosts: set[str] = field(default_factory=set)
    answers: list[Response] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        page.on("response", self._keep)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", lambda line: self.problems.append(line.text) if "Content Security" in line.text else None)

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
    for language, width, scheme in LOOKS:
        context = sandbox_browser.new_context(
            base_url=stage.base_url,
            storage_state=logins[role] if role else None,
            viewport={"width": width, "height": 800},
            color_scheme=scheme,
        )
        page = look_at(context, stage, route, language)
        if (language, width) in FOR_SCREEN_READERS:
            assert not grave_violations(page), f"{route} in {language}"
        context.close()


def look_at(context: BrowserContext, stage: Stage, route: str, language: str) -> Page:
    page, seen = context.new_page(), Seen()
    seen.watch(page)
    path = stage.path_of(route.partition(" ")[2])
    answer = page.goto(f"{path}?lang={language}", wait_until="load")
    told = f"{route} in {language}"
    assert answer is not None
    assert answer.status == OK, told
    check_frame(page, language, told)
    assert seen.hosts == {urlsplit(stage.base_url).netloc}, told
    assert seen.problems == [], told
    assert seen.bytes <= MOST_BYTES, f"{told} weighs {seen.bytes} bytes"
    return page


def grave_violations(page: Page) -> list[Any]:
    return [
        (found["id"], found["help"], [node["html"][:200] for node in found["nodes"][:3]])
        for found in Axe().run(page).response["violations"]
        if found["impact"] in GRAVE
    ]


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
