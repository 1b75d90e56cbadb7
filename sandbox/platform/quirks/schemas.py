"""An app's quirks as they are told and set."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from sandbox.kit.shapes import Shape
from sandbox.platform.quirks.table import Profile, read_switches


def _known(switches: dict[str, Any]) -> dict[str, str]:
    return read_switches(switches.items())


class SaveQuirks(Shape):
    """All of them: a profile of null is the sandbox's own, and what ``switches`` does not name is as the profile has it."""

    profile: Profile | None = None
    switches: Annotated[
        dict[str, Any], BeforeValidator(lambda value: {} if value is None else value), AfterValidator(_known)
    ] = Field(default_factory=dict)


class AppQuirks(Shape):
    """``profile`` and ``switches`` are what the app chose; ``values`` what comes of it for every quirk."""

    app_id: str
    profile: Profile | None
    switches: dict[str, str]
    values: dict[str, str]
