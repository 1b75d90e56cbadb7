"""The page of our own tests: whatever goes wrong in a script of ours fails the test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page


@pytest.fixture
def page(page: Page) -> Iterator[Page]:
    """The plugin's page, 1280×800. An error in the page's scripts fails the test."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    assert not errors, f"the page's scripts failed: {errors}"  # noqa: S101  a verdict on the test
