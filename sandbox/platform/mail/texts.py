"""What the platform's mails say: one table for subjects and sentences, one layout as text and one as HTML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask

    from sandbox.platform.mail.service import Renderer

_ = str  # marks a text for the catalogs; it is translated where it is shown


@dataclass(frozen=True)
class MailText:
    """``lead`` says what happened or what to do, ``action`` is what the button says where there is a link, ``note`` ends the
    mail. They may name the values of the mail, such as ``%(email)s``.
    """

    subject: str
    lead: str
    action: str = ""
    note: str = ""


_NOT_YOU = _("If it was not you, set a new password at once: whoever did it knows your old one.")
MAILS = {
    "activation": MailText(
        _("Activate your Flouci Sandbox account"),
        _("Open this link to activate your Flouci Sandbox account:"),
        _("Activate the account"),
        _("If you did not register, leave this mail as it is: nothing happens without the link."),
    ),
    "password_reset": MailText(
        _("A new password for Flouci Sandbox"),
        _("Open this link to choose a new password:"),
        _("Choose a new password"),
        _("If you did not ask for it, leave this mail as it is: your password stays."),
    ),
    "password_changed": MailText(
        _("Your Flouci Sandbox password was changed"),
        _("The password of your account was changed just now, and your other sessions have ended."),
        note=_NOT_YOU,
    ),
    "email_confirm": MailText(
        _("Confirm your new e-mail address"),
        _("Open this link to use this address for your Flouci Sandbox account:"),
        _("Confirm the address"),
        _("If you did not ask for it, leave this mail as it is: nothing happens without the link."),
    ),
    "email_taken": MailText(
        _("This address has an account already"),
        _(
            "Somebody wanted to use this address for another Flouci Sandbox account. It has an account already, so nothing was changed."
        ),
        note=_("If it was you, log in with this address, or close its account first."),
    ),
    "email_changed": MailText(
        _("Your e-mail address was changed"),
        _("From now on you log in to Flouci Sandbox with %(email)s. This address is not used any more."),
        note=_("If it was not you, tell an admin of the platform."),
    ),
    "account_closed": MailText(
        _("Your Flouci Sandbox account is closed"),
        _("Your account is closed: nobody can log in to it, and its apps accept no payments any more."),
        note=_("You may register again with this address at any time."),
    ),
    "suspended": MailText(
        _("Your Flouci Sandbox account is suspended"),
        _(
            "An admin has suspended your account: you cannot log in, and your API keys and apps do not work until it is reinstated."
        ),
    ),
    "reinstated": MailText(
        _("Your Flouci Sandbox account is active again"),
        _("An admin has reinstated your account: your API keys and apps work again, and you may log in."),
        _("Log in"),
    ),
}


def mail_renderer(app: Flask) -> Renderer:
    """Renders mails outside any request, with the app's templates and catalogs."""

    def render(template: str, language: str, values: dict[str, Any]) -> tuple[str, str, str]:
        from sandbox.kit.web.ui.languages import direction, translate

        text = MAILS[template]
        context = values | {"lang": language, "dir": direction(language), "text": text, "values": values}
        with app.app_context():
            plain = app.jinja_env.get_template("mails/layout.txt").render(context)
            html = app.jinja_env.get_template("mails/layout.html").render(context)
        return translate(language, text.subject), plain, html

    return render
