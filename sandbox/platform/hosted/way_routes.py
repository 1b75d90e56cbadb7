"""Paying on the page itself: with a phone number and PIN, or with a card; both end in a code of six digits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, request

from sandbox.contracts.cards import TEST_CARDS
from sandbox.contracts.errors import (
    AlreadyAccepted,
    AlreadyPrepared,
    CardDeclined,
    CodeExpired,
    CodeLocked,
    NotPrepared,
    PaymentClosed,
    SessionEnded,
    SessionExpired,
    WrongCode,
)
from sandbox.kit.errors import SandboxError, translatable
from sandbox.kit.shapes import Code, Shape
from sandbox.platform.hosted.front import BY_CARD, BY_LOGIN, see

if TYPE_CHECKING:
    from flask import Blueprint

    from sandbox.kit.web import Page
    from sandbox.platform.access import Access
    from sandbox.platform.hosted.front import Front
    from sandbox.platform.hosted.progress import Progress
    from sandbox.platform.hosted.schemas import HostedPage
    from sandbox.platform.hosted.service import HostedPages

_MOVED_ON = (AlreadyAccepted, AlreadyPrepared, CardDeclined, SessionEnded, SessionExpired)
"""The page itself tells what has become of the payment."""
_TRY_OVER = (CodeExpired, CodeLocked, NotPrepared, PaymentClosed)
_LOGIN_FIELDS, _CARD_FIELDS = ("phone_number", "pin"), ("card_number", "expiry", "cvc", "holder")


class TypedCode(Shape):
    code: Code


def add_ways(routes: Blueprint, service: HostedPages, front: Front, access: Access) -> None:
    def begin(page_id: str, method: str, fields: tuple[str, ...]) -> Page:
        page, progress = front.look(page_id)
        if elsewhere := front.go_on(page, progress):
            return elsewhere
        try:
            access.check_form()
            service.take_step(page_id, method, "start", {name: request.form.get(name, "") for name in fields})
        except _MOVED_ON:
            return see(page, "show")
        except SandboxError as problem:
            return _show(front, page, progress, method, problem)
        return front.remember(page, see(page, "ask_code"), method)

    def ask(page_id: str, method: str) -> Page:
        page, progress = front.look(page_id)
        return front.go_on(page, progress) or _show(front, page, progress, method)

    @routes.get("/pay/<page_id>/login")
    def ask_login(page_id: str) -> Page:
        return ask(page_id, BY_LOGIN)

    @routes.post("/pay/<page_id>/login")
    def log_in(page_id: str) -> Page:
        return begin(page_id, BY_LOGIN, _LOGIN_FIELDS)

    @routes.get("/pay/<page_id>/card")
    def ask_card(page_id: str) -> Page:
        page, _progress = front.look(page_id)
        return ask(page_id, BY_CARD) if page.accepts_cards else see(page, "show")

    @routes.post("/pay/<page_id>/card")
    def take_card(page_id: str) -> Page:
        return begin(page_id, BY_CARD, _CARD_FIELDS)


def add_codes(routes: Blueprint, service: HostedPages, front: Front, access: Access) -> None:
    @routes.get("/pay/<page_id>/code")
    def ask_code(page_id: str) -> Page:
        page, progress = front.look(page_id)
        if progress.state != "paying" or not front.began(page):
            return see(page, "show")
        return _show_code(service, front, page, progress)

    @routes.post("/pay/<page_id>/code")
    def confirm(page_id: str) -> Page:
        page, progress = front.look(page_id)
        if progress.state != "paying":
            return see(page, "show")
        try:
            access.check_form()
            service.confirm(page_id, TypedCode.parse(request.form.to_dict()).code)
        except (*_TRY_OVER, *_MOVED_ON):
            return see(page, "show")
        except WrongCode as problem:
            problem.hint = translatable("Look at the six digits again.")
            return _show_code(service, front, page, progress, problem)
        except SandboxError as problem:
            return _show_code(service, front, page, progress, problem)
        return see(page, "result")


def add_second_thoughts(routes: Blueprint, service: HostedPages, front: Front, access: Access) -> None:
    @routes.post("/pay/<page_id>/other-way")
    def choose_again(page_id: str) -> Page:
        """Only for the browser in which the payment was begun: nobody ends what another device does."""
        access.check_form()
        page, progress = front.look(page_id)
        if progress.state == "paying" and front.began(page):
            page = service.choose_again(page_id)
        return see(page, "show")


def add_resending(routes: Blueprint, service: HostedPages, front: Front, access: Access) -> None:
    @routes.post("/pay/<page_id>/resend")
    def resend(page_id: str) -> Page:
        page, progress = front.look(page_id)
        if progress.state != "paying" or page.card:
            return see(page, "show")
        try:
            access.check_form()
            service.take_step(page_id, BY_LOGIN, "resend", {})
        except _MOVED_ON:
            return see(page, "show")
        except SandboxError as problem:
            return _show_code(service, front, page, progress, problem)
        return _show_code(service, front, page, progress, is_sent=True)


def _show(
    front: Front, page: HostedPage, progress: Progress, method: str, problem: SandboxError | None = None
) -> Response:
    """What was typed stands there again, but for what is secret."""
    typed: dict[str, Any] = {name: value for name, value in request.form.items() if name not in {"pin", "cvc"}}
    more = {"test_cards": TEST_CARDS} if method == BY_CARD else {}
    return front.draw(page, progress, method, problem.status if problem else 200, form=typed, problem=problem, **more)


def _show_code(
    service: HostedPages,
    front: Front,
    page: HostedPage,
    progress: Progress,
    problem: SandboxError | None = None,
    *,
    is_sent: bool = False,
) -> Page:
    """Of a login the code came by SMS; of a card its bank asks for it, on a page that only looks like another's."""
    status = problem.status if problem else 200
    if page.card is None:
        return front.draw(page, progress, "code", status, problem=problem, is_sent=is_sent)
    try:
        asked = service.take_step(page.id, BY_CARD, "challenge", {})
    except SandboxError:
        return see(page, "show")
    return front.draw(page, progress, "bank", status, problem=problem, asked=asked)
