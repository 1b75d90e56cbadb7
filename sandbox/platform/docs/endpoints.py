"""The endpoints of the JSON API as its routes describe them (``sandbox/kit/web/operations.py``)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.contracts.errors import AdminsOnly
from sandbox.kit.errors import BodyTooLarge, InvalidInput, NotAuthenticated
from sandbox.kit.web.operations import Caller, Operation, caller_of, find_operation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from werkzeug.routing import Rule

    from sandbox.kit.errors import SandboxError

_PARAMETER = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")
TAGS = (
    "Payments",
    "Payments v2",
    "Payments v1",
    "Counter payments",
    "Partners",
    "Payment form",
    "Accounts",
    "Sessions",
    "API keys",
    "Apps",
    "Webhooks",
    "Orders",
    "Metrics",
    "Activity",
    "Admin",
    "Documentation",
)
"""In the order in which a reader needs them; a tag that is not named here comes last."""


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """``path`` is that of the OpenAPI document; ``parameters`` are the names in it, each with its JSON type."""

    method: str
    path: str
    parameters: dict[str, str]
    operation: Operation
    caller: Caller
    id: str

    @property
    def needs_login(self) -> bool:
        return self.caller in {"developer", "admin"}

    @property
    def errors(self) -> tuple[type[SandboxError], ...]:
        """Those that the route names, and those that follow from what it reads and whom it lets in; by status."""
        found = set(self.operation.errors)
        if self.operation.body is not None:
            found |= {InvalidInput, BodyTooLarge}
        if self.operation.query is not None or self.operation.pages:
            found.add(InvalidInput)
        if self.needs_login:
            found.add(NotAuthenticated)
        if self.caller == "admin":
            found.add(AdminsOnly)
        return tuple(sorted(found, key=lambda error: (error.status, error.code)))


def list_endpoints(app: Flask) -> list[Endpoint]:
    """By tag, then as the routes were made; what only services may call is left out."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith(("/api/", "/partners/"))]
    found = [endpoint for rule in rules for endpoint in _endpoints_of(app, rule)]
    return sorted(_share_paths(found), key=lambda endpoint: place_of(endpoint.operation.tag))


def _endpoints_of(app: Flask, rule: Rule) -> Iterator[Endpoint]:
    view = app.view_functions[rule.endpoint]
    operation, caller = find_operation(view), caller_of(view)
    if operation is None or caller == "service":
        return
    kinds = {name: "integer" if kind == "int" else "string" for kind, name in _PARAMETER.findall(rule.rule)}
    for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
        yield Endpoint(
            method=method,
            path=_PARAMETER.sub(r"{\2}", rule.rule),
            parameters=kinds,
            operation=operation,
            caller=caller,
            id=rule.endpoint.replace(".", "_"),
        )


def _share_paths(endpoints: list[Endpoint]) -> Iterator[Endpoint]:
    """One spelling for paths that differ in the names of their parameters only: OpenAPI knows no two such paths."""
    seen: dict[str, Endpoint] = {}
    for endpoint in endpoints:
        first = seen.setdefault(re.sub(r"\{\w+\}", "{}", endpoint.path), endpoint)
        yield endpoint if first.path == endpoint.path else _at_path_of(first, endpoint)


def _at_path_of(first: Endpoint, endpoint: Endpoint) -> Endpoint:
    return Endpoint(
        method=endpoint.method,
        path=first.path,
        parameters=first.parameters,
        operation=endpoint.operation,
        caller=endpoint.caller,
        id=endpoint.id,
    )


def place_of(tag: str) -> tuple[int, str]:
    return (TAGS.index(tag), "") if tag in TAGS else (len(TAGS), tag)
