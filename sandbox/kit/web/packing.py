"""Static texts are sent packed: a third of their size. Pages are not, but for those that
say so: others hold secrets beside what a stranger may have typed.
"""

from __future__ import annotations

import gzip
from functools import lru_cache
from typing import TYPE_CHECKING

from flask import Response, request

if TYPE_CHECKING:
    from flask import Flask

_TEXTS = frozenset({"text/css", "text/javascript", "application/manifest+json", "image/svg+xml"})
_KEPT = 128


def pack_static_texts(app: Flask) -> None:
    app.after_request(_pack)


def may_pack() -> bool:
    """Whether the client understands packed answers."""
    return request.accept_encodings.quality("gzip") > 0


@lru_cache(maxsize=_KEPT)
def packed(text: bytes) -> bytes:
    return gzip.compress(text, mtime=0)


def _pack(answer: Response) -> Response:
    is_file = (request.endpoint or "").endswith("static")
    return pack(answer) if is_file and answer.mimetype in _TEXTS else answer


def pack(answer: Response) -> Response:
    """A text that holds no secret, in fewer bytes for a client that understands them."""
    answer.vary.add("Accept-Encoding")
    if answer.status_code == 200 and may_pack():
        answer.direct_passthrough = False
        answer.set_data(packed(answer.get_data()))
        answer.content_encoding = "gzip"
        etag, _ = answer.get_etag()
        if etag:
            answer.set_etag(etag, weak=True)  # the same file in other bytes
    return answer
