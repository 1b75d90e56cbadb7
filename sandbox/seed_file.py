"""What may stand in a seed file. The documentation and the texts of errors are made from these shapes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from sandbox.contracts.bank import Rib
from sandbox.contracts.personas import DEMO_PIN, number_of
from sandbox.contracts.platform import Email, Password, Website
from sandbox.contracts.wallets import Language, WalletKind
from sandbox.kit.money import parse_amount, parse_dinars
from sandbox.kit.phone_numbers import parse_phone_number
from sandbox.kit.shapes import Name, NotBoolean, PhoneNumber, Pin, Reference, Shape, Text
from sandbox.platform.apps.origins import Origins
from sandbox.platform.apps.schemas import SessionSeconds
from sandbox.platform.apps.states import VerificationMode

_ = str  # marks a text for the catalogs; it is translated where it is shown
MOST_DAYS, MOST_PER_DAY, MOST_ORDERS, MOST_CUSTOMERS = 400, 500, 20_000, 2_000
OrderStatus = Literal["paid", "pending", "failed", "refused", "expired", "refunded", "partly_refunded"]
_SPAN = re.compile(r"\s*([0-9]{1,5})\s*(?:\.\.|-|–|to)\s*([0-9]{1,5})\s*")
_SHARE = re.compile(r"\s*([0-9]{1,3}(?:[.,][0-9]{1,3})?)\s*%\s*")
_HOURS = re.compile(r"\s*([0-9]{1,2})(?::00)?\s*(?:\.\.|-|–|to)\s*([0-9]{1,2})(?::00)?\s*")
_UUID = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"


def _read_amount(value: object) -> int:
    """Millimes, or dinars where they are called so: ``12500`` and ``12.500 DT`` are the same."""
    if isinstance(value, str) and value.strip()[-3:].upper().lstrip() in {"DT", "TND"}:
        return parse_dinars(value.strip()[:-2] if value.strip().upper().endswith("DT") else value.strip()[:-3])
    return parse_amount(value)


def _read_status(value: object) -> object:
    """As the dashboard writes it too: PARTLY_REFUNDED."""
    return value.strip().lower().replace(" ", "_") if isinstance(value, str) else value


def _read_balance(value: object) -> int:
    is_zero = value in (0, "0") and not isinstance(value, bool)
    return 0 if is_zero else _read_amount(value)


def _read_per_day(value: Any) -> object:
    """``12`` or ``5..20`` for every day, or a list of these, which the days take in turn."""
    spans = tuple(_read_span(each) for each in (value if isinstance(value, list) else [value]))
    if not spans:
        raise ValueError("The list is empty. Write 12, 5..20, or a list of these.")
    return spans


def _read_span(value: Any) -> tuple[int, int]:
    found = _SPAN.fullmatch(value) if isinstance(value, str) else None
    try:
        if isinstance(value, bool | float):
            raise TypeError  # noqa: TRY301  the same as for any other wrong kind
        least, most = (int(found[1]), int(found[2])) if found else (int(value), int(value))
    except (TypeError, ValueError):
        raise ValueError("This is no number and no span. Write 12, or 5..20.") from None
    if not 0 <= least <= most <= MOST_PER_DAY:
        raise ValueError(f"A span goes from the smaller to the greater number, at most {MOST_PER_DAY}: 5..20.")
    return least, most


def _read_customers(value: Any) -> object:
    """How many, or who: a list of names and numbers of phones."""
    if isinstance(value, list):
        names = [_named_phone(each) for each in value]
        if not 1 <= len(names) <= MOST_CUSTOMERS or not all(isinstance(each, str) and each for each in names):
            raise ValueError(f"This is no list of 1 to {MOST_CUSTOMERS} names or numbers of phones.")
        return names
    try:
        count = 0 if isinstance(value, bool | float) else int(value)
    except (TypeError, ValueError):
        count = 0
    if not 1 <= count <= MOST_CUSTOMERS:
        raise ValueError(f"This must be at least 1 and at most {MOST_CUSTOMERS}, or a list of phones.")
    return count


def _read_hours(value: object) -> object:
    found = _HOURS.fullmatch(value) if isinstance(value, str) else None
    first, last = (int(found[1]), int(found[2])) if found else (24, 0)
    if not 0 <= first < last <= 24:
        raise ValueError("These are no hours of a day. Write 9-22.")
    return first, last


def _read_share(value: object) -> object:
    """``0.05`` and ``5 %`` are the same."""
    found = _SHARE.fullmatch(value) if isinstance(value, str) else None
    return float(found[1].replace(",", ".")) / 100 if found else value


def _named_phone(value: object) -> object:
    """A phone's number in any spelling; a persona's name, or the name that a phone has in the file, stays to be looked up."""
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else value
    if not isinstance(text, str):
        raise ValueError("This must be a phone's name or number.")  # noqa: TRY004  pydantic reports ValueError by field
    return (
        parse_phone_number(text)
        if any(each.isdigit() for each in text) and not any(each.isalpha() for each in text)
        else number_of(text)
    )


SeedAmount = Annotated[int, BeforeValidator(_read_amount)]
SeedBalance = Annotated[int, BeforeValidator(_read_balance)]
PhoneName = Annotated[str, BeforeValidator(_named_phone), Field(min_length=1, max_length=80)]
PerDay = Annotated[tuple[tuple[int, int], ...], BeforeValidator(_read_per_day), Field(max_length=MOST_DAYS)]
Customers = Annotated[int | list[str], BeforeValidator(_read_customers)]
Hours = Annotated[tuple[int, int], BeforeValidator(_read_hours)]
Share = Annotated[float, NotBoolean, BeforeValidator(_read_share), Field(ge=0, le=1)]
When = Annotated[str, Field(min_length=1, max_length=40)]
Token = Annotated[str, Field(pattern=_UUID)]
WebAddress = Annotated[str, Field(max_length=500, pattern=r"^https?://[^\s]+$")]


class SeedShape(Shape):
    """Unknown fields are mistakes here: a file is written by hand."""

    model_config = ConfigDict(extra="forbid")


class SeedDeveloper(SeedShape):
    """An account on the platform; others in the file call it by ``name`` or ``email``."""

    email: Annotated[Email, Field(description=_("Address and login."))]
    password: Annotated[Password, Field(description=_("What the account logs in with."))] = "sandbox-demo"  # noqa: S105
    name: Annotated[Name, Field(description=_("Whose account it is."))]
    language: Annotated[Language, Field(description=_("fr, ar or en: of mails and pages."))] = "en"
    role: Annotated[
        Literal["developer", "admin"], Field(description=_("developer, or admin, who manages users too."))
    ] = "developer"
    verified: Annotated[
        bool, Field(description=_("Whether the mailed link was followed; else the account waits for it."))
    ] = True
    company: Annotated[Name | None, Field(description=_("As the profile tells it."))] = None
    website: Annotated[Website, Field(description=_("As the profile tells it."))] = None


class SeedWallet(SeedShape):
    """A wallet with its phone; others in the file call it by ``phone_number``, ``name`` or ``trade_name``."""

    phone_number: Annotated[PhoneNumber, Field(description=_("Eight digits, in any usual spelling."))]
    name: Annotated[Name | None, Field(description=_("Whose wallet it is."))] = None
    pin: Annotated[Pin, Field(description=_("Four to six digits."))] = DEMO_PIN
    balance: Annotated[
        SeedBalance,
        Field(description=_("What it begins with, before the orders of the file: millimes, or '12.500 DT'.")),
    ] = 0
    kind: Annotated[
        WalletKind | None,
        Field(description=_("personal or business; without it personal under 'phones', business under 'wallets'.")),
    ] = None
    trade_name: Annotated[Name | None, Field(description=_("What shoppers see of a business."))] = None
    level: Annotated[
        int, NotBoolean, Field(ge=1, le=3, description=_("1 to 3, of a person's wallet: which ceilings it has."))
    ] = 3
    language: Annotated[Language, Field(description=_("fr, ar or en: of its SMS."))] = "fr"
    blocked: Annotated[bool, Field(description=_("Blocked once everything in the file has happened."))] = False
    bank: Annotated[Rib | None, Field(description=_("RIB or IBAN of the bank account that it is linked to."))] = None


class SeedApp(SeedShape):
    """An app; orders call it by ``name``."""

    name: Annotated[Name, Field(description=_("Its name; with 'test', what the file calls the developer's TEST APP."))]
    developer: Annotated[
        Text | None, Field(description=_("Name or e-mail; may be left out where there is only one."))
    ] = None
    wallet: Annotated[
        PhoneName | None,
        Field(description=_("The business wallet that is paid; may be left out where there is only one.")),
    ] = None
    description: Annotated[Text | None, Field(description=_("As the developer wrote it."))] = None
    test: Annotated[bool, Field(description=_("The TEST APP that the developer has anyway."))] = False
    disabled: Annotated[bool, Field(description=_("Disabled once everything in the file has happened."))] = False
    allowed_origins: Annotated[
        Origins, Field(default_factory=list, description=_("Origins whose pages may open its form; empty for all."))
    ]
    verification_mode: Annotated[
        VerificationMode | None, Field(description=_("active or passive: how the merchant learns how a payment ended."))
    ] = None
    session_seconds: Annotated[SessionSeconds | None, Field(description=_("How long its payment form stays open."))] = (
        None
    )
    webhook_url: Annotated[WebAddress | None, Field(description=_("Where its webhooks go."))] = None
    public_token: Annotated[
        Token | None, Field(description=_("A UUID of your choice, so that your shop's settings can be committed."))
    ] = None
    private_token: Annotated[Token | None, Field(description=_("The same for its secret."))] = None


class SeedItem(SeedShape):
    name: Annotated[Name, Field(description=_("As the basket shows it."))]
    id: Annotated[Reference | None, Field(description=_("The shop's own number."))] = None
    quantity: Annotated[int, NotBoolean, Field(ge=1, le=1000, description=_("How many."))] = 1
    price: Annotated[SeedAmount | None, Field(description=_("Of one."))] = None


class SeedCustomer(SeedShape):
    id: Annotated[Reference | None, Field(description=_("The shop's own number."))] = None
    name: Annotated[Name | None, Field(description=_("Whom the checkout names."))] = None
    email: Annotated[Email | None, Field(description=_("Whom the checkout names."))] = None


class SeedOrder(SeedShape):
    """An order in its state, brought there as a shopper and a merchant would bring it."""

    app: Annotated[Text, Field(description=_("Name of an app in the file, or 'Demo Shop'."))]
    amount: Annotated[SeedAmount, Field(description=_("Millimes, or '12.500 DT'."))]
    status: Annotated[
        OrderStatus,
        BeforeValidator(_read_status),
        Field(
            description=_(
                "paid, refunded, partly_refunded, refused, failed, expired; or pending while its form is open."
            )
        ),
    ] = "paid"
    payer: Annotated[
        PhoneName | None, Field(description=_("Phone that pays; without it the file's first, or the demo world's."))
    ] = None
    tracking_id: Annotated[Reference | None, Field(description=_("The merchant's own number."))] = None
    name: Annotated[Name | None, Field(description=_("What the form shows as the merchant."))] = None
    description: Annotated[Text | None, Field(description=_("What the form shows below it."))] = None
    at: Annotated[
        When | None,
        Field(
            description=_("When its form was opened: '2026-03-01 09:30' (Tunisia), '3 days ago', '3 days ago 14:30'.")
        ),
    ] = None
    refunded: Annotated[SeedAmount | None, Field(description=_("With partly_refunded: how much went back."))] = None
    refunded_at: Annotated[When | None, Field(description=_("When; a day after the payment, or now."))] = None
    hosted: Annotated[
        bool,
        Field(
            description=_(
                "On a payment page that the merchant's server asked for (generate_payment), without a basket."
            )
        ),
    ] = False
    success_link: Annotated[
        WebAddress | None,
        Field(description=_("With hosted: where the page leads once it is paid; else the demo shop.")),
    ] = None
    fail_link: Annotated[
        WebAddress | None, Field(description=_("With hosted: where it leads when it is not; else the demo shop."))
    ] = None
    items: Annotated[
        list[SeedItem], Field(default_factory=list, max_length=50, description=_("What was in the basket."))
    ]
    customer: Annotated[SeedCustomer | None, Field(description=_("Whom the checkout names."))] = None


class SeedHistory(SeedShape):
    """Orders of past days, drawn from the sandbox's seed: the same file makes the same orders."""

    app: Annotated[Text, Field(description=_("Name of an app in the file, or 'Demo Shop'."))]
    days: Annotated[int, NotBoolean, Field(ge=1, le=MOST_DAYS, description=_("How many days before today."))] = 30
    per_day: Annotated[
        PerDay, Field(description=_("How many orders a day: 12, 5..20, or a list that the days take in turn."))
    ] = ((5, 20),)
    hours: Annotated[Hours, Field(description=_("Opening hours in Tunisia."))] = (9, 22)
    amounts: Annotated[
        tuple[SeedAmount, SeedAmount] | None, Field(description=_("Least and most, where no items are named."))
    ] = None
    items: Annotated[
        list[SeedItem],
        Field(default_factory=list, max_length=50, description=_("What is sold; one to three in each order.")),
    ]
    customers: Annotated[
        Customers, Field(description=_("How many people buy, or a list of phones: those in front come often."))
    ] = 25
    refunded: Annotated[Share, Field(description=_("Which share of the sales goes back, such as 0.03 or '3 %'."))] = (
        0.03
    )
    refused: Annotated[Share, Field(description=_("Which share the shopper refuses."))] = 0.05
    failed: Annotated[Share, Field(description=_("Which share fails at a wrong PIN."))] = 0.03
    expired: Annotated[Share, Field(description=_("Which share nobody pays."))] = 0.08
    hosted: Annotated[Share, Field(description=_("Which share of all is on payment pages, without baskets."))] = 0.0


