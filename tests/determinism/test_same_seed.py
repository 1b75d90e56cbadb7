"""From one seed come the same ids, people, codes and tokens, run after run; from another seed come others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from sandbox.testing import Sandbox
from tests.platform.paying import pay, require_accepted

OWN_TO_A_RUN = {
    "pid",
    "data_dir",
    "smtp_port",
    "base_url",
    "shop_url",
    "phone_url",
    "inbox_url",
    "console_url",
    "version",
}
_PATIENT = pytest.mark.xdist_group("determinism")
pytestmark = _PATIENT


def world_of(sandbox: Sandbox) -> dict[str, Any]:
    """What ``up --json`` prints, but for what belongs to this process and folder."""
    return {name: value for name, value in sandbox.details.items() if name not in OWN_TO_A_RUN}


def story(sandbox: Sandbox) -> list[Any]:
    """Everything that is given out on the way from a registration to a paid order and a refused one."""
    merchant, phone = sandbox.new_merchant(), sandbox.new_phone()
    token = sandbox.log_in(merchant)
    mail = sandbox.inbox.wait_for(to=merchant.email)
    messages = [message["text"] for message in sandbox.phone(merchant.wallet_phone).messages()]
    accepted, wrong = pay(sandbox, merchant, phone), pay(sandbox, merchant, phone, reference="TX2")
    require_accepted(accepted.accept(), accepted)
    sandbox.control.drain()
    apps = [app.model_dump(exclude={"created_at"}) for app in sandbox.platform.list_apps(token)]
    orders = sandbox.platform.list_orders(token, apps[0]["id"])
    return [
        token,
        re.sub(r"127\.0\.0\.1:\d+", "here", mail.text),
        messages,
        [(paid.session, paid.payment_id, paid.code) for paid in (accepted, wrong)],
        apps,
        [{name: value for name, value in order.items() if not name.endswith("_at")} for order in orders],
        phone.last_scan.model_dump() if phone.last_scan else None,
    ]


def given_out(told: list[Any]) -> set[str]:
    """Everything in it that looks like an id, a token or a code."""
    long_ones = {word for word in re.findall(r"[A-Za-z0-9_-]{22,}", str(told)) if not word.isalpha()}
    return long_ones | {code for _, _, code in told[3]}


@contextmanager
def fresh(seed: int) -> Iterator[Sandbox]:
    with Sandbox.start(seed=seed) as made:
        yield made


@pytest.fixture(scope="module")
def first() -> tuple[dict[str, Any], list[Any], list[Any]]:
    """The world of seed 42, a story in it, and the same story after a reset."""
    with fresh(42) as sandbox:
        world, told = world_of(sandbox), story(sandbox)
        sandbox.reset()
        sandbox._numbers = iter(range(1000))
        return world, told, story(sandbox)


def test_the_same_seed_gives_the_same_world_and_the_same_story(first: Any) -> None:
    with fresh(42) as again:
        assert world_of(again) == first[0]
        assert story(again) == first[1]


def test_another_seed_gives_another_world_and_other_ids(first: Any) -> None:
    with fresh(43) as other:
        world, told = world_of(other), story(other)
    assert set(world) == set(first[0])
    assert world["seed"] == 43
    for name in ("app", "test_app"):
        assert world[name]["public_token"] != first[0][name]["public_token"]
        assert world[name]["private_token"] != first[0][name]["private_token"]
    assert [phone["name"] for phone in world["phones"]] != [phone["name"] for phone in first[0]["phones"]]
    assert [phone["phone_number"] for phone in world["phones"]] == [p["phone_number"] for p in first[0]["phones"]]
    assert given_out(told).isdisjoint(given_out(first[1]))


def test_after_a_reset_the_same_ids_come_again(first: Any) -> None:
    assert first[2] == first[1]


def test_after_a_restart_on_kept_data_new_ids_come(first: Any, tmp_path: Path) -> None:
    """The old ones are in use: an id that came again would be refused, or be taken for another's."""
    with Sandbox.start(seed=42, data_dir=tmp_path) as before:
        world, told = world_of(before), story(before)
    assert told == first[1]
    seen = given_out(told)
    for run in range(2):
        with Sandbox.start(seed=42, data_dir=tmp_path) as after:
            after._numbers = iter(range(100 * (run + 1), 1000))
            assert {name: value for name, value in world_of(after).items() if name != "phones"} == {
                name: value for name, value in world.items() if name != "phones"
            }
            new = given_out(story(after))
            assert new.isdisjoint(seen)
            seen |= new


def test_a_reset_after_a_restart_brings_the_first_story_back(first: Any, tmp_path: Path) -> None:
    with Sandbox.start(seed=42, data_dir=tmp_path):
        pass
    with Sandbox.start(seed=42, data_dir=tmp_path) as restarted:
        restarted.reset()
        assert story(restarted) == first[1]
