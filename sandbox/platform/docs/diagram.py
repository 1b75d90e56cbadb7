"""The sequence diagram of a payment (report, figure V.4): who says what to whom, and where each arrow lies."""

from __future__ import annotations

from dataclasses import dataclass

_ = str  # marks a text for the catalogs; it is translated where it is shown

PARTICIPANTS: dict[str, str] = {
    "phone": _("Phone"),
    "page": _("Form"),
    "server": _("Your server"),
    "platform": _("Platform"),
    "payments": _("Payments API"),
}


@dataclass(frozen=True)
class Message:
    """``label`` is short, for the arrow; ``text`` is a sentence, for the list that says the same in words."""

    source: str
    target: str
    label: str
    text: str
    is_answer: bool = False


MESSAGES: tuple[Message, ...] = (
    Message(
        "page",
        "platform",
        _("open"),
        _("The shopper clicks the button; the form opens a session, which is a new order."),
    ),
    Message("page", "phone", _("QR code"), _("The form shows a QR code, and the shopper scans it.")),
    Message(
        "phone", "platform", _("scan"), _("The phone asks whether the app is valid and shows the shop and the amount.")
    ),
    Message("phone", "payments", _("prepare"), _("The shopper enters the PIN; the Payments API holds the money.")),
    Message("payments", "phone", _("six digits"), _("The phone shows the six-digit code.")),
    Message("page", "payments", _("verify"), _("The shopper types the six digits; the form has them checked.")),
    Message(
        "payments",
        "page",
        _("payment_id"),
        _("The digits are right: the form gets the id of the payment."),
        is_answer=True,
    ),
    Message("page", "server", _("submit"), _("Your own form goes to your server with payment_id and flouci_otp.")),
    Message("server", "platform", _("accept"), _("Your server asks for the money, with its private token.")),
    Message("platform", "payments", _("execute"), _("The platform has the payment executed: the money moves, once.")),
    Message("payments", "platform", _("executed"), _("The platform records the order as paid."), is_answer=True),
    Message(
        "platform", "server", _("SUCCESS"), _("Only now is the order paid, and your server may say so."), is_answer=True
    ),
    Message("payments", "phone", _("SMS"), _("Both sides get an SMS.")),
)

_COLUMN, _ROW, _HEAD, _MARGIN = 155, 46, 64, 78
_BOX = 142


@dataclass(frozen=True)
class Lifeline:
    name: str
    x: int


@dataclass(frozen=True)
class Arrow:
    """``start`` to ``end`` at the height ``y``; ``middle`` is where its label stands."""

    number: int
    label: str
    start: int
    end: int
    middle: int
    y: int
    is_answer: bool


@dataclass(frozen=True)
class Drawing:
    width: int
    height: int
    box: int
    lifelines: tuple[Lifeline, ...]
    arrows: tuple[Arrow, ...]


def draw(*, mirrored: bool) -> Drawing:
    """``mirrored`` for languages that are read from right to left."""
    width = 2 * _MARGIN + (len(PARTICIPANTS) - 1) * _COLUMN
    places = {
        key: width - _MARGIN - index * _COLUMN if mirrored else _MARGIN + index * _COLUMN
        for index, key in enumerate(PARTICIPANTS)
    }
    arrows = tuple(
        _arrow(number, message, places[message.source], places[message.target])
        for number, message in enumerate(MESSAGES, start=1)
    )
    return Drawing(
        width=width,
        height=_HEAD + (len(MESSAGES) + 1) * _ROW,
        box=_BOX,
        lifelines=tuple(Lifeline(name, places[key]) for key, name in PARTICIPANTS.items()),
        arrows=arrows,
    )


def _arrow(number: int, message: Message, source: int, target: int) -> Arrow:
    """The label stands on the first stretch of the arrow, clear of the lifelines that it crosses."""
    way = 1 if target > source else -1
    return Arrow(
        number=number,
        label=message.label,
        start=source + way * 13,
        end=target - way * 3,
        middle=source + way * (_COLUMN // 2 + 4),
        y=_HEAD + number * _ROW,
        is_answer=message.is_answer,
    )
