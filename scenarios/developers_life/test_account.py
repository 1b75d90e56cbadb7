"""What a developer changes of their own account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from sandbox.contracts.errors import ApiKeyInvalid
from sandbox.kit.errors import NotAuthenticated

if TYPE_CHECKING:
    from sandbox.testing.developer import Developer
    from sandbox.testing.drivers import InboxDriver, MerchantApp
    from sandbox.testing.embedded import Sandbox
    from sandbox.testing.steps import Steps


@pytest.fixture(autouse=True)
def _logged_in(developer: Developer, merchant_app: MerchantApp) -> None:
    developer.log_in(merchant_app)


def test_the_profile_is_changed_and_the_pages_follow_its_language(developer: Developer, step: Steps) -> None:
    with step("Name, company and language are changed"):
        developer.go("/settings")
        developer.send(name="Leïla Trabelsi", company="Trabelsi & fils", language="fr")
    with step("Name and language have changed at once"):
        expect(developer.page.locator("html")).to_have_attribute("lang", "fr")
        expect(developer.page.locator("main [name=name]")).to_have_value("Leïla Trabelsi")


def test_a_new_password_ends_every_other_session(
    sandbox: Sandbox, developer: Developer, merchant_app: MerchantApp, inbox: InboxDriver, step: Steps
) -> None:
    elsewhere = sandbox.log_in(merchant_app)
    assert sandbox.platform.list_apps(elsewhere)
    with step("The password is changed"):
        developer.go("/settings/password")
        developer.send(password=merchant_app.password, new_password="another phrase of mine")
    with step("The session elsewhere has ended, this one goes on, and a mail tells of it"):
        with pytest.raises(NotAuthenticated):
            sandbox.platform.list_apps(elsewhere)
        developer.go("/apps")
        expect(developer.page).to_have_url(f"{sandbox.base_url}/apps")
        sandbox.control.drain()
        assert inbox.wait_for(to=merchant_app.email, contains="password")


def test_a_session_elsewhere_is_ended_by_hand(
    sandbox: Sandbox, developer: Developer, merchant_app: MerchantApp, step: Steps
) -> None:
    elsewhere = sandbox.log_in(merchant_app)
    with step("All other sessions are ended"):
        developer.go("/settings/sessions")
        developer.press_named("End all other sessions")
    with step("The program that had one is logged out"), pytest.raises(NotAuthenticated):
        sandbox.platform.list_apps(elsewhere)


def test_a_program_gets_a_key_of_its_own_until_it_is_revoked(
    sandbox: Sandbox, developer: Developer, step: Steps
) -> None:
    with step("A key that only reads is made, and shown once"):
        developer.go("/settings/api-keys")
        developer.send(name="Nightly job", access="read")
        key = developer.page.locator("#new-key").inner_text().strip()
    with step("It reads, and changes nothing"):
        assert sandbox.platform.list_apps(key)
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        refused = sandbox.transport.send("POST", "/api/apps", b'{"name": "x", "phone_number": "50000001"}', headers)
        assert refused.json()["error"]["code"] == "API_KEY_READ_ONLY"
    with step("Once revoked, it is refused"):
        developer.go("/settings/api-keys")
        developer.press(developer.main.locator("form[action$='/revoke'] button").first)
        with pytest.raises(ApiKeyInvalid):
            sandbox.platform.list_apps(key)


def test_what_was_done_stands_in_the_list_of_activity(
    developer: Developer, merchant_app: MerchantApp, step: Steps
) -> None:
    with step("A key is made"):
        developer.go("/settings/api-keys")
        developer.send(name="Seen by all", access="read")
    with step("The list tells of the key, the login and the app"):
        developer.go("/settings/activity")
        for words in ("Seen by all", merchant_app.name):
            expect(developer.main).to_contain_text(words)
