"""localstripe from PyPI, our nearest relative: create and confirm a PaymentIntent.

Each change rewrites all that it knows, so it slows down with every payment; that is part of what it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bench import load, processes
from bench.checkouts import CROWDS
from bench.report import Figures, median, percentile

if TYPE_CHECKING:
    from bench.options import Options

_KEY = {"Authorization": "Bearer sk_test_12345"}
_CARD = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2040, "cvc": "123"}


def measure(options: Options) -> Figures:
    """A new localstripe for each turn and number of clients."""
    figures: Figures = {}
    for clients in CROWDS:
        loads, memory = [], []
        for _ in range(max(1, options.turns // 2)):
            with processes.localstripe() as peer:
                loads.append(load.run(make_job(peer, "confirm_intent", clients) | {"seconds": options.seconds}))
                memory.append(peer.memory())
        name = f"localstripe_payments_{clients}_client" + "s" * (clients > 1)
        took = [each for one in loads for each in one.milliseconds]
        figures[f"{name}_per_second"] = median([each.rate for each in loads])
        figures[f"{name}_p50_milliseconds"] = percentile(took, 50)
        figures[f"{name}_p99_milliseconds"] = percentile(took, 99)
        figures["localstripe_loaded_memory_megabytes"] = max(memory)
    return figures


def make_job(peer: processes.Program, story: str, clients: int) -> dict[str, Any]:
    client = load.Client(peer.base_url)
    card = client.call("POST", "/v1/payment_methods", {"type": "card", "card": _CARD}, **_KEY)
    client.close()
    return {
        "story": story,
        "base_url": peer.base_url,
        "payment_method": card["id"],
        "clients": clients,
    }
