"""JSON of an app's quirks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint

from sandbox.contracts.errors import AppNotFound
from sandbox.kit.web import read_body
from sandbox.kit.web.operations import describes
from sandbox.platform.quirks.schemas import AppQuirks, SaveQuirks

if TYPE_CHECKING:
    from sandbox.platform.access import Access
    from sandbox.platform.quirks.service import QuirkService


def quirk_api(service: QuirkService, access: Access) -> Blueprint:
    routes = Blueprint("quirks_api", __name__, url_prefix="/api/apps/<app_id>/quirks")

    @routes.get("")
    @describes("Tell the quirks of an app.", tag="Apps", answer=AppQuirks, errors=(AppNotFound,))
    @access.developers_only
    def show(app_id: str) -> dict[str, Any]:
        return service.get(access.current().id, app_id).model_dump()

    @routes.put("")
    @describes("Choose the quirks of an app.", tag="Apps", body=SaveQuirks, answer=AppQuirks, errors=(AppNotFound,))
    @access.developers_only
    def save(app_id: str) -> dict[str, Any]:
        return service.save(access.current().id, app_id, read_body(SaveQuirks)).model_dump()

    return routes
