"""Shapes of audit events and of the questions asked about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.kit.clock import to_iso
from sandbox.kit.paging import PageQuery
from sandbox.kit.shapes import Shape
from sandbox.platform.audit.actions import ACTIONS
from sandbox.platform.audit.actor import Authority
from sandbox.platform.audit.filters import AdminAuditFilter, AuditFilter

if TYPE_CHECKING:
    from sqlalchemy import Row


class AuditQuery(AuditFilter, PageQuery):
    """Filters and page of one's own activity."""


class AdminAuditQuery(AdminAuditFilter, PageQuery):
    """Filters and page of the whole audit."""


class AuditEvent(Shape):
    """Who (``actor_name``) did what (``action``, in words ``what``), on what, when, from where, with which authority.

    ``request_id`` leads to the exchange in the journal: /_sandbox/journal/<request_id>.
    """

    id: int
    at: str
    action: str
    what: str
    authority: Authority
    actor_id: str | None
    actor_name: str
    developer_id: str | None
    target_kind: str | None
    target_id: str | None
    target_name: str | None
    details: dict[str, Any]
    address: str | None
    request_id: str | None


def to_event(row: Row[Any]) -> AuditEvent:
    said = {"id": row.number, "at": to_iso(row.at), "what": ACTIONS.get(row.action, row.action)}
    return AuditEvent.model_validate({**row._mapping, **said})
