"""A developer registers, follows the link in the mail, logs in; and what goes wrong on the way (report, chapter IV)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from sandbox.testing.developer import Developer
    from sandbox.testing.drivers import ClockDriver, InboxDriver
    from sandbox.testing.embedded import Sandbox
    from sandbox.testing.steps import Steps

PASSWORD = "une phrase assez longue"


def register(developer: Developer, email: str, name: str = "Amira Ben Salah", password: str = PASSWORD) -> None:
    developer.go("/register")
    developer.send(name=name, email=email, password=password)


def test_a_developer_registers_opens_the_mail_logs_in_and_out(
    sandbox: Sandbox, developer: Developer, inbox: InboxDriver, step: Steps
) -> None:
    email = "amira@example.com"
    with step("A developer fills in the registration form"):
        register(developer, email)
        expect(developer.main).to_contain_text(email)
    with step("Before the mail is opened, the account cannot be used"):
        developer.log_in_as(email, PASSWORD)
        expect(developer.main).to_contain_text("not activated")
    with step("The link in the mail activates it"):
        developer.page.goto(inbox.wait_for(to=email).links[0])
        developer.log_in_as(email, PASSWORD)
        expect(developer.page).to_have_url(f"{sandbox.base_url}/dashboard")
    with step("Once logged out, the apps are out of reach"):
        developer.log_out()
        developer.go("/apps")
        expect(developer.page).to_have_url(f"{sandbox.base_url}/login?next=/apps")


def test_an_address_registers_once_and_the_form_keeps_what_was_typed(developer: Developer, step: Steps) -> None:
    with step("Sami registers"):
        register(developer, "sami@example.com", "Sami")
    with step("Samira tries the same address"):
        register(developer, "sami@example.com", "Samira", "another password")
        expect(developer.main).to_contain_text("exists already")
        expect(developer.page.locator("[name=name]")).to_have_value("Samira")
        expect(developer.page.locator("[name=password]")).to_have_value("")


@pytest.mark.parametrize(
    ("field", "value"),
    [("email", "no address"), ("password", "short"), ("name", " ")],
    ids=["email", "password", "name"],
)
def test_a_mistake_is_told_beside_its_field(developer: Developer, step: Steps, field: str, value: str) -> None:
    fields = {"name": "Mehdi", "email": "mehdi@example.com", "password": PASSWORD} | {field: value}
    with step(f"The form is sent with a wrong {field}, past the browser's own check"):
        developer.go("/register")
        developer.page.evaluate("document.querySelector('main form').noValidate = true")
        developer.send(**fields)
    with step("The field is marked, and says what to enter"):
        marked = developer.page.locator(f"[name={field}]")
        expect(marked).to_have_attribute("aria-invalid", "true")
        expect(developer.page.locator(f"#{marked.get_attribute('aria-describedby').split()[0]}")).not_to_be_empty()


def test_a_link_lives_for_a_day_and_a_new_one_replaces_it(
    sandbox: Sandbox, developer: Developer, inbox: InboxDriver, clock: ClockDriver, step: Steps
) -> None:
    email = "late@example.com"
    with step("A developer registers and forgets the mail for a day"):
        register(developer, email)
        old = inbox.wait_for(to=email).links[0]
        clock.advance(hours=24, seconds=1)
    with step("The old link is refused"):
        developer.page.goto(old)
        expect(developer.main).to_contain_text("not valid")
    with step("A new mail is asked for"):
        developer.go(f"/activate?email={email}")
        developer.send(email=email)
        sandbox.control.drain()
        new = inbox.wait_for(to=email).links[0]
        assert new != old
    with step("Its link works, once"):
        developer.page.goto(new)
        developer.page.goto(new)
        expect(developer.main).to_contain_text("not valid")
        developer.log_in_as(email, PASSWORD)
        expect(developer.page).to_have_url(f"{sandbox.base_url}/dashboard")


def test_a_forgotten_password_is_replaced_by_mail(
    sandbox: Sandbox, developer: Developer, inbox: InboxDriver, step: Steps
) -> None:
    merchant = sandbox.new_merchant()
    with step("The developer asks for a new password"):
        developer.go("/password/forgot")
        developer.send(email=merchant.email)
        sandbox.control.drain()
    with step("The link in the mail leads to a form"):
        developer.page.goto(inbox.wait_for(to=merchant.email, contains="password").links[0])
        developer.send(password="a brand new password")
    with step("The old password is refused, the new one logs in"):
        developer.log_in(merchant)
        expect(developer.main).to_contain_text("wrong")
        developer.log_in_as(merchant.email, "a brand new password")
        expect(developer.page).to_have_url(f"{sandbox.base_url}/dashboard")


def test_a_stranger_does_not_learn_who_has_an_account(developer: Developer, step: Steps) -> None:
    with step("A password is asked for at an address that nobody has"):
        developer.go("/password/forgot")
        developer.send(email="nobody@example.com")
        expect(developer.main).to_contain_text("If nobody@example.com has an account")


def test_a_business_account_becomes_a_developers(
    sandbox: Sandbox, developer: Developer, inbox: InboxDriver, step: Steps
) -> None:
    number = sandbox.new_merchant().wallet_phone
    phone = sandbox.phone(number)
    email = f"owner-{number}@example.com"
    with step("The owner of a business wallet gives its number"):
        phone.messages()
        before = {message["id"] for message in phone.messages()}
        developer.go("/register/business")
        developer.send(phone_number=number)
    with step("The code of the SMS proves that the wallet is theirs"):
        sandbox.control.drain()
        newest = next(message for message in phone.messages() if message["id"] not in before)
        developer.send(code="".join(filter(str.isdigit, newest["text"].rpartition(":")[2]))[:6] or newest["text"])
    with step("They choose an address and a password, and open the mail"):
        developer.send(email=email, password=PASSWORD)
        sandbox.control.drain()
        developer.page.goto(inbox.wait_for(to=email).links[0])
    with step("They log in as a developer"):
        developer.log_in_as(email, PASSWORD)
        expect(developer.page).to_have_url(f"{sandbox.base_url}/dashboard")