class SeedFile(SeedShape):
    """A seed file. Everything is optional, and at least one thing must be there."""

    developers: Annotated[
        list[SeedDeveloper], Field(default_factory=list, max_length=500, description=_("Accounts on the platform."))
    ]
    wallets: Annotated[
        list[SeedWallet], Field(default_factory=list, max_length=2000, description=_("Wallets of businesses."))
    ]
    phones: Annotated[
        list[SeedWallet],
        Field(default_factory=list, max_length=2000, description=_("Wallets of people, with their phones.")),
    ]
    apps: Annotated[list[SeedApp], Field(default_factory=list, max_length=500, description=_("Apps of developers."))]
    orders: Annotated[
        list[SeedOrder], Field(default_factory=list, max_length=MOST_ORDERS, description=_("Single orders."))
    ]
    history: Annotated[
        list[SeedHistory], Field(default_factory=list, max_length=50, description=_("Orders of past days."))
    ]
    webhooks: Annotated[
        bool,
        Field(description=_("Whether webhooks of the file's orders are sent; no: only of what happens afterwards.")),
    ] = False


PARTS: dict[str, type[SeedShape]] = {
    "": SeedFile,
    "developers": SeedDeveloper,
    "wallets": SeedWallet,
    "phones": SeedWallet,
    "apps": SeedApp,
    "orders": SeedOrder,
    "history": SeedHistory,
    "items": SeedItem,
    "customer": SeedCustomer,
}
"""By the field that holds them: for the documentation, and for 'did you mean'."""


