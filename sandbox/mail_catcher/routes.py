"""HTTP of the inbox: JSON for tests, pages for people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from flask import Blueprint, Response, render_template, request, url_for
from pydantic import Field

from sandbox.contracts.mail import find_codes
from sandbox.kit.shapes import OptionalText, Shape
from sandbox.kit.waiting import poll
from sandbox.kit.web import read_query

if TYPE_CHECKING:
    from sandbox.contracts.wallets import SmsMessage, WalletsClient
    from sandbox.mail_catcher.service import MailService

_LONGEST_WAIT_SECONDS = 30
_SHOWN = 50
"""The page keeps to a weight that loads at once; the API gives more."""
_MAIL_ID = f"<int(max={2**63 - 1}):mail_id>"
"""A number that no database can hold is no address."""


class MailFilter(Shape):
    to: OptionalText = None
    contains: OptionalText = None
    wait: Annotated[float, Field(ge=0, le=_LONGEST_WAIT_SECONDS)] = 0


@dataclass(frozen=True)
class ShownSms:
    """An SMS with its codes pulled out."""

    id: int
    phone_number: str
    text: str
    sent_at: datetime
    codes: list[str]


def inbox_api(service: MailService) -> Blueprint:
    routes = Blueprint("inbox_api", __name__, url_prefix="/api")

    @routes.get("/mails")
    def list_mails() -> dict[str, Any]:
        wanted = read_query(MailFilter)
        found = poll(lambda: service.list_newest(to=wanted.to, contains=wanted.contains), seconds=wanted.wait)
        return {"mails": [mail.to_shape().model_dump() for mail in found]}

    @routes.get(f"/mails/{_MAIL_ID}/raw")
    def raw(mail_id: int) -> Response:
        return Response(service.get_raw(mail_id), mimetype="message/rfc822")

    @routes.get(f"/mails/{_MAIL_ID}/html")
    def html(mail_id: int) -> Response:
        """Somebody else's HTML: shown without scripts, forms or anything from elsewhere."""
        answer = Response(service.get(mail_id).html or "", mimetype="text/html")
        answer.headers["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-popups"
        )
        return answer

    return routes


def inbox_pages(service: MailService, wallets: WalletsClient) -> Blueprint:
    routes = Blueprint("inbox", __name__)

    @routes.get("/")
    def show_inbox() -> str:
        to = request.args.get("to") or None
        mails = service.list_newest(to=to)[:_SHOWN]
        messages = [_shown(message) for message in wallets.list_sms()[:_SHOWN]] if to is None else []
        return render_template("inbox.html", mails=mails, messages=messages, to=to, most=_SHOWN)

    @routes.get(f"/mails/{_MAIL_ID}")
    def show_mail(mail_id: int) -> str:
        mail = service.get(mail_id)
        html_url = url_for("inbox_api.html", mail_id=mail_id) if mail.html else None
        raw_url = url_for("inbox_api.raw", mail_id=mail_id)
        return render_template("mail.html", mail=mail, html_url=html_url, raw_url=raw_url)

    return routes


def _shown(message: SmsMessage) -> ShownSms:
    sent_at = datetime.fromisoformat(message.sent_at)
    return ShownSms(message.id, message.phone_number, message.text, sent_at, find_codes(message.text))
