"""The dashboard's sections and an app's tabs, as data. An entry shows once its page is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import current_app, request, url_for

if TYPE_CHECKING:
    from collections.abc import Sequence

_ = str  # marks a text for the catalogs; it is translated where it is shown


@dataclass(frozen=True)
class Entry:
    """``under`` names further endpoints, or blueprints with a dot at the end, on which the entry is the current one."""

    endpoint: str
    label: str
    icon: str = ""
    under: tuple[str, ...] = ()
    for_admins: bool = False


SECTIONS: tuple[Entry, ...] = (
    Entry("dashboard.home", _("Overview"), "chart"),
    Entry("apps.list_apps", _("Apps"), "key", under=("apps.", "webhooks.", "quirks.", "orders.list_app_orders")),
    Entry("orders.list_orders", _("Orders"), "receipt", under=("order_details.",)),
    Entry("settings.profile", _("Settings"), "user", under=("settings.",)),
    Entry("api_keys.list_keys", _("API keys"), "doc", under=("api_keys.",)),
    Entry("activity.list_events", _("Activity"), "bell", under=("activity.",)),
    Entry("admin.list_users", _("Users"), "shield", under=("admin.",), for_admins=True),
    Entry(
        "wallet_reviews.list_applications",
        _("Wallets"),
        "doc",
        under=("wallet_reviews.", "wallet_holders."),
        for_admins=True,
    ),
    Entry("admin_audit.list_events", _("Audit"), "search", under=("admin_audit.",), for_admins=True),
)
APP_TABS: tuple[Entry, ...] = (
    Entry("apps.show_app", _("Overview")),
    Entry("orders.list_app_orders", _("Orders")),
    Entry(
        "apps.integrate",
        _("Integrate"),
        under=("apps.reveal_private_token", "apps.rotate_", "apps.end_grace", "apps.revoke_"),
    ),
    Entry("webhooks.show_webhook", _("Webhook"), under=("webhooks.",)),
    Entry("quirks.show", _("Behaviour"), under=("quirks.",)),
    Entry(
        "apps.settings",
        _("Settings"),
        under=("apps.save_", "apps.enable_app", "apps.disable_app", "apps.remove_image", "apps.delete_app"),
    ),
)
SETTINGS_TABS: tuple[Entry, ...] = (
    Entry("settings.profile", _("Profile")),
    Entry("settings.password", _("Password")),
    Entry("settings.email", _("E-mail")),
    Entry("settings.sessions", _("Sessions")),
    Entry("settings.close", _("Close account")),
)


def links(entries: Sequence[Entry], *, is_admin: bool = False, **values: Any) -> list[dict[str, Any]]:
    """What a template draws: address, label, icon, and whether it is the current one."""
    return [
        {"href": url_for(entry.endpoint, **values), "label": entry.label, "icon": entry.icon, "current": _is_on(entry)}
        for entry in entries
        if entry.endpoint in current_app.view_functions and (is_admin or not entry.for_admins)
    ]


def _is_on(entry: Entry) -> bool:
    endpoint = request.endpoint or ""
    return endpoint == entry.endpoint or any(endpoint.startswith(prefix) for prefix in entry.under)
