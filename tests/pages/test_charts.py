"""Charts are drawn from the table beside them; without a script the table is what one sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.stage import Stage


def open_dashboard(browser: Browser, stage: Stage, *, scripts: bool) -> Page:
    stage.path_of("/orders/<order_id>")  # nothing is drawn before there is something
    page = browser.new_context(base_url=stage.base_url, java_script_enabled=scripts).new_page()
    page.goto("/login")
    page.locator("[name=email]").fill(stage.owner.email)
    page.locator("[name=password]").fill(stage.owner.password)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/dashboard")
    return page


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_chart_is_drawn_and_its_table_can_be_opened(sandbox_browser: Browser, stage: Stage, language: str) -> None:
    page = open_dashboard(sandbox_browser, stage, scripts=True)
    page.goto(f"/dashboard?lang={language}")
    expect(page.locator("figure[data-chart] canvas")).to_have_count(3)
    assert not page.locator("details.chart-table table").is_visible()
    page.locator("details.chart-table > summary").click()
    assert page.locator("details.chart-table tbody tr").count() == 30
    assert page.locator("details.chart-table table").is_visible()
    page.context.close()


def test_without_a_script_the_table_stands_there(sandbox_browser: Browser, stage: Stage) -> None:
    page = open_dashboard(sandbox_browser, stage, scripts=False)
    assert page.locator("details.chart-table table").is_visible()
    assert not page.locator("figure[data-chart]").first.is_visible()
    page.context.close()
