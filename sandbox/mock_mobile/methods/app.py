"""Open the app: on the device where the form is shown, a link brings the code's text instead of a picture (report, perspectives)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import StringConstraints

from sandbox.kit.shapes import Shape, Text
from sandbox.mock_mobile.methods.method import PhoneMethod

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.contracts.mobile import Scan
    from sandbox.mock_mobile.methods.method import Step


class OpenLink(Shape):
    """``link`` is the text that the QR code has, too."""

    link: Annotated[Text, StringConstraints(min_length=1)]


class App(PhoneMethod, name="app"):
    script = "methods/app.js"

    def steps(self) -> Mapping[str, Step]:
        return {"open": self.open}

    def open(self, number: str, fields: Mapping[str, Any]) -> Scan:
        return self.hand.scan(number, OpenLink.parse(fields).link)
