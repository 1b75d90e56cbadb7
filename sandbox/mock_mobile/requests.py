"""What the phone's routes read alike: the number in the path, and a picture in the body."""

from __future__ import annotations

import base64
import binascii

from flask import request

from sandbox.contracts.personas import number_of
from sandbox.kit.errors import InvalidInput
from sandbox.kit.phone_numbers import PhoneNumberError, parse_phone_number
from sandbox.kit.web import read_fields

MAX_PICTURE_BYTES = 12_000_000
_MAX_REQUEST_BYTES = MAX_PICTURE_BYTES * 4 // 3 + 100_000


def bare(number: str) -> str:
    """Eight digits from the path, where a persona's name stands for its number; raises InvalidInput."""
    try:
        return parse_phone_number(number_of(number))
    except PhoneNumberError as error:
        raise InvalidInput(str(error), field="phone_number") from None


def allow_pictures() -> None:
    request.max_content_length = _MAX_REQUEST_BYTES
    request.max_form_memory_size = _MAX_REQUEST_BYTES


def find_picture() -> bytes | None:
    """From the multipart field ``image`` or from ``image_base64``; None when neither was sent."""
    upload = request.files.get("image")
    if upload is not None:
        return bytes(upload.read())
    encoded = read_fields().get("image_base64")
    return None if encoded is None else _decode_base64(encoded)


def read_picture() -> bytes:
    """Raises InvalidInput when there is none."""
    picture = find_picture()
    if picture is None:
        raise InvalidInput(
            "There is no picture.",
            field="image",
            hint="Send a picture as the multipart field 'image' or as 'image_base64'.",
        )
    return picture


def _decode_base64(value: object) -> bytes:
    """Also a data URL, as a browser's canvas gives it."""
    try:
        encoded = value.rpartition("base64,")[2] if isinstance(value, str) else "?"
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidInput(
            "'image_base64' is not base64.", field="image_base64", hint="Encode the picture file as base64."
        ) from None
