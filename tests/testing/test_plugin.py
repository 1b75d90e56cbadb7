"""The pytest plugin in a project of a user's own: outside the repository, with workers, in random order, failing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sandbox.testing import Sandbox
from tests.strangers import WITHOUT_STRANGERS

pytestmark = pytest.mark.xdist_group("plugin")
IN_RANDOM_ORDER = """
    def pytest_collection_modifyitems(config, items):
        # by a seed of the run's own: workers must collect the same order
        items.sort(key=lambda item: hash_of(config.getoption("--sandbox-seed"), item.nodeid))

    def hash_of(seed, name):
        import hashlib
        return hashlib.sha256(f"{seed}{name}".encode()).hexdigest()
"""
A_SUITE = """
    import pytest
    from sandbox.testing.checkout import prepare_and_verify

    @pytest.mark.parametrize("amount", range(1_000, 13_000, 1_000))
    def test_each_test_sees_its_own_world_only(sandbox, merchant_app, phone, clock, inbox, faults, journal, webhooks, amount):
        assert (merchant_app.balance, phone.balance) == (0, 500_000)
        assert (phone.messages(), webhooks.received, faults.receipts) == ([], [], [])
        assert sandbox.control.show_faults()["faults"] == []
        assert not sandbox.control.show_clock()["frozen"]
        assert inbox.wait_for(to=merchant_app.email).to == [merchant_app.email]
        journal.expect("POST /api/accept").never_called()
        if amount % 3_000 == 0:
            faults.add("latency", seconds=0.001, route="/api/accept")
            clock.freeze()
        form = prepare_and_verify(sandbox, merchant_app, phone, amount=amount)
        if amount % 2_000:
            clock.advance(seconds=121)
            assert sandbox.accept(merchant_app, form["payment_id"], form["flouci_otp"])["code"] == 1
            amount = 0
        else:
            assert sandbox.accept(merchant_app, form["payment_id"], form["flouci_otp"])["code"] == 0
        assert (merchant_app.balance, phone.balance) == (amount, 500_000 - amount)
        assert len(orders_of(sandbox, merchant_app)) == 1
        journal.expect("POST /api/accept").called_once()
        assert not amount or phone.messages(contains=merchant_app.name, wait=15)

    def orders_of(sandbox, app):
        token = sandbox.log_in(app)
        found = next(each for each in sandbox.platform.list_apps(token) if each.name == app.name)
        return sandbox.platform.list_orders(token, found.id)
"""
A_FAILURE = """
    import pytest

    def test_it_fails(sandbox, merchant_app, phone):
        phone.send(merchant_app.wallet_phone, 2_500)
        assert merchant_app.balance == 7

    @pytest.fixture
    def paid(phone, merchant_app):
        phone.send(merchant_app.wallet_phone, 2_600)
        raise RuntimeError("of a fixture")

    def test_its_fixture_fails(paid):
        pass

    def test_it_names_no_fixture(request):
        request.getfixturevalue("phone").send("20000001", 2_700)
        assert False

    def test_it_has_nothing_to_do_with_it():
        assert False

    @pytest.fixture
    def paid_afterwards(phone, merchant_app):
        yield
        phone.send(merchant_app.wallet_phone, 2_800)
        raise RuntimeError("of what puts things away")

    def test_what_puts_things_away_fails_last_of_all(paid_afterwards):
        pass
"""
THE_SEAMS = """
    import pytest

    @pytest.fixture(scope="session")
    def sandbox_settings():
        return {"seed": 7, "max_apps": 3, "begin_at": "2026-03-01T09:30Z"}

    @pytest.fixture
    def shop_url(sandbox):
        return f"{sandbox.base_url}/shop/"
"""
WITH_THE_SEAMS = """
    import pytest

    @pytest.mark.parametrize("hours", [1, 2])
    def test_the_clock_stands_again_where_it_was_moved_to(clock, hours):
        assert clock.now.isoformat() == f"2026-03-01T{8 + hours:02}:30:00+00:00"
        clock.resume()
        clock.freeze() if hours == 1 else None
        clock.set(f"2026-03-01T{9 + hours:02}:30Z")

    def test_the_settings_and_the_shop_are_the_projects_own(sandbox, shop, phone):
        assert sandbox.details["seed"] == 7
        shop.pay_with(phone)
        assert "/shop/payment/success" in shop.page.url
        assert phone.balance < 500_000
"""
NAMES_OF_ITS_OWN = """
    import pytest

    @pytest.fixture
    def clock():
        return "the project's own"

    sandbox = clock
"""
ANOTHERS_BROWSER = """
    import pytest

    class Page(str):
        clock = type("Clock", (), {"install": print})

    @pytest.fixture
    def page():
        return Page("another plugin's")

    @pytest.fixture
    def browser():
        return "another plugin's"
"""


BROWSERS_AND_LOOPS = """
    import asyncio
    import pytest

    def test_a_browser(page):
        assert page.evaluate("1 + 1") == 2

    @pytest.mark.anyio
    @pytest.mark.parametrize("anyio_backend", ["asyncio"])
    async def test_a_loop(anyio_backend):
        await asyncio.sleep(0)

    def test_a_browser_again_that_nobody_named(request):
        assert request.getfixturevalue("page").evaluate("1 + 1") == 2

    def test_a_program_of_the_shop():
        asyncio.run(asyncio.sleep(0))
