"""``kill -9`` while phones pay, send, ask, approve, top up and withdraw and the shop gives back: each happens once or not at all.

Three rounds in every test run; with SANDBOX_SOAK=1 as many as 200 payments under load take. What a client does comes from
the round's number; a round is over at some moment after enough was begun, however slow the machine is.
"""

from __future__ import annotations

import os
import random
import threading
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from tests.soak.test_crash import Attempt, Running, Story, require_money, require_promises, require_whole
from tests.soak.test_crash_of_refunds import log_in

ROUNDS, PAYMENTS = (12, 200) if os.environ.get("SANDBOX_SOAK") == "1" else (3, 0)
MOST_ROUNDS = 100
DEEDS = 18
"""That many are begun in each round before its last moment is near: three times each kind."""
LARGEST = 5_000
PAGE = 100


@dataclass
class Call:
    """A call that moves or asks for money, which its key makes happen once; ``answer`` is there once one came.

    ``moved`` is what it changes on each phone; ``may_change`` names what its answer tells of the present.
    """

    kind: str
    path: str
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)
    moved: dict[str, int] = field(default_factory=dict)
    may_change: frozenset[str] = frozenset()
    attempt: Attempt | None = None
    answer: dict[str, Any] | None = None

    @property
    def reference(self) -> str:
        """What the history calls it."""
        assert self.answer is not None
        return str(self.answer["payment_id"] if self.kind in {"transfer", "approve"} else self.answer["id"])

    def same(self, answer: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in answer.items() if name not in self.may_change}


class Everything(Story):
    """A story in which money goes every way that it can."""

    def __init__(self, data: Path) -> None:
        super().__init__(data)
        self.calls: list[Call] = []
        self.login: dict[str, str] = {}
        self._decks: dict[str, list[str]] = {phone: [] for phone in self.phones}
        self._turn, self._begun, self._killer = threading.Lock(), 0, threading.Timer(0, lambda: None)
        self.deeds = {
            "checkout": self.check_out,
            "refund": self.refund,
            "transfer": self.send,
            "request": self.ask_and_approve,
            "top_up": self.move_with_bank,
            "withdrawal": self.move_with_bank,
        }

    def begin(self) -> Running:
        running = super().begin()
        for phone in self.phones:
            bank = running.call("GET", f"/mobile/phones/{phone}/banks")["banks"][0]["code"]
            running.call("POST", f"/mobile/phones/{phone}/bank/open", {"bank": bank})
        return running

    def arm(self, killer: threading.Timer) -> None:
        self._killer, self._begun = killer, 0

    def act(self, running: Running, phone: str, number: int, chance: random.Random) -> None:
        """The next of the client's deeds; each kind comes once before any comes again, from round to round."""
        with self._turn:
            self._begun += 1
            if self._begun == DEEDS:
                self._killer.start()
        deck = self._decks[phone]
        if not deck:
            deck += chance.sample(sorted(self.deeds), len(self.deeds))
        kind = deck.pop()
        self.deeds[kind](running, phone, number, chance, kind)

    # The deeds

    def check_out(self, running: Running, phone: str, number: int, chance: random.Random, _kind: str) -> Attempt:
        return self.pay(running, phone, number, chance.randint(1, LARGEST))

    def refund(self, running: Running, phone: str, number: int, chance: random.Random, kind: str) -> None:
        """Of an order that this phone has paid: the whole or a part, which the shop gives back through the platform."""
        sold = [each for each in self.attempts if each.phone == phone and each.answer and not each.refund_amount]
        attempt = chance.choice(sold) if sold else self.check_out(running, phone, number, chance, kind)
        attempt.refund_amount = chance.choice([attempt.amount, chance.randint(1, attempt.amount)])
        body = {"amount": attempt.refund_amount, "reason": "soak"}
        headers = {"Idempotency-Key": f"back {attempt.key}"}
        self.send_once(
            running, Call(kind, f"/api/orders/{attempt.session}/refunds", body, headers=headers, attempt=attempt)
        )

    def send(self, running: Running, phone: str, number: int, chance: random.Random, kind: str) -> None:
        other, amount = self.other_than(phone, chance), chance.randint(1, LARGEST)
        body = {"to": other, "amount": amount, "note": "soak", "idempotency_key": self.new_key(phone, number)}
        moved = {phone: -amount, other: amount}
        self.send_once(running, Call(kind, f"/mobile/phones/{phone}/transfers", body, moved=moved))

    def ask_and_approve(self, running: Running, phone: str, number: int, chance: random.Random, _kind: str) -> None:
        body = {"from": self.other_than(phone, chance), "amount": chance.randint(1, LARGEST)}
        body["idempotency_key"] = self.new_key(phone, number)
        call = Call("ask", f"/mobile/phones/{phone}/requests", body, may_change=frozenset({"state", "transfer_id"}))
        self.approve(running, self.send_once(running, call))

    def approve(self, running: Running, asked: dict[str, Any]) -> None:
        """An approval has no key but the request itself, which can be paid once."""
        payer, payee, amount = asked["payer_phone"], asked["payee_phone"], asked["amount"]
        moved = {payer: -amount, payee: amount}
        self.send_once(running, Call("approve", approval_of(asked), {}, moved=moved))

    def approve_rest(self, running: Running) -> None:
        """The requests that were cut off before their approval was sent."""
        sent = {call.path for call in self.calls}
        asks = [call.answer for call in self.calls if call.kind == "ask"]
        for asked in asks:
            if asked is not None and approval_of(asked) not in sent:
                self.approve(running, asked)

    def move_with_bank(self, running: Running, phone: str, number: int, chance: random.Random, kind: str) -> None:
        amount, end = chance.randint(1, LARGEST), {"top_up": "top-ups", "withdrawal": "withdrawals"}[kind]
        body = {"amount": amount, "idempotency_key": self.new_key(phone, number)}
        moved = {phone: amount if kind == "top_up" else -amount}
        self.send_once(running, Call(kind, f"/mobile/phones/{phone}/{end}", body, moved=moved))

    def other_than(self, phone: str, chance: random.Random) -> str:
        return chance.choice([each for each in self.phones if each != phone])

    def new_key(self, phone: str, number: int) -> str:
        return f"{number}-{phone}-{len(self.calls)}"

    # Calls, and what became of them

    def send_once(self, running: Running, call: Call) -> dict[str, Any]:
        """Kept before it is sent: from then on it may have happened."""
        self.calls.append(call)
        call.answer = self.repeat(running, call)
        return call.answer

    def repeat(self, running: Running, call: Call) -> dict[str, Any]:
        login = self.login if call.attempt else {}
        answer = running.call("POST", call.path, call.body, **call.headers, **login)
        if call.attempt:
            assert (answer["state"], answer["amount"]) == ("succeeded", call.body["amount"])
            call.attempt.refund_answer = answer
        return answer

    def changes(self) -> Counter[str]:
        changed = super().changes()
        for call in self.calls:
            changed.update(call.moved)
        return changed

    def put_in(self) -> int:
        """With what the books say went to and from the bank; every movement there is one that a phone has sent."""
        sent = {
            (f"{phone}:{call.body['idempotency_key']}", call.kind, amount) for call, phone, amount in self._banked()
        }
        found = self.query("SELECT idempotency_key, kind, amount FROM bank_movements")
        booked = {(key, kind, amount if kind == "top_up" else -amount) for key, kind, amount in found}
        assert booked <= sent, "money moved between the bank and a wallet that nobody asked for"
        assert len(booked) == len(found), "a movement was booked twice"
        return self.brought + sum(amount for _, _, amount in booked)

    def _banked(self) -> list[tuple[Call, str, int]]:
        moves = [call for call in self.calls if call.kind in {"top_up", "withdrawal"}]
        return [(call, phone, amount) for call in moves for phone, amount in call.moved.items()]


