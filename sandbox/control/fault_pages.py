"""The console's page of faults: what is planned, what has happened, and a form; all through the levers' own API."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Annotated, Any

from flask import Blueprint, redirect, render_template, url_for
from pydantic import Field

from sandbox.contracts.faults import plan_of
from sandbox.kit.errors import InvalidInput, NotFound, error_from_json
from sandbox.kit.shapes import Shape, Text
from sandbox.kit.web import read_body

if TYPE_CHECKING:
    from sandbox.control.levers import Levers
    from sandbox.kit.web.app import Page

_API = "/_sandbox/faults"
_RECEIPTS = 50


class PlanForm(Shape):
    """``words`` are such as ``route=/api/accept nth=2``."""

    kind: Text
    words: Annotated[str, Field(max_length=500)] = ""


class NamedFault(Shape):
    fault: Text


def fault_pages(levers: Levers) -> Blueprint:
    routes = Blueprint("fault_pages", __name__, url_prefix="/console/faults")

    def ask(method: str, path: str = "", body: dict[str, Any] | None = None) -> dict[str, Any]:
        content = b"" if body is None else json.dumps(body).encode()
        answer = levers.transport.send(method, _API + path, content, {"Content-Type": "application/json"})
        told = answer.json()
        if answer.status >= 400 or not isinstance(told, dict):
            raise error_from_json(answer.status, told)
        return told

    def draw(form: dict[str, str] | None = None, problem: Exception | None = None) -> str:
        shown = ask("GET")
        return render_template(
            "faults.html",
            faults=[_worded(fault) for fault in shown["faults"]],
            receipts=shown["receipts"][::-1][:_RECEIPTS],
            kinds=ask("GET", "/kinds")["kinds"],
            form=form or {},
            problem=problem,
            cursor=levers.journal.newest_number(),
        )

    @routes.get("")
    def show() -> str:
        return draw()

    @routes.post("")
    def add() -> Page:
        """A plan that is wrong is shown again, with what is wrong with it."""
        wanted = read_body(PlanForm)
        try:
            ask("POST", body={"kind": wanted.kind, **read_words(wanted.words)})
        except InvalidInput as problem:
            return draw({"kind": wanted.kind, "words": wanted.words}, problem), 400
        return redirect(url_for("fault_pages.show"), 303)

    @routes.post("/remove")
    def remove() -> Page:
        """One that is gone already is what was wanted."""
        with contextlib.suppress(NotFound):
            ask("DELETE", f"/{read_body(NamedFault).fault}")
        return redirect(url_for("fault_pages.show"), 303)

    @routes.post("/clear")
    def clear() -> Page:
        ask("DELETE")
        return redirect(url_for("fault_pages.show"), 303)

    return routes


def read_words(text: str) -> dict[str, Any]:
    """``nth=2 share=0.5`` as fields; a number is one. Raises InvalidInput."""
    fields: dict[str, Any] = {}
    for word in text.split():
        name, equals, value = word.partition("=")
        if not (name and equals and value):
            raise InvalidInput(f"'{word[:40]}' is not name=value.", field="words", hint="Such as nth=2 seconds=8.")
        fields[name] = _number(value)
    return fields


def _number(value: str) -> Any:
    """Phone numbers are digits too, but are texts."""
    if len(value) == 8 and value.isdecimal():
        return value
    for kind in (int, float):
        try:
            return kind(value)
        except ValueError:
            continue
    return {"true": True, "false": False}.get(value, value)


def _worded(fault: dict[str, Any]) -> dict[str, Any]:
    return {"nearest": [], **fault, "words": plan_of(fault)}
