"""The page Settings of an app: what it is called, how it looks, whom it serves, and its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge

from sandbox.contracts.errors import AppNotFound, FixedTestApp, SettingsChanged
from sandbox.kit.errors import InvalidInput, SandboxError, translatable
from sandbox.platform.apps.pictures import too_many_bytes
from sandbox.platform.apps.routes.api import allow_pictures, take_image
from sandbox.platform.apps.routes.confirming import require_confirmation
from sandbox.platform.apps.schemas import LEAST_SESSION_SECONDS, MOST_SESSION_SECONDS, ChangeApp, DeleteApp

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sandbox.contracts.platform import App
    from sandbox.kit.web import Page
    from sandbox.platform.access import Access
    from sandbox.platform.apps.service import AppServices
    from sandbox.platform.settings import PlatformSettings


class SettingsPages:
    """What the routes below have in common: drawing the page, and making a change or saying why not."""

    def __init__(self, apps: AppServices, access: Access, defaults: PlatformSettings) -> None:
        self._apps = apps
        self._access = access
        self._defaults = defaults

    def show(self, app_id: str, form: Mapping[str, Any] | None = None, problem: SandboxError | None = None) -> Page:
        """``form`` is what was typed, where it could not be saved."""
        app = self._apps.linking.get_owned(self._access.current().id, app_id)
        shown = {
            "app": app,
            "form": {**_as_form(app), **(form or {})},
            "problem": problem,
            "tells_nobody": self._apps.settings.tells_nobody(self._access.current().id, app_id),
            "session_seconds": self._defaults.session_seconds,
            "least_seconds": LEAST_SESSION_SECONDS,
            "most_seconds": MOST_SESSION_SECONDS,
        }
        return render_template("apps/settings.html", **shown), problem.status if problem else 200

    def settle(self, app_id: str, change: Callable[[str], str], typed: Mapping[str, Any] | None = None) -> Page:
        """``change`` gets the developer's id and says what was done; what was typed is shown again when it is refused."""
        try:
            self._access.check_form()
            said = change(self._access.current().id)
        except AppNotFound:
            raise
        except SettingsChanged as problem:
            return self.show(app_id, {**request.form, "version": problem.details["version"]}, problem)
        except SandboxError as problem:
            return self.show(app_id, typed, problem)
        flash(said, "success")
        return redirect(url_for("apps.settings", app_id=app_id))


def add_settings_pages(routes: Blueprint, apps: AppServices, access: Access, defaults: PlatformSettings) -> None:
    pages = SettingsPages(apps, access, defaults)
    add_switch(routes, apps, access, pages)
    add_image_forms(routes, apps, access, pages)

    @routes.get("/<app_id>/settings")
    @access.developers_only
    def settings(app_id: str) -> Page:
        return pages.show(app_id)

    @routes.post("/<app_id>/settings")
    @access.developers_only
    def save_settings(app_id: str) -> Page:
        def save(developer_id: str) -> str:
            apps.settings.change(developer_id, app_id, ChangeApp.parse(request.form))
            return translatable("The settings are saved.")

        return pages.settle(app_id, save, request.form)

    @routes.post("/<app_id>/delete")
    @access.developers_only
    def delete_app(app_id: str) -> Page:
        try:
            access.check_form()
            apps.settings.delete(
                access.current().id, app_id, DeleteApp.parse({"name": request.form.get("typed_name", "")})
            )
        except (InvalidInput, FixedTestApp) as problem:
            problem.field = "typed_name" if problem.field == "name" else problem.field
            return pages.show(app_id, request.form, problem)
        flash("The app is deleted. Its orders are still in the list of all orders.", "success")
        return redirect(url_for("apps.list_apps"))


def add_switch(routes: Blueprint, apps: AppServices, access: Access, pages: SettingsPages) -> None:
    @routes.post("/<app_id>/enable")
    @access.developers_only
    def enable_app(app_id: str) -> Page:
        def enable(developer_id: str) -> str:
            apps.settings.set_status(developer_id, app_id, "ENABLED")
            return translatable("The app accepts payments.")

        return pages.settle(app_id, enable)

    @routes.post("/<app_id>/disable")
    @access.developers_only
    def disable_app(app_id: str) -> Page:
        def disable(developer_id: str) -> str:
            require_confirmation()
            apps.settings.set_status(developer_id, app_id, "DISABLED")
            return translatable("The app accepts no payments any more.")

        return pages.settle(app_id, disable)


def add_image_forms(routes: Blueprint, apps: AppServices, access: Access, pages: SettingsPages) -> None:
    @routes.post("/<app_id>/image")
    @access.developers_only
    def save_image(app_id: str) -> Page:
        def save(developer_id: str) -> str:
            take_image(apps, developer_id, app_id, lambda: request.form)
            return translatable("The picture is saved.")

        allow_pictures()
        try:
            return pages.settle(app_id, save)
        except RequestEntityTooLarge:
            return pages.show(app_id, problem=too_many_bytes())

    @routes.post("/<app_id>/image/remove")
    @access.developers_only
    def remove_image(app_id: str) -> Page:
        def remove(developer_id: str) -> str:
            apps.images.remove(developer_id, app_id)
            return translatable("The picture is removed.")

        return pages.settle(app_id, remove)


def _as_form(app: App) -> dict[str, Any]:
    return {
        "version": app.version,
        "name": app.name,
        "description": app.description or "",
        "allowed_origins": "\n".join(app.allowed_origins),
        "verification_mode": app.verification_mode,
        "session_seconds": app.session_seconds,
    }
