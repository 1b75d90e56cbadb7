"""The services around accounts on a database of their own; time stands still until the test moves it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from sqlalchemy import select, update

from sandbox.contracts.platform import Login, Registration
from sandbox.kit.clock import Clock, ClockState
from sandbox.kit.db import Database
from sandbox.kit.ids import IdSource
from sandbox.kit.outbox import Outbox
from sandbox.platform.accounts.models import developers
from sandbox.platform.accounts.service import AccountService
from sandbox.platform.accounts.tools import AccountTools
from sandbox.platform.audit.models import audit_events
from sandbox.platform.audit.service import Audit
from sandbox.platform.limits.models import rate_limits
from sandbox.platform.limits.rules import LIMIT_SETTINGS
from sandbox.platform.limits.service import Limits
from sandbox.platform.mail.service import MailService
from sandbox.platform.mail_keys.service import MailKeys
from sandbox.platform.profile.service import ProfileService
from sandbox.platform.recovery.service import RecoveryService
from sandbox.platform.sessions.service import SessionService
from sandbox.platform.tables import SCHEMA_VERSION, metadata, outbox
from tests.databases import UrlFactory
from tests.services import START

ALLOWED = 3
PASSWORD = "correct horse battery"
_numbers = count(1)


class Desk:
    """Registers, logs in and changes accounts, without a mail server: mails are read where they wait."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = Clock(ClockState(frozen_at=START))
        self.limits = Limits(self.clock, dict.fromkeys(LIMIT_SETTINGS, ALLOWED))
        self.messages = Outbox(database, outbox, self.clock, lambda: None)
        mail = MailService(self.messages, self.clock, 0, lambda *_: ("", "", ""))
        ids = IdSource(7)
        keys = MailKeys(self.clock, ids.stream("keys"))
        audit = Audit(self.clock)
        tools = AccountTools(database, self.clock, audit, self.limits, keys, mail, "http://127.0.0.1")
        self.accounts = AccountService(tools, ids.stream("accounts"), admin_email="")
        self.sessions = SessionService(tools, ids.stream("sessions"))
        self.recovery = RecoveryService(tools, self.messages, self.accounts)
        self.profile = ProfileService(tools)

    def register(self, email: str = "") -> str:
        """A developer who is active; returns the address."""
        email = email or f"dev-{next(_numbers)}@example.com"
        self.accounts.register(Registration(name="Rania Mejri", email=email, password=PASSWORD, language="fr"))
        self.accounts.activate(self.newest_key(email))
        return email

    def log_in(self, email: str, password: str = PASSWORD, **more: Any) -> str:
        return self.sessions.login(Login(email=email, password=password), **more).token

    def id_of(self, email: str) -> str:
        with self.database.read() as connection:
            return str(connection.execute(select(developers.c.id).where(developers.c.email == email)).scalar_one())

    def mails(self, email: str) -> list[dict[str, Any]]:
        with self.database.read() as connection:
            rows = connection.execute(select(outbox.c.payload).where(outbox.c.topic == "mail").order_by(outbox.c.id))
            return [row.payload for row in rows if row.payload["to"] == email]

    def newest_key(self, email: str) -> str:
        links = [mail["values"]["link"] for mail in self.mails(email) if "link" in mail["values"]]
        return str(links[-1]).rpartition("/")[2]

    def reset_key(self, email: str) -> str:
        self.recovery.ask_reset(email)
        self.answer_what_was_asked()
        return self.newest_key(email)

    def answer_what_was_asked(self) -> None:
        """The job beside the requests; the mails themselves wait, since there is no mail server."""
        self.messages.deliver_due()

    def set_developer(self, email: str, **values: Any) -> None:
        with self.database.write() as connection:
            connection.execute(update(developers).where(developers.c.email == email).values(**values))

    def count_limits(self) -> int:
        with self.database.read() as connection:
            return len(connection.execute(select(rate_limits)).all())

    def actions(self) -> list[str]:
        with self.database.read() as connection:
            return list(connection.execute(select(audit_events.c.action).order_by(audit_events.c.number)).scalars())


@pytest.fixture
def desk(database_url: UrlFactory) -> Iterator[Desk]:
    database = Database(database_url("platform"), metadata, version=SCHEMA_VERSION, schema="platform")
    yield Desk(database)
    database.close()
