"""The settings: pages and JSON by which developers change their accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from sandbox.contracts.errors import EmailKeyInvalid, EmailTaken, LastAdmin, TooManyRequests, WrongPassword
from sandbox.kit.web import Page, read_body
from sandbox.kit.web.operations import describes
from sandbox.kit.web.pages import keep_language
from sandbox.platform.accounts.schemas import Developer
from sandbox.platform.forms import PROBLEMS, show_form, typed_fields
from sandbox.platform.profile.schemas import (
    Closed,
    Closing,
    EmailAsked,
    EmailChange,
    EmailConfirmation,
    PasswordChange,
    Profile,
)

if TYPE_CHECKING:
    from sandbox.platform.access import Access
    from sandbox.platform.profile.service import ProfileService


def settings_pages(service: ProfileService, access: Access) -> Blueprint:
    routes = Blueprint("settings", __name__, url_prefix="/settings")
    add_profile_pages(routes, service, access)
    add_email_pages(routes, service, access)
    add_closing_pages(routes, service, access)
    return routes


def add_profile_pages(routes: Blueprint, service: ProfileService, access: Access) -> None:
    @routes.get("")
    @access.developers_only
    def profile() -> Page:
        return show_form("settings/profile.html", form=access.current().model_dump())

    @routes.post("")
    @access.developers_only
    def save_profile() -> Page:
        try:
            access.check_form()
            saved = service.change(access.current().id, Profile.parse(typed_fields()))
        except PROBLEMS as problem:
            return show_form("settings/profile.html", problem)
        flash("Your profile is saved.", "success")
        answer = redirect(url_for("settings.profile"))
        keep_language(answer, saved.language)
        return answer

    @routes.get("/password")
    @access.developers_only
    def password() -> Page:
        return show_form("settings/password.html")

    @routes.post("/password")
    @access.developers_only
    def save_password() -> Page:
        try:
            access.check_form()
            service.change_password(access.current().id, access.session_id, PasswordChange.parse(typed_fields()))
        except PROBLEMS as problem:
            return show_form("settings/password.html", problem)
        flash("Your password is changed, and all other sessions have ended.", "success")
        return redirect(url_for("settings.password"))


def add_email_pages(routes: Blueprint, service: ProfileService, access: Access) -> None:
    @routes.get("/email")
    @access.developers_only
    def email() -> Page:
        return show_form("settings/email.html")

    @routes.post("/email")
    @access.developers_only
    def save_email() -> Page:
        try:
            access.check_form()
            wanted = EmailChange.parse(typed_fields())
            service.ask_email(access.current().id, wanted)
        except PROBLEMS as problem:
            return show_form("settings/email.html", problem)
        return render_template("settings/email_asked.html", email=wanted.email, mail_waits=service.mail_waits())


def add_closing_pages(routes: Blueprint, service: ProfileService, access: Access) -> None:
    @routes.get("/close")
    @access.developers_only
    def close() -> Page:
        return show_form("settings/close.html")

    @routes.post("/close")
    @access.developers_only
    def send_close() -> Page:
        try:
            access.check_form()
            service.close(access.current().id, Closing.parse(typed_fields()).password)
        except PROBLEMS as problem:
            return show_form("settings/close.html", problem)
        access.forget()
        flash("Your account is closed.", "success")
        return redirect(url_for("site.home"))


def email_pages(service: ProfileService) -> Blueprint:
    """Where the link in the mail to a new address leads; the account's owner may read mail in another browser."""
    routes = Blueprint("email", __name__)

    @routes.get("/email/confirm/<email_key>")
    def confirm(email_key: str) -> Page:
        if request.method == "GET":  # a mail program that only looks at the link (HEAD) does not use the key up
            service.confirm_email(email_key)
        return render_template("settings/email_confirmed.html")

    return routes


def account_settings_api(service: ProfileService, access: Access) -> Blueprint:
    routes = Blueprint("settings_api", __name__, url_prefix="/api")

    @routes.get("/account")
    @describes("Show your account.", tag="Accounts", answer=Developer)
    @access.developers_only
    def show() -> dict[str, Any]:
        return access.current().model_dump()

    @routes.put("/account")
    @describes("Change your basic info; what is left out is emptied.", tag="Accounts", body=Profile, answer=Developer)
    @access.developers_only
    def change() -> dict[str, Any]:
        return service.change(access.current().id, read_body(Profile)).model_dump()

    @routes.post("/account/password")
    @describes(
        "Change your password; all other sessions end.",
        tag="Accounts",
        body=PasswordChange,
        answer=Developer,
        errors=(WrongPassword, TooManyRequests),
    )
    @access.logins_only
    def change_password() -> dict[str, Any]:
        service.change_password(access.current().id, access.session_id, read_body(PasswordChange))
        return access.current().model_dump()

    @routes.post("/account/email")
    @describes(
        "Change your e-mail address: a link to confirm it goes to the new one.",
        tag="Accounts",
        body=EmailChange,
        answer=EmailAsked,
        errors=(WrongPassword, TooManyRequests),
    )
    @access.logins_only
    def change_email() -> dict[str, Any]:
        wanted = read_body(EmailChange)
        service.ask_email(access.current().id, wanted)
        return EmailAsked(email=wanted.email, mail_waits=service.mail_waits()).model_dump()

    @routes.post("/account/email/confirm")
    @describes(
        "Confirm a new e-mail address with the key of the mail.",
        tag="Accounts",
        body=EmailConfirmation,
        answer=Developer,
        errors=(EmailKeyInvalid, EmailTaken),
    )
    def confirm_email() -> dict[str, Any]:
        return service.confirm_email(read_body(EmailConfirmation).key).model_dump()

    @routes.post("/account/close")
    @describes(
        "Close your account for good: sessions and keys end, apps accept nothing any more.",
        tag="Accounts",
        body=Closing,
        answer=Closed,
        errors=(WrongPassword, LastAdmin, TooManyRequests),
    )
    @access.logins_only
    def close() -> dict[str, Any]:
        service.close(access.current().id, read_body(Closing).password)
        return Closed().model_dump()

    return routes
