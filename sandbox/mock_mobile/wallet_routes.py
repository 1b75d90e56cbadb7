"""HTTP of the phone's wallet: its standing, PIN, bank account, statement, closing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response

from sandbox.contracts.bank import LinkBank, OpenBankAccount
from sandbox.contracts.mobile import ConfirmUnlock, EnterPin, MoveMoney, NewPin, StatementDays, StatementPage
from sandbox.kit.web import read_body, read_query
from sandbox.kit.web.app import created
from sandbox.mock_mobile.requests import bare

if TYPE_CHECKING:
    from sandbox.mock_mobile.wallet_owner import WalletOwner


def wallet_api(owner: WalletOwner) -> Blueprint:
    routes = Blueprint("wallet", __name__, url_prefix="/phones/<number>")
    _add_pin(routes, owner)
    _add_bank(routes, owner)

    @routes.get("/wallet")
    def show(number: str) -> dict[str, Any]:
        return owner.describe(bare(number)).model_dump()

    @routes.get("/statement")
    def statement(number: str) -> dict[str, Any]:
        return owner.read_statement(bare(number), read_query(StatementPage)).model_dump()

    @routes.get("/statement.csv")
    def statement_as_csv(number: str) -> Response:
        plain = bare(number)
        lines = owner.statement_as_csv(plain, read_query(StatementDays))
        name = f'attachment; filename="statement-{plain}.csv"'
        return Response(lines, mimetype="text/csv", headers={"Content-Disposition": name})

    @routes.post("/close")
    def close(number: str) -> dict[str, Any]:
        return owner.close(bare(number), read_body(EnterPin)).model_dump()

    return routes


def _add_pin(routes: Blueprint, owner: WalletOwner) -> None:
    @routes.post("/pin")
    def change_pin(number: str) -> dict[str, Any]:
        return owner.change_pin(bare(number), read_body(NewPin)).model_dump()

    @routes.post("/unlock")
    def start_unlock(number: str) -> tuple[Response, int]:
        return created(owner.start_unlock(bare(number)).model_dump())

    @routes.post("/unlock/confirm")
    def confirm_unlock(number: str) -> dict[str, Any]:
        return owner.confirm_unlock(bare(number), read_body(ConfirmUnlock)).model_dump()


def _add_bank(routes: Blueprint, owner: WalletOwner) -> None:
    @routes.get("/banks")
    def list_banks(number: str) -> dict[str, Any]:
        bare(number)
        return {"banks": [bank.model_dump() for bank in owner.list_banks()]}

    @routes.get("/bank")
    def show_bank(number: str) -> dict[str, Any]:
        return owner.get_bank(bare(number)).model_dump()

    @routes.post("/bank")
    def link_bank(number: str) -> tuple[Response, int]:
        return created(owner.link_bank(bare(number), read_body(LinkBank)).model_dump())

    @routes.post("/bank/open")
    def open_bank(number: str) -> tuple[Response, int]:
        return created(owner.open_bank(bare(number), read_body(OpenBankAccount)).model_dump())

    @routes.delete("/bank")
    def unlink_bank(number: str) -> dict[str, Any]:
        return owner.unlink_bank(bare(number)).model_dump()

    @routes.post("/top-ups")
    def top_up(number: str) -> tuple[Response, int]:
        return created(owner.top_up(bare(number), read_body(MoveMoney)).model_dump())

    @routes.post("/withdrawals")
    def withdraw(number: str) -> tuple[Response, int]:
        return created(owner.withdraw(bare(number), read_body(MoveMoney)).model_dump())
