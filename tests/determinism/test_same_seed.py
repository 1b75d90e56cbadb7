"""From one seed come the same ids, people, codes and tokens, run after run; kept data never meets the same id again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.testing import Sandbox
from sandbox.testing.checkout import prepare_and_verify

if TYPE_CHECKING:
    from pathlib import Path

_OF_THIS_RUN = {
    "pid",
    "base_url",
    "smtp_port",
    "data_dir",
    "version",
    "shop_url",
    "phone_url",
    "inbox_url",
    "console_url",
}


def story(sandbox: Sandbox) -> dict[str, Any]:
    """Everything that a short round of selling shows of ids, codes, names and texts."""
    merchant, phone = sandbox.new_merchant(), sandbox.new_phone()
    form = prepare_and_verify(sandbox, merchant, phone, amount=10_000)
    accepted = sandbox.accept(merchant, form["payment_id"], form["flouci_otp"])
    sandbox.control.drain()
    return {
        "world": {name: value for name, value in sandbox.details.items() if name not in _OF_THIS_RUN},
        "merchant": (merchant.public_token, merchant.private_token),
        "form": form,
        "accepted": accepted,
        "session": phone.last_scan.session if phone.last_scan else "",
        "sms": [(message["text"]) for message in phone.messages()],
        "mail": sandbox.inbox.wait_for(to=merchant.email).links[0].partition("/activate/")[2],
    }


def test_two_fresh_starts_with_one_seed_tell_the_same_story() -> None:
    with Sandbox.start(seed=7) as first, Sandbox.start(seed=7) as second:
        assert story(first) == story(second)


def test_another_seed_tells_another_story() -> None:
    with Sandbox.start(seed=7) as first, Sandbox.start(seed=8) as second:
        one, other = story(first), story(second)
    for part in ("world", "merchant", "form", "session", "mail"):
        assert one[part] != other[part]


def test_the_same_ids_come_again_after_a_reset() -> None:
    with Sandbox.start(seed=7) as sandbox:
        before = story(sandbox)
        sandbox.reset()
        assert story(sandbox) == before


def test_new_ids_come_after_a_restart_on_kept_data(tmp_path: Path) -> None:
    seen = set()
    for _ in range(3):
        with Sandbox.start(seed=7, data_dir=tmp_path) as sandbox:
            phone = sandbox.phone()
            app = sandbox.demo_merchant()
            form = prepare_and_verify(sandbox, app, phone, amount=1_000)
            assert sandbox.accept(app, form["payment_id"], form["flouci_otp"])["status"] == "SUCCESS"
            seen |= {form["payment_id"], phone.last_scan.session if phone.last_scan else ""}
    assert len(seen) == 6
