"""The pages on which an app is made, step by step (report, table IV.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from sandbox.contracts.errors import Refusal
from sandbox.contracts.platform import ConfirmApp, NewApp
from sandbox.kit.errors import InvalidInput, SandboxError, ServiceUnavailable

if TYPE_CHECKING:
    from sandbox.kit.web import Page
    from sandbox.platform.access import Access
    from sandbox.platform.apps.service import AppService


_ = str  # marks a text for the catalogs; it is translated where it is shown


def add_linking_pages(routes: Blueprint, service: AppService, access: Access) -> None:
    @routes.get("/new")
    @access.developers_only
    def new_app() -> Page:
        return render_template("apps/new.html", form=_draft(service, access), problem=None)

    @routes.post("/new")
    @access.developers_only
    def send_app() -> Page:
        access.check_form()
        try:
            link = service.start(access.current().id, NewApp.parse(request.form))
        except (InvalidInput, Refusal, ServiceUnavailable) as problem:
            return render_template("apps/new.html", form=request.form, problem=_in_words(problem)), problem.status
        return redirect(url_for("apps.confirm_app", link_id=link.id))

    @routes.get("/new/<link_id>")
    @access.developers_only
    def confirm_app(link_id: str) -> Page:
        made = service.list_made(access.current().id, link_id)
        if made:  # somebody came back to a page whose work is done
            return redirect(url_for("apps.show_app", app_id=made[0].id))
        return _confirm_page(service, access, link_id)

    @routes.post("/new/<link_id>")
    @access.developers_only
    def send_code(link_id: str) -> Page:
        access.check_form()
        try:
            app = service.confirm(access.current().id, link_id, ConfirmApp.parse(request.form).code)
        except (InvalidInput, Refusal, ServiceUnavailable) as problem:
            return _confirm_page(service, access, link_id, problem)
        return redirect(url_for("apps.show_app", app_id=app.id))

    @routes.post("/new/<link_id>/resend")
    @access.developers_only
    def resend_code(link_id: str) -> Page:
        access.check_form()
        try:
            service.resend(access.current().id, link_id)
        except (Refusal, ServiceUnavailable) as problem:
            return _confirm_page(service, access, link_id, problem)
        flash("A new code is on its way.", "success")
        return redirect(url_for("apps.confirm_app", link_id=link_id))


def _draft(service: AppService, access: Access) -> dict[str, Any]:
    """The form of step 1: empty, or with what was typed before a verification that has to be started again."""
    link_id = request.args.get("again")
    return service.get_draft(access.current().id, link_id).model_dump(exclude_none=True) if link_id else {}


def _confirm_page(service: AppService, access: Access, link_id: str, problem: SandboxError | None = None) -> Page:
    """Step 2, with what is known of the code; while the Wallets API is away that is nothing, and what was typed stays."""
    developer, link = access.current(), None
    draft = service.get_draft(developer.id, link_id)
    try:
        link = service.get_link(developer.id, link_id)
    except ServiceUnavailable as away:
        problem = problem or away
    problem = problem and _in_words(problem)
    typed = request.form if isinstance(problem, ServiceUnavailable) else {}
    page = render_template("apps/confirm.html", draft=draft, link_id=link_id, link=link, form=typed, problem=problem)
    return page, problem.status if problem else 200


def _in_words(problem: SandboxError) -> SandboxError:
    """A service that is away, told to whoever fills in a form."""
    if not isinstance(problem, ServiceUnavailable):
        return problem
    return ServiceUnavailable(
        _("The wallet service does not answer at the moment."),
        hint=_("Nothing was lost: wait a little, then send the form again."),
    )
