"""Everything that is audited, as data: the action's name and the sentence that says it. Docs, filters and tests use the same table."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_ = str  # marks a text for the catalogs; it is translated where it is shown

ACTIONS: Mapping[str, str] = {
    "account.registered": _("Registered an account"),
    "account.activated": _("Activated the account"),
    "account.activation_resent": _("Asked for a new activation mail"),
    "account.changed": _("Changed the basic info"),
    "account.closed": _("Closed the account"),
    "account.switched": _("Switched a business account to developer mode"),
    "business.code_sent": _("Asked for the code of a business wallet"),
    "business.code_resent": _("Asked for a new code of a business wallet"),
    "business.identified": _("Proved to own a business wallet"),
    "password.reset_asked": _("Asked for a new password"),
    "password.reset": _("Set a new password by mail"),
    "password.changed": _("Changed the password"),
    "email.change_asked": _("Asked to change the e-mail address"),
    "email.changed": _("Changed the e-mail address"),
    "session.opened": _("Logged in"),
    "session.refused": _("Login refused: wrong password"),
    "session.closed": _("Logged out"),
    "session.revoked": _("Ended a session"),
    "session.others_revoked": _("Ended all other sessions"),
    "admin.granted": _("Became an admin"),
    "admin.withdrawn": _("Is no admin any more"),
    "user.activated": _("Account activated by an admin"),
    "user.suspended": _("Account suspended"),
    "user.reinstated": _("Account reinstated"),
    "audit.exported": _("Exported the audit"),
    "api_key.created": _("Made an API key"),
    "api_key.revoked": _("Revoked an API key"),
    "dashboard.changed": _("Chose the figures of the dashboard"),
    "app.link_started": _("Asked for the code that creates an app"),
    "app.code_resent": _("Asked for a new code to create an app"),
    "app.created": _("Created an app"),
    "app.settings_changed": _("Changed the settings of an app"),
    "app.quirks_changed": _("Changed the quirks of an app"),
    "app.image_changed": _("Changed the picture of an app"),
    "app.image_removed": _("Removed the picture of an app"),
    "app.enabled": _("Let an app accept payments"),
    "app.disabled": _("Stopped an app from accepting payments"),
    "app.private_token_revealed": _("Saw the private token of an app"),
    "app.private_token_rotated": _("Replaced the private token of an app"),
    "app.grace_ended": _("Ended the grace period of an app's former private token"),
    "app.public_token_revoked": _("Replaced the public token of an app"),
    "app.deleted": _("Deleted an app"),
    "app.wallet_suspended": _("Stopped an app, since its wallet is suspended"),
    "app.wallet_restored": _("Let an app take payments again, since its wallet is active"),
    "wallet.approved": _("Approved an application for a wallet"),
    "wallet.rejected": _("Rejected an application for a wallet"),
    "app.wallet_closed": _("Stopped an app, since its wallet is closed"),
    "webhook.saved": _("Saved the webhook address"),
    "webhook.turned_off": _("Turned the webhook off"),
    "webhook.secret_revealed": _("Looked at the webhook secret"),
    "webhook.secret_rotated": _("Replaced the webhook secret"),
    "webhook.tested": _("Sent a test event"),
    "webhook.resent": _("Sent a webhook event again"),
    "order.refunded": _("Refunded an order"),
    "order.refund_failed": _("Could not refund an order"),
}
