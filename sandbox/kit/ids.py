"""The one source of ids, codes and tokens: from one seed come the same ones, run after run."""

from __future__ import annotations

import base64
import random
import threading
import uuid
from typing import Any


class Ids:
    """One named stream of ids. Streams do not disturb one another: more SMS do not change the next app token."""

    def __init__(self, seed: int, name: str) -> None:
        self._lock = threading.Lock()
        self._name = name
        self.restart(seed, "")

    def restart(self, seed: int, run: str) -> None:
        """Begin the stream anew; another ``run`` of the same seed gives other ids."""
        with self._lock:
            self._random = random.Random(f"{seed}/{run}/{self._name}")  # noqa: S311  repeatable on purpose: nothing here guards real money

    def mark(self) -> object:
        """Where the stream stands, for :meth:`go_back`."""
        with self._lock:
            return self._random.getstate()

    def go_back(self, mark: Any) -> None:
        """What was drawn since ``mark`` is drawn again: it was undone."""
        with self._lock:
            self._random.setstate(mark)

    def token22(self) -> str:
        """22 characters, base64url of 16 bytes: payments, sessions, orders (seen: Flouci's payment ids)."""
        return base64.urlsafe_b64encode(self._bytes(16)).rstrip(b"=").decode()

    def secret(self) -> str:
        """43 characters of base64url: keys in mails, login sessions."""
        return base64.urlsafe_b64encode(self._bytes(32)).rstrip(b"=").decode()

    def uuid(self) -> str:
        """A version 4 UUID: an app's tokens (documentation: tokens are UUIDs)."""
        return str(uuid.UUID(bytes=self._bytes(16), version=4))

    def digits(self, count: int) -> str:
        """``count`` decimal digits, leading zeros kept: OTP and payment codes."""
        with self._lock:
            return "".join(self._random.choices("0123456789", k=count))

    def number(self, below: int) -> int:
        with self._lock:
            return self._random.randrange(below)

    def random_bytes(self, count: int) -> bytes:
        """The grain of a simulated photograph, for one."""
        return self._bytes(count)

    def _bytes(self, count: int) -> bytes:
        with self._lock:
            return self._random.randbytes(count)


class IdSource:
    """All streams of one sandbox, begun anew together at a reset."""

    def __init__(self, seed: int, run: str = "") -> None:
        self.seed = seed
        self._run = run
        self._streams: dict[str, Ids] = {}

    def stream(self, name: str) -> Ids:
        if name not in self._streams:
            self._streams[name] = Ids(self.seed, name)
            self._streams[name].restart(self.seed, self._run)
        return self._streams[name]

    def mark(self) -> dict[str, object]:
        return {name: stream.mark() for name, stream in self._streams.items()}

    def go_back(self, mark: dict[str, object]) -> None:
        """Of all streams; one that was not there then begins anew."""
        for name, stream in self._streams.items():
            if name in mark:
                stream.go_back(mark[name])
            else:
                stream.restart(self.seed, self._run)

    def restart(self, run: str) -> None:
        self._run = run
        for stream in self._streams.values():
            stream.restart(self.seed, run)