def shape_at(place: tuple[Any, ...]) -> type[SeedShape]:
    """The shape whose field the last of ``place`` is."""
    names = [each for each in place[:-1] if isinstance(each, str) and each in PARTS]
    return PARTS[names[-1] if names else ""]


@dataclass(frozen=True)
class SeedField:
    """One field as the documentation tells it. ``default`` is how it would be written, empty where there is none to write."""

    name: str
    text: str
    default: str
    is_required: bool


@dataclass(frozen=True)
class SeedPart:
    """``names`` are the fields that hold this shape."""

    names: tuple[str, ...]
    fields: tuple[SeedField, ...]


def list_parts() -> tuple[SeedPart, ...]:
    """All that may stand in a file, the file itself last."""
    names: dict[type[SeedShape], list[str]] = {}
    for name, shape in PARTS.items():
        names.setdefault(shape, []).append(name)
    names[SeedFile] = names.pop(SeedFile)
    return tuple(SeedPart(tuple(held), _fields_of(shape)) for shape, held in names.items())


def _fields_of(shape: type[SeedShape]) -> tuple[SeedField, ...]:
    return tuple(
        SeedField(name, each.description or "", _written(each.default), each.is_required())
        for name, each in shape.model_fields.items()
    )


def _written(default: Any) -> str:
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, tuple):
        return "..".join(map(str, default[0] if isinstance(default[0], tuple) else default))
    return str(default) if isinstance(default, str | int | float) else ""
