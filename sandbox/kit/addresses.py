"""Which addresses the sandbox may call for its users: a pure rule over the URL and over what its host resolves to.

Nobody may make the sandbox knock where they could not knock themselves (server-side request forgery): webhooks and pictures
are fetched from addresses that people type in. Local addresses are allowed by default, since this is a sandbox and the shop
runs beside it; never those that only exist to answer the machine itself, such as a cloud's metadata.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, quote, urlsplit

from sandbox.kit.errors import AddressNotAllowed, InvalidInput, translatable

if TYPE_CHECKING:
    from collections.abc import Iterable

IpAddress = IPv4Address | IPv6Address
MOST_CHARACTERS = 2000
_PORTS = {"http": 80, "https": 443}
_MOST_HOST_CHARACTERS, _MOST_LABEL_CHARACTERS = 253, 63
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f\\]")
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_KEPT_IN_PATHS = "/%:=&?~+!$,;'@()*[]|"
_LOCAL = tuple(
    map(
        ip_network, ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "::1", "fc00::/7")
    )
)
_METADATA = frozenset(
    map(ip_address, ("168.63.129.16", "192.0.0.192", "100.100.100.200", "fd00:ec2::254", "fd20:ce::254"))
)
"""Where clouds answer their machines, beside link-local 169.254.169.254: Azure, Oracle, Alibaba, Amazon and Google."""
_NAT64 = ip_network("64:ff9b::/96")


@dataclass(frozen=True)
class WebAddress:
    """A URL that is well formed. ``host`` is lower case and ASCII, ``target`` is the path with its query."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def ip(self) -> IpAddress | None:
        """The host, where it is written as an address and not as a name."""
        return _parse_ip(self.host)

    @property
    def host_header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


@dataclass(frozen=True)
class AddressRule:
    """``allow_local``: this machine and private networks. ``allow_outside``: whatever is reached over the Internet."""

    allow_local: bool = True
    allow_outside: bool = False

    def allows(self, ip: IpAddress) -> bool:
        kind = kind_of(ip)
        return (kind == "local" and self.allow_local) or (kind == "outside" and self.allow_outside)

    def check(self, host: str, ips: Iterable[IpAddress], *, field: str | None = None) -> None:
        """Raises AddressNotAllowed when one of the addresses that ``host`` stands for is refused."""
        for ip in ips:
            if not self.allows(ip):
                message, hint = _explain(ip)
                raise AddressNotAllowed(message, hint=hint, field=field, host=host, address=str(ip))


def kind_of(ip: IpAddress) -> str:
    """``local``, ``outside``, or ``never``: link-local, metadata, multicast, broadcast, unspecified, reserved."""
    ip = _unwrap(ip)
    if ip in _METADATA or ip.is_link_local or ip.is_multicast or ip.is_unspecified:
        return "never"
    if any(ip in network for network in _LOCAL):
        return "local"
    if isinstance(ip, IPv6Address) and (ip.sixtofour or ip.teredo or ip.is_site_local or ip.is_reserved):
        return "never"
    return "outside" if ip.is_global else "never"


def check_url(url: str, *, field: str | None = None) -> WebAddress:
    """The URL's parts. Raises InvalidInput, which says what to write instead; looks nothing up."""
    if not url:
        raise _invalid(translatable("The address is missing."), field)
    if len(url) > MOST_CHARACTERS:
        raise _invalid(translatable("The address is longer than 2000 characters."), field)
    if _FORBIDDEN.search(url):
        raise _invalid(translatable("The address holds blanks, control characters or backslashes."), field)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _invalid(translatable("The address cannot be read."), field) from None
    if parts.scheme not in _PORTS:
        raise _invalid(translatable("The address does not begin with http:// or https://."), field)
    if "@" in parts.netloc:
        raise _invalid(translatable("The address holds a user name or password."), field)
    if port == 0:
        raise _invalid(translatable("The port 0 cannot be called."), field)
    target = quote(parts.path or "/", safe=_KEPT_IN_PATHS) + _query(parts)
    return WebAddress(parts.scheme, _read_host(parts, field), port or _PORTS[parts.scheme], target)


def _query(parts: SplitResult) -> str:
    return f"?{quote(parts.query, safe=_KEPT_IN_PATHS)}" if parts.query else ""


def _read_host(parts: SplitResult, field: str | None) -> str:
    """One spelling for each host, the one that is checked and then called: ``LOCALHOST.`` is ``localhost``."""
    host = (parts.hostname or "").removesuffix(".")
    if parts.netloc.startswith("["):
        ip = _parse_ip(host)
        if not isinstance(ip, IPv6Address) or ip.scope_id:
            raise _invalid(translatable("The address in brackets is not an IPv6 address."), field)
        return str(ip)
    if not host.isascii():
        host = _to_ascii(host, field)
    labels = host.split(".")
    if _NUMBER.fullmatch(
        labels[-1]
    ):  # a browser reads 127.1, 2130706433 and 0x7f000001 as addresses; we ask for one way
        if _parse_ip(host) is None:
            raise _invalid(translatable("An address made of numbers has four of them, such as 127.0.0.1."), field)
        return host
    if len(host) > _MOST_HOST_CHARACTERS or not all(map(_is_label, labels)):
        raise _invalid(translatable("The address has no valid host name."), field)
    return host


def _is_label(label: str) -> bool:
    return len(label) <= _MOST_LABEL_CHARACTERS and _LABEL.fullmatch(label) is not None


def _to_ascii(host: str, field: str | None) -> str:
    import idna

    try:
        return idna.encode(host, uts46=True).decode().removesuffix(".")
    except (idna.IDNAError, UnicodeError):
        raise _invalid(translatable("The address has no valid host name."), field) from None


def _parse_ip(host: str) -> IpAddress | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _unwrap(ip: IpAddress) -> IpAddress:
    """The IPv4 address that an IPv6 address only carries."""
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped is not None:
            return ip.ipv4_mapped
        if ip in _NAT64:
            return IPv4Address(ip.packed[-4:])
    return ip


def _explain(ip: IpAddress) -> tuple[str, str]:
    """What to tell, and what to do about it."""
    kind = kind_of(ip)
    if kind == "outside":
        return (
            translatable("This address is outside this machine and its networks."),
            translatable("Use a local address, or set FLOUCI_SANDBOX_ALLOW_OUTSIDE_ADDRESSES=true."),
        )
    if kind == "local":
        return (
            translatable("This address is on this machine or its networks."),
            translatable("Use another address, or set FLOUCI_SANDBOX_ALLOW_LOCAL_ADDRESSES=true."),
        )
    return translatable("This address is never called."), translatable("Use the address of a web server.")


def _invalid(message: str, field: str | None) -> InvalidInput:
    return InvalidInput(message, hint=translatable("Write it like http://127.0.0.1:5000/webhook."), field=field)
