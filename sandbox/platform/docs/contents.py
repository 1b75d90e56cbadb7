"""The pages of the documentation, in reading order."""

from __future__ import annotations

from dataclasses import dataclass

_ = str  # marks a text for the catalogs; it is translated where it is shown


@dataclass(frozen=True)
class DocPage:
    """``slug`` is the end of its address: /docs/<slug>, and /docs itself for the first. ``group`` is its heading."""

    slug: str
    title: str
    group: str
    tag: str = ""

    @property
    def template(self) -> str:
        name = "api_tag" if self.tag else (self.slug or "quick-start").replace("-", "_")
        return f"docs/pages/{name}.html"


_START, _INTEGRATE, _TEST, _REFERENCE = _("Get started"), _("Integrate"), _("Test"), _("Reference")
PAGES: tuple[DocPage, ...] = (
    DocPage("", _("Quick start"), _START),
    DocPage("payment-process", _("The payment process"), _START),
    DocPage("front-end", _("Front end"), _INTEGRATE),
    DocPage("back-end", _("Back end"), _INTEGRATE),
    DocPage("payment-page", _("Payment page"), _INTEGRATE),
    DocPage("verification", _("Verification"), _INTEGRATE),
    DocPage("refunds", _("Refunds"), _INTEGRATE),
    DocPage("testing", _("Testing"), _TEST),
    DocPage("pytest", _("Python and pytest"), _TEST),
    DocPage("phone", _("The phone"), _TEST),
    DocPage("quirks", _("Quirks"), _TEST),
    DocPage("faults", _("Faults"), _TEST),
    DocPage("state", _("State and snapshots"), _TEST),
    DocPage("seed", _("Seed files"), _TEST),
    DocPage("ci", _("In CI"), _TEST),
    DocPage("coverage", _("What is emulated"), _TEST),
    DocPage("exchanges", _("Exchanges"), _TEST),
    DocPage("production", _("What differs from production"), _TEST),
    DocPage("errors", _("Errors"), _REFERENCE),
    DocPage("settings", _("Settings and commands"), _REFERENCE),
    DocPage("changelog", _("Changelog"), _REFERENCE),
    DocPage("api", _("API reference"), _REFERENCE),
)

TAG_TITLES = {
    "Payments": _("Payments"),
    "Payments v2": _("Payments v2"),
    "Payments v1": _("Payments v1"),
    "Counter payments": _("Counter payments"),
    "Partners": _("Partners"),
    "Payment form": _("Payment form"),
    "Accounts": _("Accounts"),
    "Sessions": _("Sessions"),
    "API keys": _("API keys"),
    "Apps": _("Apps"),
    "Webhooks": _("Webhooks"),
    "Orders": _("Orders"),
    "Metrics": _("Metrics"),
    "Activity": _("Activity"),
    "Admin": _("Admin"),
    "Documentation": _("Documentation"),
}


def tag_page(tag: str) -> DocPage:
    """The page of the API reference on the endpoints with this tag."""
    return DocPage(f"api/{tag.lower().replace(' ', '-')}", TAG_TITLES.get(tag, tag), _REFERENCE, tag)
