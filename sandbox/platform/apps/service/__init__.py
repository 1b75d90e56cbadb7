"""What is done with apps, a file per operation."""

from dataclasses import dataclass

from sandbox.platform.apps.service.images import AppImages
from sandbox.platform.apps.service.linking import AppService
from sandbox.platform.apps.service.settings import AppSettings
from sandbox.platform.apps.service.tokens import AppTokens, require_credentials, require_owned_token


@dataclass(frozen=True)
class AppServices:
    """All that the routes need."""

    linking: AppService
    tokens: AppTokens
    settings: AppSettings
    images: AppImages


__all__ = [
    "AppImages",
    "AppService",
    "AppServices",
    "AppSettings",
    "AppTokens",
    "require_credentials",
    "require_owned_token",
]
