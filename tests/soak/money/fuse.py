"""A fuse in a running world: it burns at every statement, commit and call between services, and at its end all is cut off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import event

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Engine

    from sandbox.contracts.transport import Answer, Transport


class Crash(BaseException):
    """The process is gone: no handler of the product catches this."""


class Fuse:
    """``light`` it, and the ``steps``-th thing that the world does from then on never happens, nor anything after it."""

    def __init__(self) -> None:
        self._left: int | None = None
        self.is_burnt = False

    def light(self, steps: int) -> None:
        self._left, self.is_burnt = steps, False

    def put_out(self) -> None:
        self._left = None

    def step(self) -> None:
        if self.is_burnt:
            raise Crash
        if self._left is not None:
            self._left -= 1
            if self._left < 0:
                self.is_burnt = True
                raise Crash

    def watch(self, engine: Engine) -> None:
        """A rollback goes through: it is what the database does of itself when a process is gone."""
        event.listen(engine, "before_cursor_execute", lambda *_: self.step())
        event.listen(engine, "commit", lambda _: self.step())


class FusedTransport:
    """Calls may be cut off before they arrive, and after they were answered: then the answer is lost."""

    def __init__(self, transport: Transport, fuse: Fuse) -> None:
        self._transport = transport
        self._fuse = fuse
        self.app: Any = None

    def send(self, method: str, path: str, content: bytes, headers: Mapping[str, str]) -> Answer:
        self._fuse.step()
        answer = self._transport.send(method, path, content, headers)
        self._fuse.step()
        return answer
