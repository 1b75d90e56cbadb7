"""A crowd of phones that pay in shops as people do, run as a process of its own: ``python -m bench.shoppers``.

Most payments go well. Now and then a phone enters a wrong PIN or types a wrong code first, refuses what it has prepared, or
sends money to the next phone; some phones have little money and meet that. What the sandbox acknowledged is added up, to be
compared with what it has afterwards.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections import Counter
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, Any

from bench.load import Client, StoryFailedError

if TYPE_CHECKING:
    from collections.abc import Callable

EXPECTED = frozenset({"WRONG_PIN", "WRONG_CODE", "INSUFFICIENT_FUNDS"})
"""What the sandbox refuses because the phones make it: everything else is a failure."""
_AMOUNT, _SENT = 1_250, 10
_WRONG_PIN = "9999"


@dataclass
class Outcome:
    """Of the whole crowd. ``paid`` is what each shop was told it got, by the phone number of its wallet; all in millimes."""

    seconds: float = 0.0
    milliseconds: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    paid: Counter[str] = field(default_factory=Counter)
    transfers: int = 0
    refusals: int = 0


class Shopper:
    """One phone, with one connection, and what it does in each round."""

    def __init__(self, job: dict[str, Any], number: int) -> None:
        self._client = Client(job["base_url"])
        self._job = job
        self._place = number
        self._phone = job["phones"][number]
        self.outcome = Outcome()

    def live(self, go_on: Callable[[int], bool]) -> None:
        done = 0
        try:
            while go_on(done):
                self._act(self._place + done)
                done += 1
        except Exception as error:  # noqa: BLE001  whatever went wrong is part of the outcome
            self.outcome.failures.append(f"{self._phone}: {type(error).__name__}: {error}")
        finally:
            self._client.close()

    def _act(self, turn: int) -> None:
        """In ten turns: six plain payments, one after a wrong PIN, one after a wrong code, one refused, one transfer."""
        shop = self._job["shops"][turn % len(self._job["shops"])]
        try:
            match turn % 10:
                case 3:
                    self._pay(shop, wrong_pin=True)
                case 5:
                    self._pay(shop, wrong_code=True)
                case 7:
                    self._refuse(shop)
                case 9:
                    self._send()
                case _:
                    self._pay(shop)
        except StoryFailedError as refused:
            if refused.code not in EXPECTED:
                raise
            self.outcome.errors[refused.code] += 1

    def _pay(self, shop: dict[str, Any], *, wrong_pin: bool = False, wrong_code: bool = False) -> None:
        started = perf_counter()
        form, scan_id = self._scan(shop)
        if wrong_pin:
            self._expect("WRONG_PIN", lambda: self._enter_pin(scan_id, _WRONG_PIN))
        paid = self._enter_pin(scan_id, self._job["pin"])
        if wrong_code:
            other = f"{(int(paid['code']) + 1) % 1_000_000:06}"
            self._expect("WRONG_CODE", lambda: self._type_code(form, other))
        verified = self._type_code(form, paid["code"])
        tokens = {"app_token": shop["public_token"], "app_secret": shop["private_token"]}
        accept = {"payment_id": verified["payment_id"], "flouci_otp": paid["code"]}
        answer = self._client.call("POST", "/api/accept", tokens | accept)
        if answer["status"] != "SUCCESS":
            raise StoryFailedError(f"accept: {answer}", str(answer["result"].get("error", "")))
        self.outcome.paid[shop["wallet_phone"]] += _AMOUNT
        self.outcome.milliseconds.append((perf_counter() - started) * 1000)

    def _refuse(self, shop: dict[str, Any]) -> None:
        """The money was held already, and comes back."""
        _, scan_id = self._scan(shop)
        self._enter_pin(scan_id, self._job["pin"])
        self._client.call("POST", f"/mobile/phones/{self._phone}/refuse", {"scan_id": scan_id})
        self.outcome.refusals += 1

    def _send(self) -> None:
        phones = self._job["phones"]
        body = {"to": phones[(self._place + 1) % len(phones)], "amount": _SENT, "pin": self._job["pin"]}
        self._client.call("POST", f"/mobile/phones/{self._phone}/transfers", body)
        self.outcome.transfers += 1

    def _scan(self, shop: dict[str, Any]) -> tuple[dict[str, Any], str]:
        order = {"app": shop["public_token"], "amount": _AMOUNT, "id": "bench"}
        form = self._client.call("POST", "/api/checkout/sessions", order)
        text = f"flouci-sandbox://pay?v=1&app={shop['public_token']}&amount={_AMOUNT}&session={form['session']}"
        scan = self._client.call("POST", f"/mobile/phones/{self._phone}/scan", {"qr_text": text})
        return form, scan["scan_id"]

    def _enter_pin(self, scan_id: str, pin: str) -> dict[str, Any]:
        return self._client.call("POST", f"/mobile/phones/{self._phone}/pay", {"scan_id": scan_id, "pin": pin})

    def _type_code(self, form: dict[str, Any], code: str) -> dict[str, Any]:
        path = form["links"]["verify"].removeprefix(self._client.base_url)
        return self._client.call("POST", path, {"session": form["session"], "code": code})

    def _expect(self, code: str, act: Callable[[], object]) -> None:
        try:
            act()
        except StoryFailedError as refused:
            if refused.code != code:
                raise
            self.outcome.errors[code] += 1
        else:
            raise StoryFailedError(f"{code} was expected, and nothing was refused")


def let_shop(job: dict[str, Any]) -> Outcome:
    """All phones begin together and go on for ``job["seconds"]``, or for ``job["rounds"]`` turns each."""
    shoppers = [Shopper(job, number) for number in range(len(job["phones"]))]
    until = perf_counter() + job.get("seconds", 0.0)
    rounds = job.get("rounds")

    def go_on(done: int) -> bool:
        return perf_counter() < until if rounds is None else done < rounds

    started = perf_counter()
    threads = [threading.Thread(target=shopper.live, args=(go_on,)) for shopper in shoppers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return _add_up([shopper.outcome for shopper in shoppers], perf_counter() - started)


def run(job: dict[str, Any]) -> Outcome:
    """The same in a process of its own, which shares no interpreter lock with what it measures."""
    command = [sys.executable, "-m", "bench.shoppers"]
    done = subprocess.run(command, input=json.dumps(job), capture_output=True, text=True, check=False)
    if done.returncode:
        raise StoryFailedError(done.stderr[-1000:])
    told = json.loads(done.stdout)
    return Outcome(**{**told, "errors": Counter(told["errors"]), "paid": Counter(told["paid"])})


def _add_up(outcomes: list[Outcome], seconds: float) -> Outcome:
    whole = Outcome(seconds=seconds)
    for one in outcomes:
        whole.milliseconds += one.milliseconds
        whole.failures += one.failures
        whole.errors += one.errors
        whole.paid += one.paid
        whole.transfers += one.transfers
        whole.refusals += one.refusals
    return whole


if __name__ == "__main__":
    print(json.dumps(vars(let_shop(json.load(sys.stdin)))))
