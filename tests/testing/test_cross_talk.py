"""Workers have worlds of their own: the same numbers and addresses in each, and nobody sees what another's test does."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytestmark = pytest.mark.xdist_group("plugin")
PLAIN = ("-p", "no:schemathesis", "-p", "no:hypothesispytest")
"""Without the plugins that our own tests need, which take seconds to import."""
WORKERS = "8" if os.environ.get("SANDBOX_SOAK") == "1" else "2"
A_SUITE = '''
    """Each test pays, fails or expires in its own way, and then looks whose traces there are."""
    import json
    from datetime import timedelta

    import pytest
    from sandbox.contracts.mail import InboxClient
    from sandbox.testing.checkout import prepare_and_verify

    AMOUNTS = pytest.mark.parametrize("amount", [1_250, 2_500, 3_750, 5_000])


    @pytest.fixture
    def began(clock):
        return clock.freeze()


    @AMOUNTS
    def test_one_who_pays(world, began, amount):
        assert world.accept(amount) == "SUCCESS"
        world.clock.advance(seconds=amount)
        world.holds_only(amount, "PAID", paid=True)
        assert world.clock.now - began == timedelta(seconds=amount)


    @AMOUNTS
    def test_one_whose_code_expires(world, began, amount):
        form = world.prepare(amount)
        world.clock.advance(seconds=121 + amount)
        assert world.accept(amount, form) == "FAILED"
        world.holds_only(amount, "EXPIRED", paid=False)
        assert world.clock.now - began == timedelta(seconds=121 + amount)


    @AMOUNTS
    def test_one_whose_server_is_not_answered_at_first(world, began, faults, amount):
        planned = faults.add("status", route="/api/accept", status=503)  # of whichever app comes first
        form = world.prepare(amount)
        assert world.accept(amount, form) == "FAILED"
        assert [fault["id"] for fault in world.sandbox.control.show_faults()["faults"]] == [planned.id]
        assert world.accept(amount, form) == "SUCCESS"
        assert (planned.hits, len(faults.receipts)) == (1, 1)
        world.holds_only(amount, "PAID", paid=True)
        assert world.clock.now == began


    class World:
        """What a test can see of its worker's sandbox."""

        def __init__(self, sandbox, app, phone, clock, journal):
            self.sandbox, self.app, self.phone, self.clock, self.journal = sandbox, app, phone, clock, journal
            assert sandbox.control.show_faults()["faults"] == []
            assert (phone.messages(), self.orders(), app.balance, phone.balance) == ([], [], 0, 500_000)

        def prepare(self, amount):
            return prepare_and_verify(self.sandbox, self.app, self.phone, amount=amount, reference=f"TX{amount}")

        def accept(self, amount, form=None):
            form = form or self.prepare(amount)
            return self.sandbox.accept(self.app, form["payment_id"], form["flouci_otp"]).get("status")

        def orders(self):
            token = self.sandbox.log_in(self.app)
            (app,) = [each for each in self.sandbox.platform.list_apps(token) if each.name == self.app.name]
            return self.sandbox.platform.list_orders(token, app.id)

        def holds_only(self, amount, status, *, paid):
            self.sandbox.control.drain()
            assert [(each["reference"], each["status"]) for each in self.orders()] == [(f"TX{amount}", status)]
            moved = amount if paid else 0
            assert (self.app.balance, self.phone.balance) == (moved, 500_000 - moved)
            told = [each["text"] for each in self.phone.messages()]
            assert [f"TX{amount}" in text and self.app.name in text for text in told] == [True] * paid
            assert len(self.sandbox.phone(self.app.wallet_phone).messages()) == 1 + paid
            assert len(InboxClient(self.sandbox.transport).list_mails(to=self.app.email)) == 1
            accepted = self.journal.read(method="POST", path="/api/accept")
            assert {json.loads(each["request"])["app_token"] for each in accepted} == {self.app.public_token}


    @pytest.fixture
    def world(sandbox, merchant_app, phone, clock, journal):
        return World(sandbox, merchant_app, phone, clock, journal)
'''
IN_RANDOM_ORDER = '''
    import os
    import random
    from pathlib import Path


    def pytest_collection_modifyitems(items):
        """By a seed, because all workers must collect the same order."""
        random.Random(os.environ["SHUFFLED_BY"]).shuffle(items)
        Path("order").write_text(" ".join(item.name for item in items))
'''


def test_no_worker_sees_orders_messages_faults_or_the_clock_of_another(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    pytester.makeini("[pytest]\nfilterwarnings = error\n")
    pytester.makeconftest(IN_RANDOM_ORDER)
    pytester.makepyfile(A_SUITE)
    orders = set()
    for seed in ("1", "2"):
        monkeypatch.setenv("SHUFFLED_BY", seed)
        pytester.runpytest_subprocess(*PLAIN, "-n", WORKERS, "-q").assert_outcomes(passed=12)
        orders.add((Path(pytester.path) / "order").read_text("utf-8"))
    assert len(orders) == 2
