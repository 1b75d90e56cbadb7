"""Pages of imaginary merchants, served on an origin of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from flask import Flask, request

from sandbox.testing.serving import serve

if TYPE_CHECKING:
    from sandbox.testing.drivers import MerchantApp
    from sandbox.testing.embedded import Sandbox

SCRIPT = (
    '<script src="{base}/static/main.js" app="{app}" data-amount="{amount}" data-name="{name}" data-id="{id}"'
    ' lang-key="{language}" class="flouci-button"></script>'
)
FORM = '<form action="/handle_payment" method="post" id="{id}">{script}</form>'
ServePage = Callable[..., str]


@pytest.fixture
def script(sandbox: Sandbox, merchant_app: MerchantApp) -> Callable[..., str]:
    """The script tag with the merchant's token; keyword arguments replace its attributes."""

    def make(**attributes: object) -> str:
        defaults = {"amount": 12500, "name": "Olive oil", "id": "TX1", "language": "en"}
        return SCRIPT.format(**(defaults | {"base": sandbox.base_url, "app": merchant_app.public_token} | attributes))

    return make


@pytest.fixture
def form(script: Callable[..., str]) -> Callable[..., str]:
    """A form with the script in it."""
    return lambda **attributes: FORM.format(id=attributes.get("id", "TX1"), script=script(**attributes))


@pytest.fixture
def serve_page() -> Iterator[ServePage]:
    """Serve HTML with headers; its /handle_payment shows what the form sent."""
    with ExitStack() as stack:

        def start(html: str, headers: dict[str, str] | None = None) -> str:
            shop = Flask(__name__)
            shop.add_url_rule("/", "page", lambda: (f"<!doctype html><html><body>{html}</body></html>", headers or {}))
            shop.add_url_rule(
                "/handle_payment", "handle", lambda: dict(request.form.items(multi=True)), methods=["POST"]
            )
            return stack.enter_context(serve(shop))

        yield start
