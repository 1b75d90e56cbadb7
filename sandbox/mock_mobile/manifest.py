"""The web app manifest: what the phone page is called and looks like once it is installed beside the shop's window."""

from __future__ import annotations

from typing import Any

from flask import url_for

from sandbox.kit.web.pages import current_language, translate
from sandbox.kit.web.ui.languages import direction

_BLUE, _WHITE = "#1f5fd6", "#ffffff"
_SIZES = (192, 512)


def describe_app() -> dict[str, Any]:
    """In the reader's language. Browsers install it from https:// and from this machine's own http:// only."""
    language = current_language()
    return {
        "name": translate(language, "Phone of the Flouci sandbox"),
        "short_name": translate(language, "SANDBOX phone"),
        "lang": language,
        "dir": direction(language),
        "id": "./",
        "start_url": "./",
        "scope": "./",
        "display": "standalone",
        "orientation": "portrait",
        "background_color": _WHITE,
        "theme_color": _BLUE,
        "icons": [
            {
                "src": url_for("static", filename=f"icon-{size}.png"),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": "any maskable",
            }
            for size in _SIZES
        ],
    }
