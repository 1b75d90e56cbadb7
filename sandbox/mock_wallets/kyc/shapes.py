"""How an application is told to others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.contracts.applications import Application
from sandbox.kit.clock import to_iso
from sandbox.mock_wallets.kyc.states import steps_missing, steps_of

if TYPE_CHECKING:
    from sqlalchemy import Row


def to_application(row: Row[Any]) -> Application:
    values = dict(row._mapping)
    moments = {name: to_iso(values[name]) if values[name] else None for name in ("submitted_at", "decided_at")}
    more = {
        "created_at": to_iso(row.created_at),
        "has_picture": row.contrast is not None,
        "steps": steps_of(row.kind, row.level),
        "missing": steps_missing(row.kind, row.level, row.state),
    }
    return Application.model_validate({**values, **moments, **more})
