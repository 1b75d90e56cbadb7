"""In each process of a scenario run: chooses a shard, notes what the browser does, and sends each scenario's story along."""

from __future__ import annotations

import inspect
import linecache
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.testing.evidence import folder_of
from sandbox.testing.packs.results import Failure, describe, pack_of
from sandbox.testing.plugin import PICTURES
from sandbox.testing.story import read_story

if TYPE_CHECKING:
    from sandbox.testing.steps import Steps

_LONGEST_MESSAGE = 400
_MOST_HAPPENINGS = 300
_LINES_BEFORE, _LINES_AFTER = 5, 3


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("flouci-sandbox scenarios")
    group.addoption("--scenario-shard", metavar="I/N", default="1/1")
    group.addoption("--scenario-trace", action="store_true")
    group.addoption("--scenario-pictures", action="store_true")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[PICTURES] = bool(config.getoption("--scenario-pictures"))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Each N-th scenario, counted in the order of their names, which is the same in every process."""
    part, _, parts = str(config.getoption("--scenario-shard")).partition("/")
    items.sort(key=lambda item: item.nodeid.partition("::")[0])  # stable: in a file they stay as they stand
    chosen = items[int(part) - 1 :: int(parts)]
    gone = [item for item in items if item not in chosen]
    if gone:
        config.hook.pytest_deselected(items=gone)
        items[:] = chosen


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Any:
    """Where the page goes is noted while the scenario runs, and traced where that is wanted."""
    steps, page = _steps_of(item), _page_of(item)
    is_traced = page is not None and item.config.getoption("--scenario-trace")
    if steps is not None and page is not None:
        page.on("framenavigated", lambda frame: steps.note(f"Page: {frame.url}") if frame == page.main_frame else None)
        page.on("pageerror", lambda error: steps.note(f"Error in the page: {error}", went_wrong=True))
    if is_traced:
        page.context.tracing.start(screenshots=True, snapshots=True, sources=True)
    try:
        result = yield
    except BaseException:
        if is_traced:
            _keep_trace(item, page)
        raise
    if is_traced:
        page.context.tracing.stop()
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    report: Any = yield
    scenario: dict[str, Any] = {}
    if call.excinfo is not None and report.failed:
        scenario["failure"] = _failure_of(item, call.excinfo).to_json()
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


def _failure_of(item: pytest.Item, error: pytest.ExceptionInfo[BaseException]) -> Failure:
    """``line`` is the last one of the pack's own code: where the scenario went wrong, not where Playwright raised."""
    pack = pack_of(item.path)
    own = [entry for entry in error.traceback if pack in Path(entry.path).parents]
    where = own[-1] if own else error.traceback[-1]
    message = str(error.value).strip() or type(error.value).__name__
    return Failure(
        file=str(where.path),
        line=where.lineno + 1,
        source=_around(Path(where.path), where.lineno + 1),
        kind=type(error.value).__name__,
        message=message[:_LONGEST_MESSAGE],
        text=str(item.repr_failure(error)),
    )


def _around(file: Path, line: int) -> list[tuple[int, str]]:
    """The line with its neighbours, each with its number, without what all are indented by."""
    numbers = range(max(1, line - _LINES_BEFORE), line + _LINES_AFTER + 1)
    lines = [(number, text) for number in numbers if (text := linecache.getline(str(file), number))]
    bare = dedent("".join(text for _, text in lines)).splitlines()
    return [(number, text.rstrip()) for (number, _), text in zip(lines, bare, strict=False)]


def _steps_of(item: pytest.Item) -> Steps | None:
    steps: Steps | None = getattr(item, "funcargs", {}).get("step")
    return steps


def _page_of(item: pytest.Item) -> Any:
    """The page, where it is one of the sync API."""
    page: Any = getattr(item, "funcargs", {}).get("page")
    return page if hasattr(page, "main_frame") and not inspect.iscoroutinefunction(page.screenshot) else None


@pytest.fixture(autouse=True)
def _with_steps(step: Steps) -> None:
    """Each scenario has a story, also one without steps of its own."""
    del step
