"""What both generations share of asking for a hosted page: the fields, what becomes of them, and the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

from sandbox.contracts.errors import CardProcessorRefused
from sandbox.kit.money import format_dinars
from sandbox.kit.shapes import Amount, Optional, Reference, Shape
from sandbox.platform.hosted.schemas import NewPage
from sandbox.platform.merchant_api.envelope import common
from sandbox.platform.merchant_api.inputs import OptionalUrl, Seconds, Switch, Url

if TYPE_CHECKING:
    from sandbox.platform.hosted.schemas import HostedPage
    from sandbox.platform.quirks.table import Quirks
    from sandbox.platform.settings import PlatformSettings

PAYMENT_ID = {"payment_id": "/result/payment_id"}
"""Where the id stands in the answer, for the links of the API's description."""
SESSION_SECONDS = 1200
_SMALL = 100


class GeneratedResult(Shape):
    success: bool
    payment_id: str
    link: str
    developer_tracking_id: str | None


class Generated(Shape):
    """The shopper goes to ``result.link``; ``success`` stands inside ``result`` here."""

    result: GeneratedResult
    name: str
    code: int
    version: str


class RefusedResult(Shape):
    success: bool
    status: int
    message: str


class Refused(Shape):
    """``result.status`` is the HTTP status."""

    result: RefusedResult
    name: str
    code: int
    version: str


class PaymentFields(Shape):
    """``amount`` in millimes. The shopper comes back to ``success_link`` or ``fail_link``; ``webhook`` is called at the end."""

    amount: Amount
    success_link: Url
    fail_link: Url
    webhook: OptionalUrl = None
    developer_tracking_id: Annotated[Reference | None, Optional] = None
    accept_card: Switch = False
    session_timeout_secs: Seconds = None

    def to_page(self, generation: str, **more: Any) -> NewPage:
        return NewPage(
            generation=generation,
            amount=self.amount,
            success_url=self.success_link,
            failure_url=self.fail_link,
            webhook_url=self.webhook,
            reference=self.developer_tracking_id,
            accepts_cards=self.accept_card,
            seconds=self.session_timeout_secs or SESSION_SECONDS,
            **more,
        )


def hint_of_amount(amount: int) -> str | None:
    """A payment of less than a tenth of a dinar was hardly meant."""
    if amount >= _SMALL:
        return None
    return (
        f"{amount} millimes are {format_dinars(amount)}. Were dinars meant? {amount} DT are {amount * 1000} millimes."
    )


def generated(page: HostedPage, version: str, link: str) -> dict[str, Any]:
    result = {
        "success": True,
        "payment_id": page.id,
        "link": link,
        "developer_tracking_id": page.reference,
    }
    return {"result": result} | common(version)


def link_of(page: HostedPage, settings: PlatformSettings, quirks: Quirks) -> str:
    """``/pay/<id>``, or as seen today with the merchant's name in capitals, at the host of the setting ``checkout_url``."""
    base = settings.checkout_url or settings.base_url
    if quirks.is_on("link_style", "merchant"):
        merchant = quote("".join(page.merchant.upper().split()), safe="")
        return f"{base}/checkout/{merchant}/{page.id}"
    return f"{base}/pay/{page.id}"


def require_secure_links(request: PaymentFields, quirks: Quirks) -> None:
    """Seen: the card processor refuses links that are not https://, and says nothing about why."""
    links = (request.success_link, request.fail_link)
    if (
        request.accept_card
        and quirks.is_on("insecure_link_412")
        and any(not each.startswith("https:") for each in links)
    ):
        raise CardProcessorRefused(field="success_link")


def refused(status: int, message: str, version: str) -> dict[str, Any]:
    """``{"result": {"status": 400, "message": …}}`` (documentation), with what every answer has."""
    if status == CardProcessorRefused.status:
        smt = {"success": False, "error": CardProcessorRefused.message, "details": message}
        return {"result": smt} | common(version, code=1)
    result = {"success": False, "status": status, "message": message}
    return {"result": result} | common(version, code=1)
