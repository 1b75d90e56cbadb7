"""One purchase from the outside, as ``pay`` makes it: a page in a browser or a picture, and a phone."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.contracts.errors import AnswerLost, NoQrFound
from sandbox.contracts.personas import find_persona
from sandbox.kit.errors import SandboxError
from sandbox.testing.browser import open_browser
from sandbox.testing.shopper import Shopper

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from sandbox.contracts.mobile import PaidScan
    from sandbox.contracts.platform import PlatformClient
    from sandbox.testing.drivers import PhoneDriver
    from sandbox.testing.pictures import Picture

_PATIENCE_MILLISECONDS, _STEP_MILLISECONDS, _NEXT_PAGE_MILLISECONDS = 15_000, 20, 3_000


@dataclass(frozen=True)
class Purchase:
    """Who pays, and how: with the phone's own PIN, another one, or a refusal."""

    phone: PhoneDriver
    platform: PlatformClient
    pin: str | None = None
    refuse: bool = False

    def decide(self, picture: Picture) -> PaidScan:
        """What the shopper does on the phone."""
        self.phone.scan(picture)
        if self.refuse:
            return self.phone.refuse()
        try:
            return self.phone.pay(self.pin)
        except AnswerLost:  # a shopper taps again, and nothing is paid twice
            return self.phone.pay(self.pin)

    def confirms_late(self) -> bool:
        persona = find_persona(self.phone.number)
        return persona is not None and persona.behaviour == "confirms_late"

    def order_status(self) -> str:
        """How the order of the scanned form stands with the platform."""
        scan = self.phone.last_scan
        return str(self.platform.get_session(scan.session)["status"]) if scan and scan.session else ""


def pay_picture(picture: Path, purchase: Purchase) -> dict[str, Any]:
    """The code to type into the form that the picture was taken of."""
    paid = purchase.decide(picture)
    return paid.model_dump(exclude_none=True)


def pay_page(url: str, purchase: Purchase) -> dict[str, Any]:
    """Open the page, click its first button if it is a shop's, photograph, pay, type the code; tells where that led."""
    from playwright.sync_api import Error as PlaywrightError

    with open_browser() as browser:
        page = browser.new_page(ignore_https_errors=True)  # a shop under development signs its own certificate
        page.set_default_timeout(_PATIENCE_MILLISECONDS)
        try:
            page.goto(url)
            return _pay(page, Shopper(page), purchase)
        except PlaywrightError as error:
            raise PageError(f"The page did not go on: {error.message.splitlines()[0]}") from None


class PageError(SandboxError):
    code = "PAGE_ERROR"
    message = "The page did not go on."
    hint = "Open the page in a browser and look for a 'Pay with Flouci' button."


def _pay(page: Page, shopper: Shopper, purchase: Purchase) -> dict[str, Any]:
    if page.locator("#paying").count():
        return _pay_hosted(page, purchase)
    if page.locator("[data-part=button]").count() == 0:
        raise NoQrFound("This page has no 'Pay with Flouci' button.", hint="Check the script tag and its attributes.")
    leaving = page.url
    shopper.open_form()
    paid = purchase.decide(page)
    if paid.code is None:
        shopper.wait_for_state(paid.status.lower())
        return {"status": paid.status, "page": page.url}
    shopper.wait_for_state("prepared")
    if purchase.confirms_late():
        shopper.wait_for_state("waiting")
        return {"status": "EXPIRED", "order_status": purchase.order_status(), "page": page.url}
    with page.expect_response(lambda answer: "/verify" in answer.url):
        shopper.type_code(paid.code)
    order = _wait_for_order(page, purchase)
    _wait_for_next_page(page, leaving)
    return {
        "status": "SUCCESS" if order == "PAID" else "FAILED",
        "order_status": order,
        "payment_id": paid.payment_id,
        "code": paid.code,
        "page": page.url,
        "title": page.title(),
    }


def _pay_hosted(page: Page, purchase: Purchase) -> dict[str, Any]:
    """A payment page: the phone does it all, and the page leads back to the shop."""
    leaving = page.url
    paid = purchase.decide(page)
    back = page.locator(".paying-result a.button")
    back.wait_for()
    told = {"status": paid.status, "order_status": purchase.order_status(), "page": back.get_attribute("href")}
    _wait_for_next_page(page, leaving, page.url)
    return told if paid.payment_id is None else told | {"payment_id": paid.payment_id}


def _wait_for_order(page: Page, purchase: Purchase) -> str:
    """How the order stands once the shop's back end had time to accept; what the shop's page claims is its own affair."""
    status = purchase.order_status()
    for _ in range(_PATIENCE_MILLISECONDS // _STEP_MILLISECONDS):
        if status not in {"PREPARED", "VERIFIED"}:
            break
        page.wait_for_timeout(_STEP_MILLISECONDS)
        status = purchase.order_status()
    return status


def _wait_for_next_page(page: Page, *leaving: str) -> None:
    """A shop leads on to another page as a rule; one that stays on its page is left there, and so is one that does not answer."""
    from playwright.sync_api import Error as PlaywrightError

    with suppress(PlaywrightError):
        page.wait_for_url(lambda url: url not in leaving, timeout=_NEXT_PAGE_MILLISECONDS)
