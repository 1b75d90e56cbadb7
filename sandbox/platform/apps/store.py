"""Queries on apps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Connection,
    Integer,
    Row,
    bindparam,
    cast,
    delete,
    func,
    insert,
    literal_column,
    select,
    text,
    update,
)

from sandbox.contracts.errors import AppNotFound, ChallengeNotFound
from sandbox.kit.paging import Page, PageQuery, read_page
from sandbox.platform.accounts.models import developers
from sandbox.platform.apps.models import apps, images, links, wallet_states
from sandbox.platform.webhooks.models import endpoints

if TYPE_CHECKING:
    from collections.abc import Sequence

_learn_wallet = text(
    "INSERT INTO wallet_states (wallet_id, status, sequence) VALUES (:wallet_id, :status, :sequence)"
    " ON CONFLICT (wallet_id) DO UPDATE SET status = excluded.status, sequence = excluded.sequence"
    " WHERE wallet_states.sequence < excluded.sequence"
)
_is_there = apps.c.status != literal_column("'DELETED'")
"""Spelled out: SQLite compares a parameter here with the condition of ``apps_by_name``, and prepares the statement anew each time."""
_with_owner = select(apps, developers.c.status.label("owner_status")).join(
    developers, developers.c.id == apps.c.developer_id
)
"""An app whose owner's account is not active accepts nothing: asked in the same statement, on the hot path too."""
_by_id = _with_owner.where(apps.c.id == bindparam("id"))
_locked_by_id = _by_id.with_for_update(of=apps)
_by_public_token = _with_owner.where(apps.c.public_token == bindparam("token"), _is_there)


def add(connection: Connection, values: dict[str, Any]) -> None:
    connection.execute(insert(apps).values(**values))


def get(connection: Connection, app_id: str, *, lock: bool = False) -> Row[Any]:
    """Any app, deleted ones too."""
    found = connection.execute(_locked_by_id if lock else _by_id, {"id": app_id}).first()
    if found is None:
        raise AppNotFound
    return found


def get_owned(
    connection: Connection, developer_id: str, app_id: str, *, lock: bool = False, even_deleted: bool = False
) -> Row[Any]:
    """Somebody else's app, and one that was deleted, is as unknown as one that is not there."""
    found = get(connection, app_id, lock=lock)
    if found.developer_id != developer_id or (found.status == "DELETED" and not even_deleted):
        raise AppNotFound
    return found


def change(connection: Connection, app_id: str, **values: Any) -> None:
    connection.execute(update(apps).where(apps.c.id == app_id).values(**values))


def find_by_public_token(connection: Connection, public_token: str) -> Row[Any] | None:
    return connection.execute(_by_public_token, {"token": public_token}).first()


def find_by_private_token(connection: Connection, private_token: str) -> Row[Any] | None:
    """Few apps are in a sandbox: no index is kept of secrets."""
    query = _with_owner.where(apps.c.private_token == private_token, _is_there)
    return connection.execute(query).first()


def get_by_token(connection: Connection, public_token: str) -> Row[Any]:
    """Raises AppNotFound, also for a token that was revoked and for a deleted app's."""
    found = find_by_public_token(connection, public_token)
    if found is None:
        raise AppNotFound(field="app")
    return found


def find_by_name(connection: Connection, developer_id: str, name: str) -> Row[Any] | None:
    """A deleted app's name is free again."""
    query = select(apps).where(apps.c.developer_id == developer_id, apps.c.name == name, _is_there)
    return connection.execute(query).first()


def list_owned(connection: Connection, developer_id: str) -> Sequence[Row[Any]]:
    """The developer's apps, oldest first, the TEST APP last."""
    query = select(apps).where(apps.c.developer_id == developer_id, _is_there)
    return connection.execute(query.order_by(apps.c.is_test, apps.c.number)).all()


def read_owned(connection: Connection, developer_id: str, wanted: PageQuery) -> Page[Row[Any]]:
    """A page of what :func:`list_owned` gives."""
    is_last = cast(apps.c.is_test, Integer).label("is_last")
    query = select(apps, is_last).where(apps.c.developer_id == developer_id, _is_there)
    return read_page(connection, query, [is_last, apps.c.number], wanted, descending=False)


def count_ordinary(connection: Connection, developer_id: str) -> int:
    query = (
        select(func.count()).select_from(apps).where(apps.c.developer_id == developer_id, ~apps.c.is_test, _is_there)
    )
    return connection.execute(query).scalar_one()


def lock_developer(connection: Connection, developer_id: str) -> None:
    """Whoever counts a developer's apps to make one more takes turns with others who do."""
    connection.execute(select(developers.c.id).where(developers.c.id == developer_id).with_for_update())


def add_link(connection: Connection, values: dict[str, Any]) -> None:
    connection.execute(insert(links).values(**values))


def get_link(connection: Connection, developer_id: str, link_id: str, *, lock: bool = False) -> Row[Any]:
    query = select(links).where(links.c.id == link_id, links.c.developer_id == developer_id)
    found = connection.execute(query.with_for_update() if lock else query).first()
    if found is None:
        raise ChallengeNotFound
    return found


def find_link_by_form(connection: Connection, developer_id: str, form_key: str) -> Row[Any] | None:
    query = select(links).where(links.c.developer_id == developer_id, links.c.form_key == form_key)
    return connection.execute(query).first()


def set_challenge(connection: Connection, link_id: str, challenge_id: str) -> bool:
    """False when the link was given up meanwhile."""
    return (
        connection.execute(update(links).where(links.c.id == link_id).values(challenge_id=challenge_id)).rowcount == 1
    )


def delete_link(connection: Connection, link_id: str) -> None:
    connection.execute(delete(links).where(links.c.id == link_id))


def finish_link(connection: Connection, link_id: str, app_id: str) -> None:
    connection.execute(update(links).where(links.c.id == link_id).values(app_id=app_id))


def learn_wallet(connection: Connection, wallet_id: str, status: str, sequence: int) -> str:
    """Keep the newest of what is known of a wallet, and tell it; its row stays locked for the transaction."""
    connection.execute(_learn_wallet, {"wallet_id": wallet_id, "status": status, "sequence": sequence})
    found = connection.execute(select(wallet_states.c.status).where(wallet_states.c.wallet_id == wallet_id))
    return str(found.scalar_one())


def list_by_wallet(connection: Connection, wallet_id: str) -> Sequence[Row[Any]]:
    return connection.execute(
        select(apps).where(apps.c.wallet_id == wallet_id, _is_there).order_by(apps.c.number)
    ).all()


def set_wallet_status(connection: Connection, app_id: str, status: str) -> None:
    connection.execute(update(apps).where(apps.c.id == app_id).values(wallet_status=status))


def has_webhook(connection: Connection, app_id: str) -> bool:
    """Whether anybody is told of this app's payments in passive mode."""
    return connection.execute(select(endpoints.c.app_id).where(endpoints.c.app_id == app_id)).first() is not None


def add_image(connection: Connection, values: dict[str, Any]) -> None:
    connection.execute(insert(images).values(**values))


def delete_images(connection: Connection, app_id: str) -> None:
    connection.execute(delete(images).where(images.c.app_id == app_id))


def find_image(connection: Connection, image_id: str) -> Row[Any] | None:
    return connection.execute(select(images).where(images.c.id == image_id)).first()
