"""Exchanges as an HTTP Archive (HAR 1.2), which browsers and other tools open."""

from __future__ import annotations

from http.client import responses
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from sandbox import __version__
from sandbox.control.repeating import address_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_NO_HTTP = {"mail", "sms"}


def as_har(exchanges: Iterable[Mapping[str, Any]], base_url: str) -> dict[str, Any]:
    """Oldest first, as the format wants; mails and SMS, which are no HTTP, are left out."""
    entries = [_entry(each, base_url) for each in exchanges if each["service"] not in _NO_HTTP]
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "Flouci Sandbox", "version": __version__},
            "entries": sorted(entries, key=lambda entry: entry["_number"]),
        }
    }


def _entry(exchange: Mapping[str, Any], base_url: str) -> dict[str, Any]:
    milliseconds = exchange["milliseconds"]
    return {
        "startedDateTime": exchange["at"],
        "time": milliseconds,
        "request": _request(exchange, base_url),
        "response": _response(exchange),
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        "comment": f"{exchange['service']}, story {exchange['trace'] or 'none'}",
        "_number": exchange["number"],
        "_id": exchange["id"],
        "_service": exchange["service"],
        "_trace": exchange["trace"],
    }


def _request(exchange: Mapping[str, Any], base_url: str) -> dict[str, Any]:
    body, headers, url = exchange["request"], exchange["headers"], address_of(exchange, base_url)
    told: dict[str, Any] = {
        "method": exchange["method"],
        "url": url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(headers.items()),
        "queryString": _pairs(parse_qsl(urlsplit(url).query, keep_blank_values=True)),
        "headersSize": -1,
        "bodySize": len(body.encode()),
    }
    if body:
        told["postData"] = {"mimeType": headers.get("content-type", "application/json"), "text": body}
    return told


def _response(exchange: Mapping[str, Any]) -> dict[str, Any]:
    kind, text = exchange["answer_type"] or "application/json", exchange["answer"]
    return {
        "status": exchange["status"],
        "statusText": responses.get(exchange["status"], ""),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs([("content-type", kind)]),
        "content": {"size": len(text.encode()), "mimeType": kind, "text": text},
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": len(text.encode()),
    }


def _pairs(values: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in values]