"""
FAULTS = """
    def test_a_fault_that_is_hit(sandbox, faults):
        fault = faults.add("status", route="/api/apps", status=418)
        assert sandbox.transport.send("GET", "/api/apps", b"", {}).status == 418
        assert [receipt["fault"] for receipt in faults.receipts] == [fault.id]

    def test_a_fault_that_is_never_hit(faults):
        faults.add("drop_after", route="/api/accept", nth=2)

    def test_a_fault_that_need_not_be_hit(sandbox, faults):
        assert sandbox.control.show_faults()["faults"] == []
        faults.add("drop_after", route="/api/accept", optional=True)
"""


@pytest.fixture
def project(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> pytest.Pytester:
    """An empty folder elsewhere; what it prints is read from its own process."""
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
    pytester.makeini(f"[pytest]\nfilterwarnings = error\naddopts = {WITHOUT_STRANGERS}\n")
    return pytester


@pytest.mark.parametrize("seed", ["1", "2"])
def test_with_workers_and_in_any_order_nobody_sees_anothers_world(project: pytest.Pytester, seed: str) -> None:
    project.makeconftest(IN_RANDOM_ORDER)
    project.makepyfile(A_SUITE)
    done = project.runpytest_subprocess("-n", "2", "-q", "--sandbox-seed", seed)
    done.assert_outcomes(passed=12)


def test_a_failure_tells_the_story(project: pytest.Pytester) -> None:
    project.makepyfile(A_FAILURE)
    done = project.runpytest_subprocess("-q", "--sandbox-artifacts", "kept", "--junit-xml", "junit.xml")
    done.assert_outcomes(failed=3, errors=2, passed=1)
    done.stdout.fnmatch_lines(
        [
            "*the sandbox's story*",
            "*phone*POST /mobile/phones/*/transfers*201",
            "Money that moved:",
            "*-2.500 DT wallet of Phone *+2.500 DT wallet of Shop *",
            "kept: kept/*journal.json",
        ]
    )
    assert done.stdout.str().count("the sandbox's story") == 4
    journals = Path(project.path).glob("kept/*/journal.json")
    assert all("transfers" in journal.read_text("utf-8") for journal in journals)
    junit = Path(project.path, "junit.xml").read_text("utf-8")
    assert [junit.count(f"-{amount} DT wallet of Phone") for amount in ("2.500", "2.600", "2.700", "2.800")] == [1] * 4


def test_a_fault_that_was_never_hit_fails_its_test(project: pytest.Pytester) -> None:
    project.makepyfile(FAULTS)
    done = project.runpytest_subprocess("-q")
    done.assert_outcomes(passed=2, failed=1)
    done.stdout.fnmatch_lines(["*drop_after route=/api/accept nth=2: no call fitted it.*optional=True.*"])


def test_each_seam_may_be_overridden(project: pytest.Pytester) -> None:
    project.makeconftest(THE_SEAMS)
    project.makepyfile(WITH_THE_SEAMS)
    project.runpytest_subprocess("-q").assert_outcomes(passed=3)


def test_another_plugins_browser_and_a_projects_own_names_go_before_ours(project: pytest.Pytester) -> None:
    project.makeconftest(NAMES_OF_ITS_OWN)
    project.makepyfile(
        other=ANOTHERS_BROWSER, test_it='def test_it(page, clock, sandbox):\n    assert page == "another plugin\'s"\n'
    )
    project.syspathinsert()
    project.runpytest_subprocess("-q", "-p", "other").assert_outcomes(passed=1)


def test_tests_in_a_loop_of_their_own_come_after_those_in_a_browser(project: pytest.Pytester) -> None:
    """Playwright's sync API leaves its loop running in the thread; asyncio would run no other beside it."""
    project.makepyfile(BROWSERS_AND_LOOPS)
    project.runpytest_subprocess("-q").assert_outcomes(passed=4)


def test_a_sandbox_that_runs_elsewhere_is_used_and_goes_on(project: pytest.Pytester, sandbox: Sandbox) -> None:
    """What its tests have done is there; nothing is asked of it once they have let it go."""
    project.makepyfile("def test_it(sandbox, phone):\n    phone.send(sandbox.phone().number, 1_500)\n")
    before = sandbox.phone().balance
    done = project.runpytest_subprocess("-q", "--sandbox-url", sandbox.base_url)
    done.assert_outcomes(passed=1)
    assert (done.ret, sandbox.phone().balance) == (pytest.ExitCode.OK, before + 1_500)


def test_a_sandbox_that_does_not_answer_is_told_before_any_test(project: pytest.Pytester) -> None:
    project.makepyfile("def test_it(sandbox):\n    pass\n")
    done = project.runpytest_subprocess("--sandbox-url", "127.0.0.1:9/")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines(["ERROR: --sandbox-url: No sandbox answers at http://127.0.0.1:9: *refused. Start one*"])


def test_whoever_does_not_use_it_imports_nothing_of_it(project: pytest.Pytester) -> None:
    project.makepyfile("""
        import sys

        def test_it():
            heavy = {"flask", "sqlalchemy", "playwright", "httpx", "pydantic", "sandbox.server", "sandbox.testing.embedded"}
            assert heavy & set(sys.modules) == set()
    """)
    done = project.run(sys.executable, "-m", "pytest", "-q")
    done.assert_outcomes(passed=1)
