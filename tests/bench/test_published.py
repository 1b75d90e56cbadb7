"""The benchmarks of the published API, small: what they pay is paid, what they wait for comes, and a history that was written is true."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from bench import history, load, published, published_stories, webhooks
from bench.load import Client
from sandbox.testing import Sandbox


@pytest.fixture(scope="module")
def world() -> Iterator[tuple[Sandbox, dict[str, Any]]]:
    with Sandbox.start() as sandbox:
        phones = [sandbox.new_phone().number for _ in range(2)]
        yield sandbox, {"base_url": sandbox.base_url, "app": sandbox.details["app"], "phones": phones, "pin": "1234"}


def test_a_story_is_a_payment_that_the_shop_sees(world: tuple[Sandbox, dict[str, Any]]) -> None:
    sandbox, job = world
    before = sandbox.phone(job["phones"][0]).balance
    with closing(Client(job["base_url"])) as client:
        published_stories.generate_pay_verify(client, job, 0)
    assert before - sandbox.phone(job["phones"][0]).balance == published_stories.AMOUNT


def test_each_payments_webhook_is_waited_for_and_timed(world: tuple[Sandbox, dict[str, Any]]) -> None:
    sandbox, job = world
    with webhooks.listening() as shop:
        figures = webhooks.measure_delays(job, shop, clients=2, each=2)
        figures |= webhooks.measure_burst(job, shop, sandbox.details["developer"], 5)
    assert set(figures) == {
        *(
            f"webhook_2_clients_{what}_p{share}_milliseconds"
            for what in ("delay", "from_request")
            for share in (50, 99)
        ),
        "webhook_deliveries_per_second",
    }
    assert figures["webhook_2_clients_from_request_p50_milliseconds"] > 0


def test_figures_of_several_turns_are_put_together() -> None:
    turns = [load.Load(10.0, [1.0, 2.0]), load.Load(30.0, [3.0]), load.Load(20.0, [4.0])]
    assert published.describe("x", turns) == {
        "x_per_second": 20.0,
        "x_p50_milliseconds": 2.0,
        "x_p99_milliseconds": 4.0,
    }


def test_a_history_of_pages_is_found_by_the_api_and_adds_up(tmp_path) -> None:
    with Sandbox.start(data_dir=tmp_path) as sandbox, closing(Client(sandbox.base_url)) as client:
        job = {"app": sandbox.details["app"], "phones": [sandbox.new_phone().number], "pin": "1234"}
        published_stories.generate_pay_verify(client, job, 0)
        sandbox.control.drain()
    history.add_payments(tmp_path / "databases", 50)
    with Sandbox.start(data_dir=tmp_path) as sandbox:
        report = sandbox.control.verify_ledger()
        assert (report["ok"], report["problems"]) == (True, [])
        token = sandbox.transport._client.post("/api/login", json=sandbox.details["developer"]).json()["token"]
        answer = sandbox.transport._client.get("/api/orders?limit=100", headers={"Authorization": f"Bearer {token}"})
        assert len(answer.json()["data"]) >= 51
