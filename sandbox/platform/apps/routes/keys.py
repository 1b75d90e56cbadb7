"""The page Integrate: an app's keys, and the code that uses them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for

from sandbox.contracts.errors import TokenReplaced
from sandbox.kit.errors import InvalidInput, SandboxError, translatable
from sandbox.platform.apps.routes.confirming import require_confirmation
from sandbox.platform.apps.schemas import EndGrace, RevokePublicToken, RotatePrivateToken

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.kit.web import Page
    from sandbox.platform.access import Access
    from sandbox.platform.apps.service import AppServices


@dataclass(frozen=True)
class Sample:
    """A file of ``templates/samples``; ``language`` is one of Pygments' names."""

    file: str
    language: str
    title: str

    @property
    def id(self) -> str:
        return f"snippet-{self.language}"


PAGE_SAMPLE = Sample("button.html.txt", "html", translatable("Your shop's page (HTML)"))
SERVER_SAMPLES = (
    Sample("back_end.py.txt", "python", translatable("Your server (Flask)")),
    Sample("node.mjs.txt", "javascript", translatable("Your server (Node.js)")),
    Sample("handle_payment.php.txt", "php", translatable("Your server (PHP)")),
    Sample("accept.sh.txt", "bash", translatable("By hand (curl)")),
)


class KeyPages:
    """What the routes below have in common: drawing the page, and replacing keys only when the box was ticked."""

    def __init__(self, apps: AppServices, access: Access, base_url: str) -> None:
        self._apps = apps
        self._access = access
        self._base_url = base_url

    def show(self, app_id: str, private_token: str | None = None, problem: SandboxError | None = None) -> Page:
        shown = {
            "app": self._apps.linking.get_owned(self._access.current().id, app_id),
            "private_token": private_token,
            "problem": problem,
            "base_url": self._base_url,
            "page_sample": PAGE_SAMPLE,
            "samples": SERVER_SAMPLES,
        }
        answer = make_response(render_template("apps/integrate.html", **shown), problem.status if problem else 200)
        if private_token is not None:
            answer.headers["Cache-Control"] = "no-store"
        return answer

    def replace(self, app_id: str, change: Callable[[str], str]) -> Page:
        """``change`` gets the developer's id and says what was done. A second click on the same form finds the work done."""
        try:
            self._access.check_form()
            require_confirmation()
            said, tone = change(self._access.current().id), "success"
        except TokenReplaced as problem:
            said, tone = problem.message, "info"
        except InvalidInput as problem:
            return self.show(app_id, problem=problem)
        flash(said, tone)
        return redirect(url_for("apps.integrate", app_id=app_id))


def add_key_pages(routes: Blueprint, apps: AppServices, access: Access, base_url: str) -> None:
    pages = KeyPages(apps, access, base_url)
    add_replacing(routes, apps, access, pages)

    @routes.get("/<app_id>/integrate")
    @access.developers_only
    def integrate(app_id: str) -> Page:
        return pages.show(app_id)

    @routes.post("/<app_id>/integrate")
    @access.developers_only
    def reveal_private_token(app_id: str) -> Page:
        """Shown on this one page; the next visit hides it again."""
        try:
            access.check_form()
        except InvalidInput as problem:
            return pages.show(app_id, problem=problem)
        return pages.show(app_id, private_token=apps.tokens.reveal(access.current().id, app_id))


def add_replacing(routes: Blueprint, apps: AppServices, access: Access, pages: KeyPages) -> None:
    @routes.post("/<app_id>/keys/rotate")
    @access.developers_only
    def rotate_private_token(app_id: str) -> Page:
        def rotate(developer_id: str) -> str:
            apps.tokens.rotate_private(developer_id, app_id, RotatePrivateToken.parse(_with_number("grace_seconds")))
            return translatable("There is a new private token. Reveal it, and give it to your server.")

        return pages.replace(app_id, rotate)

    @routes.post("/<app_id>/keys/end-grace")
    @access.developers_only
    def end_grace(app_id: str) -> Page:
        def end(developer_id: str) -> str:
            apps.tokens.end_grace(developer_id, app_id, EndGrace.parse(request.form))
            return translatable("The former private token is worth nothing any more.")

        return pages.replace(app_id, end)

    @routes.post("/<app_id>/keys/revoke")
    @access.developers_only
    def revoke_public_token(app_id: str) -> Page:
        def revoke(developer_id: str) -> str:
            apps.tokens.revoke_public(developer_id, app_id, RevokePublicToken.parse(request.form))
            return translatable("There is a new public token. Put it into your shop's pages.")

        return pages.replace(app_id, revoke)


def _with_number(name: str) -> dict[str, Any]:
    """The form, in which a choice among numbers comes as text."""
    fields: dict[str, Any] = request.form.to_dict()
    text = fields.get(name, "")
    return fields | ({name: int(text)} if text.isascii() and text.isdigit() and len(text) < 10 else {})
