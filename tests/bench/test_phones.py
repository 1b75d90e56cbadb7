"""The crowd of the benchmark, small: what it is told adds up to what the sandbox has, and what does not add up is found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from bench import phones, shoppers
from bench.load import Client
from bench.shoppers import EXPECTED, Outcome
from sandbox.testing import Sandbox

RIGHT = {"ok": True, "problems": [], "live_payments": 0}
SHOP = "54000001"


@pytest.fixture(scope="module")
def world() -> Iterator[tuple[Client, dict[str, Any]]]:
    """A sandbox, and twenty phones and three shops in it."""
    with Sandbox.start() as sandbox, closing(Client(sandbox.base_url)) as client:
        yield client, phones.make_job(client, sandbox.details, phones=20, shops=3)


def test_a_crowd_pays_in_several_shops_and_the_money_is_right(world: tuple[Client, dict[str, Any]]) -> None:
    client, job = world
    before = phones.read_balances(client, job)
    outcome = shoppers.let_shop(job | {"rounds": 10})
    client.call("POST", "/_sandbox/drain")
    after = phones.read_balances(client, job)
    assert phones.list_problems(outcome, before, after, phones.verify_ledger(client)) == []
    assert set(outcome.errors) == EXPECTED
    assert (outcome.transfers, outcome.refusals) == (20, 19)  # each phone once; one of them had nothing left to refuse
    assert len(outcome.paid) == 3
    assert sum(outcome.paid.values()) == len(outcome.milliseconds) * 1_250


@pytest.mark.parametrize(
    ("outcome", "got", "ledger", "found"),
    [
        ({}, 1_250, RIGHT, None),
        ({"milliseconds": []}, 1_250, RIGHT, "nobody has paid"),
        ({"failures": ["a refusal"]}, 1_250, RIGHT, "a refusal"),
        ({}, 0, RIGHT, "was told of 1250 millimes, its wallet got 0"),
        ({}, 2_500, RIGHT, "was told of 1250 millimes, its wallet got 2500"),
        ({}, 1_250, {**RIGHT, "problems": ["unbalanced"]}, "unbalanced"),
        ({}, 1_250, {**RIGHT, "live_payments": 2}, "2 payments still hold money"),
    ],
)
def test_what_does_not_add_up_is_told(
    outcome: dict[str, Any], got: int, ledger: dict[str, Any], found: str | None
) -> None:
    usual: dict[str, Any] = {"milliseconds": [5.0], "paid": Counter({SHOP: 1_250})}
    told = phones.list_problems(Outcome(**usual | outcome), {SHOP: 100}, {SHOP: 100 + got}, ledger)
    assert [found in problem for problem in told] == ([True] if found else [])


def test_a_refusal_that_no_phone_provoked_is_a_failure(world: tuple[Client, dict[str, Any]]) -> None:
    job = world[1]
    shop = job["shops"][0] | {"private_token": "not the token"}
    outcome = shoppers.let_shop(job | {"shops": [shop], "phones": job["phones"][:1], "rounds": 1})
    assert len(outcome.failures) == 1
    assert "BAD_CREDENTIALS" in outcome.failures[0]
