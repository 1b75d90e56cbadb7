"""A shop of one's own that is broken, has no button, or pays by another sandbox, is told before anything is played."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox.testing.packs.shop_check import shop_problem
from sandbox.testing.packs.targets import TargetError, find_targets
from sandbox.testing.serving import serve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from sandbox.testing.embedded import Sandbox

PAGES = {
    "/broken": ("500 Internal Server Error", ""),
    "/circle": ("302 Found", ""),
    "/plain": ("200 OK", "<h1>Nothing for sale</h1>"),
    "/wrong-script": ("200 OK", '<form><script src="/nowhere/static/main.js" app="x"></script></form>'),
}


def shop_of_a_user(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    status, page = PAGES.get(environ["PATH_INFO"], ("404 Not Found", ""))
    start_response(status, [("Content-Type", "text/html"), ("Location", environ["PATH_INFO"])])
    return [page.encode()]


@pytest.fixture(scope="module")
def shop_address() -> Iterator[str]:
    with serve(shop_of_a_user) as url:
        yield url


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/broken", "answers 500 Internal Server Error."),
        ("/circle", "sends its visitors round in circles."),
        ("/nowhere", "answers 404 Not Found. Give the address of the page where shoppers pay."),
    ],
)
def test_a_shop_without_a_page_is_told(shop_address: str, tmp_path: Path, path: str, told: str) -> None:
    with pytest.raises(TargetError, match=f"The shop at {shop_address}{path} ") as error:
        find_targets([f"{shop_address}{path}"], tmp_path)
    assert told in str(error.value)
    assert not error.value.is_wrong_use


@pytest.mark.browser
@pytest.mark.parametrize(
    ("path", "told"), [("/plain", "nor has it a script tag"), ("/wrong-script", "its script http")]
)
def test_a_page_without_the_button_is_told(browser: Browser, shop_address: str, path: str, told: str) -> None:
    problem = shop_problem(browser, f"{shop_address}{path}", "", identify=str, patience=1_500)
    assert problem is not None
    assert told in problem


@pytest.mark.browser
def test_a_shop_that_pays_by_another_sandbox_is_told(browser: Browser, shop_url: str, sandbox: Sandbox) -> None:
    assert shop_problem(browser, shop_url, sandbox.base_url, identify=str) is None
    problem = shop_problem(browser, shop_url, "http://elsewhere", identify=str)
    assert problem is not None
    assert f"pays by the sandbox at {sandbox.base_url}" in problem
    assert shop_problem(browser, shop_url, "http://proxy", identify=lambda _: "the same one") is None
