"""What the pages tell in tables and lists, as data, so that tests can hold it against the code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

_ = str  # marks a text for the catalogs; it is translated where it is shown

Mark = Literal["report", "doc", "seen", "clients", "ours"]
MARKS: dict[Mark, tuple[str, str, str]] = {
    "report": ("good", _("Report"), _("The founding report of the platform says so.")),
    "doc": ("good", _("Documented"), _("Flouci's published documentation says so.")),
    "seen": ("good", _("Seen"), _("Somebody captured what the real service did.")),
    "clients": ("info", _("Clients"), _("Public client programs send or read it so.")),
    "ours": ("warn", _("Our choice"), _("Nothing is known: the sandbox had to choose.")),
}
"""How sure a fact is: the tone of its pill, its name and what it means."""


@dataclass(frozen=True)
class Fact:
    mark: Mark
    text: str


PRODUCTION: tuple[tuple[str, tuple[Fact, ...]], ...] = (
    (
        _("Button and payment form"),
        (
            Fact("report", _("The script tag stands in your form; app and data-amount are required.")),
            Fact("clients", _("The form is submitted with payment_id and flouci_otp.")),
            Fact("report", _("The same values are sent again as token and code.")),
            Fact("ours", _("The QR code begins with flouci-sandbox:, so that the real app reads a harmless text.")),
            Fact("ours", _("data-items and data-customer, and the events that the form dispatches.")),
        ),
    ),
    (
        _("Code and money"),
        (
            Fact("report", _("Prepare holds the money, verify checks the six digits, execute moves the money.")),
            Fact("ours", _("The six digits: two minutes, three tries, one payment form.")),
            Fact("ours", _("Once the code is verified, your server has two minutes to accept.")),
            Fact(
                "ours",
                _(
                    "The largest amount is 10,000 DT, in Tunisian dinars only. Fees are zero unless a setting says otherwise, and a refund gives none back."
                ),
            ),
            Fact("ours", _("The texts of mails and SMS are our own.")),
        ),
    ),
    (
        _("accept"),
        (
            Fact("clients", _("The spelling app_token, app_secret, payment_id, flouci_otp.")),
            Fact("report", _("The spelling appToken, appSecret, id, code.")),
            Fact("report", _("Merchants read the JSON, not the HTTP status: a refusal of the business is HTTP 200.")),
            Fact("ours", _("The codes in result.error, and HTTP 403 for wrong tokens, 400 for a malformed body.")),
            Fact("ours", _("A payment is accepted once; Idempotency-Key gives the first answer again.")),
            Fact("clients", _("Texts such as “30500” and numbers such as 64099.99999999999 are taken as amounts.")),
        ),
    ),
    (
        _("Verification and webhooks"),
        (
            Fact("doc", _("GET verify_payment tells the status of a payment by its id.")),
            Fact("report", _("In the passive mode your server is told once a payment is validated.")),
            Fact("ours", _("A signed webhook is a POST with the headers of Standard Webhooks.")),
            Fact("seen", _("The real service sends an unsigned GET with payment_id and success.")),
            Fact("ours", _("When a webhook is sent again: the schedule is not published.")),
        ),
    ),
    (
        _("Test mode"),
        (
            Fact("doc", _("Each developer owns an app called TEST APP, whose keys switch test behaviour on.")),
            Fact("clients", _("111111 succeeds and 000000 fails.")),
            Fact("ours", _("000000 passes the form and fails in the answer to accept, where you must handle it.")),
        ),
    ),
)

ATTRIBUTES: tuple[tuple[str, bool, str], ...] = (
    ("app", True, _("The public token of your app.")),
    ("data-amount", True, _("The amount in millimes, a whole number: 12500 is 12.500 DT.")),
    (
        "data-id",
        False,
        _("Your own reference of the order, at most 64 characters; it comes back as developer_tracking_id."),
    ),
    ("data-name", False, _("What is bought, as the shopper reads it.")),
    ("data-description", False, _("A line more about it.")),
    ("data-image", False, _("The address of a picture of it.")),
    ("data-items", False, _("The lines of the basket as JSON; they feed the best-selling items of your metrics.")),
    ("data-customer", False, _("Your customer as JSON; it feeds the most active customers of your metrics.")),
    ("data-methods", False, _("The ways to pay that the form offers, in order: qr,login,app; all of them by default.")),
    ("lang-key", False, _("The form's language: fr, ar or en.")),
)
"""Of the script tag: name, whether it is required, meaning."""

METHODS: tuple[tuple[str, str], ...] = (
    ("qr", _("The shopper's phone scans a QR code, asks for the PIN and shows six digits.")),
    ("login", _("The shopper enters phone number and PIN in the form; the six digits come by SMS.")),
    ("app", _("On a phone: a button that opens the app with what the QR code says, and shows the six digits there.")),
)
"""Ways to pay in the form: name in ``data-methods``, meaning."""

EVENTS: tuple[tuple[str, str], ...] = (
    ("flouci:opened", _("The payment form is open and has a session.")),
    ("flouci:loading", _("The form starts again after it had ended.")),
    ("flouci:waiting", _("It waits for a phone again: an attempt came to nothing.")),
    ("flouci:scanned", _("A phone has scanned the QR code.")),
    ("flouci:prepared", _("The money is held; the phone shows the six digits.")),
    ("flouci:verifying", _("The shopper has typed six digits; they are being checked.")),
    ("flouci:verified", _("The digits are right; your form is submitted next.")),
    ("flouci:refused", _("The shopper refused the payment on the phone.")),
    ("flouci:expired", _("The form's time is over.")),
    ("flouci:failed", _("The form could not go on; the shopper may try again.")),
    ("flouci:closed", _("The shopper closed the form.")),
)
"""That the merchant's form dispatches (checkout/src/state.js)."""

