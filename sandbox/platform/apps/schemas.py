"""What the pages show of apps and their orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.kit.phone_numbers import mask_phone_number

if TYPE_CHECKING:
    from sqlalchemy import Row

    from sandbox.contracts.platform import App


def app_row(app: App, totals: tuple[int, int]) -> dict[str, Any]:
    """An app of the list, with how many orders were paid and their sum in millimes."""
    count, gross = totals
    return app.model_dump(exclude={"private_token"}) | {"orders_count": count, "gross_sales": gross}


def order_row(order: Row[Any]) -> dict[str, Any]:
    """An order of the list. The payer's number is masked (report, 2.3.7 Privacy)."""
    shown = {
        name: getattr(order, name)
        for name in ("id", "reference", "amount", "status", "reason", "created_at", "paid_at")
    }
    return shown | {"payer": mask_phone_number(order.payer_phone) if order.payer_phone else None}
