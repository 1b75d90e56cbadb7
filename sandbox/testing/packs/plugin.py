"""In each process of a scenario run: chooses a shard, notes what the browser does, and sends each scenario's story along."""

from __future__ import annotations

import inspect
import logging
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.testing.evidence import folder_of
from sandbox.testing.packs.failing import failure_of
from sandbox.testing.packs.limiting import TookTooLong, limited
from sandbox.testing.packs.results import describe, name_of, title_of_item
from sandbox.testing.plugin import PICTURES
from sandbox.testing.story import read_story

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.testing.steps import Steps

_MOST_HAPPENINGS = 300


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("flouci-sandbox scenarios")
    group.addoption("--scenario-shard", metavar="I/N", default="1/1")
    group.addoption("--scenario-name", metavar="NAME", default="")
    group.addoption("--scenario-timeout", type=float, metavar="SECONDS", default=0)
    group.addoption("--scenario-trace", action="store_true")
    group.addoption("--scenario-pictures", action="store_true")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[PICTURES] = bool(config.getoption("--scenario-pictures"))


def pytest_keyboard_interrupt() -> None:
    """Ctrl-C ends Playwright's own process as well; that it is gone is no news then."""
    logging.getLogger("asyncio").disabled = True


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Those that are asked for, and of them each N-th, counted in the order of their files, which is the same in every process."""
    part, _, parts = str(config.getoption("--scenario-shard")).partition("/")
    found = _named(config.getoption("--scenario-name"), items)
    found.sort(key=lambda item: item.nodeid.partition("::")[0])  # stable: in a file they stay as they stand
    chosen = found[int(part) - 1 :: int(parts)]
    kept = set(chosen)
    gone = [item for item in items if item not in kept]
    if gone:
        config.hook.pytest_deselected(items=gone)
    items[:] = chosen


def _named(name: str, items: list[pytest.Item]) -> list[pytest.Item]:
    """The one that is called so, or else all whose name or title has it in it, in capitals or not."""
    if not name:
        return list(items)
    exactly = [item for item in items if name_of(item.nodeid) == name]
    part = name.casefold()
    return exactly or [
        item for item in items if part in name_of(item.nodeid).casefold() or part in title_of_item(item).casefold()
    ]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Any:
    with _limited(item):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Any:
    """Where the page goes is noted while the scenario runs, and traced where that is wanted."""
    steps, page = _steps_of(item), _page_of(item)
    if steps is not None and page is not None:
        page.on("framenavigated", lambda frame: steps.note(f"Page: {frame.url}") if frame == page.main_frame else None)
        page.on("pageerror", lambda error: steps.note(f"Error in the page: {error}", went_wrong=True))
    with _traced(item, page), _limited(item):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Any:
    with _limited(item):
        return (yield)


@contextmanager
def _traced(item: pytest.Item, page: Any) -> Iterator[None]:
    """What Playwright recorded is kept where the scenario fails."""
    if page is None or not item.config.getoption("--scenario-trace"):
        yield
        return
    page.context.tracing.start(screenshots=True, snapshots=True, sources=True)
    try:
        yield
    except pytest.skip.Exception:
        page.context.tracing.stop()
        raise
    except BaseException:
        _keep_trace(item, page)
        raise
    page.context.tracing.stop()


@contextmanager
def _limited(item: pytest.Item) -> Iterator[None]:
    steps = _steps_of(item)
    picture = steps.next_picture() if steps is not None else None
    try:
        with limited(item.config.getoption("--scenario-timeout"), lambda: _browser_of(item), picture):
            yield
    except TookTooLong:
        if steps is not None and picture is not None and picture.is_file():
            steps.note("How the page looked when the time was over", went_wrong=True, picture=str(picture))
        raise


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    report: Any = yield
    scenario: dict[str, Any] = {}
    if report.failed:
        scenario["failure"] = failure_of(item, call.excinfo, report).to_json()
    if call.when == "call" or (call.when == "setup" and report.failed):
        scenario |= _told(item)
    report.scenario = describe(item, scenario)
    return report


def _told(item: pytest.Item) -> dict[str, Any]:
    steps, used = _steps_of(item), getattr(item, "funcargs", {})
    told: dict[str, Any] = {"trace": str(item.stash.get(_TRACE, ""))}
    if steps is not None:
        steps.photograph("How it ended")
        told["steps"] = [step.to_json() for step in steps.steps]
    if "sandbox" in used:
        story = read_story(used["sandbox"], steps.happenings if steps is not None else ())
        told["happenings"] = [each.to_json() for each in story.happenings[-_MOST_HAPPENINGS:]]
        told["movements"], told["problem"] = story.movements, story.problem
    return told


_TRACE = pytest.StashKey[Path]()


def _keep_trace(item: pytest.Item, page: Any) -> None:
    from playwright.sync_api import Error as PlaywrightError

    file = folder_of(item) / "trace.zip"
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        page.context.tracing.stop(path=file)
    except PlaywrightError:
        return  # the browser is gone, and its trace with it
    item.stash[_TRACE] = file


def _steps_of(item: pytest.Item) -> Steps | None:
    steps: Steps | None = getattr(item, "funcargs", {}).get("step")
    return steps


def _page_of(item: pytest.Item) -> Any:
    """The page, where it is one of the sync API."""
    page: Any = getattr(item, "funcargs", {}).get("page")
    return page if hasattr(page, "main_frame") and not inspect.iscoroutinefunction(page.screenshot) else None


def _browser_of(item: pytest.Item) -> Any:
    """The browser that the scenario uses, or is being given."""
    browser: Any = getattr(item, "funcargs", {}).get("browser")
    page = _page_of(item)
    return browser or (page.context.browser if page is not None else None)


@pytest.fixture(autouse=True)
def _with_steps(step: Steps) -> None:
    """Each scenario has a story, also one without steps of its own."""
    del step
