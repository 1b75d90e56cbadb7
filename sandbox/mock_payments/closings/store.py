"""Queries on closings. Whoever seals has locked the wallet's accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, delete, insert, literal_column, select, update

from sandbox.mock_payments.closings.models import closings

if TYPE_CHECKING:
    from collections.abc import Sequence

_BATCH = 100


def seal(connection: Connection, wallet_id: str, token: str) -> None:
    """Or seal it again, with another token: the one before can no longer take the seal off."""
    changed = connection.execute(update(closings).where(closings.c.wallet_id == wallet_id).values(token=token))
    if changed.rowcount == 0:
        connection.execute(insert(closings).values(wallet_id=wallet_id, token=token, state="sealed"))


def finish(connection: Connection, wallet_id: str) -> None:
    connection.execute(update(closings).where(closings.c.wallet_id == wallet_id).values(state="closed"))


def unseal(connection: Connection, wallet_id: str, token: str) -> bool:
    """Whether the seal was still that of ``token``."""
    is_ours = (closings.c.wallet_id == wallet_id, closings.c.token == token, closings.c.state == "sealed")
    return connection.execute(delete(closings).where(*is_ours)).rowcount > 0


def list_sealed(connection: Connection) -> Sequence[Row[Any]]:
    return connection.execute(
        select(closings).where(closings.c.state == literal_column("'sealed'")).limit(_BATCH)
    ).all()
