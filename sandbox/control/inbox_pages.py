"""The console's inbox: mails and SMS in the order in which they came, with their codes and links pulled out."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Annotated

from flask import Blueprint, render_template
from pydantic import Field

from sandbox.contracts.mail import find_codes, find_links
from sandbox.kit.shapes import Optional, Shape
from sandbox.kit.tracing import OWN_AFFAIR, trace
from sandbox.kit.web import read_query

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.contracts.mail import Mail
    from sandbox.contracts.wallets import SmsMessage
    from sandbox.control.levers import Levers

_SHOWN = 40
_TEXT = 400


class LetterFilter(Shape):
    """``to`` is an address or a number, whole."""

    to: Annotated[Annotated[str, Field(max_length=200)] | None, Optional] = None


@dataclass(frozen=True)
class Letter:
    """A mail or an SMS. ``title`` is a mail's subject; ``url`` leads to all of it, where there is more."""

    id: str
    kind: str
    to: Sequence[str]
    title: str
    text: str
    at: str
    codes: Sequence[str]
    links: Sequence[str]
    url: str = ""


def inbox_pages(levers: Levers) -> Blueprint:
    routes = Blueprint("console_inbox", __name__, url_prefix="/console/inbox")

    @routes.get("")
    def show() -> str:
        to = read_query(LetterFilter).to
        return render_template(
            "console_inbox.html", letters=_newest(levers, to), asked={"to": to}, cursor=levers.journal.newest_number()
        )

    return routes


def _newest(levers: Levers, to: str | None) -> list[Letter]:
    """The page asks whenever something happened, so its own asking is nobody's story."""
    number = "".join(each for each in to or "" if each.isdigit())[-8:]
    with trace(OWN_AFFAIR):
        mails = levers.inbox.list_mails(to=to) if to is None or "@" in to else []
        messages = levers.wallets.list_sms(phone_number=number or None) if to is None or number else []
    letters = [*map(_of_mail, mails), *map(_of_sms, messages)]
    return sorted(letters, key=attrgetter("at"), reverse=True)[:_SHOWN]


def _of_mail(mail: Mail) -> Letter:
    text = mail.text if len(mail.text) <= _TEXT else mail.text[:_TEXT] + "…"
    url = f"/inbox/mails/{mail.id}"
    return Letter(f"mail-{mail.id}", "mail", mail.to, mail.subject, text, mail.received_at, mail.codes, mail.links, url)


def _of_sms(message: SmsMessage) -> Letter:
    codes, links = find_codes(message.text), find_links(message.text)
    return Letter(f"sms-{message.id}", "sms", [message.phone_number], "", message.text, message.sent_at, codes, links)
