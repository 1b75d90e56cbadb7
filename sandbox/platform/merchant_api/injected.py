"""How what is refused before a view is called, planned by a tester or not, looks in each published API: as its own refusals do."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from sandbox.kit.web.operations import find_operation
from sandbox.kit.web.refusing import refuses_with
from sandbox.platform.merchant_api import generating, verifying
from sandbox.platform.merchant_api.answers import answer
from sandbox.platform.merchant_api.counters import schemas as counters
from sandbox.platform.merchant_api.generation_1 import schemas as generation_1
from sandbox.platform.merchant_api.partners import schemas as partners
from sandbox.platform.merchant_api.reception import hint_of
from sandbox.platform.merchant_api.v1.schemas import VERSION as V1
from sandbox.platform.merchant_api.v2 import operations
from sandbox.platform.merchant_api.v2 import schemas as v2

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Flask, Response

    from sandbox.kit.errors import SandboxError


def show_planned_refusals(app: Flask) -> None:
    """Once all routes are there: what an operation says its refusals look like decides how this one does."""
    bodies = _bodies()
    for endpoint, view in app.view_functions.items():
        operation = find_operation(view)
        if operation is None or operation.refusal is None:
            continue
        make = bodies.get(operation.refusal)
        if operation.refusal is generating.Refused:
            version = v2.VERSION if "/v2/" in _rule_of(app, endpoint) else V1
            make = partial(_by_status, partial(generating.refused, version=version))
        if make is not None:
            refuses_with(partial(_tell, make))(view)


def _bodies() -> Mapping[type, Callable[[SandboxError], dict[str, Any]]]:
    return {
        generation_1.Refused: lambda error: generation_1.failure(error, None)[1],
        generation_1.NotVerified: generation_1.not_verified,
        verifying.NotVerified: partial(_by_status, partial(verifying.not_verified, version=v2.VERIFY_VERSION)),
        operations.OperationRefused: partial(_by_status, operations.not_done),
        counters.CounterRefused: partial(_by_status, counters.refused),
        partners.PartnerRefused: partial(_by_status, partners.refused),
    }


def _by_status(body: Callable[[int, str], dict[str, Any]], error: SandboxError) -> dict[str, Any]:
    return body(error.status, error.message)


def _tell(make: Callable[[SandboxError], dict[str, Any]], error: SandboxError) -> Response:
    return answer(make(error), error.status, hint_of(error))


def _rule_of(app: Flask, endpoint: str) -> str:
    return next(rule.rule for rule in app.url_map.iter_rules(endpoint))
