"""What the comparison of two worlds tells of: which tables, what names a row, which changes matter, and in which words.

This package knows no service, so it names their tables and columns; a test fails when one is named that is no more, or when
a table is neither told of here nor said to be told by another.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Thing:
    """Rows of ``table`` are the same thing when the columns of ``key`` agree; the first of them is its id.

    ``one`` and ``many`` are its words, ``named`` the column that names it, or holds the id of the wallet, app or developer
    that does (``names_are_told`` in the sentence, too); ``link`` stands before names instead of brackets. Of ``state``, those in ``usual`` go without saying, those in
    ``hidden`` are told by another thing; ``made`` says what it is to be new in one of the usual. ``changes`` has the words for other columns that matter; what is in ``secret`` is not
    shown. ``amount`` is in millimes, ``why`` says why something did not come about, ``details`` are for programs.
    """

    part: str
    service: str
    table: str
    key: tuple[str, ...]
    one: str
    many: str
    named: str
    names_are_told: bool = True
    made: str = ""
    link: str = ""
    state: str = ""
    usual: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    words: Mapping[str, str] = field(default_factory=dict)
    changes: Mapping[str, str] = field(default_factory=dict)
    secret: frozenset[str] = frozenset()
    amount: str = ""
    why: str = ""
    details: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        named = (*self.key, self.named, self.state, self.amount, self.why, *self.changes, *self.details)
        return tuple(dict.fromkeys(column for column in named if column))

    @property
    def watched(self) -> tuple[str, ...]:
        return tuple(column for column in (self.state, *self.changes) if column)


MOVED_BY = (
    Thing(
        "payments",
        "payments",
        "payments",
        ("id",),
        "payment",
        "payments",
        named="merchant_name",
        names_are_told=False,
        state="state",
        changes={"refunded": "refunded further", "amount": "taken in part"},
        why="reason",
        details=("amount", "refunded", "fee", "reason", "payer_name", "payer_phone", "reference", "method", "session"),
    ),
)
"""Told before the money itself."""

OTHERS = (
    Thing(
        "refunds",
        "payments",
        "refunds",
        ("id",),
        "one refund",
        "refunds",
        named="payment_id",
        names_are_told=False,
        amount="amount",
        details=("payment_id", "reason"),
    ),
    Thing(
        "refund_requests",
        "platform",
        "refunds",
        ("id",),
        "one refund",
        "refunds",
        named="order_id",
        names_are_told=False,
        state="state",
        hidden=frozenset({"succeeded"}),
        amount="amount",
        why="error",
        details=("order_id", "error", "reason", "actor"),
    ),
    Thing(
        "webhooks",
        "platform",
        "webhook_events",
        ("id",),
        "one webhook",
        "webhooks",
        named="app_id",
        state="state",
        words={"pending": "waiting"},
        changes={"attempts": "tried again"},
        details=("type", "order_id", "app_id", "attempts", "url"),
    ),
    Thing(
        "orders",
        "platform",
        "orders",
        ("id",),
        "one order",
        "orders",
        named="app_id",
        state="status",
        changes={"refunded_amount": "refunded further"},
        why="reason",
        details=("app_id", "reference", "amount", "refunded_amount", "reason", "payment_id", "is_test"),
    ),
    Thing(
        "transfers",
        "payments",
        "transfers",
        ("id",),
        "one transfer",
        "transfers",
        named="payee_name",
        link=" to ",
        amount="amount",
        details=("payer_name", "payer_phone", "payee_phone", "fee", "note"),
    ),
    Thing(
        "money_requests",
        "payments",
        "money_requests",
        ("id",),
        "one request for money",
        "requests for money",
        named="payee_name",
        state="state",
        words={"pending": "waiting"},
        details=("amount", "payer_name", "payer_phone", "payee_phone", "note"),
    ),
    Thing(
        "bank_movements",
        "payments",
        "bank_movements",
        ("id",),
        "one movement to or from the bank",
        "movements to or from the bank",
        named="wallet_id",
        amount="amount",
        details=("kind", "wallet_id", "rib"),
    ),
    Thing(
        "kept_cards",
        "platform",
        "card_bindings",
        ("id",),
        "one kept card",
        "kept cards",
        named="app_id",
        details=("app_id", "customer", "last_four", "brand"),
    ),
    Thing(
        "wallets",
        "wallets",
        "wallets",
        ("id",),
        "one wallet",
        "wallets",
        named="id",
        made="opened",
        state="status",
        usual=frozenset({"active"}),
        changes={
            "level": "of another level",
            "phone_number": "with another number",
            "pin_hash": "with another PIN",
            "wrong_pins": "with another count of wrong PINs",
        },
        secret=frozenset({"pin_hash"}),
        details=("kind", "phone_number", "level"),
    ),
    Thing(
        "applications",
        "wallets",
        "kyc_applications",
        ("id",),
        "one application for a wallet",
        "applications for wallets",
        named="phone_number",
        state="state",
        words={"phone": "begun", "review": "in review"},
        details=("kind", "level", "wallet_id", "reason"),
    ),
    Thing(
        "bank_accounts",
        "wallets",
        "bank_accounts",
        ("wallet_id",),
        "one bank account linked",
        "bank accounts linked",
        named="wallet_id",
        changes={"rib": "with another number"},
        details=("rib",),
    ),
    Thing(
        "one_time_codes",
        "wallets",
        "otp_challenges",
        ("id",),
        "one SMS code",
        "SMS codes",
        named="phone_number",
        link=" for ",
        state="state",
        words={"pending": "waiting"},
        details=("purpose", "sent"),
    ),
    Thing(
        "developers",
        "platform",
        "developers",
        ("id",),
        "one developer",
        "developers",
        named="name",
        made="registered",
        state="status",
        usual=frozenset({"active"}),
        words={"pending": "not activated"},
        changes={
            "name": "renamed",
            "email": "with another address",
            "password_hash": "with another password",
            "language": "with another language",
            "is_admin": "with other rights",
            "company": "with another profile",
            "website": "with another profile",
            "phone_number": "with another profile",
        },
        secret=frozenset({"password_hash"}),
        details=("email",),
    ),
    Thing(
        "apps",
        "platform",
        "apps",
        ("id",),
        "one app",
        "apps",
        named="name",
        made="created",
        state="status",
        usual=frozenset({"ENABLED"}),
        changes={
            "name": "renamed",
            "public_token": "with another public token",
            "private_token": "with another private token",
            "wallet_id": "with another wallet",
            "wallet_status": "whose wallet changed",
            "description": "with another description",
            "verification_mode": "that is told of payments otherwise",
            "allowed_origins": "with other allowed origins",
            "session_seconds": "whose forms stay open for another time",
            "image_id": "with another picture",
            "quirks": "with other quirks",
        },
        secret=frozenset({"private_token", "allowed_origins", "image_id", "quirks", "wallet_id"}),
        details=("developer_id", "public_token", "wallet_phone", "is_test"),
    ),
    Thing(
        "api_keys",
        "platform",
        "api_keys",
        ("id",),
        "one API key",
        "API keys",
        named="name",
        made="made",
        changes={"revoked_at": "revoked"},
        secret=frozenset({"revoked_at"}),
        details=("developer_id", "access", "prefix"),
    ),
    Thing(
        "webhook_endpoints",
        "platform",
        "webhook_endpoints",
        ("app_id",),
        "one webhook address",
        "webhook addresses",
        named="app_id",
        made="set",
        changes={
            "url": "that leads elsewhere",
            "secret": "with another secret",
            "stopped_at": "stopped or going again",
        },
        secret=frozenset({"secret", "stopped_at"}),
        details=("url",),
    ),
    Thing(
        "business_switches",
        "platform",
        "business_switches",
        ("token_hash",),
        "one switch from a business account",
        "switches from business accounts",
        named="phone_number",
        state="status",
        secret=frozenset({"token_hash"}),
    ),
    Thing(
        "partner_links",
        "platform",
        "partner_links",
        ("session_id",),
        "one wallet linked to a partner",
        "wallets linked to partners",
        named="wallet_id",
        changes={"tracking_id": "now confirmed"},
        details=("developer_id", "phone_number"),
    ),
    Thing(
        "seed_files",
        "control",
        "loaded_seeds",
        ("digest",),
        "one seed file",
        "seed files",
        named="name",
        made="loaded",
    ),
    Thing(
        "logins",
        "platform",
        "login_sessions",
        ("id",),
        "one login",
        "logins",
        named="developer_id",
        link=" of ",
    ),
    Thing(
        "phones",
        "mobile",
        "phones",
        ("phone_number",),
        "one phone",
        "phones",
        named="phone_number",
        made="added",
        changes={"name": "renamed", "wallet_id": "with another wallet"},
        details=("name", "wallet_id"),
    ),
    Thing(
        "mails",
        "mail",
        "mails",
        ("id", "received_at", "recipients"),
        "one mail",
        "mails",
        named="recipients",
        link=" to ",
    ),
    Thing(
        "sms",
        "wallets",
        "sms_messages",
        ("id", "sent_at", "key"),
        "one SMS",
        "SMS",
        named="phone_number",
        link=" to ",
        details=("text",),
    ),
)

THINGS = (*MOVED_BY, *OTHERS)

ACCOUNTS = ("payments", "ledger_accounts", ("key", "balance"))
CLOCK = ("control", "clock_state", ("offset_seconds", "frozen_at", "rate", "carried_seconds"))
NAMES = (
    ("wallets", "wallets", ("id", "trade_name", "holder_name"), "coalesce(trade_name, holder_name)"),
    ("platform", "apps", ("id", "name"), "name"),
    ("platform", "developers", ("id", "name"), "name"),
)
"""Service, table, the columns that are read, and what names whoever has an id."""

TOLD_BY_OTHERS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "control": frozenset({"exchanges", "runs"}),
        "wallets": frozenset({"kyc_cards", "otp_sendings", "outbox", "outbox_topics", "wrong_pin_tries"}),
        "payments": frozenset(
            {
                "daily_outflows",
                "journal_entries",
                "outbox",
                "outbox_topics",
                "payment_forms",
                "payment_shares",
                "postings",
                "refund_shares",
                "wallet_closings",
            }
        ),
        "platform": frozenset(
            {
                "accept_answers",
                "app_customer_days",
                "app_customer_months",
                "app_days",
                "app_images",
                "app_item_days",
                "app_item_months",
                "app_links",
                "app_refusal_days",
                "audit_events",
                "dashboard_kpis",
                "hosted_pages",
                "mail_keys",
                "metric_changed_days",
                "metric_progress",
                "order_events",
                "order_items",
                "outbox",
                "outbox_topics",
                "partner_tokens",
                "rate_limits",
                "sale_refunds",
                "wallet_decisions",
                "wallet_states",
                "webhook_attempts",
            }
        ),
        "mobile": frozenset({"scans"}),
        "mail": frozenset(),
    }
)
"""Tables that say nothing which a thing, a balance or the journal does not say already."""
