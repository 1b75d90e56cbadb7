"""Refusals before a view is called, in the shape in which that view refuses: they answer as the emulated API does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from flask import current_app, request

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

    from sandbox.kit.errors import SandboxError

View = TypeVar("View", bound="Callable[..., Any]")
REFUSED = "sandbox.refused"
"""In the WSGI environment: the error with which this request shall end before its view is called."""
_ATTRIBUTE = "refuses_with"


def refuses_with(make: Callable[[SandboxError], Response]) -> Callable[[View], View]:
    """Mark a view with how it tells an error; others are told as errors of our own are."""

    def mark(view: View) -> View:
        setattr(view, _ATTRIBUTE, make)
        return view

    return mark


def refuse_from_outside() -> Response | None:
    """Before a request that a fault shall end."""
    error: SandboxError | None = request.environ.get(REFUSED)
    return None if error is None else refuse(error)


def refuse(error: SandboxError) -> Response:
    """As the view that was called tells errors; the HTTP status is the error's, whatever the view makes of it."""
    view = current_app.view_functions.get(request.endpoint or "")
    make = getattr(view, _ATTRIBUTE, None)
    if make is None:
        raise error
    answer: Response = make(error)
    answer.status_code = error.status
    if "retry_after" in error.details:
        answer.headers["Retry-After"] = str(error.details["retry_after"])
    return answer
