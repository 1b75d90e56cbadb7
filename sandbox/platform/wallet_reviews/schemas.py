"""What admins ask for, and see."""

from __future__ import annotations

from sandbox.contracts.applications import Application, ApplicationState
from sandbox.kit.paging import PageQuery

STATES: tuple[ApplicationState, ...] = ("review", "approved", "rejected")


class ReviewQuery(PageQuery):
    """``state``: those that wait for a review unless it says otherwise."""

    state: ApplicationState = "review"


class ReviewedApplication(Application):
    """``image`` is the picture of the identity card as a data URL; None where there is none yet."""

    image: str | None = None
