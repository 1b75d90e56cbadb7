"""Pages and JSON of developer accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, redirect, render_template, request, url_for

from sandbox.contracts.errors import ActivationKeyInvalid, BadLogin, EmailTaken, NotActivated, Refusal
from sandbox.contracts.platform import Login, Registration
from sandbox.kit.errors import InvalidInput, SandboxError
from sandbox.kit.web import Page, read_body
from sandbox.kit.web.app import created
from sandbox.kit.web.operations import describes
from sandbox.platform.accounts.schemas import Activation, Developer, Registered, SessionToken

if TYPE_CHECKING:
    from sandbox.platform.access import Access
    from sandbox.platform.accounts.service import AccountService


def account_pages(service: AccountService, access: Access) -> Blueprint:
    from sandbox.kit.web.pages import current_language

    routes = Blueprint("accounts", __name__)

    @routes.get("/register")
    def register() -> Page:
        return _form("accounts/register.html")

    @routes.post("/register")
    def send_registration() -> Page:
        access.check_form()
        try:
            service.register(Registration.parse(request.form.to_dict() | {"language": current_language()}))
        except (InvalidInput, Refusal) as problem:
            return _form("accounts/register.html", problem)
        return render_template("accounts/registered.html", email=request.form["email"])

    @routes.get("/activate/<key>")
    def activate(key: str) -> Page:
        if request.method == "GET":  # a mail program that only looks at the link (HEAD) does not use the key up
            service.activate(key)
        return render_template("accounts/activated.html")

    @routes.get("/login")
    def login() -> Page:
        return _form("accounts/login.html")

    @routes.post("/login")
    def send_login() -> Page:
        access.check_form()
        try:
            token = service.login(Login.parse(request.form))
        except (InvalidInput, Refusal) as problem:
            return _form("accounts/login.html", problem)
        access.remember(token)
        return redirect(url_for("dashboard.home"))

    @routes.post("/logout")
    def logout() -> Page:
        access.check_form()
        access.forget()
        return redirect(url_for("site.home"))

    return routes


def account_api(service: AccountService) -> Blueprint:
    routes = Blueprint("accounts_api", __name__, url_prefix="/api")

    @routes.post("/developers")
    @describes(
        "Register as a developer; the activation link comes by mail.",
        tag="Accounts",
        body=Registration,
        answer=Registered,
        status=201,
        errors=(EmailTaken,),
    )
    def register() -> tuple[Response, int]:
        registration = read_body(Registration)
        service.register(registration)
        return created({"email": registration.email, "status": "pending"})

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

    @routes.post("/login")
    @describes(
        "Log in; the answer is the token of a session.",
        tag="Accounts",
        body=Login,
        answer=SessionToken,
        errors=(BadLogin, NotActivated),
    )
    def login() -> dict[str, Any]:
        return {"token": service.login(read_body(Login))}

    return routes


def _form(template: str, problem: SandboxError | None = None) -> tuple[str, int]:
    """The form again, with what was typed (but no password) and what is wrong with it."""
    kept = {name: value for name, value in request.form.items() if name not in {"password", "csrf_token"}}
    return render_template(template, form=kept, problem=problem), problem.status if problem else 200
