"""The console's page of snapshots: a moment is kept, compared, entered again, carried as a file; wrong forms lose nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from sandbox.testing import Sandbox
from sandbox.testing.browser_fixtures import page  # noqa: F401  a fixture
from sandbox.testing.checkout import prepare_and_verify

BROWSER = {"Accept": "text/html", "Accept-Language": "en"}
PATH = "/_sandbox/console/snapshots"


@pytest.fixture(scope="module")
def own() -> Iterator[Sandbox]:
    """A sandbox whose world comes and goes."""
    with Sandbox.start() as sandbox:
        yield sandbox


@pytest.fixture(autouse=True)
def no_snapshots(own: Sandbox) -> None:
    for each in own.snapshots.list():
        own.snapshots.delete(each["name"])


def send(own: Sandbox, path: str = "", file: bytes | None = None, **form: str) -> httpx.Response:
    files: Any = None if file is None else {"file": ("world.zip", file, "application/zip")}
    headers = {**BROWSER, "Origin": own.base_url}
    return httpx.post(f"{own.base_url}{PATH}{path}", data=form, files=files, headers=headers)


def see(own: Sandbox, query: str = "") -> str:
    answer = httpx.get(f"{own.base_url}{PATH}{query}", headers=BROWSER)
    assert answer.status_code == 200
    return answer.text


def pay(own: Sandbox) -> None:
    form = prepare_and_verify(own, own.demo_merchant(), own.phone(), amount=12_500)
    assert own.accept(own.demo_merchant(), form["payment_id"], form["flouci_otp"])["status"] == "SUCCESS"
    own.control.drain()


def names(own: Sandbox) -> list[str]:
    return [each["name"] for each in own.snapshots.list()]


def test_a_moment_is_kept_compared_and_entered_again(own: Sandbox, page: Page) -> None:  # noqa: F811
    page.goto(f"{own.base_url}/_sandbox/")
    page.get_by_role("link", name="Snapshots").click()
    page.get_by_label("Name", exact=True).fill("before")
    page.get_by_role("button", name="Keep this moment").click()
    page.get_by_text("before is kept.").wait_for()
    pay(own)
    balance = own.phone().balance
    page.get_by_role("link", name="Compare with now: before").click()
    lines = page.locator("[data-part=difference] [data-part=line]")
    expect(lines.first).to_have_text("payment executed")
    expect(lines.filter(has_text="+12.500 DT to")).to_have_count(1)
    page.get_by_role("button", name="Load: before").click()
    page.get_by_text("The world is as it was at before.").wait_for()
    assert own.phone().balance == balance + 12_500
    page.get_by_role("button", name="Delete: before").click()
    page.get_by_text("before is forgotten.").wait_for()
    assert names(own) == []


def test_a_world_is_carried_as_a_file(own: Sandbox) -> None:
    world = httpx.get(f"{own.base_url}/_sandbox/snapshots/now/export").content
    brought = send(own, "/import", world, import_name="carried")
    assert brought.status_code == 303
    assert "carried is here" in httpx.get(f"{own.base_url}{brought.headers['Location']}", headers=BROWSER).text.replace(
        "<bdi>", ""
    ).replace("</bdi>", "")
    assert names(own) == ["carried"]
    again = send(own, "/import", world, import_name="carried")
    assert (again.status_code, 'id="import_name-error"' in again.text) == (409, True)
    assert 'value="carried"' in again.text
    assert send(own, "/import", world, import_name="carried", import_replace="yes").status_code == 303


@pytest.mark.parametrize("name", ["", "now", "two words", "../up", "é", "x" * 65])
def test_a_name_that_cannot_be_is_shown_again_with_the_reason(own: Sandbox, name: str) -> None:
    answer = send(own, name=name)
    assert answer.status_code == 400
    assert "beginning with a letter or a digit" in answer.text.partition('id="name-error"')[2]
    assert f'value="{name}"' in answer.text
    assert names(own) == []


def test_a_name_that_is_taken_is_replaced_only_when_asked_to(own: Sandbox) -> None:
    assert send(own, name="twice").status_code == 303
    refused = send(own, name="twice")
    assert (refused.status_code, 'value="twice"' in refused.text) == (409, True)
    assert "already" in refused.text.partition('id="name-error"')[2]
    assert send(own, name="twice", replace="yes").status_code == 303


def test_what_is_no_exported_world_is_refused_beside_the_file(own: Sandbox) -> None:
    for file in (b"no zip at all", None):
        answer = send(own, "/import", file, import_name="kept")
        assert answer.status_code in {400, 422}
        assert 'id="file-error"' in answer.text
        assert 'value="kept"' in answer.text
    assert names(own) == []


def test_what_is_no_more_is_told_and_chosen_still(own: Sandbox) -> None:
    for path in ("/load", "/delete"):
        answer = send(own, path, snapshot="gone")
        assert (answer.status_code, "There is no snapshot of this name." in answer.text) == (404, True)
    text = see(own, "?from=gone&to=now")
    assert 'id="from-error"' in text
    assert '<option value="gone" selected>' in text
    assert 'id="to-error"' in see(own, "?from=now&to=gone")
    assert "Nothing is different." in see(own, "?from=now&to=now")


def test_no_other_site_s_page_loads_a_world(own: Sandbox) -> None:
    send(own, name="kept")
    for path in ("", "/load", "/delete", "/import"):
        form = {"name": "other", "snapshot": "kept"}
        answer = httpx.post(f"{own.base_url}{PATH}{path}", data=form, headers={"Origin": "https://evil.example"})
        assert answer.status_code == 403
    assert names(own) == ["kept"]
