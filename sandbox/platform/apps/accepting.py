"""The one place that decides whether an app accepts payments: forms, scans and accepts all ask here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.contracts.errors import AppDisabled
from sandbox.platform.accounts.states import ACTIVE

if TYPE_CHECKING:
    from sqlalchemy import Row

_ = str  # marks a text for the catalogs; it is translated where it is shown


def why_not_accepting(row: Row[Any]) -> AppDisabled | None:
    """Only an approved, active wallet may be paid (report, 2.3.6 Legal), whatever the app's own switch says."""
    if row.status != "ENABLED":
        return AppDisabled(field="app")
    if row.wallet_status != "active":
        return AppDisabled(
            _("The business wallet behind this app is suspended."),
            hint=_("Payments start again by themselves once the wallet is active; the app need not be enabled again."),
            field="app",
        )
    if row.owner_status == "closed":
        return AppDisabled(_("The account of this app's developer is closed."), hint=_("Use another app."), field="app")
    if row.owner_status != ACTIVE:
        return AppDisabled(
            _("The account of this app's developer is suspended."),
            hint=_("Ask an admin of the platform to reinstate it."),
            field="app",
        )
    return None


def require_accepting(row: Row[Any]) -> Row[Any]:
    """Raises AppDisabled, which says why."""
    refusal = why_not_accepting(row)
    if refusal is not None:
        raise refusal
    return row
