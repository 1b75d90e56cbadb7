"""What the forms that cannot be taken back have in common."""

from __future__ import annotations

from flask import request

from sandbox.kit.errors import InvalidInput, translatable


def require_confirmation() -> None:
    """Raises InvalidInput unless the box was ticked that says what will happen."""
    if request.form.get("confirm") != "yes":
        raise InvalidInput(
            translatable("Nothing was changed: the box was not ticked."),
            field="confirm",
            hint=translatable("Tick the box to say that you know what will happen, and send the form again."),
        )
