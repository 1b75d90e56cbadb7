"""The load generator, run as a process of its own so that it shares no interpreter lock with what it measures.

``python -m bench.load`` reads one JSON job from standard input and writes one JSON result: how many stories ended
well, how long each took in milliseconds, and the first failure, if any. A story is the whole of a code payment, for
example, or localstripe's "create and confirm a PaymentIntent". Each client keeps one connection open, as merchants'
clients do; with ``base_urls`` instead of ``base_url`` the clients are spread over several server processes.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from http.client import HTTPConnection
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

from bench import money_stories, published_stories

_PATIENCE_SECONDS = 30


class StoryFailedError(Exception):
    """An answer was not what the story needs; ``code`` is that of the sandbox's error, where it was one."""

    def __init__(self, text: str, code: str = "") -> None:
        super().__init__(text)
        self.code = code


@dataclass
class Load:
    """``rate`` is stories per second; ``milliseconds`` has one figure for each whole story."""

    rate: float
    milliseconds: list[float] = field(default_factory=list)


class Client:
    """One keep-alive connection; JSON out, JSON in."""

    def __init__(self, base_url: str, *, patience: float = _PATIENCE_SECONDS) -> None:
        self.base_url = base_url
        self._connection = HTTPConnection(urlsplit(base_url).netloc, timeout=patience)

    def call(self, method: str, path: str, body: dict[str, Any] | None = None, **headers: str) -> dict[str, Any]:
        content = None if body is None else json.dumps(body)
        self._connection.request(method, path, content, {"Content-Type": "application/json", **headers})
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status >= 400:
            raise StoryFailedError(f"{method} {path}: {answer.status} {text[:300]!r}", _error_code(text))
        parsed: dict[str, Any] = json.loads(text)
        return parsed

    def close(self) -> None:
        self._connection.close()


def _error_code(text: bytes) -> str:
    try:
        return str(json.loads(text)["error"]["code"])
    except (ValueError, KeyError, TypeError):
        return ""


def pay_by_code(client: Client, job: dict[str, Any], number: int) -> None:
    """All steps of a code payment, as form, phone and merchant make them; a QR text stands for the picture."""
    app, phone = job["app"], job["phones"][number]
    form = client.call("POST", "/api/checkout/sessions", {"app": app["public_token"], "amount": 1, "id": "bench"})
    session = form["session"]
    text = f"flouci-sandbox://pay?v=1&app={app['public_token']}&amount=1&session={session}"
    scan = client.call("POST", f"/mobile/phones/{phone}/scan", {"qr_text": text})
    paid = client.call("POST", f"/mobile/phones/{phone}/pay", {"scan_id": scan["scan_id"], "pin": job["pin"]})
    verify = form["links"]["verify"].removeprefix(client.base_url)
    verified = client.call("POST", verify, {"session": session, "code": paid["code"]})
    accept = {"payment_id": verified["payment_id"], "flouci_otp": paid["code"]}
    tokens = {"app_token": app["public_token"], "app_secret": app["private_token"]}
    answer = client.call("POST", "/api/accept", tokens | accept)
    if answer["status"] != "SUCCESS":
        raise StoryFailedError(f"accept: {answer}")


def generate(client: Client, app: dict[str, Any]) -> str:
    """The id of a payment page of one millime, as a shop's server asks for one."""
    tokens = {"Authorization": f"Bearer {app['public_token']}:{app['private_token']}"}
    body = {"amount": 1, "success_link": "https://shop.example/paid", "fail_link": "https://shop.example/failed"}
    answer = client.call("POST", "/api/v2/generate_payment", body, **tokens)
    return str(answer["result"]["payment_id"])


