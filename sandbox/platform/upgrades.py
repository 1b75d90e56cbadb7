"""Steps that change what kept data holds, by the version that they lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

if TYPE_CHECKING:
    from sqlalchemy import Connection


def free_names_of_deleted_apps(connection: Connection) -> None:
    """A developer's app names were unique among all apps; now they are among those that are not deleted."""
    from alembic.migration import MigrationContext
    from alembic.operations import Operations

    found = [
        rule["name"] for rule in inspect(connection).get_unique_constraints("apps") if len(rule["column_names"]) == 2
    ]
    operations = Operations(MigrationContext.configure(connection))
    for name in found:
        convention = {"uq": "uq_%(table_name)s_%(column_0_N_name)s"}
        with operations.batch_alter_table("apps", naming_convention=convention) as batch:
            batch.drop_constraint(name or "uq_apps_developer_id_name", type_="unique")


def name_sessions_and_move_activation_keys(connection: Connection) -> None:
    """Nobody is logged out, and mails that are under way still activate: their keys have a table of their own now."""
    connection.execute(
        text("UPDATE login_sessions SET id = substr(token_hash, 1, 22), last_seen_at = created_at WHERE id = ''")
    )
    connection.execute(
        text(
            "INSERT INTO mail_keys (developer_id, purpose, key_hash, expires_at)"
            " SELECT id, 'activation', activation_hash, activation_expires_at FROM developers"
            " WHERE activation_hash IS NOT NULL AND status = 'pending'"
        )
    )


def to_version_2(connection: Connection) -> None:
    free_names_of_deleted_apps(connection)
    name_sessions_and_move_activation_keys(connection)


UPGRADES = {2: to_version_2}
