"""The pytest plugin, installed with the package: fixtures in a chain of small seams, each of which a conftest may override.

sandbox_settings → sandbox → merchant_app → phone → page → shop. Nothing of the sandbox is imported before one is used.
"""

from __future__ import annotations

import os
from inspect import iscoroutinefunction
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest
from _pytest._code.code import ExceptionRepr

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from sandbox.testing.drivers import ClockDriver, InboxDriver, MerchantApp, PhoneDriver
    from sandbox.testing.embedded import Sandbox
    from sandbox.testing.faults import FaultDriver
    from sandbox.testing.journal import JournalDriver
    from sandbox.testing.shopper import Shopper
    from sandbox.testing.steps import Step, Steps
    from sandbox.testing.webhooks import WebhookReceiver

PICTURES = pytest.StashKey[bool]()
"""Whether each step's page is photographed."""
STEP_LISTENERS = pytest.StashKey[list[Any]]()
"""Called with each step when it begins."""
RUNNING = pytest.StashKey[Any]()
"""The sandbox of the session, for tests that came by it without naming it."""
LAST_STORY = pytest.StashKey[Any]()
"""What the last test left, for one that fails while everything is put away."""
_IS_TOLD = pytest.StashKey[bool]()
_HEAD = pytest.StashKey[str]()
_OF_THE_BROWSER = ("browser", "page", "browser_context_args")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("flouci-sandbox")
    group.addoption("--sandbox-seed", type=int, default=42, help="The seed of the sandbox that the fixtures use.")
    group.addoption(
        "--sandbox-url", metavar="URL", help="Use the sandbox that runs there instead of one of the tests' own."
    )
    group.addoption("--sandbox-shop", metavar="URL", help="Pay in the shop that answers there instead of a demo shop.")
    group.addoption("--sandbox-headed", action="store_true", help="Show the browser of the page fixture.")
    group.addoption("--sandbox-slow", action="store_true", help="Half a second between the browser's actions.")
    group.addoption(
        "--sandbox-artifacts",
        metavar="DIR",
        default="test-results",
        help="Where screenshots and journals of failed tests are kept (test-results).",
    )


def pytest_configure(config: pytest.Config) -> None:
    """A sandbox that does not answer is told once, before any test. Another plugin's browser goes before ours."""
    url = config.getoption("--sandbox-url")
    if url:
        config.stash[_HEAD] = _require_sandbox(url)
    if not any(hasattr(plugin, name) for plugin in _other_plugins(config) for name in _OF_THE_BROWSER):
        from sandbox.testing import browser_plugin

        config.pluginmanager.register(browser_plugin, "flouci_sandbox_browser")


def pytest_report_header(config: pytest.Config) -> str | None:
    """Which sandbox it is, where it is one that runs already."""
    return config.stash.get(_HEAD, None)


def _other_plugins(config: pytest.Config) -> Iterator[ModuleType]:
    """A conftest overrides fixtures by itself; it is no reason to do without them elsewhere."""
    for _, plugin in config.pluginmanager.list_name_plugin():
        if isinstance(plugin, ModuleType) and not (plugin.__file__ or "").endswith("conftest.py"):
            yield plugin