def pay_by_page(client: Client, job: dict[str, Any], number: int) -> None:
    """Generate, pay with the phone, verify: a payment of v2 as shop and phone make it."""
    app, phone = job["app"], job["phones"][number]
    page_id = generate(client, app)
    text = f"flouci-sandbox://pay?v=1&payment={page_id}"
    scan = client.call("POST", f"/mobile/phones/{phone}/scan", {"qr_text": text})
    client.call("POST", f"/mobile/phones/{phone}/pay", {"scan_id": scan["scan_id"], "pin": job["pin"]})
    tokens = {"Authorization": f"Bearer {app['public_token']}:{app['private_token']}"}
    answer = client.call("GET", f"/api/v2/verify_payment/{page_id}", **tokens)
    if answer["result"]["status"] != "SUCCESS":
        raise StoryFailedError(f"verify_payment: {answer}")


def confirm_intent(client: Client, job: dict[str, Any], number: int) -> None:
    """localstripe's nearest to a payment: create a PaymentIntent with a card, and confirm it."""
    del number
    key = {"Authorization": "Bearer sk_test_12345"}
    body = {"amount": 1000, "currency": "usd", "payment_method": job["payment_method"]}
    intent = client.call("POST", "/v1/payment_intents", body, **key)
    done = client.call("POST", f"/v1/payment_intents/{intent['id']}/confirm", {}, **key)
    if done["status"] != "succeeded":
        raise StoryFailedError(f"confirm: {done['status']}")


def log_in(client: Client, job: dict[str, Any], number: int) -> None:
    """A developer's login, as programs do it."""
    del number
    client.call("POST", "/api/login", job["developer"])


def get_json(client: Client, job: dict[str, Any], number: int) -> None:
    """The smallest answer there is: what the WSGI servers are compared by."""
    del job, number
    client.call("GET", "/")


STORIES: dict[str, Any] = {
    "pay_by_code": pay_by_code,
    "pay_by_page": pay_by_page,
    "confirm_intent": confirm_intent,
    "log_in": log_in,
    "get_json": get_json,
    "pay": money_stories.pay,
    "send": money_stories.send,
    "refund": money_stories.refund,
    "generate_pay_verify": published_stories.generate_pay_verify,
    "create_confirm_retrieve": published_stories.create_confirm_retrieve,
}


def run(job: dict[str, Any]) -> Load:
    """Run a job in a process of its own. Raises StoryFailedError when any story failed."""
    command = [sys.executable, "-m", "bench.load"]
    patience = job["seconds"] + 2 * _PATIENCE_SECONDS
    done = subprocess.run(command, input=json.dumps(job), capture_output=True, text=True, timeout=patience, check=False)
    if done.returncode:
        raise StoryFailedError(done.stderr[-1000:])
    result = json.loads(done.stdout)
    if result["failure"]:
        raise StoryFailedError(result["failure"])
    return Load(result["rate"], result["milliseconds"])


class _Crowd:
    """The clients of one job: all start together and end after the same time."""

    def __init__(self, job: dict[str, Any]) -> None:
        self._job = job
        self._story = STORIES[job["story"]]
        self._gate = threading.Barrier(job["clients"] + 1)
        self._took: list[list[float]] = [[] for _ in range(job["clients"])]
        self._failures: list[str] = []

    def run(self) -> dict[str, Any]:
        threads = [threading.Thread(target=self._live, args=(number,)) for number in range(self._job["clients"])]
        for thread in threads:
            thread.start()
        self._gate.wait()
        started = perf_counter()
        for thread in threads:
            thread.join()
        seconds = perf_counter() - started
        took = [each for one in self._took for each in one]
        return {
            "rate": len(took) / seconds,
            "milliseconds": [round(each * 1000, 3) for each in took],
            "failure": self._failures[0] if self._failures else None,
        }

    def _live(self, number: int) -> None:
        servers = self._job.get("base_urls") or [self._job["base_url"]]
        client = Client(servers[number % len(servers)])
        self._gate.wait()
        until = perf_counter() + self._job["seconds"]
        try:
            while (started := perf_counter()) < until and not self._failures:
                self._story(client, self._job, number)
                self._took[number].append(perf_counter() - started)
        except Exception as error:  # noqa: BLE001  whatever went wrong is the result of the job
            self._failures.append(f"{type(error).__name__}: {error}")
        finally:
            client.close()


if __name__ == "__main__":
    print(json.dumps(_Crowd(json.load(sys.stdin)).run()))
