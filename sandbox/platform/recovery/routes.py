"""Pages and JSON for who cannot log in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, render_template

from sandbox.contracts.errors import ResetKeyInvalid, TooManyRequests
from sandbox.kit.web import Page, read_body
from sandbox.kit.web.operations import describes
from sandbox.platform.forms import PROBLEMS, see_other, show_form, typed_fields
from sandbox.platform.recovery.schemas import AddressOfAccount, MailAsked, NewPassword, PasswordReset, PasswordSet

if TYPE_CHECKING:
    from sandbox.platform.access import Access
    from sandbox.platform.recovery.service import RecoveryService


def recovery_pages(service: RecoveryService, access: Access) -> Blueprint:
    routes = Blueprint("recovery", __name__)
    add_activation_pages(routes, service, access)
    add_password_pages(routes, service, access)
    return routes


def add_activation_pages(routes: Blueprint, service: RecoveryService, access: Access) -> None:
    @routes.get("/activate")
    def ask_activation() -> Page:
        return show_form("recovery/activation.html")

    @routes.post("/activate")
    def send_activation() -> Page:
        try:
            access.check_form()
            email = AddressOfAccount.parse(typed_fields()).email
            service.ask_activation(email)
        except PROBLEMS as problem:
            return show_form("recovery/activation.html", problem)
        return render_template(
            "recovery/asked.html", email=email, purpose="activation", mail_waits=service.mail_waits()
        )


def add_password_pages(routes: Blueprint, service: RecoveryService, access: Access) -> None:
    @routes.get("/password/forgot")
    def forgot() -> Page:
        return show_form("recovery/forgot.html")

    @routes.post("/password/forgot")
    def send_forgot() -> Page:
        try:
            access.check_form()
            email = AddressOfAccount.parse(typed_fields()).email
            service.ask_reset(email)
        except PROBLEMS as problem:
            return show_form("recovery/forgot.html", problem)
        return render_template("recovery/asked.html", email=email, purpose="reset", mail_waits=service.mail_waits())

    @routes.get("/password/reset/<reset_key>")
    def reset(reset_key: str) -> Page:
        service.require_reset_key(reset_key)
        return show_form("recovery/reset.html")

    @routes.post("/password/reset/<reset_key>")
    def send_reset(reset_key: str) -> Page:
        service.require_reset_key(reset_key)
        try:
            access.check_form()
            service.reset(reset_key, NewPassword.parse(typed_fields()).password)
        except ResetKeyInvalid:
            raise
        except PROBLEMS as problem:
            return show_form("recovery/reset.html", problem)
        flash("Your password is changed, and all sessions have ended. Log in with the new one.", "success")
        return see_other("accounts.login")


def recovery_api(service: RecoveryService) -> Blueprint:
    routes = Blueprint("recovery_api", __name__, url_prefix="/api")

    @routes.post("/developers/resend")
    @describes(
        "Ask for another activation mail; the answer is the same whether or not the address waits for one.",
        tag="Accounts",
        body=AddressOfAccount,
        answer=MailAsked,
        errors=(TooManyRequests,),
    )
    def ask_activation() -> dict[str, Any]:
        email = read_body(AddressOfAccount).email
        service.ask_activation(email)
        return MailAsked(email=email, mail_waits=service.mail_waits()).model_dump()

    @routes.post("/password/forgot")
    @describes(
        "Ask for a mail to set a new password; the answer is the same whether or not the address has an account.",
        tag="Accounts",
        body=AddressOfAccount,
        answer=MailAsked,
        errors=(TooManyRequests,),
    )
    def forgot() -> dict[str, Any]:
        email = read_body(AddressOfAccount).email
        service.ask_reset(email)
        return MailAsked(email=email, mail_waits=service.mail_waits()).model_dump()

    @routes.post("/password/reset")
    @describes(
        "Set a new password with the key of the mail; ends all sessions.",
        tag="Accounts",
        body=PasswordReset,
        answer=PasswordSet,
        errors=(ResetKeyInvalid,),
    )
    def reset() -> dict[str, Any]:
        wanted = read_body(PasswordReset)
        return PasswordSet(email=service.reset(wanted.key, wanted.password)).model_dump()

    return routes
