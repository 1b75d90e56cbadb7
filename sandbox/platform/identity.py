"""Puts together all that concerns who a developer is: accounts, sessions, recovery, settings, and who is calling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.platform.access import Access
from sandbox.platform.accounts.routes import account_api, account_pages
from sandbox.platform.accounts.service import AccountService
from sandbox.platform.business.routes import business_api, business_pages
from sandbox.platform.business.service import BusinessService
from sandbox.platform.profile.routes import account_settings_api, email_pages, settings_pages
from sandbox.platform.profile.service import ProfileService
from sandbox.platform.recovery.routes import recovery_api, recovery_pages
from sandbox.platform.recovery.service import RecoveryService
from sandbox.platform.sessions.routes import add_login_pages, add_session_pages, session_api
from sandbox.platform.sessions.service import SessionService

if TYPE_CHECKING:
    from flask import Blueprint, Flask

    from sandbox.contracts.wallets import WalletsClient
    from sandbox.kit.ids import IdSource
    from sandbox.kit.outbox import Outbox
    from sandbox.platform.accounts.tools import AccountTools
    from sandbox.platform.api_keys.service import ApiKeyService


@dataclass(frozen=True)
class Identity:
    """What the other parts of the platform need of it."""

    access: Access
    blueprints: tuple[Blueprint, ...]


def create_identity(  # noqa: PLR0913  composition, as in app.py
    app: Flask,
    tools: AccountTools,
    ids: IdSource,
    *,
    api_keys: ApiKeyService,
    messages: Outbox,
    wallets: WalletsClient,
    admin_email: str,
) -> Identity:
    stream = ids.stream("platform.accounts")
    accounts = AccountService(tools, stream, admin_email=admin_email)
    sessions = SessionService(tools, ids.stream("platform.sessions"))
    recovery = RecoveryService(tools, messages, accounts)
    profile = ProfileService(tools)
    business = BusinessService(tools, ids.stream("platform.business"), accounts=accounts, wallets=wallets)
    access = Access(app, sessions, api_keys, ids.stream("platform.forms"), secure=tools.base_url.startswith("https:"))
    account_routes, settings_routes = account_pages(accounts, access), settings_pages(profile, access)
    add_login_pages(account_routes, sessions, access)
    add_session_pages(settings_routes, sessions, access)
    blueprints = (
        account_routes,
        account_api(accounts),
        session_api(sessions, access),
        recovery_pages(recovery, access),
        recovery_api(recovery),
        settings_routes,
        email_pages(profile),
        account_settings_api(profile, access),
        business_pages(business, access),
        business_api(business),
    )
    return Identity(access, blueprints)
