"""The pages on which an app is made, step by step (report, table IV.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from sandbox.contracts.errors import Refusal, TooManyApps
from sandbox.contracts.platform import ConfirmApp, NewApp
from sandbox.kit.errors import InvalidInput, SandboxError, ServiceUnavailable
from sandbox.platform.forms import in_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.kit.web import Page
    from sandbox.platform.access import Access
    from sandbox.platform.apps.service import AppService

_LONGEST_FORM_KEY = 64


class LinkingPages:
    """The two steps as pages, with what went wrong and what was typed."""

    def __init__(self, service: AppService, access: Access, max_apps: int) -> None:
        self._service = service
        self._access = access
        self._max_apps = max_apps

    def show_form(self, form: Mapping[str, Any], problem: SandboxError | None = None) -> Page:
        """Step 1. Whoever has no room for another app is told before they fill in anything."""
        status = problem.status if problem else 200
        if isinstance(problem, TooManyApps) or not self._service.has_room(self._access.current().id):
            return render_template("apps/no_room.html", max_apps=self._max_apps), status
        problem, key = problem and in_words(problem), self._access.form_key()
        return render_template("apps/new.html", form=form, problem=problem, form_key=key), status

    def draft(self) -> dict[str, Any]:
        """The form of step 1: with what was typed before a verification that has to be started again, or with the number of
        the business account that the developer came from.
        """
        developer, link_id = self._access.current(), request.args.get("again")
        if link_id:
            return self._service.get_draft(developer.id, link_id).model_dump(exclude_none=True)
        return {"phone_number": developer.wallet_phone} if developer.wallet_phone else {}

    def show_code(self, link_id: str, problem: SandboxError | None = None) -> Page:
        """Step 2, with what is known of the code; while the Wallets API is away that is nothing, and what was typed stays."""
        developer, link = self._access.current(), None
        draft = self._service.get_draft(developer.id, link_id)
        try:
            link = self._service.get_link(developer.id, link_id)
        except ServiceUnavailable as away:
            problem = problem or away
        problem = problem and in_words(problem)
        typed = request.form if isinstance(problem, ServiceUnavailable) else {}
        page = render_template(
            "apps/confirm.html", draft=draft, link_id=link_id, link=link, form=typed, problem=problem
        )
        return page, problem.status if problem else 200


def add_linking_pages(routes: Blueprint, service: AppService, access: Access, max_apps: int) -> None:
    pages = LinkingPages(service, access, max_apps)
    add_confirming(routes, service, access, pages)

    @routes.get("/new")
    @access.developers_only
    def new_app() -> Page:
        return pages.show_form(pages.draft())

    @routes.post("/new")
    @access.developers_only
    def send_app() -> Page:
        try:
            access.check_form()
            link = service.start(access.current().id, NewApp.parse(request.form), _form_key())
        except (InvalidInput, Refusal, ServiceUnavailable) as problem:
            return pages.show_form(request.form, problem)
        return redirect(url_for("apps.confirm_app", link_id=link.id))


def add_confirming(routes: Blueprint, service: AppService, access: Access, pages: LinkingPages) -> None:
    @routes.get("/new/<link_id>")
    @access.developers_only
    def confirm_app(link_id: str) -> Page:
        made = service.find_made(access.current().id, link_id)
        if made is not None:  # somebody came back to a page whose work is done
            return redirect(url_for("apps.show_app", app_id=made))
        return pages.show_code(link_id)

    @routes.post("/new/<link_id>")
    @access.developers_only
    def send_code(link_id: str) -> Page:
        try:
            access.check_form()
            app = service.confirm(access.current().id, link_id, ConfirmApp.parse(request.form).code)
        except TooManyApps as problem:
            return pages.show_form({}, problem)
        except (InvalidInput, Refusal, ServiceUnavailable) as problem:
            return pages.show_code(link_id, problem)
        flash("The app is there. Put the button into your shop's page next.", "success")
        return redirect(url_for("apps.show_app", app_id=app.id))

    @routes.post("/new/<link_id>/resend")
    @access.developers_only
    def resend_code(link_id: str) -> Page:
        try:
            access.check_form()
            service.resend(access.current().id, link_id)
        except (InvalidInput, Refusal, ServiceUnavailable) as problem:
            return pages.show_code(link_id, problem)
        flash("A new code is on its way.", "success")
        return redirect(url_for("apps.confirm_app", link_id=link_id))


def _form_key() -> str | None:
    """By which a form that is sent twice is known."""
    return request.form.get("form_key", "")[:_LONGEST_FORM_KEY] or None
