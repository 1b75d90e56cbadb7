"""An app's picture: whatever comes is made small and clean, or refused with the reason."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from sandbox.testing import Sandbox
from sandbox.testing.drivers import MerchantApp
from tests.platform.managing import Managing
from tests.visitor import Visitor


@pytest.fixture
def managing(sandbox: Sandbox, merchant_app: MerchantApp, token: str) -> Managing:
    return Managing(sandbox, merchant_app, token)


def drawn(size: tuple[int, int] = (600, 300), kind: str = "PNG", mode: str = "RGB", **more: Any) -> bytes:
    out = BytesIO()
    Image.new(mode, size, "teal").save(out, kind, **more)
    return out.getvalue()


def encoded(picture: bytes) -> str:
    return base64.b64encode(picture).decode()


def shown(managing: Managing) -> Image.Image:
    assert managing.app.image
    answer = managing.sandbox.transport._client.get(managing.app.image)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")
    assert "immutable" in answer.headers["Cache-Control"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    return Image.open(BytesIO(answer.content))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
def test_a_picture_becomes_a_small_png(managing: Managing, kind: str) -> None:
    managing.require(managing.set_image(image_base64=encoded(drawn(kind=kind))))
    assert shown(managing).size == (256, 128)


def test_nothing_but_pixels_is_kept(managing: Managing) -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Comment", "where I live")
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "my name"
    for picture in (drawn(pnginfo=texts), drawn(kind="JPEG", exif=exif.tobytes(), comment=b"where I live")):
        managing.require(managing.set_image(image_base64=encoded(picture)))
        kept = shown(managing)
        assert not kept.info
        assert not kept.getexif()
    assert kept.size == (128, 256)  # it is turned upright, since what told how to turn it is gone


def test_another_picture_has_another_address_and_the_old_one_is_gone(managing: Managing) -> None:
    managing.require(managing.set_image(image_base64=encoded(drawn())))
    first = managing.app.image or ""
    managing.require(managing.set_image(image_base64=encoded(drawn((10, 10)))))
    assert managing.app.image != first
    assert managing.sandbox.transport._client.get(first).status_code == 404
    managing.require(managing.call("DELETE", f"/api/apps/{managing.app.id}/image"))
    assert managing.app.image is None


def test_the_form_shows_it_where_the_page_names_no_other(managing: Managing) -> None:
    from sandbox.contracts.platform import OpenSession

    managing.require(managing.set_image(image_base64=encoded(drawn())))
    app = managing.app
    platform = managing.sandbox.platform
    opened = platform.open_session(OpenSession(app=app.public_token, amount=1))
    assert opened["merchant"]["image"] == app.image
    own = "https://shop.example/oil.png"
    opened = platform.open_session(OpenSession(app=app.public_token, amount=1, image=own))
    assert opened["merchant"]["image"] == own
    assert platform.get_public_app(app.public_token).image == app.image


SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


@pytest.mark.parametrize(
    ("picture", "code"),
    [
        (SVG, "UNREADABLE_PICTURE"),
        (b"", "UNREADABLE_PICTURE"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 100, "UNREADABLE_PICTURE"),
        (drawn()[:-60], "UNREADABLE_PICTURE"),
        (drawn((5001, 5001), mode="1"), "PICTURE_TOO_LARGE"),
        (drawn((20_000, 20_000), mode="1"), "PICTURE_TOO_LARGE"),
        (b"x" * 5_000_001, "BODY_TOO_LARGE"),
    ],
)
def test_what_is_no_small_picture_is_refused(managing: Managing, picture: bytes, code: str) -> None:
    answer = managing.set_image(image_base64=encoded(picture))
    assert answer.json()["error"]["code"] == code
    assert answer.json()["error"]["hint"]
    assert managing.app.image is None


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "image"),
        ({"image_base64": "%%%"}, "image_base64"),
        ({"url": "file:///etc/passwd"}, "url"),
        ({"url": 5}, "url"),
    ],
)
def test_a_call_without_a_picture_says_what_to_send(managing: Managing, fields: dict[str, Any], field: str) -> None:
    answer = managing.set_image(**fields)
    assert (answer.status_code, answer.json()["error"]["field"]) == (400, field)


@contextmanager
def serving(status: int, body: bytes) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/picture"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_picture_is_fetched_once_from_an_address(managing: Managing) -> None:
    with serving(200, drawn(kind="WEBP")) as url:
        managing.require(managing.set_image(url=url))
    assert shown(managing).size == (256, 128)


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (404, b"", "UNREADABLE_PICTURE"),
        (302, drawn(), "UNREADABLE_PICTURE"),
        (200, SVG, "UNREADABLE_PICTURE"),
        (200, b"x" * 5_000_001, "BODY_TOO_LARGE"),
    ],
)
def test_an_address_that_gives_no_picture_is_refused(managing: Managing, status: int, body: bytes, code: str) -> None:
    with serving(status, body) as url:
        error = managing.set_image(url=url).json()["error"]
    assert (error["code"], error["field"]) == (code, "url")


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/latest/meta-data", "http://127.0.0.1:1/x", "http://93.184.216.34/a.png"]
)
def test_an_address_that_may_not_be_called_or_does_not_answer_is_refused(managing: Managing, url: str) -> None:
    error = managing.set_image(url=url).json()["error"]
    assert error["code"] in {"ADDRESS_NOT_ALLOWED", "ADDRESS_UNREACHABLE"}
    assert error["field"] == "url"


def test_a_file_is_uploaded_on_the_page(managing: Managing, visitor: Visitor) -> None:
    visitor.log_in(managing.merchant.email, managing.merchant.password)
    path = f"/apps/{managing.app.id}/image"
    fields = {"csrf_token": visitor.csrf_token("/apps"), "url": ""}
    for picture, status in ((drawn((800, 800)), 302), (SVG, 422), (b"x" * 5_500_000, 413), (b"x" * 9_000_000, 413)):
        answer = visitor.http.post(path, data=fields, files={"image": ("p.png", picture)})
        assert answer.status_code == status
    assert shown(managing).size == (256, 256)
    assert visitor.submit(f"{path}/remove").status_code == 302
    assert managing.app.image is None
