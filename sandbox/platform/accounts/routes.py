"""Pages and JSON of registration and activation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, render_template, request

from sandbox.contracts.errors import ActivationKeyInvalid, EmailTaken, TooManyRequests
from sandbox.contracts.platform import Registration
from sandbox.kit.web import Page, read_body
from sandbox.kit.web.app import created
from sandbox.kit.web.operations import describes
from sandbox.kit.web.pages import current_language
from sandbox.platform.accounts.schemas import Activation, Developer, Registered
from sandbox.platform.forms import PROBLEMS, show_form, typed_fields

if TYPE_CHECKING:
    from sandbox.platform.access import Access
    from sandbox.platform.accounts.service import AccountService


def account_pages(service: AccountService, access: Access) -> Blueprint:
    routes = Blueprint("accounts", __name__)

    @routes.get("/register")
    def register() -> Page:
        return show_form("accounts/register.html")

    @routes.post("/register")
    def send_registration() -> Page:
        try:
            access.check_form()
            registration = Registration.parse(typed_fields() | {"language": current_language()})
            service.register(registration)
        except PROBLEMS as problem:
            return show_form("accounts/register.html", problem)
        return show_inbox(service, registration.email)

    @routes.get("/activate/<key>")
    def activate(key: str) -> Page:
        if request.method == "GET":  # a mail program that only looks at the link (HEAD) does not use the key up
            service.activate(key)
        return render_template("accounts/activated.html")

    return routes


def show_inbox(service: AccountService, email: str) -> str:
    """The page that says where the activation link went, and whether its mail is held up."""
    return render_template("accounts/registered.html", email=email, mail_waits=service.mail_waits())


def account_api(service: AccountService) -> Blueprint:
    routes = Blueprint("accounts_api", __name__, url_prefix="/api")

    @routes.post("/developers")
    @describes(
        "Register as a developer; the activation link comes by mail.",
        tag="Accounts",
        body=Registration,
        answer=Registered,
        status=201,
        errors=(EmailTaken, TooManyRequests),
    )
    def register() -> tuple[Response, int]:
        registration = read_body(Registration)
        service.register(registration)
        answer = Registered(email=registration.email, status="pending", mail_waits=service.mail_waits())
        return created(answer.model_dump())

    @routes.post("/developers/activate")
    @describes(
        "Activate an account with the key of the activation mail.",
        tag="Accounts",
        body=Activation,
        answer=Developer,
        errors=(ActivationKeyInvalid,),
    )
    def activate() -> dict[str, Any]:
        return service.activate(read_body(Activation).key).model_dump()

    return routes
