"""The pytest plugin, installed with the package: fixtures in a chain of small seams, and evidence of failures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from sandbox.testing.drivers import ClockDriver, InboxDriver, MerchantApp, PhoneDriver
    from sandbox.testing.embedded import Sandbox


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("flouci-sandbox")
    group.addoption("--sandbox-seed", type=int, default=42, help="The seed of the sandbox that the fixtures use.")


@pytest.fixture(scope="session")
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A whole sandbox for the test session; ``.base_url`` is where it answers."""
    from sandbox.testing.embedded import Sandbox

    with Sandbox.start(seed=request.config.getoption("--sandbox-seed")) as running:
        yield running


@pytest.fixture
def merchant_app(sandbox: Sandbox) -> MerchantApp:
    """A fresh developer, wallet and app: ``.public_token``, ``.private_token``, ``.name``."""
    return sandbox.new_merchant()


@pytest.fixture
def phone(sandbox: Sandbox) -> PhoneDriver:
    """A fresh phone with 500 DT: ``.scan(page_or_picture)``, ``.pay()``, ``.number``."""
    return sandbox.new_phone()


@pytest.fixture
def clock(sandbox: Sandbox) -> Iterator[ClockDriver]:
    """The sandbox's clock: ``.now``, ``.freeze()``, ``.advance(seconds=…)``. It runs again after the test."""
    yield sandbox.clock
    sandbox.clock.resume()


@pytest.fixture
def inbox(sandbox: Sandbox) -> InboxDriver:
    """Caught mail: ``.wait_for(to=…)``."""
    return sandbox.inbox


@pytest.fixture(scope="session")
def sandbox_browser() -> Iterator[Browser]:
    """The one Chromium of a test session: Playwright can be started only once in a process."""
    from sandbox.testing.browser import open_browser

    with open_browser() as opened:
        yield opened


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Keep a screenshot and the journal of a test that failed while it used a sandbox."""
    report: pytest.TestReport = yield
    used: dict[str, Any] = getattr(item, "funcargs", {})
    if report.when == "call" and report.failed and "sandbox" in used:
        from sandbox.testing.evidence import keep_evidence

        kept = keep_evidence(item.nodeid, page=used.get("page"), sandbox=used["sandbox"])
        report.sections.append(("kept by flouci-sandbox", "\n".join(map(str, kept))))
    return report
