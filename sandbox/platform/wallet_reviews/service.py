"""Asks the Wallets API for applications, and tells it what an admin decided; each decision is audited once it is taken."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from sandbox.kit.paging import Page
from sandbox.platform.audit.service import Target
from sandbox.platform.wallet_reviews.schemas import ReviewedApplication

if TYPE_CHECKING:
    from typing import Any

    from sandbox.contracts.applications import Application
    from sandbox.contracts.wallets import WalletsClient
    from sandbox.kit.db import Database
    from sandbox.platform.audit.service import Audit
    from sandbox.platform.wallet_reviews.schemas import ReviewQuery


class WalletReviews:
    def __init__(self, database: Database, audit: Audit, wallets: WalletsClient) -> None:
        self._database = database
        self._audit = audit
        self._wallets = wallets

    def list_applications(self, wanted: ReviewQuery) -> Page[Application]:
        rows, cursor = self._wallets.list_applications(state=wanted.state, limit=wanted.limit, after=wanted.after)
        return Page(rows, cursor)

    def get(self, application_id: str) -> ReviewedApplication:
        """With the picture. Raises ApplicationNotFound."""
        application = self._wallets.get_application(application_id)
        image = None
        if application.has_picture:
            content = base64.b64encode(self._wallets.get_card(application_id)).decode()
            image = f"data:image/jpeg;base64,{content}"
        return ReviewedApplication(**application.model_dump(), image=image)

    def approve(self, application_id: str) -> Application:
        """Raises ApplicationStep, CinTaken."""
        application = self._wallets.approve_application(application_id)
        self._record("wallet.approved", application)
        return application

    def reject(self, application_id: str, reason: str) -> Application:
        application = self._wallets.reject_application(application_id, reason)
        self._record("wallet.rejected", application, reason=reason)
        return application

    def _record(self, action: str, application: Application, **details: Any) -> None:
        target = Target("wallet", application.id, application.trade_name or application.name or "")
        with self._database.write() as connection:
            self._audit.record(connection, action, target, **details)
