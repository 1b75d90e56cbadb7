"""Cards on hosted pages: the money comes from what the card processor owes us, after the bank's code (a simulated 3-D Secure).

The number is looked at and forgotten: what is kept of a card is its masked number, system, date and holder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator

from sandbox.contracts.cards import (
    CardFacts,
    TestCard,
    find_by_mask,
    find_test_card,
    has_right_check_digit,
    mask_pan,
    payment_system_of,
)
from sandbox.contracts.errors import CardDeclined, MethodNotFound, NotPrepared
from sandbox.contracts.payments import PreparePayment
from sandbox.contracts.wallets import Authorization, AuthorizeReceivers, Wallet
from sandbox.kit.clock import seconds_until
from sandbox.kit.days import day_of
from sandbox.kit.errors import InvalidInput, translatable
from sandbox.kit.shapes import Shape
from sandbox.mock_payments.ledger.entries import CARDS
from sandbox.mock_payments.methods.method import PaymentMethod
from sandbox.mock_payments.payments import store
from sandbox.mock_payments.payments.states import HOLDING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sandbox.contracts.payments import FormOrder
    from sandbox.contracts.wallets import WalletsClient
    from sandbox.mock_payments.methods.method import Step

_MOST_DIGITS, _FEWEST_DIGITS, _MOST_LETTERS, _CENTURY = 19, 12, 80, 2000


def _as_text(value: object) -> object:
    """What a form field would hold; whatever is no text is as good as nothing."""
    return " ".join(value.split()) if isinstance(value, str) else ""


Typed = Annotated[str, BeforeValidator(_as_text)]


class TypedCard(Shape):
    """What the shopper typed, still unchecked."""

    card_number: Typed = ""
    expiry: Typed = ""
    cvc: Typed = ""
    holder: Typed = ""


class KeptCard(Shape):
    """What is known of a card that its holder has kept, and the security code, which is never kept: it is typed each time."""

    pan: Typed = ""
    expiration: Typed = ""
    holder: Typed = ""
    cvc: Typed = ""

    def to_typed(self) -> TypedCard:
        card = find_by_mask(self.pan)
        year, month = self.expiration[:4], self.expiration[4:]
        return TypedCard(
            card_number=card.number if card else "", expiry=f"{month}/{year}", cvc=self.cvc, holder=self.holder
        )


class CardPayment(PreparePayment):
    """A payment that no wallet makes. ``is_good``: whether the bank behind the card says yes."""

    payer_phone: str = ""
    pin: str = ""
    method: str = "card"
    card: CardFacts
    is_good: bool


class Card(PaymentMethod, name="card"):
    def steps(self) -> Mapping[str, Step]:
        return {"start": self.start, "kept": self.charge_kept, "challenge": self.challenge}

    def start(self, order: FormOrder, fields: Mapping[str, Any]) -> dict[str, Any]:
        """The card is checked and the money held; the bank then asks its holder for a code. Raises CardDeclined."""
        return self._hold(order, TypedCard.parse(fields))

    def charge_kept(self, order: FormOrder, fields: Mapping[str, Any]) -> dict[str, Any]:
        """The same for a card that was kept: what was typed then is checked anew. Raises CardDeclined."""
        return self._hold(order, KeptCard.parse(fields).to_typed())

    def _hold(self, order: FormOrder, typed: TypedCard) -> dict[str, Any]:
        facts, is_good = read_card(typed, self.desk.clock.now())
        key = f"card:{order.session}:{facts.pan}:{self._count_attempts(order.session)}"
        asked = order.model_dump(exclude={"session"})
        payment = self.desk.prepare(
            CardPayment(idempotency_key=key, session=order.session, card=facts, is_good=is_good, **asked)
        )
        return {"status": "PREPARED", "payment_id": payment.id, "card": facts.model_dump()}

    def challenge(self, order: FormOrder, _fields: Mapping[str, Any]) -> dict[str, Any]:
        """What the bank's page shows: no SMS can reach a test card's holder, so the code stands there. Raises NotPrepared."""
        with self.desk.database.read() as connection:
            row, now = store.find_latest(connection, order.session), self.desk.clock.now()
        if row is None or row.method != "card" or row.state != "prepared" or now >= row.expires_at:
            raise NotPrepared
        left = seconds_until(row.expires_at, now)
        return {"status": "PREPARED", "code": row.code, "code_expires_in_seconds": left, "card": row.card}

    @staticmethod
    def authorize(wallets: WalletsClient, request: PreparePayment) -> Authorization:
        if not isinstance(request, CardPayment):
            raise MethodNotFound(
                translatable("A wallet does not pay by card."),
                hint=translatable("Take the steps of the method instead."),
                field="method",
            )
        asked = AuthorizeReceivers(
            payee_wallet_id=request.payee_wallet_id, destinations=[each.wallet_id for each in request.destinations]
        )
        receivers = wallets.authorize_receivers(asked)
        if not request.is_good:
            raise CardDeclined(field="card_number")
        return Authorization(payer=_holder(request.card), **dict(receivers))

    def _count_attempts(self, session: str) -> int:
        with self.desk.database.read() as connection:
            rows, now = store.list_by_session(connection, session), self.desk.clock.now()
        return sum(row.state not in HOLDING or now >= row.expires_at for row in rows)


def read_card(typed: TypedCard, now: datetime) -> tuple[CardFacts, bool]:
    """What is kept of the card, and whether it is good. Raises InvalidInput, which names the field and never quotes it."""
    number = typed.card_number.replace(" ", "").replace("-", "")
    card = _find_card(number)
    month, year = _read_expiry(typed.expiry)
    _require_expiry(card, month, year, now)
    if not (typed.cvc.isascii() and typed.cvc.isdigit() and len(typed.cvc) == 3):
        raise _wrong(
            "cvc", translatable("The security code has three digits."), translatable("It is on the card's back.")
        )
    if card.cvc not in {None, typed.cvc}:
        raise _wrong("cvc", translatable("This is not the card's security code."), _LOOK)
    if not typed.holder or len(typed.holder) > _MOST_LETTERS:
        raise _wrong(
            "holder", translatable("The name on the card is missing or too long."), translatable("Any name will do.")
        )
    facts = CardFacts(
        pan=mask_pan(number),
        payment_system=payment_system_of(number),
        expiration=f"{year}{month:02}",
        holder=typed.holder,
    )
    return facts, card.is_good


_LOOK = translatable("The documentation lists the test cards, with their dates and security codes.")


def _find_card(number: str) -> TestCard:
    if not (number.isascii() and number.isdigit() and _FEWEST_DIGITS <= len(number) <= _MOST_DIGITS):
        raise _wrong(
            "card_number",
            translatable("This is not a card number."),
            translatable("Type the digits on the card, 16 as a rule."),
        )
    if not has_right_check_digit(number):
        raise _wrong(
            "card_number", translatable("This card number is mistyped."), translatable("Look at each digit again.")
        )
    card = find_test_card(number)
    if card is None:
        raise _wrong("card_number", translatable("Only test cards pay here: never type a real card's number."), _LOOK)
    return card


def _read_expiry(text: str) -> tuple[int, int]:
    """Month and year of ``12/26``, ``12 / 2026`` or ``1226``."""
    plain = text.replace(" ", "")
    month, slash, year = plain.partition("/")
    if not slash and len(plain) in {4, 6}:
        month, year = plain[:2], plain[2:]
    if all(part.isascii() and part.isdigit() for part in (month, year)) and len(month) < 3 and len(year) in {2, 4}:
        read = int(month), int(year) + (_CENTURY if len(year) == 2 else 0)
        if 1 <= read[0] <= 12 and _CENTURY <= read[1] < _CENTURY + 100:
            return read
    raise _wrong(
        "expiry", translatable("This is not a date as cards have it."), translatable("Type month and year: 12/26.")
    )


def _require_expiry(card: TestCard, month: int, year: int, now: datetime) -> None:
    """A listed card goes with exactly its date; of the others the month must not be over, by the sandbox's clock."""
    if card.expiry is not None:
        if card.expiry != f"{month:02}/{year % 100:02}":
            raise _wrong("expiry", translatable("This is not the card's expiry date."), _LOOK)
        return
    today = day_of(now)
    if (year, month) < (today.year, today.month):
        raise _wrong(
            "expiry", translatable("This card has expired."), translatable("Type a date that is still to come.")
        )


def _wrong(field: str, message: str, hint: str) -> InvalidInput:
    return InvalidInput(message, hint=hint, field=field)


def _holder(card: CardFacts) -> Wallet:
    """Stands for the payer: there is no wallet, no phone, and nothing to be limited."""
    return Wallet(
        id=CARDS,
        kind="personal",
        phone_number="",
        holder_name=card.holder,
        trade_name=None,
        status="active",
        language="fr",
    )