def approval_of(asked: dict[str, Any]) -> str:
    return f"/mobile/phones/{asked['payer_phone']}/requests/{asked['id']}/approve"


def read_history(running: Running, phone: str) -> Counter[tuple[str, str, int]]:
    """Money that came and went beside the shop: its reference, the phone, and how much more the phone had."""
    lines, after = Counter[tuple[str, str, int]](), ""
    while True:
        page = running.call("GET", f"/mobile/phones/{phone}/history?limit={PAGE}{after}")
        for line in page["data"]:
            if line["kind"] in {"transfer", "top_up", "withdrawal"}:
                amount = line["amount"] if line["direction"] == "in" else -line["amount"]
                lines[line["reference_id"], phone, amount] += 1
        if page["next_cursor"] is None:
            return lines
        after = f"&after={page['next_cursor']}"


def histories(story: Everything, running: Running) -> Counter[tuple[str, str, int]]:
    return sum((read_history(running, phone) for phone in story.phones), Counter())


def answered(story: Everything) -> Counter[tuple[str, str, int]]:
    done = [call for call in story.calls if call.answer is not None]
    return Counter((call.reference, phone, amount) for call in done for phone, amount in call.moved.items())


def require_once(story: Everything, running: Running, opening: Counter[tuple[str, str, int]], begun: int) -> None:
    """What was answered is in the histories; what was asked, answered or not, is there once after it was repeated."""
    told = histories(story, running)
    assert told >= opening + answered(story), "what was answered was lost"
    story.login = log_in(running)
    for call in story.calls[begun:]:
        again = story.repeat(running, call)
        assert call.same(again) == call.same(call.answer or again)
        call.answer = again
        assert call.same(story.repeat(running, call)) == call.same(again)
    story.approve_rest(running)
    assert histories(story, running) == opening + answered(story)
    requests = story.query("SELECT id, state FROM money_requests")
    asks = [call.reference for call in story.calls if call.kind == "ask"]
    assert sorted(requests) == sorted((reference, "approved") for reference in asks)


def test_money_that_goes_every_way_goes_once_or_not_at_all_whenever_the_sandbox_is_killed(tmp_path: Path) -> None:
    story = Everything(tmp_path / "data")
    running = story.begin()
    try:
        merchant_before = running.balance(running.details["app"]["wallet_phone"])
        opening = histories(story, running)
        for number in count():
            if number >= ROUNDS and sum(attempt.accept_sent for attempt in story.attempts) >= PAYMENTS:
                break
            assert number < MOST_ROUNDS, "the rounds were too short for so many payments"
            begun, story.login = len(story.calls), log_in(running)
            recent = story.crash(running, number)
            running = Running(story.data)
            require_whole(story, running)
            require_once(story, running, opening, begun)
            require_promises(story, running, recent)
            require_money(story, running, merchant_before)
            require_whole(story, running)
        story.login = log_in(running)
        for call in story.calls:
            assert call.same(story.repeat(running, call)) == call.same(call.answer or {}), (
                "a later crash changed an answer"
            )
        require_promises(story, running, story.attempts)
        require_money(story, running, merchant_before)
    finally:
        running.end()
    assert {call.kind for call in story.calls} == {"transfer", "ask", "approve", "top_up", "withdrawal", "refund"}
    assert any(attempt.answer for attempt in story.attempts)
