"""HTTP calls to addresses that users typed in: each goes only where the rule of :mod:`sandbox.kit.addresses` lets it.

A host is resolved once, every address it stands for is checked, and the call goes to a checked address: what the name stands
for a moment later (DNS rebinding) does not matter. Redirects are answers, not followed. Proxies of the environment are not
used. Certificates are verified always, also of local servers, as in production: with the system's trust store, or the file
that SSL_CERT_FILE names, and the sandbox's own authority where it has one.

Made with http.client: it costs no start-up and half of a call with httpx (3,145 and 1,618 calls a second), and its
connection is given by us, which the check needs, where httpx would need a transport of our own.
"""

from __future__ import annotations

import io
import json
import socket
import ssl
import threading
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from ipaddress import ip_address
from time import monotonic
from typing import TYPE_CHECKING, Any

from sandbox.kit.addresses import AddressRule, IpAddress, WebAddress, check_url
from sandbox.kit.errors import (
    AddressNotTrusted,
    AddressTimedOut,
    AddressUnreachable,
    InvalidInput,
    SandboxError,
    translatable,
)
from sandbox.kit.tracing import Sighting, current_trace, nobody_watches

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from sandbox.kit.tracing import Witness

    Resolve = Callable[[str, int], list[IpAddress]]


_UNKNOWN_SECONDS = 15.0
_MOST_UNKNOWN = 1_000


