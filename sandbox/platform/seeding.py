"""What the loading of a seed file asks of the platform beside its clients; in this process only, never over the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.platform.accounts import store as account_store
from sandbox.platform.accounts.schemas import account_target
from sandbox.platform.apps import store as app_store
from sandbox.platform.audit.actor import SYSTEM, acting_as

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.kit.db import Database
    from sandbox.platform.apps.service import AppService
    from sandbox.platform.audit.service import Audit

Tokens = tuple[str | None, str | None]
"""Public and private; None where one comes from the seed as usual."""


class SeedDesk:
    def __init__(self, database: Database, apps: AppService, audit: Audit) -> None:
        self._database = database
        self._apps = apps
        self._audit = audit

    def list_taken_emails(self, emails: Iterable[str]) -> set[str]:
        with self._database.read() as connection:
            return {email for email in emails if account_store.find_by_email(connection, email) is not None}

    def list_taken_tokens(self, public_tokens: Iterable[str]) -> set[str]:
        with self._database.read() as connection:
            return {each for each in public_tokens if app_store.find_by_public_token(connection, each) is not None}

    def choose_tokens(self, link_id: str, tokens: Tokens) -> None:
        """The app that this link leads to gets these tokens."""
        self._apps.chosen_tokens[link_id] = tokens

    def choose_test_tokens(self, email: str, tokens: Tokens) -> None:
        """The TEST APP of this developer, which is not made yet, gets these tokens."""
        with self._database.read() as connection:
            found = account_store.find_by_email(connection, email)
        if found is not None:
            self._apps.chosen_tokens[found.id] = tokens

    def forget_choices(self) -> None:
        self._apps.chosen_tokens.clear()

    def make_admin(self, email: str) -> None:
        with self._database.write() as connection, acting_as(SYSTEM):
            found = account_store.find_by_email(connection, email)
            if found is not None and not found.is_admin:
                account_store.change(connection, found.id, is_admin=True)
                self._audit.record(connection, "admin.granted", account_target(found), developer_id=found.id)
