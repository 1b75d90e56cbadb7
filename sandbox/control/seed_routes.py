"""The lever that loads a seed file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from flask import Blueprint, request
from pydantic import Field
from werkzeug.exceptions import RequestEntityTooLarge

from sandbox.kit.errors import BodyTooLarge
from sandbox.kit.shapes import Optional, Shape
from sandbox.kit.web import read_query

if TYPE_CHECKING:
    from sandbox.control.levers import Levers

_MOST_BYTES = 8_000_000
"""More than a file may have: whoever reads it says better how much that is."""


class SeedName(Shape):
    name: Annotated[Annotated[str, Field(max_length=200)] | None, Optional] = None


def seed_routes(levers: Levers) -> Blueprint:
    routes = Blueprint("seed", __name__)

    @routes.post("/seed")
    def seed() -> dict[str, Any]:
        """The text of a seed file, or its values as JSON. ``name`` is what the file is called when something is told of it."""
        request.max_content_length = _MOST_BYTES
        name = read_query(SeedName).name or "seed"
        if request.mimetype == "application/json" and not name.endswith(".json"):
            name += ".json"
        try:
            content = request.get_data()
        except RequestEntityTooLarge:
            raise BodyTooLarge(
                field="body", hint="A seed file may have 2 MB: say 'history:' for many orders."
            ) from None
        return levers.load_seed(content, name)

    return routes
