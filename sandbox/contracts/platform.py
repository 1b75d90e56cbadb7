"""The developer platform as other parts of the sandbox see it: accounts, apps, payment forms, events, accept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, get_args

from pydantic import BeforeValidator, Field

from sandbox.contracts.hosted import HostedPageCalls
from sandbox.contracts.scanned import ScannedOrder
from sandbox.contracts.transport import path_part
from sandbox.contracts.wallets import Language
from sandbox.kit.shapes import (
    Amount,
    Code,
    Identifier,
    Name,
    Optional,
    OptionalText,
    PhoneNumber,
    Reference,
    Shape,
    cut_at,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sandbox.contracts.events import PaymentEvent, WalletEvent

_LONGEST_LINK = 500
_LARGEST_PAGE = 200
_HOST = re.compile(r"[^\s/?#\\<>\"'@]*[^\W_][^\s/?#\\<>\"'@]*")
Password = Annotated[str, Field(min_length=8, max_length=200)]


def _only_a_link(value: object) -> object:
    """A picture that is no link is left out: it only adorns the form."""
    is_link = isinstance(value, str) and value.startswith(("http://", "https://")) and len(value) <= _LONGEST_LINK
    return value if is_link else None


def _spoken_language(value: object) -> object:
    """``FR`` and ``fr-FR`` are French; another language is left out."""
    tag = value[:2].lower() if isinstance(value, str) else ""
    return tag if tag in get_args(Language) else None


def _email(value: object) -> str:
    """Any well-formed address; invented ones (.test, .local) too, since no mail leaves the sandbox."""
    from email_validator import EmailNotValidError, validate_email

    if not isinstance(value, str):
        raise ValueError("This must be a text.")  # noqa: TRY004  pydantic reports ValueError by field
    try:
        found = validate_email(value.strip(), check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError as error:
        raise ValueError(f"This is not an e-mail address: {error}") from None
    return found.normalized


Email = Annotated[str, BeforeValidator(_email), Field(max_length=200)]
Link = Annotated[str, Field(max_length=_LONGEST_LINK, pattern=r"^https?://")]


def _website(value: object) -> object:
    """``shop.tn`` as ``https://shop.tn``; a blank is none. Only addresses of the web: it is shown as a link."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if not isinstance(value, str):
        return value
    from urllib.parse import urlsplit

    text = value.strip()
    address = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(address)
        is_address = parts.scheme in {"http", "https"} and _HOST.fullmatch(parts.hostname or "") and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address or any(character.isspace() or not character.isprintable() for character in address):
        raise ValueError("This is not the address of a website. Send one such as https://shop.tn.")
    return address


Website = Annotated[Annotated[str, Field(max_length=200)] | None, BeforeValidator(_website)]


class BasicInfo(Shape):
    """What an account tells about its owner, beside name and address: all of it optional."""

    company: Annotated[Name | None, Optional] = None
    website: Website = None
    phone_number: Annotated[PhoneNumber | None, Optional] = None


class Registration(BasicInfo):
    name: Name
    email: Email
    password: Password
    language: Language = "en"


class Login(Shape):
    """``remember`` makes a session of 30 days instead of 12 hours: what a program keeps, and a browser when it is asked to."""

    email: Annotated[str, Field(max_length=200)]
    password: Annotated[str, Field(max_length=200)]
    remember: bool = True


class NewApp(Shape):
    name: Name
    description: OptionalText = None
    phone_number: PhoneNumber


class ConfirmApp(Shape):
    code: Code


class AppLink(Shape):
    """An app that waits for the code sent to its wallet's phone.

    ``state`` is pending, expired, locked (three wrong codes) or verified; another code may be asked for in
    ``resend_in_seconds``.
    """

    id: str
    name: str
    phone_number: str
    state: str
    tries_left: int
    expires_at: str
    resend_in_seconds: int


class App(Shape):
    """An integration, as its owner sees it. Its private token is told when it is made, and when it is asked for."""

    id: str
    name: str
    description: str | None
    wallet_phone: str
    trade_name: str
    public_token: str
    private_token_version: int
    former_valid_until: str | None
    status: str
    wallet_status: str = "active"
    is_test: bool
    image: str | None
    allowed_origins: list[str]
    verification_mode: str
    session_seconds: int | None
    version: int
    created_at: str


class AppWithSecret(App):
    """An app that was just made, or got a new private token."""

    private_token: str


class PublicApp(Shape):
    """An app, as anybody who has its public token sees it."""

    app: str
    name: str
    description: str | None
    merchant: str
    enabled: bool
    test_mode: bool
    image: str | None = None


class OpenSession(Shape):
    """What the payment form sends when it opens: the attributes of the script tag. ``amount`` in millimes.

    ``items`` is a list of ``{name, id?, quantity?, price?}``, ``customer`` is ``{id?, name?, email?}``, as JSON or as its text;
    what of them cannot be read is left out, and told of in ``warnings`` of the answer.
    """

    app: Identifier
    amount: Amount
    id: Annotated[Reference | None, Optional] = None
    name: Annotated[Name | None, cut_at(80), Optional] = None
    description: Annotated[OptionalText, cut_at(500)] = None
    image: Annotated[Link | None, Optional, BeforeValidator(_only_a_link)] = None
    language: Annotated[Language | None, Optional, BeforeValidator(_spoken_language)] = None
    items: Any = None
    customer: Any = None


