"""The part of the platform that stands behind hosted payment pages, as the phone sees it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sandbox.contracts.payments import Destination  # noqa: TC001  pydantic reads it while running
from sandbox.contracts.scanned import ScannedOrder
from sandbox.contracts.transport import ServiceClient, path_part
from sandbox.kit.shapes import Code, Identifier, PhoneNumber, Shape


class ScanPage(Shape):
    """What the phone read from a page's QR code; the page's id is in the path."""

    phone_number: PhoneNumber


class ScannedPage(ScannedOrder):
    """Shares of a page's order go to ``destinations``."""

    destinations: Annotated[list[Destination], Field(default_factory=list)]


class SettlePage(Shape):
    """The payment that was prepared for a page, with its six digits: nobody has to type them, the platform asks for the money."""

    payment_id: Identifier
    code: Code


class SettledPage(Shape):
    """``status`` is that of the order now."""

    status: str
    payment_id: str


class HostedPageCalls(ServiceClient):
    def scan_page(self, page_id: str, scan: ScanPage) -> ScannedPage:
        """Raises PaymentNotFound, AppDisabled, SessionExpired, SessionEnded."""
        return ScannedPage.parse(self._call("POST", f"/api/pages/{path_part(page_id)}/scan", scan.model_dump()))

    def settle_page(self, page_id: str, settle: SettlePage) -> SettledPage:
        """Once; saying it again changes nothing. Raises what the Payments API refuses."""
        return SettledPage.parse(self._call("POST", f"/api/pages/{path_part(page_id)}/settle", settle.model_dump()))
