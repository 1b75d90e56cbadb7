"""Pages and JSON of apps."""

from sandbox.platform.apps.routes.api import app_api, public_app_api, wallet_event_api
from sandbox.platform.apps.routes.images import image_files
from sandbox.platform.apps.routes.pages import app_pages

__all__ = ["app_api", "app_pages", "image_files", "public_app_api", "wallet_event_api"]
