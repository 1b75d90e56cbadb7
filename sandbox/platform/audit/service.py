"""Writing audit events: each in the transaction of what it tells, so that neither exists without the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.platform.audit import store
from sandbox.platform.audit.actions import ACTIONS
from sandbox.platform.audit.actor import current_actor

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from sandbox.kit.clock import Clock


@dataclass(frozen=True)
class Target:
    """What was acted on: ``kind`` is the field's word (account, app, order, webhook, API key)."""

    kind: str
    id: str
    name: str = ""


class Audit:
    """``record`` is called inside the transaction of the change; a refusal that is worth telling is recorded too."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def record(
        self,
        connection: Connection,
        action: str,
        target: Target | None = None,
        *,
        developer_id: str | None = None,
        **details: Any,
    ) -> None:
        """``developer_id`` is whose account it concerns, when that is not the actor's own. ``details`` are JSON: never a secret.

        Raises KeyError for an action that the table of actions does not have.
        """
        ACTIONS[action]
        actor = current_actor()
        values = {
            "at": self._clock.now(),
            "actor_id": actor.developer_id,
            "actor_name": actor.name,
            "authority": actor.authority.value,
            "action": action,
            "developer_id": developer_id or actor.developer_id,
            "target_kind": target.kind if target else None,
            "target_id": target.id if target else None,
            "target_name": target.name if target else None,
            "details": details | ({"api_key": actor.api_key} if actor.api_key else {}),
            "address": actor.address,
            "request_id": actor.request_id,
        }
        store.add(connection, values)
