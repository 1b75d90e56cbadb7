"""What an endpoint of the JSON API is: the table from which the OpenAPI document, its page in the docs and their tests are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

    from sandbox.kit.errors import SandboxError

View = TypeVar("View", bound=Callable[..., Any])
Caller = Literal["anybody", "developer", "admin", "service"]
_ATTRIBUTE, _CALLER = "sandbox_operation", "sandbox_caller"


@dataclass(frozen=True, kw_only=True)
class Operation:
    """``summary`` is a sentence in English, translated where it is shown. ``answer`` is the shape of a good answer.

    ``pages`` says that the endpoint answers ``{"data": [answer, …], "next_cursor"}`` and takes ``limit`` and ``after``.
    ``media`` is what a good answer is when it is not JSON. ``refusal`` is the shape of a refusal that is not ours but
    Flouci's, ``headers`` are those that may be sent, each with a sentence. ``gives`` are fields of a good answer, each with its
    JSON pointer, that other operations with the tags ``gives_to`` take; its own tag when none is named.
    """

    summary: str
    tag: str
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    answer: type[BaseModel] | None = None
    status: int = 200
    errors: tuple[type[SandboxError], ...] = ()
    pages: bool = False
    media: str = "application/json"
    refusal: type[BaseModel] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    gives: Mapping[str, str] = field(default_factory=dict)
    gives_to: tuple[str, ...] = ()


def describes(summary: str, *, tag: str, **more: Any) -> Callable[[View], View]:
    """Say what a view of the JSON API does: stands right below the line that names its route."""
    operation = Operation(summary=summary, tag=tag, **more)

    def mark(view: View) -> View:
        setattr(view, _ATTRIBUTE, operation)
        return view

    return mark


def find_operation(view: Callable[..., Any]) -> Operation | None:
    found: Operation | None = getattr(view, _ATTRIBUTE, None)
    return found


def for_callers(caller: Caller, view: View) -> View:
    """Mark a view that a guard has wrapped with the callers whom the guard lets in."""
    setattr(view, _CALLER, caller)
    return view


def caller_of(view: Callable[..., Any]) -> Caller:
    found: Caller = getattr(view, _CALLER, "anybody")
    return found