@pytest.fixture(scope="session")
def sandbox_settings(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What the tests' sandbox is started with: ``seed``, and settings of the reference by name. Override it to choose."""
    return {"seed": request.config.getoption("--sandbox-seed")}


@pytest.fixture(scope="session")
def sandbox(request: pytest.FixtureRequest, sandbox_settings: dict[str, Any]) -> Iterator[Sandbox]:
    """A whole sandbox for the test session, or for each of pytest-xdist's workers; ``.base_url`` is where it answers."""
    from sandbox.testing.embedded import Sandbox

    url = request.config.getoption("--sandbox-url")
    stash = request.config.stash
    with Sandbox.attach(url) if url else Sandbox.start(**sandbox_settings) as running:
        stash[RUNNING] = running
        yield running
        from sandbox.testing.story import read_story

        stash[LAST_STORY] = read_story(running)


@pytest.fixture
def merchant_app(sandbox: Sandbox) -> MerchantApp:
    """A fresh developer, wallet and app: ``.public_token``, ``.private_token``, ``.name``, ``.balance``."""
    return sandbox.new_merchant()


@pytest.fixture
def phone(sandbox: Sandbox) -> PhoneDriver:
    """A fresh phone with 500 DT: ``.scan(page_or_picture)``, ``.pay()``, ``.number``, ``.balance``, ``.wait_for_code()``."""
    return sandbox.new_phone()


@pytest.fixture
def clock(sandbox: Sandbox) -> Iterator[ClockDriver]:
    """The sandbox's clock: ``.now``, ``.freeze()``, ``.advance(minutes=20)``, ``.set(…)``, ``.speed(60)``.

    The test's ``page`` follows. After the test it runs again; where it stood before, it stands again.
    """
    stood = sandbox.control.show_clock()["frozen"]
    yield sandbox.clock
    sandbox.clock.follow_none()
    sandbox.clock.freeze() if stood else sandbox.clock.resume()


@pytest.fixture(autouse=True)
def _page_follows_clock(request: pytest.FixtureRequest) -> None:
    """A fixture of its own, because a page may itself ask for the clock; first of all, so that no timer is set before."""
    if {"clock", "page"} <= set(request.fixturenames):
        page = request.getfixturevalue("page")
        clock = request.getfixturevalue("clock")
        if hasattr(clock, "follow") and hasattr(page, "clock") and not iscoroutinefunction(page.clock.install):
            clock.follow(page)


@pytest.fixture
def faults(sandbox: Sandbox) -> Iterator[FaultDriver]:
    """What shall go wrong: ``.add("drop_after", route="/api/accept")``, ``.receipts``. The test's faults end with it, and
    one that was never hit fails it, unless it was added with ``optional=True``.
    """
    from sandbox.testing.faults import FaultDriver

    driver = FaultDriver(sandbox.control)
    yield driver
    driver.clear()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Any:
    """A fault that was never hit is told by the test itself, once it has done what it does."""
    result = yield
    driver: Any = getattr(item, "funcargs", {}).get("faults")
    if hasattr(driver, "require_hits"):
        driver.require_hits()
    return result


@pytest.fixture
def inbox(sandbox: Sandbox) -> InboxDriver:
    """Caught mail: ``.wait_for(to=…, contains=…)``, whose ``.link`` and ``.code`` are pulled out."""
    return sandbox.inbox


@pytest.fixture
def journal(sandbox: Sandbox) -> JournalDriver:
    """The exchanges of this test: ``.expect("POST /api/accept").called_once()``, ``.never_called()``, ``.times(n)``, ``.in_order(…)``."""
    sandbox.journal.restart()
    return sandbox.journal


@pytest.fixture
def webhooks() -> Iterator[WebhookReceiver]:
    """A merchant's server that listens: ``.url``, ``.expect(payment_id=…, success=True)``, ``.answer_with(503, times=2)``."""
    from sandbox.testing.webhooks import listen_for_webhooks

    with listen_for_webhooks() as receiver:
        yield receiver


@pytest.fixture
def step(request: pytest.FixtureRequest, sandbox: Sandbox) -> Steps:
    """What a person would say a test does, in blocks; reports and the story of a failure tell them."""
    from sandbox.testing.evidence import folder_of
    from sandbox.testing.steps import Steps

    item, config = request.node, request.config

    def tell(begun: Step) -> None:
        for listener in config.stash.get(STEP_LISTENERS, []):
            listener(begun)

    return Steps(
        lambda: sandbox.now,
        page=lambda: item.funcargs.get("page"),
        pictures=folder_of(item) if config.stash.get(PICTURES, False) else None,
        tell=tell,
    )


@pytest.fixture(scope="session")
def sandbox_browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """The one Chromium of a test session: Playwright can be started only once in a process."""
    from sandbox.testing.browser import open_browser

    headed, slow = (request.config.getoption(name) for name in ("--sandbox-headed", "--sandbox-slow"))
    with open_browser(headed=headed, slow=slow) as opened:
        yield opened


@pytest.fixture
def shop_url(request: pytest.FixtureRequest, sandbox: Sandbox) -> Iterator[str]:
    """A demo shop of the test's own merchant, on an origin of its own. Override it with the address of your shop."""
    given = request.config.getoption("--sandbox-shop")
    if given:
        yield given
        return
    from sandbox.shop_mount import create_shop
    from sandbox.testing.serving import serve

    app: MerchantApp = request.getfixturevalue("merchant_app")
    with serve(create_shop(sandbox.base_url, app.public_token, app.private_token)) as url:
        yield f"{url}/"


@pytest.fixture
def shopper(page: Page) -> Shopper:
    """A shopper in a browser: ``.open_form()``, ``.pay_with(phone)``, ``.type_code(code)``."""
    from sandbox.testing.shopper import Shopper

    return Shopper(page)


@pytest.fixture
def shop(shopper: Shopper, shop_url: str) -> Shopper:
    """The shopper, who has just opened the shop's page."""
    shopper.page.goto(shop_url)
    return shopper


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """A test that failed while it used a sandbox tells the story: what was called, what money moved, and a screenshot.

    Whichever part of it failed: its fixtures, itself, or what puts things away.
    """
    report: pytest.TestReport = yield
    used: dict[str, Any] = getattr(item, "funcargs", None) or {}
    sandbox: Any = used.get("sandbox", item.config.stash.get(RUNNING, None))
    if not hasattr(sandbox, "begin_story"):  # none was started, or a fixture of the user's own has this name
        return report
    if report.failed and not item.stash.get(_IS_TOLD, False):
        from sandbox.testing.evidence import tell_failure

        text = tell_failure(item, used, sandbox, item.config.stash.get(LAST_STORY, None))
        if text:
            _tell(report, "the sandbox's story", text)
            item.stash[_IS_TOLD] = True
    if report.when == "teardown":
        sandbox.begin_story()
    return report


def _tell(report: pytest.TestReport, title: str, text: str) -> None:
    """With the failure itself, which JUnit XML has too; sections beside it are left out there by default."""
    if isinstance(report.longrepr, ExceptionRepr):
        report.longrepr.addsection(title, text)
    else:
        report.sections.append((title, text))


def _require_sandbox(url: str) -> str:
    """What the head of the run says of the sandbox there. Raises UsageError that tells what is there instead."""
    from sandbox.contracts.transport import HttpTransport
    from sandbox.kit.errors import SandboxError
    from sandbox.testing.attaching import details_of, require_address, version_note

    try:
        transport = HttpTransport(require_address(url), os.environ.get("FLOUCI_CA_FILE"))
        try:
            details = details_of(transport)
        finally:
            transport.close()
    except (SandboxError, OSError) as error:
        raise pytest.UsageError(f"--sandbox-url: {error} {getattr(error, 'hint', '')}".strip()) from None
    return f"sandbox: {details['base_url']}, seed {details['seed']}{version_note(details)}"
