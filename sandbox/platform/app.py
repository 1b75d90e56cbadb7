"""Puts the developer platform together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.kit.clock import earliest
from sandbox.kit.db import Database
from sandbox.kit.outbox import Outbox
from sandbox.kit.trouble import NO_TROUBLE
from sandbox.kit.web import ServiceApp, create_service_app
from sandbox.platform.accounts.tools import AccountTools
from sandbox.platform.admin.routes import admin_api, admin_pages
from sandbox.platform.admin.service import UserService
from sandbox.platform.api_keys.routes import api_key_api, api_key_pages
from sandbox.platform.api_keys.service import ApiKeyService
from sandbox.platform.apps.routes import app_api, app_pages, image_files, public_app_api, wallet_event_api
from sandbox.platform.apps.service import AppImages, AppService, AppServices, AppSettings, AppTokens
from sandbox.platform.apps.wallets import WalletNews
from sandbox.platform.audit.history import AuditHistory
from sandbox.platform.audit.routes import activity_pages, admin_audit_pages, audit_api
from sandbox.platform.audit.service import Audit
from sandbox.platform.dashboard.routes import dashboard_api, dashboard_pages
from sandbox.platform.dashboard.service import DashboardService
from sandbox.platform.docs.library import Library, Reader
from sandbox.platform.docs.openapi import ApiDocument
from sandbox.platform.docs.routes import doc_pages, document_api
from sandbox.platform.hosted.announcing import PageAnnouncer
from sandbox.platform.hosted.routes import hosted_pages, page_api
from sandbox.platform.hosted.service import HostedPages
from sandbox.platform.identity import create_identity
from sandbox.platform.limits.service import Limits
from sandbox.platform.mail.service import MailService
from sandbox.platform.mail.texts import mail_renderer
from sandbox.platform.mail_keys.service import MailKeys
from sandbox.platform.merchant_api.counters.routes import code_api, terminal_api
from sandbox.platform.merchant_api.counters.service import Counters
from sandbox.platform.merchant_api.credentials import Credentials
from sandbox.platform.merchant_api.generation_1.magic_codes import MagicCodes
from sandbox.platform.merchant_api.generation_1.routes import accept_api, magic_code_api, verification_api
from sandbox.platform.merchant_api.generation_1.service import AcceptService
from sandbox.platform.merchant_api.generation_1.verification import VerificationService
from sandbox.platform.merchant_api.injected import show_planned_refusals
from sandbox.platform.merchant_api.partners.routes import partner_api
from sandbox.platform.merchant_api.partners.service import Partners
from sandbox.platform.merchant_api.rates import Rates
from sandbox.platform.merchant_api.reception import Reception
from sandbox.platform.merchant_api.settlement import Settlement
from sandbox.platform.merchant_api.v1.routes import first_api
from sandbox.platform.merchant_api.v2.operations import PaymentOperations
from sandbox.platform.merchant_api.v2.records import Records
from sandbox.platform.merchant_api.v2.routes import record_api, second_api
from sandbox.platform.merchant_api.v2.service import SecondService
from sandbox.platform.merchant_api.wayfinding import show_the_way
from sandbox.platform.metrics.routes import metric_api
from sandbox.platform.metrics.service.closing import DayClosing
from sandbox.platform.metrics.service.reports import MetricReports
from sandbox.platform.order_details.routes import order_detail_api, order_detail_pages
from sandbox.platform.order_details.service import OrderDetails
from sandbox.platform.order_lists.routes import order_list_api, order_pages
from sandbox.platform.order_lists.service import OrderLists
from sandbox.platform.orders.changes import OrderChanges
from sandbox.platform.orders.routes import form_api, order_api
from sandbox.platform.orders.service import OrderReports, OrderService
from sandbox.platform.orders.store import next_due as orders_due
from sandbox.platform.payment_methods.routes import method_api
from sandbox.platform.payment_methods.service import MethodSteps
from sandbox.platform.quirks.pages import quirk_pages
from sandbox.platform.quirks.routes import quirk_api
from sandbox.platform.quirks.service import QuirkService
from sandbox.platform.refunds.service import RefundService
from sandbox.platform.seeding import SeedDesk
from sandbox.platform.site.routes import site_pages
from sandbox.platform.tables import SCHEMA_VERSION, metadata, outbox
from sandbox.platform.upgrades import UPGRADES
from sandbox.platform.wallet_reviews.holder_routes import wallet_holder_api, wallet_holder_pages
from sandbox.platform.wallet_reviews.routes import wallet_review_api, wallet_review_pages
from sandbox.platform.wallet_reviews.service import WalletReviews
from sandbox.platform.webhooks.announcing import Announcer
from sandbox.platform.webhooks.routes import webhook_api, webhook_pages
from sandbox.platform.webhooks.sender import Sender
from sandbox.platform.webhooks.service import WebhookService
from sandbox.platform.webhooks.store import next_due as webhooks_due

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Blueprint

    from sandbox.contracts.payments import PaymentsClient
    from sandbox.contracts.wallets import WalletsClient
    from sandbox.kit.clock import Clock, NextDue
    from sandbox.kit.ids import IdSource
    from sandbox.kit.outgoing import OutgoingHttp
    from sandbox.kit.trouble import Trouble
    from sandbox.platform.docs.manual import Manual
    from sandbox.platform.settings import PlatformSettings


@dataclass(frozen=True)
class Platform:
    app: ServiceApp
    database: Database
    jobs: tuple[Callable[[], int], ...]
    """What is to be done now and then, and when the clock moves; each returns how much it did."""
    deliver: Callable[[], int]
    """That of the jobs which sends what waits in the outbox."""
    webhooks: Sender
    """Calls merchants' servers, which may be slow: runs beside the jobs."""
    seeding: SeedDesk
    """For seed files."""
    next_due: NextDue
    """When the jobs or webhooks will have something to do."""


