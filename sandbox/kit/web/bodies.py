"""Reading what a client sent: JSON or form, always an object with named fields."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from sandbox.kit.errors import BodyTooLarge, InvalidInput
from sandbox.kit.shapes import Shape

ShapeType = TypeVar("ShapeType", bound=Shape)
_FORM_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


def read_body(shape: type[ShapeType]) -> ShapeType:
    """The body as ``shape``; raises InvalidInput naming the first wrong field."""
    return shape.parse(read_fields())


def read_query(shape: type[ShapeType]) -> ShapeType:
    return shape.parse(request.args.to_dict())


def read_fields() -> dict[str, Any]:
    """The fields of a form or of a JSON object, whichever the Content-Type says; JSON where it says nothing."""
    try:
        if request.mimetype in _FORM_TYPES:
            return request.form.to_dict()
        raw = request.get_data(cache=True)
    except RequestEntityTooLarge:
        raise BodyTooLarge(field="body") from None
    if not raw.strip():
        return {}
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(
            f"The body is not valid JSON: {str(error)[:120]}.",
            field="body",
            hint="Send a JSON object with 'Content-Type: application/json', or a form with its own Content-Type.",
        ) from None
    if not isinstance(body, dict):
        raise InvalidInput(
            "The body must be a JSON object.", field="body", hint='Send named fields, such as {"amount": 12500}.'
        )
    return body
