"""The quirks as data: name, values, the default of each profile, how sure we are, and what it is. Code, docs and tests use it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_ = str  # marks a text for the catalogs; it is translated where it is shown

Profile = Literal["real", "docs", "ideal"]
PROFILES: tuple[Profile, ...] = ("real", "docs", "ideal")
_MOST = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Quirk:
    """``values`` are what it may be set to; none means a whole number. ``mark`` is that of the evidence (CONTRACT.md).

    Where it ``joins``, all but the first of its values may be chosen together: as a list, or as a text with plus signs, as it is kept.
    """

    name: str
    values: tuple[str, ...]
    real: str
    docs: str
    ideal: str
    mark: Literal["doc", "seen", "clients", "ours"]
    text: str
    joins: bool = False

    def default(self, profile: Profile) -> str:
        return {"real": self.real, "docs": self.docs, "ideal": self.ideal}[profile]

    def read(self, value: object) -> str:
        """``value`` as this quirk keeps it. Raises ValueError, which says what it may be."""
        if self.joins and isinstance(value, list | tuple | str):
            return self._read_several([value] if isinstance(value, str) else value)
        text = str(value).strip().lower() if isinstance(value, str | int) and not isinstance(value, bool) else ""
        if self.values:
            if text not in self.values:
                raise ValueError(f"{self.name} is one of {', '.join(self.values)}.")
            return text
        if not (text.isascii() and text.isdigit() and len(text) < 9 and int(text) <= _MOST):
            raise ValueError(f"{self.name} is a whole number from 0 to {_MOST}.")
        return str(int(text))

    def _read_several(self, given: Iterable[object]) -> str:
        """In the order of the table, each once."""
        named = [part.strip().lower() for each in given for part in str(each).replace(",", "+").split("+")]
        chosen = [value for value in self.values if value in named]
        if not chosen or not set(named) <= set(self.values) or (self.values[0] in chosen and len(chosen) > 1):
            first, *others = self.values
            raise ValueError(f"{self.name} is {first}, or one or more of {', '.join(others)}, joined by +.")
        return "+".join(chosen)


def _same(value: str) -> dict[str, Any]:
    return {"real": value, "docs": value, "ideal": value}


QUIRKS = (
    Quirk(
        name="link_style",
        values=("pay", "merchant"),
        **_same("pay"),
        mark="seen",
        text=_(
            "Links of payment pages: /pay/<id>, as in the documentation, or with the merchant's name in capitals before the id, as seen today."
        ),
    ),
    Quirk(
        name="redirect_join",
        values=("blind", "query"),
        real="blind",
        docs="blind",
        ideal="query",
        mark="seen",
        text=_(
            "How payment_id is put behind success_link and fail_link: blindly as ?payment_id=, even where a query stands already, or joined to it."
        ),
    ),
    Quirk(
        name="webhook_join",
        values=("blind", "query"),
        real="blind",
        docs="blind",
        ideal="query",
        mark="seen",
        text=_(
            "How payment_id and success are put behind the address of the webhook: blindly, or joined to a query that stands there already."
        ),
    ),
    Quirk(
        name="webhook_style",
        values=("get", "signed"),
        **_same("get"),
        mark="seen",
        text=_(
            "The webhook of a payment page: a GET with payment_id and success, without a signature; or a POST of the transaction, signed as Standard Webhooks are."
        ),
    ),
    Quirk(
        name="webhook_moment",
        values=("same", "before", "after"),
        **_same("same"),
        mark="ours",
        text=_(
            "When a payment page's webhook is sent: as soon as the payment has ended, while the shopper is led back; before, so that the page waits for it; or after, two seconds behind the shopper, or a minute later for one who never goes."
        ),
    ),
    Quirk(
        name="webhook_fate",
        values=("sent", "lost", "twice", "swapped"),
        **_same("sent"),
        mark="ours",
        text=_(
            "What becomes of a payment page's webhook: it is sent; it is lost, until somebody sends it by hand; it comes twice; or it is swapped with the next payment's, or comes a minute late where there is none. Several are joined by a plus sign, as in twice+swapped."
        ),
        joins=True,
    ),
    Quirk(
        name="webhook_delay_seconds",
        values=(),
        **_same("0"),
        mark="ours",
        text=_("So many seconds later than it would be, a payment page's webhook is sent."),
    ),
    Quirk(
        name="unknown_payment_status",
        values=("404", "200"),
        **_same("404"),
        mark="clients",
        text=_("HTTP status of verify_payment for an unknown id; with 200, success is false."),
    ),
    Quirk(
        name="refund_refusal_status",
        values=("200", "400"),
        real="200",
        docs="200",
        ideal="400",
        mark="clients",
        text=_("HTTP status of a refund that is refused."),
    ),
    Quirk(
        name="bad_keys_status",
        values=("403", "401"),
        real="403",
        docs="403",
        ideal="401",
        mark="clients",
        text=_("HTTP status for tokens that are missing or wrong."),
    ),
    Quirk(
        name="early_failure_seconds",
        values=(),
        **_same("0"),
        mark="clients",
        text=_(
            "So many seconds after its creation, verify_payment calls a payment FAILURE as long as nobody has begun to pay; 0 for never. Integrators met it, nobody knows when it happens: off by default."
        ),
    ),
    Quirk(
        name="insecure_link_412",
        values=("off", "on"),
        **_same("off"),
        mark="seen",
        text=_(
            "generate_payment with accept_card answers HTTP 412 for links that begin with http://, as the card processor does. Off by default, since everything here is local."
        ),
    ),
    Quirk(
        name="frame_options",
        values=("deny", "none"),
        **_same("deny"),
        mark="seen",
        text=_("Whether a payment page may be shown in a frame: deny sends X-Frame-Options."),
    ),
    Quirk(
        name="test_memory_seconds",
        values=(),
        real="1200",
        docs="1200",
        ideal="0",
        mark="doc",
        text=_("A payment of a TEST APP is forgotten so many seconds after its creation; 0 for never."),
    ),
    Quirk(
        name="rate_limit",
        values=(),
        **_same("0"),
        mark="doc",
        text=_(
            "How many calls an app may make in a minute; more are answered with HTTP 429 and Retry-After. 0 for no limit: the real number is not published."
        ),
    ),
)
BY_NAME: Mapping[str, Quirk] = {quirk.name: quirk for quirk in QUIRKS}


@dataclass(frozen=True)
class Quirks:
    """The switches as they are for somebody."""

    profile: Profile
    values: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.values[name]

    def is_on(self, name: str, value: str = "on") -> bool:
        return self.values[name] == value

    def has(self, name: str, value: str) -> bool:
        """Whether it is among those that were chosen together."""
        return value in self.values[name].split("+")

    def number(self, name: str) -> int:
        return int(self.values[name])


def read_switches(pairs: Iterable[tuple[str, object]]) -> dict[str, str]:
    """Raises ValueError for a name that is no quirk's, and for a value that it cannot have."""
    found: dict[str, str] = {}
    for name, value in pairs:
        if name not in BY_NAME:
            raise ValueError(f"{name[:40]} is no quirk; there are {', '.join(BY_NAME)}.")
        found[name] = BY_NAME[name].read(value)
    return found


def of_profile(profile: Profile, switches: Mapping[str, str] | None = None) -> Quirks:
    """A profile's defaults, with single switches set otherwise."""
    defaults = {quirk.name: quirk.default(profile) for quirk in QUIRKS}
    return Quirks(profile, defaults | dict(switches or {}))


def of_app(sandbox: Quirks, chosen: Mapping[str, Any] | None) -> Quirks:
    """An app's: what it chose goes before the sandbox's own; with a profile of its own the sandbox's switches do not count."""
    if not chosen:
        return sandbox
    profile, switches = chosen.get("profile"), chosen.get("switches") or {}
    if profile is None:
        return Quirks(sandbox.profile, {**sandbox.values, **switches})
    return of_profile(profile, switches)
