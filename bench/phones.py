"""A hundred phones pay in five shops for a minute: how many payments, how fast, what was refused, and whether the money is right."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

from bench import load, processes, shoppers
from bench.report import Figures, percentile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.options import Options
    from bench.shoppers import Outcome

_PIN = "1234"
_RICH, _POOR = 5_000_000, 2_000
"""Millimes; every twentieth phone has little money."""


def measure(options: Options) -> Figures:
    """``phones_problems`` is more than zero when the sandbox did not keep its promises; each is told on the error output."""
    with processes.temporary_folder() as folder, processes.sandbox(folder) as sandbox:
        client = load.Client(sandbox.base_url)
        job = make_job(client, sandbox.details, phones=options.phones, shops=options.shops)
        before, earned = sandbox.memory(), read_balances(client, job)
        outcome = shoppers.run(job | {"seconds": options.shopping_seconds})
        after = sandbox.memory()
        client.call("POST", "/_sandbox/drain")
        problems = list_problems(outcome, earned, read_balances(client, job), verify_ledger(client))
        client.close()
    for problem in problems:
        print(f"phones: {problem}", file=sys.stderr)
    return {
        "phones": options.phones,
        "phones_payments": len(outcome.milliseconds),
        "phones_payments_per_second": len(outcome.milliseconds) / outcome.seconds,
        "phones_payment_p50_milliseconds": percentile(outcome.milliseconds, 50),
        "phones_payment_p99_milliseconds": percentile(outcome.milliseconds, 99),
        "phones_transfers": outcome.transfers,
        "phones_refusals": outcome.refusals,
        **{f"phones_errors_{code.lower()}": count for code, count in sorted(outcome.errors.items())},
        "phones_memory_before_megabytes": before,
        "phones_memory_after_megabytes": after,
        "phones_problems": len(problems),
    }


def make_job(client: load.Client, details: dict[str, Any], *, phones: int, shops: int) -> dict[str, Any]:
    """Phones with money, and shops of the demo developer, each with a wallet and an app of its own."""
    numbers = [str(24_000_000 + place) for place in range(phones)]
    for place, number in enumerate(numbers):
        balance = _POOR if place % 20 == 19 else _RICH
        client.call("POST", "/mobile/phones", {"phone_number": number, "pin": _PIN, "balance": balance})
    token = client.call("POST", "/api/login", details["developer"])["token"]
    opened = [details["app"], *(_open_shop(client, token, 54_000_000 + place) for place in range(1, shops))]
    kept = ("public_token", "private_token", "wallet_phone")
    return {
        "base_url": client.base_url,
        "phones": numbers,
        "shops": [{name: shop[name] for name in kept} for shop in opened],
        "pin": _PIN,
    }


def read_balances(client: load.Client, job: dict[str, Any]) -> dict[str, int]:
    """What each shop's wallet has, by its phone number."""
    numbers = [shop["wallet_phone"] for shop in job["shops"]]
    return {number: client.call("GET", f"/mobile/phones/{number}")["balance"] for number in numbers}


def verify_ledger(client: load.Client) -> dict[str, Any]:
    return client.call("GET", "/_sandbox/ledger/verify")


def list_problems(
    outcome: Outcome, before: dict[str, int], after: dict[str, int], ledger: dict[str, Any]
) -> Sequence[str]:
    """What is not as it must be: a refusal nobody provoked, a rule of the ledger, or money that a shop has or has not."""
    problems = [*outcome.failures, *ledger["problems"]]
    if not outcome.milliseconds:
        problems.append("nobody has paid anything")
    if ledger["live_payments"]:
        problems.append(f"{ledger['live_payments']} payments still hold money, though all were executed or refused")
    for number, balance in before.items():
        got, told = after[number] - balance, outcome.paid[number]
        if got != told:
            problems.append(f"shop {number} was told of {told} millimes, its wallet got {got}")
    return problems


def _open_shop(client: load.Client, token: str, number: int) -> dict[str, Any]:
    """As a developer does it: a business wallet, then an app that is confirmed with the code sent to that phone."""
    phone, name, proof = str(number), f"Shop {number}", {"Authorization": f"Bearer {token}"}
    client.call("POST", "/mobile/phones", {"phone_number": phone, "name": "Slim Gharbi", "trade_name": name})
    link = client.call("POST", "/api/apps", {"name": name, "phone_number": phone}, **proof)
    text = client.call("GET", f"/mobile/phones/{phone}/messages")["messages"][0]["text"]
    code = re.findall(r"\d{6}", text)[0]
    app = client.call("POST", f"/api/apps/links/{link['id']}/confirm", {"code": code}, **proof)
    return {**app, "wallet_phone": phone}
