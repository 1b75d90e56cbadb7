"""Takes the steps that payment forms ask for, each with the way to pay that it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.contracts.errors import MethodNotFound
from sandbox.contracts.payments import STEP_FIELDS
from sandbox.kit.errors import InvalidInput, translatable
from sandbox.kit.tracing import join_trace
from sandbox.mock_payments.methods.method import find_method

if TYPE_CHECKING:
    from sandbox.contracts.payments import MethodStep
    from sandbox.mock_payments.methods.method import Desk


class MethodService:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def take_step(self, method: str, step: str, request: MethodStep) -> dict[str, Any]:
        """Raises MethodNotFound, and whatever the step refuses."""
        join_trace(request.order.session)
        steps = find_method(method)(self._desk).steps()
        if step not in steps:
            raise MethodNotFound(
                translatable("This way to pay has no such step."),
                hint=translatable("The details of this error name its steps."),
                field="step",
                steps=sorted(steps),
            )
        try:
            return steps[step](request.order, request.fields)
        except InvalidInput as wrong:
            raise InvalidInput(wrong.message, hint=wrong.hint, field=f"{STEP_FIELDS}{wrong.field}") from None
