"""Subjects and bodies of the platform's mails, from its templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask

    from sandbox.platform.mail.service import Renderer

_SUBJECTS = {
    "activation": "Activate your Flouci Sandbox account",
    "suspended": "Your Flouci Sandbox account is suspended",
    "reinstated": "Your Flouci Sandbox account is active again",
}


def mail_renderer(app: Flask) -> Renderer:
    """Renders mails outside any request, with the app's templates and catalogs."""

    def render(template: str, language: str, values: dict[str, Any]) -> tuple[str, str, str]:
        from sandbox.kit.web.ui.languages import direction, translate

        context = values | {"lang": language, "dir": direction(language)}
        with app.app_context():
            plain = app.jinja_env.get_template(f"mails/{template}.txt").render(context)
            html = app.jinja_env.get_template(f"mails/{template}.html").render(context)
        return translate(language, _SUBJECTS[template]), plain, html

    return render
