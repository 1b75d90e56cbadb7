"""Puts the mail catcher together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.kit.db import Database
from sandbox.kit.web import ServiceApp, create_service_app
from sandbox.mail_catcher.models import SCHEMA_VERSION, metadata
from sandbox.mail_catcher.routes import inbox_api, inbox_pages
from sandbox.mail_catcher.service import MailService

if TYPE_CHECKING:
    from sandbox.contracts.wallets import WalletsClient
    from sandbox.kit.clock import Clock


@dataclass(frozen=True)
class MailCatcher:
    app: ServiceApp
    database: Database
    service: MailService


def create_mail_catcher(database_url: str, clock: Clock, *, service_key: str, wallets: WalletsClient) -> MailCatcher:
    database = Database(database_url, metadata, version=SCHEMA_VERSION, schema="mail")
    service = MailService(database, clock)
    app = create_service_app("sandbox.mail_catcher", service_key=service_key, pages=True)
    app.static_folder = "static"
    app.add_url_rule("/static/<path:filename>", endpoint="static", view_func=app.send_static_file)
    for routes in (inbox_api(service), inbox_pages(service, wallets)):
        app.register_blueprint(routes)
    return MailCatcher(app, database, service)
