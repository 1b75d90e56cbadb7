"""Asking another phone for money, and answering such a request."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from sandbox.contracts.errors import RequestEnded, SelfTransfer, WalletNotFound
from sandbox.contracts.mobile import AskFrom, PaidScan, PhoneRequest
from sandbox.contracts.transfers import ApproveRequest, AskForMoney, MoneyRequest
from sandbox.kit.errors import SandboxError
from sandbox.mock_mobile import behaviours, screens, store
from sandbox.mock_mobile.behaviours import Deed

if TYPE_CHECKING:
    from sqlalchemy import Row

    from sandbox.contracts.payments import PaymentsClient
    from sandbox.contracts.transfers import RequestState, Transfer
    from sandbox.kit.db import Database
    from sandbox.kit.ids import Ids
    from sandbox.mock_mobile.remedies import Remedies
    from sandbox.mock_mobile.screens import Screen


class AskingService:
    def __init__(self, database: Database, ids: Ids, payments: PaymentsClient, remedies: Remedies) -> None:
        self._database = database
        self._ids = ids
        self._payments = payments
        self._remedies = remedies

    def ask(self, number: str, asked: AskFrom) -> PhoneRequest:
        """The other side gets an SMS. Repeating the call with its ``idempotency_key`` asks once."""
        self._phone(number)
        if asked.payer == number:
            raise SelfTransfer(field="from")
        own_key = asked.idempotency_key or self._ids.token22()
        request = AskForMoney(
            idempotency_key=f"{number}:{own_key}",
            payee_phone=number,
            payer_phone=asked.payer,
            amount=asked.amount,
            note=asked.note,
        )
        try:
            made = self._payments.ask_for_money(request)
        except WalletNotFound:
            raise WalletNotFound(field="from") from None
        self._show(number, screens.asked(made.id, made.payer_name, made.amount))
        return seen_by(number, made)

    def list_requests(
        self, number: str, *, state: RequestState | None, limit: int, after: str | None
    ) -> tuple[list[PhoneRequest], str | None]:
        self._phone(number)
        found, cursor = self._payments.list_requests(number, state=state, limit=limit, after=after)
        return [seen_by(number, request) for request in found], cursor

    def approve(self, number: str, request_id: str, pin: str | None) -> PaidScan:
        """Pay it. A persona answers as its number says; repeating an approval pays once.

        What personas do about six digits has no counterpart here: where there is no code, nobody keeps one or types it late.
        """
        phone, asked = self._phone(number), self._payments.get_request(request_id)
        return behaviours.do(number, self._deed(phone, asked, pin or phone.pin))

    def _approve(self, number: str, request_id: str, pin: str, **_more: object) -> PaidScan:
        """Each try has a key of its own, so that each wrong PIN counts; a request is paid once anyway."""
        key = f"approve:{request_id}:{self._ids.token22()}"
        try:
            approval = ApproveRequest(idempotency_key=key, payer_phone=number, pin=pin)
            transfer = self._payments.approve_request(request_id, approval)
        except SandboxError as problem:
            earlier = self._find_transfer(request_id) if isinstance(problem, RequestEnded) else None
            if earlier is None:
                self._show(number, screens.error(problem))
                raise
            transfer = earlier
        paid = {"payment_id": transfer.id, "merchant": transfer.payee_name, "amount": transfer.amount}
        self._show(number, {"name": "paid", **paid})
        return PaidScan(status="SUCCESS", payment_id=transfer.id)

    def _find_transfer(self, request_id: str) -> Transfer | None:
        """What an earlier try has paid."""
        transfer_id = self._payments.get_request(request_id).transfer_id
        return None if transfer_id is None else self._payments.get_transfer(transfer_id)

    def refuse(self, number: str, request_id: str) -> PhoneRequest:
        self._phone(number)
        return seen_by(number, self._payments.refuse_request(request_id, number))

    def cancel(self, number: str, request_id: str) -> PhoneRequest:
        self._phone(number)
        return seen_by(number, self._payments.cancel_request(request_id, number))

    def _deed(self, phone: Row[Any], asked: MoneyRequest, pin: str) -> Deed:
        number = phone.phone_number
        return Deed(
            pin=pin,
            is_done=asked.state == "approved",
            pay=partial(self._approve, number, asked.id),
            refuse=partial(self._refuse_to_pay, number, asked.id),
            enter_right_pin=partial(self._remedies.enter_right_pin, phone),
            top_up=partial(self._remedies.top_up, phone, asked.amount, f"top-up:{self._ids.token22()}"),
            pay_other_scans=lambda: None,
            pay_as_partner=lambda: None,
            show_problem=lambda problem: self._show(number, screens.error(problem)),
        )

    def _refuse_to_pay(self, number: str, request_id: str) -> PaidScan:
        self.refuse(number, request_id)
        return PaidScan(status="REFUSED")

    def _phone(self, number: str) -> Row[Any]:
        with self._database.read() as connection:
            return store.get_phone(connection, number)

    def _show(self, number: str, screen: Screen) -> None:
        with self._database.write() as connection:
            store.change_phone(connection, number, screen=screen)


def seen_by(number: str, request: MoneyRequest) -> PhoneRequest:
    direction = "incoming" if request.payer_phone == number else "outgoing"
    return PhoneRequest(**request.model_dump(), direction=direction)
