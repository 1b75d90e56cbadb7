"""Pages and JSON by which a business account is switched to developer mode. A browser keeps the token in its cookie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, flash, render_template, session

from sandbox.contracts.errors import (
    EmailTaken,
    NotABusinessWallet,
    OtpExpired,
    OtpLocked,
    OtpUsed,
    SwitchNotFound,
    SwitchNotVerified,
    TooManyRequests,
    WrongOtp,
)
from sandbox.contracts.platform import ConfirmApp
from sandbox.kit.web import Page, read_body
from sandbox.kit.web.app import created
from sandbox.kit.web.operations import describes
from sandbox.kit.web.pages import current_language
from sandbox.platform.accounts.schemas import Registered
from sandbox.platform.business.schemas import (
    ConfirmSwitch,
    FinishSwitch,
    NewBusinessAccount,
    StartedSwitch,
    StartSwitch,
    Switch,
    SwitchStep,
)
from sandbox.platform.forms import PROBLEMS, see_other, show_form, typed_fields

if TYPE_CHECKING:
    from sandbox.kit.errors import SandboxError
    from sandbox.platform.access import Access
    from sandbox.platform.business.service import BusinessService

_TOKEN = "business"  # noqa: S105  the name under which the cookie holds it


def business_pages(service: BusinessService, access: Access) -> Blueprint:
    routes = Blueprint("business", __name__, url_prefix="/register/business")
    add_start_pages(routes, service, access)
    add_code_pages(routes, service, access)
    add_resend_page(routes, service, access)
    add_account_pages(routes, service, access)
    return routes


def _token() -> str:
    return str(session.get(_TOKEN, ""))


def add_start_pages(routes: Blueprint, service: BusinessService, access: Access) -> None:
    @routes.get("")
    def start() -> Page:
        return show_form("business/start.html")

    @routes.post("")
    def send_start() -> Page:
        try:
            access.check_form()
            started = service.start(StartSwitch.parse(typed_fields()).phone_number)
        except PROBLEMS as problem:
            return show_form("business/start.html", problem)
        session[_TOKEN] = started.token
        return see_other("business.code")


def _show_step(service: BusinessService, template: str, problem: SandboxError | None = None) -> Page:
    """A step's form; the first one's when the switch that it belongs to has ended."""
    try:
        switch = service.show(_token())
    except SwitchNotFound as ended:
        return show_form("business/start.html", problem or ended)
    if switch.status == "waiting":
        template = "business/code.html"
    return show_form(template, problem, switch=switch)


def add_code_pages(routes: Blueprint, service: BusinessService, access: Access) -> None:
    @routes.get("/code")
    def code() -> Page:
        try:
            if service.show(_token()).status != "waiting":
                return see_other("business.account")
        except SwitchNotFound:
            return see_other("business.start")
        return _show_step(service, "business/code.html")

    @routes.post("/code")
    def send_code() -> Page:
        try:
            access.check_form()
            service.confirm(_token(), ConfirmApp.parse(typed_fields()).code)
        except PROBLEMS as problem:
            return _show_step(service, "business/code.html", problem)
        return see_other("business.account")


def add_resend_page(routes: Blueprint, service: BusinessService, access: Access) -> None:
    @routes.post("/resend")
    def resend() -> Page:
        try:
            access.check_form()
            service.resend(_token())
        except PROBLEMS as problem:
            return _show_step(service, "business/code.html", problem)
        flash("A new code is on its way.", "success")
        return see_other("business.code")


def add_account_pages(routes: Blueprint, service: BusinessService, access: Access) -> None:
    @routes.get("/account")
    def account() -> Page:
        try:
            switch = service.show(_token())
        except SwitchNotFound:
            return see_other("business.start")
        if switch.status == "waiting":
            return see_other("business.code")
        return show_form("business/account.html", switch=switch)

    @routes.post("/account")
    def send_account() -> Page:
        try:
            access.check_form()
            wanted = NewBusinessAccount.parse(typed_fields() | {"language": current_language()})
            email = service.finish(_token(), wanted)
        except (SwitchNotFound, SwitchNotVerified) as problem:
            return show_form("business/start.html", problem)
        except PROBLEMS as problem:
            return _show_step(service, "business/account.html", problem)
        return render_template("accounts/registered.html", email=email, mail_waits=service.mail_waits())


def business_api(service: BusinessService) -> Blueprint:
    routes = Blueprint("business_api", __name__, url_prefix="/api/business")

    @routes.post("")
    @describes(
        "Begin to switch a business account to developer mode: a code goes to the wallet's phone.",
        tag="Accounts",
        body=StartSwitch,
        answer=StartedSwitch,
        status=201,
        errors=(NotABusinessWallet, TooManyRequests),
    )
    def start() -> tuple[Response, int]:
        return created(service.start(read_body(StartSwitch).phone_number).model_dump())

    @routes.post("/code")
    @describes(
        "Prove with the code of the SMS that the business wallet is yours.",
        tag="Accounts",
        body=ConfirmSwitch,
        answer=Switch,
        errors=(SwitchNotFound, WrongOtp, OtpLocked, OtpExpired, OtpUsed),
    )
    def confirm() -> dict[str, Any]:
        wanted = read_body(ConfirmSwitch)
        return service.confirm(wanted.token, wanted.code).model_dump()

    @routes.post("/resend")
    @describes(
        "Ask for another code.",
        tag="Accounts",
        body=SwitchStep,
        answer=Switch,
        errors=(SwitchNotFound, OtpLocked, OtpUsed, TooManyRequests),
    )
    def resend() -> dict[str, Any]:
        return service.resend(read_body(SwitchStep).token).model_dump()

    @routes.post("/account")
    @describes(
        "Make the developer account with the merchant's data; the activation link comes by mail.",
        tag="Accounts",
        body=FinishSwitch,
        answer=Registered,
        status=201,
        errors=(SwitchNotFound, SwitchNotVerified, EmailTaken, OtpUsed, TooManyRequests),
    )
    def finish() -> tuple[Response, int]:
        wanted = read_body(FinishSwitch)
        email = service.finish(wanted.token, wanted)
        return created(Registered(email=email, status="pending", mail_waits=service.mail_waits()).model_dump())

    return routes
