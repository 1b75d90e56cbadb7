"""One HTTP exchange in the hands of a fault."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from sandbox.kit.trouble import ConnectionDropped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from _typeshed.wsgi import StartResponse

_NO_ANSWER = "599 No answer"
"""What the journal tells of a request that no service has seen."""


@dataclass
class Whole:
    """An answer that is there from its first to its last byte; ``is_broken`` where another fault has cut it off before that."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes
    is_broken: bool = False


class HttpExchange:
    """``proceed`` lets the service do its work, or the next fault do its harm."""

    def __init__(
        self,
        environ: dict[str, Any],
        start_response: StartResponse,
        proceed: Callable[[dict[str, Any], StartResponse], Iterable[bytes]],
    ) -> None:
        self.environ = environ
        self.start_response = start_response
        self._proceed = proceed

    def proceed(self) -> Iterable[bytes]:
        return self._proceed(self.environ, self.start_response)

    def finish(self) -> Whole:
        """Let the service do all of its work, and keep its answer back."""
        begun: list[tuple[str, list[tuple[str, str]]]] = []

        def begin(status: str, headers: list[tuple[str, str]], _error: object = None) -> Any:
            begun.append((status, headers))

        chunks, arrived, is_broken = self._proceed(self.environ, begin), bytearray(), False
        try:
            for chunk in chunks:
                arrived += chunk
        except ConnectionDropped:
            is_broken = True
        finally:
            close = getattr(chunks, "close", None)
            if close:
                close()
        return Whole(*begun[-1], bytes(arrived), is_broken)

    def send(self, answer: Whole, pieces: Iterable[bytes]) -> Iterable[bytes]:
        """``pieces`` of the body; what comes short of the length that is announced is missed."""
        if answer.is_broken:
            self.start_response(answer.status, answer.headers)
            return chain(pieces, _then_nothing(b""))
        headers = [(name, value) for name, value in answer.headers if name.lower() != "content-length"]
        self.start_response(answer.status, [*headers, ("Content-Length", str(len(answer.body)))])
        return pieces

    def drop(self, status: str = _NO_ANSWER) -> Iterable[bytes]:
        """Nothing comes back. ``status`` is what the service had answered, for the journal."""
        self.start_response(status, [("Content-Length", "0")])
        return _then_nothing(b"")


def _then_nothing(first: bytes) -> Iterator[bytes]:
    if first:
        yield first
    raise ConnectionDropped


def cut(body: bytes, kept: int) -> Iterator[bytes]:
    """The first ``kept`` bytes; then the connection ends."""
    return _then_nothing(body[:kept])
