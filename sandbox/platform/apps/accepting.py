"""The one place that decides whether an app accepts payments: forms, scans and accepts all ask here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.contracts.errors import AppDisabled

if TYPE_CHECKING:
    from sqlalchemy import Row


def why_not_accepting(row: Row[Any]) -> AppDisabled | None:
    """Only an approved, active wallet may be paid (report, 2.3.6 Legal), whatever the app's own switch says."""
    if row.status != "ENABLED":
        return AppDisabled(field="app")
    if row.wallet_status != "active":
        return AppDisabled(
            "The business wallet behind this app is suspended.",
            hint="Payments start again by themselves once the wallet is active; the app need not be enabled again.",
            field="app",
        )
    return None


def require_accepting(row: Row[Any]) -> Row[Any]:
    """Raises AppDisabled, which says why."""
    refusal = why_not_accepting(row)
    if refusal is not None:
        raise refusal
    return row
