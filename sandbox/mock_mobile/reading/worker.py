"""The process that reads pictures for another one: picture in, JSON out, until its input ends.

It ends itself with a timer of the system, which also stops a library that no longer comes back: a picture full of finder
patterns keeps zxing-cpp busy for minutes. So nothing has to watch it, and it cannot outlive the program that asked.
"""

from __future__ import annotations

import json
import os
import signal
import struct
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO

from sandbox.mock_mobile.reading.ladder import climb
from sandbox.mock_mobile.reading.pixels import TooLargeError, UnreadableError

if TYPE_CHECKING:
    from typing import Any

HEAD = struct.Struct(">Id")
"""How many bytes the picture has, and after how many seconds no further step is begun."""
GRACE_SECONDS = 1.0
"""A step that is still busy this long after the last second is ended, and the process with it."""
_SMALLEST_PICTURE = b"BM:" + b"\0" * 7 + b"6\0\0\0(\0\0\0\1\0\0\0\1\0\0\0\1\0\x18" + b"\0" * 29
"""One pixel, as a BMP file."""
_MOST_MEMORY = 3 * 2**30


def serve() -> None:
    """Answer pictures from standard input on standard output. What libraries print goes nowhere."""
    incoming = sys.stdin.buffer
    with os.fdopen(os.dup(1), "wb") as outgoing, open(os.devnull, "wb") as nowhere:  # noqa: PTH123  a device
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
        _prepare()
        while (asked := _receive(incoming)) is not None:
            picture, seconds = asked
            signal.setitimer(signal.ITIMER_REAL, seconds + GRACE_SECONDS)
            answer = _answer(picture, seconds)
            signal.setitimer(signal.ITIMER_REAL, 0)
            outgoing.write(json.dumps(answer).encode() + b"\n")
            outgoing.flush()


def _prepare() -> None:
    """Load what every picture needs before the first one comes.

    Ctrl-C in a terminal reaches every process there; only the program itself decides what it means.
    """
    climb(_SMALLEST_PICTURE, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGALRM})
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))


def _receive(incoming: BinaryIO) -> tuple[bytes, float] | None:
    head = incoming.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    size, seconds = HEAD.unpack(head)
    return incoming.read(size), seconds


def _answer(picture: bytes, seconds: float) -> dict[str, Any]:
    try:
        return {"readings": climb(picture, seconds)}
    except UnreadableError:
        return {"problem": "unreadable"}
    except (TooLargeError, MemoryError):
        return {"problem": "too large"}
