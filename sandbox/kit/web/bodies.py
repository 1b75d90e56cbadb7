"""Reading what a client sent: JSON or form, always an object with named fields."""

from __future__ import annotations

import json
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from sandbox.kit.errors import BodyTooLarge, InvalidInput
from sandbox.kit.shapes import Shape

ShapeType = TypeVar("ShapeType", bound=Shape)
_FORM = "application/x-www-form-urlencoded"


def read_body(shape: type[ShapeType]) -> ShapeType:
    """The body as ``shape``; raises InvalidInput naming the first wrong field."""
    return shape.parse(read_fields())


def read_query(shape: type[ShapeType]) -> ShapeType:
    return shape.parse(request.args.to_dict())


def read_fields() -> dict[str, Any]:
    """The fields of a form or of a JSON object: what the body is, even where the Content-Type says the other one.

    ``curl -d '{…}'`` sends JSON as a form; an old HTTP library sends a form without any Content-Type.
    """
    try:
        if request.mimetype == "multipart/form-data":
            return request.form.to_dict()
        raw = request.get_data(cache=True).strip()
        if not raw:
            return {}
        is_json = raw.startswith((b"{", b"["))
        if request.mimetype == _FORM and not is_json:
            return request.form.to_dict()
    except RequestEntityTooLarge:
        raise BodyTooLarge(field="body") from None
    if not request.mimetype and not is_json and b"=" in raw:
        return dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True))
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
