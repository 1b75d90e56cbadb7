"""Every page in a real browser: three languages, narrow and wide, nothing from elsewhere, nothing that cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from sandbox.testing.drivers import PhoneDriver
    from sandbox.testing.embedded import Sandbox

PUBLIC = ("/", "/register", "/login", "/docs", "/mobile/", "/inbox/", "/_sandbox/", "/shop/", "/nothing-here")
PRIVATE = ("/apps", "/apps/new")
LANGUAGES = {"fr": "ltr", "ar": "rtl", "en": "ltr"}


@pytest.fixture(params=[360, 1440])
def sized_page(request: pytest.FixtureRequest, browser: Browser, sandbox: Sandbox) -> Iterator[Page]:
    """A page in which the demo developer is logged in."""
    context = browser.new_context(viewport={"width": request.param, "height": 800})
    opened = context.new_page()
    opened.goto(f"{sandbox.base_url}/login")
    opened.locator("[name=email]").fill(sandbox.details["developer"]["email"])
    opened.locator("[name=password]").fill(sandbox.details["developer"]["password"])
    opened.locator("main button[type=submit]").click()
    opened.wait_for_url("**/apps")
    yield opened
    context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_fits_speaks_the_language_and_asks_no_other_host(
    sandbox: Sandbox, sized_page: Page, language: str
) -> None:
    hosts: set[str] = set()
    problems: list[str] = []
    sized_page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    sized_page.on("pageerror", lambda error: problems.append(str(error)))
    sized_page.on("console", lambda line: problems.append(line.text) if "Content Security" in line.text else None)
    for path in PUBLIC + PRIVATE:
        sized_page.goto(f"{sandbox.base_url}{path}?lang={language}")
        shown = sized_page.evaluate(
            "[document.documentElement.lang, document.documentElement.dir, document.documentElement.scrollWidth,"
            " document.documentElement.clientWidth, document.querySelectorAll('h1').length, document.title]"
        )
        assert shown[:2] == [language, LANGUAGES[language]], path
        assert shown[2] <= shown[3], f"{path} is wider than the screen"
        assert shown[4] == 1, f"{path} has {shown[4]} main headings"
        assert shown[5], path
        assert "SANDBOX" in sized_page.locator("body").inner_text(), path
    assert hosts == {urlsplit(sandbox.base_url).netloc}
    assert problems == []


def test_the_phone_page_reads_a_pasted_picture_and_shows_the_code(
    sandbox: Sandbox, browser: Browser, phone: PhoneDriver, shop_url: str
) -> None:
    from sandbox.testing.shopper import Shopper

    context = browser.new_context(viewport={"width": 1280, "height": 800})
    shop, mobile = context.new_page(), context.new_page()
    shop.goto(shop_url)
    shopper = Shopper(shop)
    shopper.open_form()
    mobile.goto(f"{sandbox.base_url}/mobile/?lang=en")
    mobile.locator(f"[data-phone='{phone.number}']").click()
    picture = {"name": "screen.png", "mimeType": "image/png", "buffer": shop.screenshot()}
    mobile.locator("#picture").set_input_files(picture)
    mobile.get_by_text("12.500").first.wait_for()
    mobile.locator("[data-part=pin]").fill("1234")
    mobile.locator("[data-part=pay]").click()
    code = mobile.locator("[data-part=code]")
    code.wait_for()
    shopper.wait_for_state("prepared")
    with shop.expect_navigation():
        shopper.type_code("".join(filter(str.isdigit, code.inner_text())))
    assert "/payment/success" in shop.url
    context.close()
