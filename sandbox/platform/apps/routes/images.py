"""The pictures of apps, for everybody: shop pages, payment forms, phones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response

if TYPE_CHECKING:
    from sandbox.platform.apps.service import AppServices

_A_YEAR = 365 * 24 * 3600


def image_files(apps: AppServices) -> Blueprint:
    routes = Blueprint("images", __name__, url_prefix="/images")

    @routes.get("/<image_id>")
    def show(image_id: str) -> Response:
        """May be kept for a year: another picture has another address."""
        picture = apps.images.get(image_id)
        answer = Response(picture.content, mimetype=picture.media_type)
        answer.headers.update(
            {
                "Cache-Control": f"public, max-age={_A_YEAR}, immutable",
                "Content-Security-Policy": "default-src 'none'; sandbox",
                "Cross-Origin-Resource-Policy": "cross-origin",
                "X-Content-Type-Options": "nosniff",
            }
        )
        return answer

    return routes
