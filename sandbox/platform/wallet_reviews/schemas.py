"""What admins ask for, and see."""

from __future__ import annotations

from typing import Annotated

from sandbox.contracts.applications import Application, ApplicationState
from sandbox.kit.paging import PageQuery
from sandbox.kit.shapes import Optional, PhoneNumber

STATES: tuple[ApplicationState, ...] = ("review", "approved", "rejected")


class ReviewQuery(PageQuery):
    """``state``: those that wait for a review unless it says otherwise. ``phone_number`` leads to the wallet behind it."""

    state: ApplicationState = "review"
    phone_number: Annotated[PhoneNumber | None, Optional] = None


class ReviewedApplication(Application):
    """``image`` is the picture of the identity card as a data URL; None where there is none yet."""

    image: str | None = None
