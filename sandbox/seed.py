"""The demo world, made through the public clients as a developer and a shopper would make it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sandbox.contracts.mobile import NewPhone
from sandbox.contracts.personas import DEMO_PIN, MERCHANT_PHONE, PERSONAS, TEST_MERCHANT_PHONE
from sandbox.contracts.platform import Login, NewApp, Registration

if TYPE_CHECKING:
    from sandbox.contracts.platform import App
    from sandbox.people import TunisianNames
    from sandbox.runtime import World

DEVELOPER_EMAIL = "dev@flouci-sandbox.example"
DEVELOPER_PASSWORD = "sandbox-demo"  # noqa: S105  printed at every start; it guards nothing
ADMIN_NAME, ADMIN_PASSWORD = "Sandbox Admin", "sandbox-admin"
APP_NAME = "Demo Shop"


def make_demo_world(world: World) -> dict[str, Any]:
    """Wallets, phones, a developer with an app, and an admin; tells their keys. Raises when a step is refused."""
    from sandbox.people import people_of

    people = people_of(world.seed)
    for persona in PERSONAS:
        phone = NewPhone(
            phone_number=persona.phone_number, name=people.name(), pin=persona.pin, balance=persona.balance
        )
        world.mobile.add_phone(phone)
    _open_business_wallets(world, people)
    _register(world, DEVELOPER_EMAIL, people.name(), DEVELOPER_PASSWORD)
    admin = _make_admin(world)
    token = world.platform.login(Login(email=DEVELOPER_EMAIL, password=DEVELOPER_PASSWORD))
    new_app = NewApp(name=APP_NAME, description="The demo shop at /shop", phone_number=MERCHANT_PHONE)
    link = world.platform.start_app(token, new_app)
    sms = world.wallets.list_sms(phone_number=MERCHANT_PHONE)[0]
    app = world.platform.confirm_app(token, link.id, _six_digits(sms.text))
    test_app = next(each for each in world.platform.list_apps(token) if each.is_test)
    developer = {"email": DEVELOPER_EMAIL, "password": DEVELOPER_PASSWORD}
    secret = world.platform.reveal_private_token(token, test_app.id)
    told = {"developer": developer, "app": _shown(app, app.private_token), "test_app": _shown(test_app, secret)}
    return told | ({"admin": admin} if admin else {})


def _shown(app: App, private_token: str) -> dict[str, Any]:
    keys = {"public_token": app.public_token, "private_token": private_token}
    return {"name": app.name, **keys, "wallet_phone": app.wallet_phone}


def _open_business_wallets(world: World, people: TunisianNames) -> None:
    for number, trade_name in (
        (MERCHANT_PHONE, f"Boutique {people.last_name()}"),
        (TEST_MERCHANT_PHONE, "Sandbox Test Shop"),
    ):
        world.mobile.add_phone(NewPhone(phone_number=number, name=people.name(), trade_name=trade_name, pin=DEMO_PIN))


def _make_admin(world: World) -> dict[str, str] | None:
    """The account of the setting ``admin_email``, which may be the demo developer's own, or nobody's."""
    email = world.settings.admin_email
    if email.lower() == DEVELOPER_EMAIL:
        return {"email": email, "password": DEVELOPER_PASSWORD}
    if not email:
        return None
    _register(world, email, ADMIN_NAME, ADMIN_PASSWORD)
    return {"email": email, "password": ADMIN_PASSWORD}


def _register(world: World, email: str, name: str, password: str) -> None:
    world.platform.register(Registration(name=name, email=email, password=password))
    world.drain()
    mail = world.inbox.list_mails(to=email, wait=10)[0]
    world.platform.activate(mail.links[0].rpartition("/")[2])


def _six_digits(text: str) -> str:
    found = re.search(r"\b\d{6}\b", text)
    if found is None:
        raise ValueError("the SMS holds no code")
    return found.group()