ORDER_STATUSES: dict[str, str] = {
    "OPENED": _("The payment form was opened."),
    "SCANNED": _("A phone has scanned the code and shows the order."),
    "PREPARED": _("The PIN was right; the money is held."),
    "VERIFIED": _("The six digits were typed correctly; your server may accept."),
    "PREAUTHORISED": _("The money is held until the merchant confirms or cancels."),
    "ATTEMPT_FAILED": _("A try came to nothing; the shopper may try again in the same form."),
    "REFUSED": _("The shopper said no."),
    "EXPIRED": _("The form's time ran out before a payment."),
    "PAID": _("The money is on your wallet."),
    "PARTLY_REFUNDED": _("A part of the money went back."),
    "REFUNDED": _("All of the money went back."),
}

WEBHOOK_EVENTS: dict[str, str] = {
    "payment.executed": _("An order was paid."),
    "payment.refused": _("The shopper refused."),
    "payment.expired": _("The payment form's time ran out."),
    "payment.refunded": _("Money went back, all of it or a part."),
    "webhook.test": _("You pressed the button that sends a test."),
}
"""By type; ``data`` of all but the last is the order (sandbox/platform/webhooks/states.py)."""

ERROR_GROUPS: tuple[tuple[str, str], ...] = (
    ("sandbox.contracts.errors.payments", _("Payments and refunds")),
    ("sandbox.contracts.errors.platform", _("Accounts, apps and payment forms")),
    ("sandbox.contracts.errors.authorities", _("Users and API keys")),
    ("sandbox.contracts.errors.wallets", _("Wallets and one-time codes")),
    ("sandbox.contracts.errors.phone", _("The phone")),
    ("sandbox.contracts.errors.seeds", _("Seed files")),
    ("sandbox.contracts.errors.snapshots", _("Snapshots")),
    ("sandbox.kit.errors", _("Any request")),
    ("", _("Other errors")),
)
"""Beginnings of the names of modules, the first that fits counts, and what their errors are about."""
