"""The page Behaviour of an app: the profile, and each quirk with its sentence and how sure we are of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for

from sandbox.contracts.errors import AppNotFound
from sandbox.kit.errors import InvalidInput, SandboxError, translatable
from sandbox.platform.docs.facts import MARKS
from sandbox.platform.quirks.schemas import SaveQuirks
from sandbox.platform.quirks.table import PROFILES, QUIRKS, of_app

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.kit.web import Page
    from sandbox.platform.access import Access
    from sandbox.platform.apps.service import AppServices
    from sandbox.platform.quirks.service import QuirkService


def quirk_pages(service: QuirkService, apps: AppServices, access: Access) -> Blueprint:
    routes = Blueprint("quirks", __name__, url_prefix="/apps/<app_id>/behaviour")

    def draw(app_id: str, form: Mapping[str, str] | None = None, problem: SandboxError | None = None) -> Page:
        """``form`` is what was typed, where it could not be saved."""
        app = apps.linking.get_owned(access.current().id, app_id)
        chosen = service.get(access.current().id, app_id)
        shown = {
            "app": app,
            "form": form if form is not None else {"profile": chosen.profile or "", **chosen.switches},
            "problem": problem,
            "quirks": QUIRKS,
            "profiles": PROFILES,
            "marks": MARKS,
            "sandbox_profile": service.sandbox.profile,
            "usual": of_app(service.sandbox, {"profile": chosen.profile} if chosen.profile else None).values,
        }
        return render_template("quirks/behaviour.html", **shown), problem.status if problem else 200

    @routes.get("")
    @access.developers_only
    def show(app_id: str) -> Page:
        return draw(app_id)

    @routes.post("")
    @access.developers_only
    def save(app_id: str) -> Page:
        try:
            access.check_form()
            service.save(access.current().id, app_id, read_form(_typed()))
        except AppNotFound:
            raise
        except SandboxError as problem:
            return draw(app_id, _typed(), problem)
        flash(translatable("The behaviour is saved."), "success")
        return redirect(url_for("quirks.show", app_id=app_id))

    return routes


def _typed() -> dict[str, str]:
    """The form, in which what may be chosen together comes as several fields of one name."""
    return {name: "+".join(values) for name, values in request.form.lists()}


def read_form(form: Mapping[str, str]) -> SaveQuirks:
    """What is left empty is as the profile has it. Raises InvalidInput, which names the quirk that is wrong."""
    switches: dict[str, str] = {}
    for quirk in QUIRKS:
        typed = form.get(quirk.name, "").strip()
        if not typed:
            continue
        try:
            switches[quirk.name] = quirk.read(typed)
        except ValueError as wrong:
            raise InvalidInput(str(wrong), field=quirk.name, hint=translatable("Choose one of the values.")) from None
    return SaveQuirks.parse({"profile": form.get("profile") or None, "switches": switches})
