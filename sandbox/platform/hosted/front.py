"""What all views of a hosted page share: how it is drawn, where one goes on, and what this browser has done there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Response, redirect, render_template, request, url_for

from sandbox.platform.hosted.progress import OVER
from sandbox.platform.hosted.redirects import shop_address
from sandbox.platform.orders.states import UNDER_WAY
from sandbox.platform.quirks.table import of_app

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

    from sandbox.platform.hosted.progress import Progress
    from sandbox.platform.hosted.schemas import HostedPage
    from sandbox.platform.hosted.service import HostedPages
    from sandbox.platform.quirks.service import QuirkService
    from sandbox.platform.quirks.table import Quirks

_COOKIE, _A_DAY = "paying", 24 * 3600
BY_LOGIN, BY_CARD, LEFT = "login", "card", "left"
"""What the cookie of a page says: this browser began to pay in that way, or it has gone back to the shop.

It only chooses what is shown: who may pay is decided by PIN, codes and card.
"""
_POLICY = (
    "default-src 'self'; img-src 'self' data:{images}; style-src 'self'; script-src 'self'; "
    "frame-ancestors {ancestors}; form-action 'self'; base-uri 'none'; object-src 'none'"
)


class Front:
    def __init__(self, service: HostedPages, quirks: QuirkService) -> None:
        self._service = service
        self._quirks = quirks

    def look(self, page_id: str) -> tuple[HostedPage, Progress]:
        """Raises PaymentNotFound."""
        page = self._service.get(page_id)
        return page, self.progress_of(page)

    def progress_of(self, page: HostedPage) -> Progress:
        return self._service.progress_of(page, self._of(page))

    def shop_address(self, page: HostedPage) -> str:
        return shop_address(page, self._of(page))

    def draw(self, page: HostedPage, progress: Progress, template: str, status: int = 200, **values: Any) -> Response:
        """Never stored: whoever comes back to it sees how the payment stands then. Seen: it cannot be framed."""
        made = Response(render_template(f"hosted/{template}.html", page=page, progress=progress, **values), status)
        made.headers["Cache-Control"] = "no-store"
        is_framed = not self._of(page).is_on("frame_options", "deny")
        made.headers["Content-Security-Policy"] = _POLICY.format(
            images=_origin(page.image_url), ancestors="*" if is_framed else "'none'"
        )
        if not is_framed:
            made.headers["X-Frame-Options"] = "deny"
        return made

    def go_on(self, page: HostedPage, progress: Progress) -> BaseResponse | None:
        """Where one who may no longer choose how to pay belongs; None for one who may."""
        if progress.state in OVER:
            return see(page, "result")
        if progress.state == "paying":
            return see(page, "ask_code" if self.began(page) else "show")
        return None

    def began(self, page: HostedPage) -> bool:
        """Whether the payment under way was begun in this browser, and so goes on here."""
        return page.status in UNDER_WAY and self.past() == (BY_CARD if page.card else BY_LOGIN)

    def leave(self, page: HostedPage, answer: BaseResponse) -> BaseResponse:
        """Send this browser back to the shop, once."""
        if self.past() != LEFT:
            self._service.note_leaving(page, self._of(page))
        return self.remember(page, answer, LEFT)

    @staticmethod
    def past() -> str:
        return request.cookies.get(_COOKIE, "")

    @staticmethod
    def remember(page: HostedPage, answer: BaseResponse, past: str) -> BaseResponse:
        answer.set_cookie(
            _COOKIE,
            past,
            max_age=_A_DAY,
            path=f"/pay/{page.id}",
            httponly=True,
            samesite="Lax",
            secure=request.is_secure,
        )
        return answer

    def _of(self, page: HostedPage) -> Quirks:
        return of_app(self._quirks.sandbox, page.chosen_quirks)


def see(page: HostedPage, view: str) -> BaseResponse:
    """On to another view of the same page, with 303 so that loading it anew sends no form again."""
    return redirect(url_for(f"hosted.{view}", page_id=page.id), 303)


def _origin(address: str | None) -> str:
    """The one other place that pictures may come from, for a content security policy."""
    parts = urlsplit(address or "")
    host = parts.netloc.rpartition("@")[2]
    is_plain = host.isascii() and not set(host) & set(" ;,'\"")
    return f" {parts.scheme}://{host}" if host and is_plain else ""
