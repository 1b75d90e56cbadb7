"""Every operation of the published API: how far the sandbox emulates it, and how sure we are of it. Docs and tests use the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

_ = str  # marks a text for the catalogs; it is translated where it is shown

Level = Literal["full", "partly", "not"]
LEVELS: dict[Level, tuple[str, str]] = {
    "full": ("good", _("Fully")),
    "partly": ("warn", _("Partly")),
    "not": ("bad", _("Not")),
}
"""The tone of its pill, and its name."""


@dataclass(frozen=True)
class Published:
    """``route`` is as the program has it, or would have it; ``differs`` tells what is not as published."""

    route: str
    level: Level
    mark: Literal["report", "doc", "seen", "clients", "ours"]
    differs: str = ""


COVERAGE: tuple[tuple[str, tuple[Published, ...]], ...] = (
    (
        _("Script tag and accept"),
        (
            Published("POST /api/accept", "full", "clients"),
            Published("GET /api/verify_payment/<payment_id>", "full", "doc"),
        ),
    ),
    (
        "v1",
        (
            Published("POST /api/generate_payment", "full", "doc"),
            Published("POST /api/generate_payment/wordpress", "full", "clients"),
        ),
    ),
    (
        "v2",
        (
            Published(
                "POST /api/v2/generate_payment",
                "partly",
                "doc",
                _(
                    "A kept card (binding_id) cannot pay yet. Whom a destination names is our choice: an app or a phone."
                ),
            ),
            Published(
                "GET /api/v2/verify_payment/<payment_id>",
                "partly",
                "doc",
                _("No payment is of the type mpayment; settlement_status is AVAILABLE at once."),
            ),
            Published("POST /api/v2/refund_payment", "full", "doc"),
            Published("POST /api/v2/confirm_payment", "full", "doc"),
            Published(
                "POST /api/v2/cancel_payment",
                "full",
                "doc",
                _("A page that nobody has paid yet can be cancelled too: our choice."),
            ),
            Published("GET /api/v2/bindings/list", "full", "doc"),
            Published(
                "GET /api/developers/history",
                "partly",
                "doc",
                _(
                    "The shape of a row is our choice; merchant_id is an app's public token; terminal_id filters nothing."
                ),
            ),
        ),
    ),
    (
        _("At the counter"),
        (
            Published(
                "POST /api/transactions/init_pos_transaction",
                "partly",
                "doc",
                _("Whatever the payment method, a phone pays the code that the answer's hint names."),
            ),
            Published(
                "GET /api/transactions/get_pos_transaction_status",
                "full",
                "doc",
                _("PP and PF, for waiting and failed, are our choice."),
            ),
            Published(
                "GET /api/business/generate_custom_qr_code",
                "partly",
                "doc",
                _("A barcode is taken and not drawn; each code is paid once, within a day."),
            ),
            Published("GET /api/business/custom_transaction/status", "full", "doc"),
        ),
    ),
    (
        _("Partners"),
        (
            Published("POST /partners/accounts/initiate_link_account", "full", "doc"),
            Published(
                "POST /partners/accounts/confirm_link_account",
                "full",
                "ours",
                _("How a code is confirmed is not published."),
            ),
            Published("POST /api/accounts/authenticate", "full", "doc"),
            Published("POST /api/accounts/authenticate/refresh", "full", "doc"),
            Published("GET /partners/v1/transactions/balance", "full", "doc"),
        ),
    ),
)
OPERATIONS = tuple(operation for _title, operations in COVERAGE for operation in operations)