def create_platform(
    database_url: str,
    clock: Clock,
    ids: IdSource,
    settings: PlatformSettings,
    *,
    service_key: str,
    wallets: WalletsClient,
    payments: PaymentsClient,
    outgoing: OutgoingHttp,
    trouble: Trouble = NO_TROUBLE,
    script: Path,
    manual: Manual,
    wake: Callable[[], None],
    wake_webhooks: Callable[[], None],
) -> Platform:
    database = Database(database_url, metadata, version=SCHEMA_VERSION, schema="platform", upgrades=UPGRADES)
    app = create_service_app("sandbox.platform", service_key=service_key, pages=True)
    app.secret_key = settings.secret_key
    app.config["SESSION_COOKIE_SECURE"] = settings.base_url.startswith("https:")
    stream = ids.stream("platform")
    messages = Outbox(database, outbox, clock, wake)
    mail = MailService(messages, clock, settings.smtp_port, mail_renderer(app))
    audit = Audit(clock)
    users = UserService(database, clock, audit=audit, mail=mail, base_url=settings.base_url)
    history = AuditHistory(database, audit)
    mail_keys, limits = MailKeys(clock, ids.stream("platform.mail_keys")), Limits(clock, settings.limits)
    keys = ApiKeyService(
        database,
        clock,
        ids.stream("platform.api_keys"),
        audit=audit,
        limits=limits,
        max_keys=settings.max_api_keys,
    )
    tools = AccountTools(database, clock, audit, limits, mail_keys, mail, settings.base_url)
    identity = create_identity(
        app, tools, ids, api_keys=keys, messages=messages, wallets=wallets, admin_email=settings.admin_email
    )
    access = identity.access
    changes = OrderChanges()
    announcer = Announcer(ids.stream("platform.webhooks"), wake_webhooks)
    changes.listen(announcer.order_changed)
    changes.listen(PageAnnouncer(announcer, settings.quirks).order_changed)
    webhooks = WebhookService(
        database,
        clock,
        ids.stream("platform.webhooks"),
        audit=audit,
        outgoing=outgoing,
        announcer=announcer,
    )
    sender = Sender(database, clock, outgoing, trouble)
    orders = OrderService(database, clock, ids.stream("platform.orders"), changes=changes, settings=settings)
    reports = OrderReports(database)
    order_lists = OrderLists(database)
    metrics, closing = MetricReports(database, clock), DayClosing(database, clock)
    dashboard = DashboardService(database, metrics, audit)
    base_url = settings.base_url
    apps = AppServices(
        AppService(database, clock, stream, audit=audit, limits=limits, wallets=wallets, settings=settings),
        AppTokens(database, clock, stream, audit=audit, orders=orders, base_url=base_url),
        AppSettings(database, clock, audit=audit, orders=orders, base_url=base_url),
        AppImages(database, clock, stream, audit=audit, outgoing=outgoing, base_url=base_url),
    )
    magic_codes = MagicCodes(database, clock, stream, payments=payments, changes=changes)
    accept = AcceptService(database, clock, stream, payments=payments, orders=orders, magic_codes=magic_codes)
    refunds = RefundService(
        database, clock, ids.stream("platform.refunds"), audit=audit, orders=orders, payments=payments
    )
    details = OrderDetails(database)
    methods = MethodSteps(database, clock, payments)
    pages = HostedPages(
        database, clock, ids.stream("platform.hosted"), orders=orders, methods=methods, payments=payments
    )
    quirks = QuirkService(database, audit, settings.quirks)
    reception = Reception(Credentials(database, clock, keys), quirks, Rates(clock))
    settlement = Settlement(clock, settings.settlement_seconds)
    counters = Counters(
        database, ids.stream("platform.counters"), pages, settlement=settlement, base_url=settings.base_url
    )
    partners = Partners(database, clock, ids.stream("platform.partners"), wallets=wallets, payments=payments)
    wallet_reviews = WalletReviews(database, clock, ids.stream("platform.reviews"), audit=audit, wallets=wallets)
    document = ApiDocument(app, settings.base_url)
    library = Library(document, manual, settings.base_url)

    def reader() -> Reader:
        developer = access.find_developer()
        owned = apps.linking.list_owned(developer.id) if developer else []
        return Reader(owned[0].public_token) if owned else Reader()

    blueprints: tuple[Blueprint, ...] = (
        site_pages(lambda: library.show("", reader()), script),
        doc_pages(library, reader),
        *identity.blueprints,
        activity_pages(history, access),
        admin_pages(users, history, access),
        admin_audit_pages(history, access),
        admin_api(users, access),
        audit_api(history, access),
        api_key_pages(keys, access),
        api_key_api(keys, access),
        app_pages(apps, reports, metrics, access, settings),
        app_api(apps, access),
        public_app_api(apps),
        image_files(apps),
        wallet_event_api(WalletNews(database, audit)),
        webhook_pages(webhooks, apps.linking, access),
        webhook_api(webhooks, access),
        order_pages(order_lists, access),
        order_list_api(order_lists, access),
        order_detail_pages(details, refunds, access),
        order_detail_api(details, refunds, access),
        form_api(orders),
        order_api(orders),
        accept_api(accept),
        verification_api(
            VerificationService(database, clock, payments, pages=pages, quirks=quirks, settlement=settlement)
        ),
        first_api(reception, pages, settings),
        second_api(
            reception,
            SecondService(database, clock, pages, wallets=wallets, settings=settings, settlement=settlement),
            PaymentOperations(clock, pages, refunds, settlement),
        ),
        record_api(reception, Records(database, pages)),
        terminal_api(reception, counters),
        code_api(reception, counters),
        partner_api(reception, partners),
        page_api(pages),
        quirk_api(quirks, access),
        quirk_pages(quirks, apps, access),
        hosted_pages(pages, quirks, access),
        magic_code_api(magic_codes),
        wallet_review_pages(wallet_reviews, access),
        wallet_review_api(wallet_reviews, access),
        wallet_holder_pages(wallet_reviews, access),
        wallet_holder_api(wallet_reviews, access),
        method_api(methods),
        document_api(document),
        metric_api(metrics, access),
        dashboard_pages(dashboard, metrics, apps.linking, access),
        dashboard_api(dashboard, metrics, access),
    )
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    show_the_way(app)
    show_planned_refusals(app)
    jobs = (orders.expire_due, refunds.finish_pending, wallet_reviews.finish_cut_off, messages.deliver_due, closing.run)
    return Platform(
        app,
        database,
        jobs,
        messages.deliver_due,
        sender,
        SeedDesk(database, apps.linking, audit),
        earliest(orders_due(database), webhooks_due(database), messages.next_due),
    )
