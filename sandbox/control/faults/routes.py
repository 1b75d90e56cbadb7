"""The levers of faults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint

from sandbox.control.faults.kind import WHERE
from sandbox.control.faults.kinds import KINDS
from sandbox.kit.web.app import created
from sandbox.kit.web.bodies import read_fields

if TYPE_CHECKING:
    from flask import Response

    from sandbox.control.faults.board import FaultBoard


def fault_routes(board: FaultBoard) -> Blueprint:
    routes = Blueprint("faults", __name__, url_prefix="/faults")

    @routes.get("")
    def show() -> dict[str, Any]:
        """Those that are planned, and the newest receipts of those that happened, oldest first."""
        return board.shown()

    @routes.get("/kinds")
    def kinds() -> dict[str, Any]:
        return {"kinds": list_kinds()}

    @routes.post("")
    def add() -> tuple[Response, int]:
        return created(board.add(read_fields()))

    @routes.delete("")
    def clear() -> dict[str, Any]:
        return {"removed": board.clear()}

    @routes.delete("/<fault_id>")
    def remove(fault_id: str) -> dict[str, Any]:
        return {"removed": 1, "fault": board.remove(fault_id)}

    return routes


def list_kinds() -> list[dict[str, Any]]:
    return [
        {
            "kind": kind.name,
            "what": kind.text,
            "where": list(WHERE[kind.channel]),
            "parameters": list(kind.parameters.model_fields),
            "example": f"{kind.name} {kind.example}".strip(),
        }
        for kind in KINDS.values()
    ]