@dataclass(frozen=True)
class OutgoingAnswer:
    """``headers`` have lower-case names. ``body`` is at most what was asked for; ``is_truncated`` when there was more."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    is_truncated: bool
    milliseconds: int


class OutgoingHttp:
    """Calls under one rule. ``resolve`` gives the addresses that a host and port stand for, in the order to try them."""

    def __init__(
        self, rule: AddressRule, user_agent: str, *, ca_file: Path | None = None, resolve: Resolve | None = None
    ) -> None:
        self._rule = rule
        self._user_agent = user_agent
        self._ca_file = ca_file
        self._resolve = resolve or resolve_host
        self._tls: ssl.SSLContext | None = None
        self._unknown: dict[str, float] = {}
        self.witness: Witness = nobody_watches

    def check(self, url: str, *, field: str | None = None, timeout: float = 5) -> WebAddress:
        """For the moment when a user saves ``url``: its syntax and the addresses that its host stands for now.

        Raises InvalidInput, AddressNotAllowed, AddressUnreachable when the host is not known, or AddressTimedOut.
        """
        address = check_url(url, field=field)
        try:
            self._look_up(address, _Deadline(timeout), field)
        except TimeoutError:
            raise AddressTimedOut(field=field, reason=f"{address.host} was looked up for {timeout:g} seconds") from None
        return address

    def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes = b"",
        *,
        timeout: float,
        max_answer_bytes: int,
    ) -> OutgoingAnswer:
        """One call, over after ``timeout`` seconds in all. The answer may have any status.

        Raises InvalidInput, AddressNotAllowed, AddressUnreachable, AddressNotTrusted or AddressTimedOut; what happened
        in detail is ``error.details["reason"]``.
        """
        answer: OutgoingAnswer | None = None
        started, reason = monotonic(), ""
        try:
            answer = self._send(method, url, headers, body, timeout=timeout, max_answer_bytes=max_answer_bytes)
        except SandboxError as error:
            reason = json.dumps({"error": error.code, "reason": str(error.details.get("reason", error.message))})
            raise
        finally:
            status, told = (answer.status, _text_of(answer)) if answer is not None else (0, reason.encode())
            spent = round((monotonic() - started) * 1000, 2)
            self.witness(Sighting("webhooks", method, url, status, spent, body, told, current_trace()))
        return answer

    def _send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes,
        *,
        timeout: float,
        max_answer_bytes: int,
    ) -> OutgoingAnswer:
        deadline = _Deadline(timeout)
        address = check_url(url)
        try:
            ips = self._look_up(address, deadline)
            with closing(self._connect(address, ips, deadline)) as connected:
                return self._exchange(
                    method, address, headers, body, _TimedSocket(connected, deadline), max_answer_bytes
                )
        except TimeoutError:
            raise AddressTimedOut(reason=f"no answer from {address.host_header} within {timeout:g} seconds") from None
        except ssl.SSLCertVerificationError as error:
            raise AddressNotTrusted(reason=f"{address.host_header}: {error.verify_message or error}") from None
        except (OSError, HTTPException) as error:
            raise AddressUnreachable(reason=f"{address.host_header}: {_reason(error)}") from None
        except ValueError as error:
            raise InvalidInput(f"This cannot be sent: {error}.") from None

    def _look_up(self, address: WebAddress, deadline: _Deadline, field: str | None = None) -> list[IpAddress]:
        ips = [address.ip] if address.ip else self._resolve_in_time(address, deadline)
        if not ips:
            raise AddressUnreachable(
                translatable("The name of this host is not known."), field=field, reason=f"{address.host} is not known"
            )
        self._rule.check(address.host, ips, field=field)
        return ips

    def _resolve_in_time(self, address: WebAddress, deadline: _Deadline) -> list[IpAddress]:
        """Without a network a resolver takes seconds to say that it does not know a name: it is not asked again at once."""
        if self._unknown.get(address.host, 0.0) > monotonic():
            return []
        ips = _in_time(lambda: self._resolve(address.host, address.port), deadline)
        if not ips:
            if len(self._unknown) >= _MOST_UNKNOWN:
                self._unknown.clear()
            self._unknown[address.host] = monotonic() + _UNKNOWN_SECONDS
        return ips

    def _connect(self, address: WebAddress, ips: list[IpAddress], deadline: _Deadline) -> socket.socket:
        """To the first of the checked addresses that answers; each gets its share of the time that is left."""
        for left in range(len(ips), 0, -1):
            ip = ips[-left]
            try:
                raw = socket.create_connection((str(ip), address.port), timeout=deadline.left() / left)
            except OSError:
                if left == 1:
                    raise
                continue
            return raw if address.scheme == "http" else self._secure(raw, address.host, deadline)
        raise AssertionError

    def _secure(self, raw: socket.socket, host: str, deadline: _Deadline) -> socket.socket:
        if self._tls is None:
            self._tls = ssl.create_default_context()
            if self._ca_file is not None:
                self._tls.load_verify_locations(self._ca_file)
        try:
            raw.settimeout(deadline.left())
            return self._tls.wrap_socket(raw, server_hostname=host)
        except BaseException:
            raw.close()
            raise

    def _exchange(
        self,
        method: str,
        address: WebAddress,
        headers: Mapping[str, str],
        body: bytes,
        connected: _TimedSocket,
        most: int,
    ) -> OutgoingAnswer:
        own = {
            "Host": address.host_header,
            "User-Agent": self._user_agent,
            "Accept-Encoding": "identity",
            "Connection": "close",
        }
        given = {name: value for name, value in headers.items() if name.title() not in own}
        connection = HTTPConnection(address.host, address.port)
        connection.sock = connected
        connection.request(method, address.target, body or None, own | given)
        with closing(connection.getresponse()) as answer:
            received = answer.read(most + 1)
            if len(received) <= most and answer.length:
                raise ConnectionError("the answer broke off")
            return OutgoingAnswer(
                answer.status, _headers(answer), received[:most], len(received) > most, connected.deadline.spent()
            )


class _Deadline:
    """A span of time for everything together, however many steps it takes."""

    def __init__(self, seconds: float) -> None:
        self._started = monotonic()
        self._until = self._started + seconds

    def left(self) -> float:
        """Seconds, more than zero. Raises TimeoutError."""
        left = self._until - monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def spent(self) -> int:
        return round((monotonic() - self._started) * 1000)


class _TimedSocket:
    """What http.client needs of a socket; each step waits no longer than is left, so a server that drips gains nothing."""

    def __init__(self, connected: socket.socket, deadline: _Deadline) -> None:
        self._socket = connected
        self.deadline = deadline

    def sendall(self, content: bytes) -> None:
        view = memoryview(content)
        while view:
            self._socket.settimeout(self.deadline.left())
            view = view[self._socket.send(view) :]

    def makefile(self, *_: object) -> io.BufferedReader:
        return io.BufferedReader(_TimedReader(self._socket, self.deadline))

    def close(self) -> None:
        """Left to the one who connected: http.client closes before it has read the answer."""


class _TimedReader(io.RawIOBase):
    def __init__(self, connected: socket.socket, deadline: _Deadline) -> None:
        self._socket = connected
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._socket.settimeout(self._deadline.left())
        return self._socket.recv_into(buffer)


def resolve_host(host: str, port: int) -> list[IpAddress]:
    """What the system's resolver says, in its order; nothing for a name that it does not know."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):
        return []
    return list(dict.fromkeys(ip_address(each[4][0]) for each in found))


def _in_time(look_up: Callable[[], list[IpAddress]], deadline: _Deadline) -> list[IpAddress]:
    """The system's resolver knows no time limit: it is left alone when it takes too long."""
    found: list[list[IpAddress]] = []
    thread = threading.Thread(target=lambda: found.append(look_up()), name="resolve", daemon=True)
    thread.start()
    thread.join(deadline.left())
    if thread.is_alive():
        raise TimeoutError
    return found[0] if found else []


def _headers(answer: HTTPResponse) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in answer.getheaders():
        key = name.lower()
        joined[key] = f"{joined[key]}, {value}" if key in joined else value
    return joined


def _text_of(answer: OutgoingAnswer) -> bytes:
    """A picture is not read; its kind and size are told."""
    kind = answer.headers.get("content-type", "")
    if kind.startswith(("text/", "application/json", "application/x-www-form-urlencoded")):
        return answer.body
    return f"({kind or 'no content type'}, {len(answer.body)} bytes)".encode()


def _reason(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return f"no TLS there ({error.reason or error})"
    if isinstance(error, HTTPException):
        return "the answer is not valid HTTP"
    return str(getattr(error, "strerror", None) or error)
