"""Creating an app step by step (report, table IV.1), and finding apps."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import IntegrityError

from sandbox.contracts.errors import AppNameTaken, ChallengeNotFound, OtpUsed, TooManyApps
from sandbox.contracts.platform import App, AppLink, AppWithSecret, NewApp, PublicApp
from sandbox.kit.clock import seconds_until
from sandbox.kit.errors import SandboxError, ServiceUnavailable
from sandbox.kit.tracing import join_trace
from sandbox.kit.waiting import poll
from sandbox.platform.apps import store
from sandbox.platform.apps.accepting import why_not_accepting
from sandbox.platform.apps.schemas import image_url, to_app
from sandbox.platform.apps.states import TEST_APP_NAME
from sandbox.platform.audit.service import Target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Row

    from sandbox.contracts.wallets import Challenge, Wallet, WalletsClient
    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database
    from sandbox.kit.ids import Ids
    from sandbox.kit.paging import Page, PageQuery
    from sandbox.platform.audit.service import Audit
    from sandbox.platform.limits.service import Limits
    from sandbox.platform.settings import PlatformSettings

_DOUBLE_CLICK_SECONDS = 2.0


class AppService:
    def __init__(  # noqa: PLR0913  composition, as in app.py
        self,
        database: Database,
        clock: Clock,
        ids: Ids,
        *,
        audit: Audit,
        limits: Limits,
        wallets: WalletsClient,
        settings: PlatformSettings,
    ) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._audit = audit
        self._limits = limits
        self._wallets = wallets
        self._settings = settings
        self.chosen_tokens: dict[str, tuple[str | None, str | None]] = {}
        """Public and private token of apps to come, as a seed file says; by link, or of a TEST APP by developer."""

    def has_room(self, developer_id: str) -> bool:
        """Whether this developer may create one more app."""
        with self._database.read() as connection:
            return store.count_ordinary(connection, developer_id) < self._settings.max_apps

    def start(self, developer_id: str, request: NewApp, form_key: str | None = None) -> AppLink:
        """Steps 1 and 2: name, description and phone number; the owner of the wallet gets a code by SMS.

        A form that is sent again with the same ``form_key`` and the same fields leads to the same link, and to one SMS. Raises AppNameTaken, TooManyApps, NotABusinessWallet, TooManyRequests.
        """
        with self._database.read() as connection:
            self._require_room(connection, developer_id, request.name)
        link_id, earlier = self._begin_link(developer_id, request, form_key)
        join_trace(link_id)
        if earlier is not None:
            return self.get_link(developer_id, earlier)
        try:
            challenge = self._wallets.start_challenge(request.phone_number)
        except SandboxError:
            with self._database.write() as connection:
                store.delete_link(connection, link_id)
            raise
        with self._database.write() as connection:
            if not store.set_challenge(connection, link_id, challenge.id):
                raise ChallengeNotFound
            self._audit.record(connection, "app.link_started", Target("app link", link_id, request.name))
            return self._to_link(store.get_link(connection, developer_id, link_id), challenge)

    def _begin_link(self, developer_id: str, request: NewApp, form_key: str | None) -> tuple[str, str | None]:
        """A new link that has no challenge yet; or the one that the same form led to, as soon as it has its challenge."""
        values = request.model_dump() | {
            "id": self._ids.token22(),
            "developer_id": developer_id,
            "challenge_id": "",
            "created_at": self._clock.now(),
        }
        with self._database.write() as connection:
            earlier = store.find_link_by_form(connection, developer_id, form_key) if form_key else None
            if earlier is None:
                self._limits.take(connection, app_code_developer=developer_id)
                store.add_link(connection, values | {"form_key": form_key})
                return values["id"], None
            if any(getattr(earlier, name) != values[name] for name in ("name", "description", "phone_number")):
                self._limits.take(connection, app_code_developer=developer_id)
                store.add_link(connection, values)  # the form was gone back to and filled in anew
                return values["id"], None
        known = poll(lambda: self._list_known(developer_id, form_key or ""), seconds=_DOUBLE_CLICK_SECONDS)
        return earlier.id, earlier.id if known else None

    def _list_known(self, developer_id: str, form_key: str) -> list[str]:
        """The challenge of the form's link, once its code is on its way."""
        with self._database.read() as connection:
            link = store.find_link_by_form(connection, developer_id, form_key)
            return [link.challenge_id] if link is not None and link.challenge_id else []

    def get_link(self, developer_id: str, link_id: str) -> AppLink:
        join_trace(link_id)
        with self._database.read() as connection:
            row = store.get_link(connection, developer_id, link_id)
        return self._to_link(row, self._wallets.get_challenge(row.challenge_id))

    def get_draft(self, developer_id: str, link_id: str) -> NewApp:
        """What was typed in step 1; known even while the Wallets API is away."""
        with self._database.read() as connection:
            row = store.get_link(connection, developer_id, link_id)
        return NewApp(name=row.name, description=row.description, phone_number=row.phone_number)

    def resend(self, developer_id: str, link_id: str) -> AppLink:
        join_trace(link_id)
        with self._database.read() as connection:
            row = store.get_link(connection, developer_id, link_id)
        with self._database.write() as connection:
            self._limits.take(connection, app_code_developer=developer_id)
        challenge = self._wallets.resend_challenge(row.challenge_id)
        with self._database.write() as connection:
            self._audit.record(connection, "app.code_resent", Target("app link", link_id, row.name))
        return self._to_link(row, challenge)

    def confirm(self, developer_id: str, link_id: str, code: str) -> AppWithSecret:
        """Step 3: the right code makes the app. Saying it again, or twice at once, shows the same app."""
        join_trace(link_id)
        finished: Sequence[str] = self._list_made(developer_id, link_id)
        if finished:
            return self._show_again(finished[0])
        with self._database.read() as connection:
            link = store.get_link(connection, developer_id, link_id)
            self._require_room(connection, developer_id, link.name)
        try:
            wallet = self._wallets.verify_challenge(link.challenge_id, code)
        except OtpUsed:  # by the other click of a double click, which makes the app just now
            finished = poll(lambda: self._list_made(developer_id, link_id), seconds=_DOUBLE_CLICK_SECONDS)
            if not finished:
                raise
            return self._show_again(finished[0])
        try:
            with self._database.write() as connection:
                store.lock_developer(connection, developer_id)
                self._require_room(connection, developer_id, link.name)
                app_id = self._add(connection, developer_id, link.name, link.description, wallet, link_id=link_id)
                store.finish_link(connection, link_id, app_id)
                return self._with_secret(store.get(connection, app_id))
        except IntegrityError:
            raise AppNameTaken(field="name") from None

    def find_made(self, developer_id: str, link_id: str) -> str | None:
        """The id of the app that this link has led to; None while the code is still to be entered."""
        return next(iter(self._list_made(developer_id, link_id)), None)

    def _list_made(self, developer_id: str, link_id: str) -> list[str]:
        with self._database.read() as connection:
            link = store.get_link(connection, developer_id, link_id)
            return [] if link.app_id is None else [link.app_id]

    def _show_again(self, app_id: str) -> AppWithSecret:
        """What the first answer said, which may have got lost; since it tells the private token, it is audited."""
        with self._database.write() as connection:
            row = store.get_owned(connection, store.get(connection, app_id).developer_id, app_id)
            self._audit.record(connection, "app.private_token_revealed", Target("app", row.id, row.name))
            return self._with_secret(row)

    def _with_secret(self, row: Row[Any]) -> AppWithSecret:
        return AppWithSecret(**self._to_app(row).model_dump(), private_token=row.private_token)

    def _to_app(self, row: Row[Any]) -> App:
        return to_app(row, now=self._clock.now(), base_url=self._settings.base_url)

    def list_owned(self, developer_id: str) -> list[App]:
        """All of them, oldest first, the TEST APP last."""
        self._ensure_test_app(developer_id)
        with self._database.read() as connection:
            return [self._to_app(row) for row in store.list_owned(connection, developer_id)]

    def read_owned(self, developer_id: str, wanted: PageQuery) -> Page[App]:
        """A page of what :meth:`list_owned` gives."""
        self._ensure_test_app(developer_id)
        with self._database.read() as connection:
            return store.read_owned(connection, developer_id, wanted).map(self._to_app)

    def get_owned(self, developer_id: str, app_id: str) -> App:
        with self._database.read() as connection:
            return self._to_app(store.get_owned(connection, developer_id, app_id))

    def get_public(self, public_token: str) -> PublicApp:
        with self._database.read() as connection:
            row = store.get_by_token(connection, public_token)
        return PublicApp(
            app=row.public_token,
            name=row.name,
            description=row.description,
            merchant=row.trade_name,
            enabled=why_not_accepting(row) is None,
            test_mode=row.is_test,
            image=image_url(row, self._settings.base_url),
        )

    def _ensure_test_app(self, developer_id: str) -> None:
        """Make the developer's TEST APP when it is missing; while the Wallets API is away it waits for the next time."""
        with self._database.read() as connection:
            if store.find_by_name(connection, developer_id, TEST_APP_NAME) is not None:
                return
        try:
            wallet = self._wallets.find_wallet(self._settings.test_wallet_phone)
        except ServiceUnavailable:
            return
        if wallet is None:
            return
        with self._database.write() as connection:
            if store.find_by_name(connection, developer_id, TEST_APP_NAME) is None:
                self._add(connection, developer_id, TEST_APP_NAME, None, wallet, is_test=True)

    def _require_room(self, connection: Connection, developer_id: str, name: str) -> None:
        if name == TEST_APP_NAME or store.find_by_name(connection, developer_id, name) is not None:
            raise AppNameTaken(field="name")
        if store.count_ordinary(connection, developer_id) >= self._settings.max_apps:
            raise TooManyApps

    def _add(  # noqa: PLR0913  what an app is made of
        self,
        connection: Connection,
        developer_id: str,
        name: str,
        description: str | None,
        wallet: Wallet,
        *,
        is_test: bool = False,
        link_id: str | None = None,
    ) -> str:
        app_id = self._ids.token22()
        public_token, private_token = self.chosen_tokens.pop(link_id or developer_id, (None, None))
        values = {
            "id": app_id,
            "developer_id": developer_id,
            "name": name,
            "description": description,
            "wallet_id": wallet.id,
            "wallet_phone": wallet.phone_number,
            "trade_name": wallet.display_name,
            "public_token": public_token or self._ids.uuid(),
            "private_token": private_token or self._ids.uuid(),
            "status": "ENABLED",
            "wallet_status": store.learn_wallet(connection, wallet.id, wallet.status, wallet.sequence),
            "is_test": is_test,
            "created_at": self._clock.now(),
        }
        store.add(connection, values)
        self._audit.record(connection, "app.created", Target("app", app_id, name), developer_id=developer_id)
        return app_id

    def _to_link(self, row: Row[Any], challenge: Challenge) -> AppLink:
        now = self._clock.now()
        is_late = challenge.state == "pending" and now >= datetime.fromisoformat(challenge.expires_at)
        return AppLink(
            id=row.id,
            name=row.name,
            phone_number=row.phone_number,
            state="expired" if is_late else challenge.state,
            tries_left=challenge.tries_left,
            expires_at=challenge.expires_at,
            resend_in_seconds=seconds_until(datetime.fromisoformat(challenge.resend_at), now),
        )
