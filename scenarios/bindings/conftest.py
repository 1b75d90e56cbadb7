"""A shopper who fills in the page's forms for cards without a browser, as one whose browser runs no scripts does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

if TYPE_CHECKING:
    from sandbox.contracts.cards import TestCard
    from sandbox.testing.embedded import Sandbox

_CODE = re.compile(r'data-part="bank-code">([0-9]{6})<')
_TOKEN = re.compile(r'name="csrf_token" value="([^"]*)"')
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class CardHolder:
    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def type_card(self, payment_id: str, card: TestCard) -> None:
        self._submit(payment_id, "card", card_number=card.number, expiry=card.expiry, cvc=card.cvc, holder="Amina")

    def type_bank_code(self, payment_id: str, *, wrong: bool = False) -> None:
        """The code that the bank's page shows, or another one."""
        shown = int(_CODE.findall(self._open(payment_id, "code"))[0])
        self._submit(payment_id, "code", code=f"{(shown + wrong) % 1_000_000:06}")

    def _submit(self, payment_id: str, step: str, **fields: Any) -> None:
        token = _TOKEN.findall(self._open(payment_id, step))[0]
        content = urlencode({"csrf_token": token, **fields}).encode()
        answer = self._sandbox.transport.send("POST", f"/pay/{payment_id}/{step}", content, _FORM)
        assert answer.status in {303, 422}, answer.content.decode()

    def _open(self, payment_id: str, step: str) -> str:
        return self._sandbox.transport.send("GET", f"/pay/{payment_id}/{step}", b"", {}).content.decode()


@pytest.fixture
def holder(sandbox: Sandbox) -> CardHolder:
    return CardHolder(sandbox)
