"""Opening a wallet remotely: an application goes from step to step, is reviewed, and opens the wallet or raises its level."""

from __future__ import annotations

import base64
import binascii
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from sandbox.contracts.transport import ServiceClient, path_part
from sandbox.kit.shapes import Code, Name, NotBoolean, Optional, PhoneNumber, Pin, Shape
from sandbox.kit.tunisian_ids import parse_cin, parse_tax_number

ApplicationState = Literal["phone", "identity", "business", "card", "selfie", "review", "approved", "rejected"]
Language = Literal["fr", "ar", "en"]


_FIRST_BIRTH = date(1900, 1, 1)


def _birth_date(value: object) -> date:
    try:
        day = value if isinstance(value, date) else date.fromisoformat(str(value).strip())
    except ValueError:
        day = None
    if day is None or day < _FIRST_BIRTH:
        raise ValueError("This is not a birth date. Send year, month and day, such as 1990-03-01.")
    return day


def _decode(value: object) -> bytes:
    """Also a data URL, as a browser's canvas gives it."""
    if isinstance(value, bytes):
        return value
    try:
        return base64.b64decode(value.rpartition("base64,")[2] if isinstance(value, str) else "?", validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("This is not base64. Encode the picture file as base64.") from None


class StartApplication(Shape):
    """``level`` is the one wanted: 2, or 3 with a selfie. A business always goes through every step."""

    phone_number: PhoneNumber
    kind: Literal["personal", "business"] = "personal"
    level: Annotated[int, NotBoolean, Field(ge=2, le=3)] = 3
    language: Language = "fr"


class ConfirmPhone(Shape):
    """``pin`` is the new wallet's; a phone whose wallet is there needs none."""

    code: Code
    pin: Annotated[Pin | None, Optional] = None


class Identity(Shape):
    """As the identity card has it."""

    cin: Annotated[str, BeforeValidator(parse_cin)]
    name: Name
    birth_date: Annotated[date, BeforeValidator(_birth_date)]


class BusinessDetails(Shape):
    trade_name: Name
    tax_number: Annotated[str, BeforeValidator(parse_tax_number)]


class CardPicture(Shape):
    """The identity card: a PNG, JPEG or WebP file as base64."""

    image_base64: Annotated[bytes, BeforeValidator(_decode)]


class Selfie(Shape):
    """Simulated: ``matches`` says whether the face is the card's."""

    matches: bool = True


class Rejection(Shape):
    reason: Annotated[str, StringConstraints(min_length=1, max_length=500)]


class Application(Shape):
    """``state`` names the step that is next, or how it ended; ``reasons`` are the rules that it broke, ``reason`` says it in words.

    ``steps`` are all that its kind and level ask for, ``missing`` those that the applicant has still to take.
    """

    id: str
    phone_number: str
    kind: str
    level: int
    language: str
    state: ApplicationState
    steps: list[str] = Field(default_factory=list)
    missing: list[str] = Field(default_factory=list)
    wallet_id: str | None = None
    challenge_id: str | None = None
    cin: str | None = None
    name: str | None = None
    birth_date: str | None = None
    trade_name: str | None = None
    tax_number: str | None = None
    has_picture: bool = False
    selfie_matches: bool | None = None
    reasons: list[str] = Field(default_factory=list)
    reason: str | None = None
    decided_by: str | None = None
    created_at: str
    submitted_at: str | None = None
    decided_at: str | None = None


_PATH = "/wallets/api/applications"


class ApplicationCalls(ServiceClient):
    """Calls of the Wallets API about applications; :class:`WalletsClient` has them all."""

    def start_application(self, request: StartApplication) -> Application:
        """A code goes to the phone. An application under way goes on where it is; one that was rejected starts again.

        Raises LevelReached, ApplicationInReview, WalletClosed, OtpTooMany.
        """
        return Application.parse(self._call("POST", _PATH, request.model_dump()))

    def get_application(self, application_id: str) -> Application:
        """Raises ApplicationNotFound."""
        return Application.parse(self._call("GET", f"{_PATH}/{path_part(application_id)}"))

    def confirm_phone(self, application_id: str, request: ConfirmPhone) -> Application:
        """The wallet is open from then on, at level 1; a business's waits for its approval. Raises WrongOtp (tries_left)."""
        return self._step(application_id, "phone", request.model_dump())

    def tell_identity(self, application_id: str, request: Identity) -> Application:
        """Raises UnderAge, and like all steps ApplicationStep (state) when it is not the next one."""
        return self._step(application_id, "identity", request.model_dump(mode="json"))

    def tell_business(self, application_id: str, request: BusinessDetails) -> Application:
        return self._step(application_id, "business", request.model_dump())

    def send_card(self, application_id: str, picture: bytes) -> Application:
        """Raises UnreadablePicture, PictureTooLarge."""
        return self._step(application_id, "card", {"image_base64": base64.b64encode(picture).decode()})

    def take_selfie(self, application_id: str, *, matches: bool = True) -> Application:
        return self._step(application_id, "selfie", {"matches": matches})

    def list_applications(
        self, *, state: str = "review", limit: int | None = None, after: str | None = None
    ) -> tuple[list[Application], str | None]:
        """Newest first, and the cursor of the next page."""
        query = {"state": state, "limit": None if limit is None else str(limit), "after": after}
        page: dict[str, Any] = self._call("GET", _PATH, query=query)
        return [Application.parse(row) for row in page["data"]], page["next_cursor"]

    def get_card(self, application_id: str) -> bytes:
        """A JPEG, small. Raises ApplicationNotFound."""
        answer = self._call("GET", f"{_PATH}/{path_part(application_id)}/picture")
        return base64.b64decode(answer["image_base64"])

    def approve_application(self, application_id: str) -> Application:
        """Raises ApplicationStep (state) when it does not wait for a review, and CinTaken."""
        return self._step(application_id, "approve", {})

    def reject_application(self, application_id: str, reason: str) -> Application:
        return self._step(application_id, "reject", {"reason": reason})

    def _step(self, application_id: str, name: str, body: dict[str, Any]) -> Application:
        return Application.parse(self._call("POST", f"{_PATH}/{path_part(application_id)}/{name}", body))
