"""Steps that change what kept data holds, by the version that they lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import inspect

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


UPGRADES = {2: free_names_of_deleted_apps}
