"""What a phone's camera may be given: refused with the reason, shown on the screen, and no payment begun."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from PIL import Image

from tests.bad_input.errors import JSON, dump, require_error
from tests.mock_mobile.pictures import draw, on_canvas, png_header, to_bytes
from tests.stage import Stage

CANVAS = (1280, 800)


def codes(stage: Stage, count: int) -> list[Image.Image]:
    return [draw(stage.scan(), box=3) for _ in range(count)]


def bad_pictures(stage: Stage) -> dict[str, tuple[bytes, str]]:
    """What it shows, and the code of the refusal."""
    good = to_bytes(on_canvas(*codes(stage, 1), size=CANVAS))
    hundred_megapixels = to_bytes(Image.new("1", (10_000, 10_000), 1), optimize=True)
    assert len(hundred_megapixels) < 100_000
    return {
        "an empty file": (b"", "UNREADABLE_PICTURE"),
        "a text": (b"not a picture at all", "UNREADABLE_PICTURE"),
        "an SVG": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "UNREADABLE_PICTURE"),
        "a TIFF": (to_bytes(Image.new("L", (50, 50)), "TIFF"), "UNREADABLE_PICTURE"),
        "a PDF's first bytes": (b"%PDF-1.7\n%\xe2\xe3", "UNREADABLE_PICTURE"),
        "a truncated PNG": (good[: len(good) // 2], "UNREADABLE_PICTURE"),
        "a PNG's head alone": (good[:33], "UNREADABLE_PICTURE"),
        "a picture of nothing": (to_bytes(Image.new("L", CANVAS, 255)), "NO_QR_FOUND"),
        "two payment codes": (to_bytes(on_canvas(*codes(stage, 2), size=CANVAS)), "SEVERAL_QR_FOUND"),
        "another's code": (to_bytes(draw("https://flouci.com/pay/123")), "FOREIGN_QR"),
        "a broken code": (to_bytes(draw("flouci-sandbox://pay?v=1&app=a&amount=1")), "BROKEN_QR"),
        "a code of another version": (to_bytes(draw("flouci-sandbox://pay?v=2&app=a")), "BROKEN_QR"),
        "a hosted page's code": (to_bytes(draw("flouci-sandbox://pay?v=1&payment=abc")), "PAYMENT_NOT_FOUND"),
        "100 megapixels": (hundred_megapixels, "PICTURE_TOO_LARGE"),
        "a head that claims 10 gigapixels": (png_header(100_000, 100_000), "PICTURE_TOO_LARGE"),
    }


def send(stage: Stage, **kwargs: Any) -> Any:
    return stage.http.post(f"/mobile/phones/{stage.phone.number}/scan", **kwargs)


def test_a_bad_picture_is_refused_alike_as_a_file_and_as_base64(stage: Stage) -> None:
    pictures = bad_pictures(stage)
    with stage.unchanged():
        for what, (picture, code) in pictures.items():
            file = require_error(send(stage, files={"image": ("p.png", picture)}), statuses=(404, 422), what=what)
            body = {"image_base64": base64.b64encode(picture).decode()}
            text = require_error(send(stage, json=body), statuses=(404, 422), what=what)
            assert file["code"] == text["code"] == code, what
            shown = stage.phone.screen
            assert (
                shown["name"] == "choose"
                if code == "SEVERAL_QR_FOUND"
                else (shown["name"], shown["code"]) == ("error", code)
            )


@pytest.mark.parametrize(
    "kwargs",
    [
        {},
        {"json": {}},
        {"json": {"image": "text"}},
        {"json": {"qr_text": ""}},
        {"json": {"qr_text": 5}},
        {"json": {"qr_text": None, "image_base64": None}},
        {"data": {"image": "a text where a file should be"}},
        {"files": {"picture": ("p.png", b"123")}},
        {"files": {"image": (None, b"a text field")}},
        {"content": b"\x89PNG\r\n\x1a\n", "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
    ],
)
def test_where_no_picture_is_the_field_is_named(stage: Stage, kwargs: Any) -> None:
    assert require_error(send(stage, **kwargs), statuses=(400,), what=kwargs)["field"] == "image"


def test_a_picture_sent_as_the_body_itself_is_refused(stage: Stage) -> None:
    for kind in ("image/png", "application/octet-stream", ""):
        picture = to_bytes(draw("flouci-sandbox://pay?v=1"))
        require_error(send(stage, content=picture, headers={"Content-Type": kind}), statuses=(400,), what=kind)


@pytest.mark.parametrize(
    "value", ["§§§", "abc", "a=b=", "data:image/png;base64,é", "=" * 9, "\u0000", "\ud800", 5, True, [], {}, [[[1]]]]
)
def test_base64_that_is_none_is_named(stage: Stage, value: Any) -> None:
    error = require_error(send(stage, content=dump({"image_base64": value}), headers=JSON), statuses=(400,), what=value)
    assert error["field"] == "image_base64"


def test_base64_that_lies_deep_is_refused(stage: Stage) -> None:
    for depth in (100, 900, 960, 980):
        body = b'{"image_base64": ' + b"[" * depth + b"]" * depth + b"}"
        require_error(send(stage, content=body, headers={"Content-Type": "application/json"}), statuses=(400,))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("https://flouci.com", "FOREIGN_QR"),
        ("flouci-sandbox:", "BROKEN_QR"),
        ("flouci-sandbox://pay?v=1&app=%ff", "BROKEN_QR"),
        ("flouci-sandbox://pay?v=1&app=a&amount=1&session=\ud800", "BROKEN_QR"),
        ("flouci-sandbox://pay?v=1&app=a\x00&amount=1&session=s", "BROKEN_QR"),
        ("flouci-sandbox://pay?v=1&app=a&amount=" + "9" * 300 + "&session=s", "BROKEN_QR"),
        ("flouci-sandbox://pay?" + "v=1&" * 5_000, "BROKEN_QR"),
        ("flouci-sandbox://pay?v=1&app=a&amount=1&session=s", "APP_NOT_FOUND"),
        ("\ud800", "FOREIGN_QR"),
        ("x" * 900_000, "FOREIGN_QR"),
    ],
)
def test_a_text_that_no_form_shows_is_refused(stage: Stage, text: str, code: str) -> None:
    with stage.unchanged():
        answer = send(stage, content=dump({"qr_text": text}), headers=JSON)
        assert require_error(answer, statuses=(404, 422), what=text)["code"] == code


def test_a_code_whose_amount_was_changed_is_refused(stage: Stage) -> None:
    text = stage.scan()
    error = require_error(send(stage, json={"qr_text": text.replace("amount=12500", "amount=1")}), statuses=(422,))
    assert (error["code"], error["field"]) == ("AMOUNT_MISMATCH", "amount")


def test_a_code_of_another_app_is_refused(stage: Stage) -> None:
    text = stage.scan().replace(stage.owner.public_token, stage.other.public_token)
    assert require_error(send(stage, json={"qr_text": text}), statuses=(404,))["code"] == "APP_NOT_FOUND"


def test_a_picture_over_twelve_megabytes_is_413(stage: Stage) -> None:
    picture = b"\x89PNG" + b"0" * 17_000_000
    assert require_error(send(stage, files={"image": ("p.png", picture)}), statuses=(413,))["code"] == "BODY_TOO_LARGE"


def test_a_phone_that_is_not_there_scans_nothing(stage: Stage) -> None:
    for number, status in (("29999999", 404), ("123", 400), ("abc", 400), ("%00", 400)):
        answer = stage.http.post(f"/mobile/phones/{number}/scan", json={"qr_text": stage.scan()})
        require_error(answer, statuses=(status,), what=number)