class ScanSession(Shape):
    """What the phone read from the form's QR code."""

    app: Identifier
    amount: Amount
    phone_number: PhoneNumber


class PlatformClient(HostedPageCalls):
    def register(self, registration: Registration) -> None:
        """Raises EmailTaken. The activation link comes by mail."""
        self._call("POST", "/api/developers", registration.model_dump())

    def activate(self, key: str) -> None:
        self._call("POST", "/api/developers/activate", {"key": key})

    def login(self, login: Login) -> str:
        """A session token for the calls of a developer."""
        return str(self._call("POST", "/api/login", login.model_dump())["token"])

    def start_app(self, token: str, app: NewApp) -> AppLink:
        """Raises AppNameTaken, NotABusinessWallet, TooManyApps. The code comes by SMS."""
        return AppLink.parse(self._call("POST", "/api/apps", app.model_dump(), headers=_bearer(token)))

    def confirm_app(self, token: str, link_id: str, code: str) -> AppWithSecret:
        """Raises WrongOtp, OtpLocked, OtpExpired."""
        path = f"/api/apps/links/{path_part(link_id)}/confirm"
        return AppWithSecret.parse(self._call("POST", path, {"code": code}, headers=_bearer(token)))

    def list_apps(self, token: str) -> list[App]:
        """Oldest first, the TEST APP last."""
        apps: list[App] = []
        cursor: str | None = ""
        while cursor is not None:
            query = {"limit": _LARGEST_PAGE, "after": cursor or None}
            page = self._call("GET", "/api/apps", query=query, headers=_bearer(token))
            apps += [App.parse(row) for row in page["data"]]
            cursor = page["next_cursor"]
        return apps

    def reveal_private_token(self, token: str, app_id: str) -> str:
        """Audited. Raises AppNotFound."""
        path = f"/api/apps/{path_part(app_id)}/private-token"
        return str(self._call("POST", path, {}, headers=_bearer(token))["private_token"])

    def change_app(self, token: str, app_id: str, version: int, changes: Mapping[str, Any]) -> App:
        """``version`` is the app's as it was read. Raises SettingsChanged."""
        path = f"/api/apps/{path_part(app_id)}/settings"
        return App.parse(self._call("PATCH", path, {"version": version, **changes}, headers=_bearer(token)))

    def disable_app(self, token: str, app_id: str) -> App:
        return App.parse(self._call("POST", f"/api/apps/{path_part(app_id)}/disable", {}, headers=_bearer(token)))

    def save_webhook(self, token: str, app_id: str, url: str) -> None:
        """Raises AddressNotAllowed."""
        self._call("PUT", f"/api/apps/{path_part(app_id)}/webhook", {"url": url}, headers=_bearer(token))

    def refund_order(self, token: str, order_id: str, amount: int | None, *, key: str) -> None:
        """In millimes, or all that is left. Raises NotRefundable, RefundTooLarge, InsufficientFunds."""
        headers = _bearer(token) | {"Idempotency-Key": key}
        path = f"/api/orders/{path_part(order_id)}/refunds"
        self._call("POST", path, {"amount": amount}, headers=headers)

    def list_orders(self, token: str, app_id: str) -> list[dict[str, Any]]:
        """The first page: newest first, at most 50."""
        path = f"/api/apps/{path_part(app_id)}/orders"
        rows: list[dict[str, Any]] = self._call("GET", path, headers=_bearer(token))["data"]
        return rows

    def get_public_app(self, public_token: str) -> PublicApp:
        """Raises AppNotFound."""
        return PublicApp.parse(self._call("GET", f"/api/apps/{path_part(public_token)}"))

    def open_session(self, request: OpenSession) -> dict[str, Any]:
        body: dict[str, Any] = self._call("POST", "/api/checkout/sessions", request.model_dump(exclude_none=True))
        return body

    def get_session(self, session: str) -> dict[str, Any]:
        body: dict[str, Any] = self._call("GET", f"/api/checkout/sessions/{path_part(session)}")
        return body

    def scan_session(self, session: str, scan: ScanSession) -> ScannedOrder:
        """The phone tells that it read the form's code. Raises AppNotFound, AppDisabled, AmountMismatch, SessionExpired."""
        path = f"/api/checkout/sessions/{path_part(session)}/scan"
        return ScannedOrder.parse(self._call("POST", path, scan.model_dump()))

    def refuse_session(self, session: str) -> None:
        self._call("POST", f"/api/checkout/sessions/{path_part(session)}/refuse", {})

    def receive_events(self, events: Sequence[PaymentEvent]) -> None:
        """Events may come again; the platform knows them by their id."""
        self._call("POST", "/api/events", {"events": [event.model_dump() for event in events]})

    def receive_wallet_events(self, events: Sequence[WalletEvent]) -> None:
        """Events may come again, and late; of two the one with the greater sequence counts."""
        self._call("POST", "/api/wallet-events", {"events": [event.model_dump() for event in events]})


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
