"""Sending webhook events: at least once, those of one order in order, tried again on the sandbox clock (CONTRACT.md section 3).

An attempt is made outside any transaction and written down afterwards: after a crash in between it is made again, with the
same ``webhook-id``, by which the receiver knows it.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox.kit.clock import real_now
from sandbox.kit.errors import AddressTimedOut, SandboxError
from sandbox.kit.tracing import trace
from sandbox.kit.trouble import NO_TROUBLE
from sandbox.platform.links import join
from sandbox.platform.webhooks import store
from sandbox.platform.webhooks.couriers import AT_ONCE, Couriers
from sandbox.platform.webhooks.signing import signature_headers
from sandbox.platform.webhooks.states import EVENT, retry_after

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database
    from sandbox.kit.outgoing import OutgoingAnswer, OutgoingHttp
    from sandbox.kit.trouble import Hit, Trouble

TIMEOUT_SECONDS = 10
_BATCH = 100
_KEPT_ANSWER_BYTES = 4_000
_LONGEST_REASON, _LONGEST_URL = 300, 500
_GONE = 410


@dataclass(frozen=True)
class _Try:
    """What was sent where, and what came of it: an answer, or an error."""

    url: str
    headers: dict[str, str]
    answer: OutgoingAnswer | None = None
    error: SandboxError | None = None

    @property
    def status(self) -> int | None:
        return self.answer.status if self.answer else None

    @property
    def is_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class Sender:
    def __init__(self, database: Database, clock: Clock, outgoing: OutgoingHttp, trouble: Trouble = NO_TROUBLE) -> None:
        self._database = database
        self._trouble = trouble
        self._held: dict[str, Hit] = {}
        """Events that a fault holds back: it happens to each once. They are of this world:"""
        self._world = database.times_loaded
        self._clock = clock
        self._outgoing = outgoing
        self._delivering = threading.Lock()
        self.couriers = Couriers(
            self._find_due, self._deliver_in_its_story, lambda: database.times_loaded, self._at_once
        )

    def _at_once(self) -> int:
        """One after the other while the clock stands, so that they go in the same order each time."""
        return 1 if self._clock.is_frozen else AT_ONCE

    def start_due(self) -> int:
        """Send off what is due without waiting for the merchants' servers; returns how many were sent off."""
        return self._with_faults() if self._is_in_trouble() else self.couriers.start()

    def deliver_due(self) -> int:
        """Try whatever is due, and wait for the answers; returns how many were tried."""
        return (self._with_faults() if self._is_in_trouble() else 0) + self.couriers.finish()

    def _is_in_trouble(self) -> bool:
        if self._held and self._world != self._database.times_loaded:
            self._held.clear()
        self._world = self._database.times_loaded
        return bool(self._trouble.is_planned or self._held)

    def _find_due(self, busy: Sequence[str], under_way: Sequence[str], most: int) -> Sequence[Row[Any]]:
        """For the couriers: nothing while faults are planned."""
        if self._is_in_trouble():
            return ()
        with self._database.read() as connection:
            return store.list_due(connection, self._clock.now(), most, busy, under_way)

    def _deliver_in_its_story(self, event: Row[Any]) -> bool:
        with trace(event.order_id or ""):
            return self._deliver(event)

    def _with_faults(self) -> int:
        """All who are under way come back first, and nobody sets off meanwhile."""
        with self._delivering:
            self.couriers.finish()
            with self.couriers.held():
                with self._database.read() as connection:
                    due = store.list_due(connection, self._clock.now(), _BATCH)
                return self._deliver_one_by_one(due)

    def _deliver_one_by_one(self, due: Sequence[Row[Any]]) -> int:
        """With faults, so that what happens is the same each time. An event may have gone ahead of its turn."""
        gone: set[str] = set()
        for event in due:
            if event.id not in gone:
                with trace(event.order_id or ""):
                    gone |= self._deliver_with_faults(event)
        return len(gone)

    def _deliver_with_faults(self, event: Row[Any]) -> set[str]:
        """The ids of what was tried, or put off."""
        held = self._held.pop(event.id, None)
        if held is not None:
            return self._release(event, held)
        what, texts = f"{event.type} {event.id}", [event.app_id, event.payload]
        hit = self._trouble.find("webhook", what, texts, story=event.order_id)
        kind = hit.kind if hit else ""
        if hit is not None and kind in {"webhook_delayed", "webhook_reordered"}:
            self._held[event.id] = hit
            with self._database.write() as connection:
                later = self._clock.now() + timedelta(seconds=hit.parameters.seconds)
                store.change_event(connection, event.id, due_at=later)
        elif hit is not None and kind == "webhook_lost":
            self._deliver(event, lost=f"lost on the way by {hit.fault}")
        else:
            for _ in range(hit.parameters.copies if hit is not None and kind == "webhook_duplicated" else 1):
                self._deliver(event)
        return {event.id}

    def _release(self, event: Row[Any], held: Hit) -> set[str]:
        """What comes next for this app goes before what was reordered."""
        gone = {event.id}
        if held.kind == "webhook_reordered":
            with self._database.read() as connection:
                following = store.find_following(connection, event.app_id, event.number)
            if following is not None:
                self._deliver(following)
                gone.add(following.id)
        self._deliver(event)
        return gone

    def _deliver(self, event: Row[Any], *, lost: str = "") -> bool:
        """False when there was nothing to try. What a world was told of that another has replaced is written down nowhere."""
        world = self._database.times_loaded
        with self._database.read() as connection:
            endpoint = store.find_endpoint(connection, event.app_id)
        if event.style in {None, "signed"} and endpoint is None:
            return False
        if lost:
            url = event.url or (endpoint.url if endpoint is not None else "")
            tried = _Try(url, {}, error=AddressTimedOut(reason=lost))
        elif event.style not in {None, "signed"} or endpoint is None:
            tried = self._get(event)
        else:
            tried = self._post(event, endpoint)
        with self._database.write() as connection:
            if world == self._database.times_loaded:
                self._keep(connection, event, tried)
        return True

    def _get(self, event: Row[Any]) -> _Try:
        """An empty GET without a signature (seen): it says no more than that the payment ended, and how."""
        told = json.loads(event.payload)["data"]
        fields = {"payment_id": told["payment_id"], "success": str(told["success"])}
        return self._send("GET", join(event.url, fields, event.style), {}, b"")

    def _post(self, event: Row[Any], endpoint: Row[Any]) -> _Try:
        body = event.payload.encode()
        is_replaced = endpoint.previous_until is not None and self._clock.now() < endpoint.previous_until
        secrets = [endpoint.secret, endpoint.previous_secret] if is_replaced else [endpoint.secret]
        headers = {"Content-Type": "application/json"}
        headers |= signature_headers(secrets, event.id, int(real_now().timestamp()), body)
        return self._send("POST", event.url or endpoint.url, headers, body)

    def _send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> _Try:
        try:
            answer = self._outgoing.send(
                method, url, headers, body, timeout=TIMEOUT_SECONDS, max_answer_bytes=_KEPT_ANSWER_BYTES
            )
        except SandboxError as error:
            return _Try(url, headers, error=error)
        return _Try(url, headers, answer)

    def _keep(self, connection: Connection, event: Row[Any], tried: _Try) -> None:
        now = self._clock.now()
        current = store.lock_event(connection, event.id)
        store.add_attempt(connection, _attempt_row(event, tried, now))
        if current.state != "pending" or current.round != event.round:
            return  # stopped, or sent again by hand, meanwhile
        number = current.attempts + 1
        if tried.is_taken:
            self._finish(connection, event.id, "delivered", number, now)
        elif tried.status == _GONE:
            self._finish(connection, event.id, "stopped", number, now)
            if event.url is None:
                store.change_endpoint(connection, event.app_id, stopped_at=now)
                store.stop_pending(connection, event.app_id, now)
        elif (wait := retry_after(number)) is None:
            self._finish(connection, event.id, "failed", number, now)
        else:
            store.change_event(connection, event.id, attempts=number, due_at=now + wait)

    def _finish(self, connection: Connection, event_id: str, state: str, number: int, now: datetime) -> None:
        EVENT.require("pending", state)
        store.change_event(connection, event_id, state=state, attempts=number, due_at=None, finished_at=now)


def _attempt_row(event: Row[Any], tried: _Try, now: datetime) -> dict[str, Any]:
    answer, error = tried.answer, tried.error
    return {
        "event_id": event.id,
        "at": now,
        "by_hand": event.round > 0 and event.attempts == 0,
        "url": tried.url[:_LONGEST_URL],
        "request_headers": tried.headers,
        "status": answer.status if answer else None,
        "answer_headers": dict(answer.headers) if answer else None,
        "answer_body": answer.body.decode("utf-8", "replace").replace("\x00", "�") if answer else None,
        "error": error.code if error else None,
        "reason": str(error.details.get("reason", error.message))[:_LONGEST_REASON] if error else None,
        "milliseconds": answer.milliseconds if answer else 0,
    }
