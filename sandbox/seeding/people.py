"""Developers, wallets with their phones, and apps: made as their owners make them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sandbox.contracts.mobile import NewPhone
from sandbox.contracts.platform import NewApp, Registration
from sandbox.contracts.wallets import OpenWallet
from sandbox.seeding.orders import Seller

if TYPE_CHECKING:
    from sandbox.runtime import World
    from sandbox.seed_file import SeedDeveloper
    from sandbox.seeding.logins import Logins
    from sandbox.seeding.plan import PlannedApp, PlannedWallet

_CHANGEABLE = ("allowed_origins", "verification_mode", "session_seconds")


def make_developer(world: World, said: SeedDeveloper) -> None:
    world.platform.register(
        Registration(
            name=said.name,
            email=said.email,
            password=said.password,
            language=said.language,
            company=said.company,
            website=said.website,
        )
    )
    world.drain()
    if not said.verified:
        return
    mail = world.inbox.list_mails(to=said.email, wait=10)[0]
    world.platform.activate(mail.links[0].rpartition("/")[2])
    if said.role == "admin":
        world.seed_desk.make_admin(said.email)


def make_wallet(world: World, planned: PlannedWallet) -> None:
    """A level is told to the Wallets API, as a bank's clerk would; the phone then finds the wallet there."""
    said = planned.said
    if not planned.is_business and said.level != OpenWallet.model_fields["level"].default:
        world.wallets.open_wallet(
            OpenWallet(
                phone_number=said.phone_number,
                holder_name=planned.name,
                pin=said.pin,
                language=said.language,
                level=said.level,
            )
        )
    world.mobile.add_phone(
        NewPhone(
            phone_number=said.phone_number,
            name=planned.name,
            trade_name=planned.trade_name,
            pin=said.pin,
            balance=said.balance,
            language=said.language,
        )
    )
    if said.bank is not None:
        world.mobile.link_bank(said.phone_number, said.bank)


def make_app(world: World, logins: Logins, planned: PlannedApp) -> tuple[str, Seller]:
    """Its id and keys. Linked with the code that comes by SMS, as on the page; then with the settings that the file gives it."""
    said, developer = planned.said, planned.developer
    tokens = (said.public_token, said.private_token)
    if said.test:
        world.seed_desk.choose_test_tokens(developer.email, tokens)
    token = logins.token_of(developer.email, developer.password)
    if said.test:
        test_app = next(each for each in world.platform.list_apps(token) if each.is_test)
        secret = world.platform.reveal_private_token(token, test_app.id)
        return test_app.id, _seller(planned, test_app.public_token, secret)
    wanted = NewApp(name=said.name, description=said.description, phone_number=planned.wallet_phone)
    link = world.platform.start_app(token, wanted)
    world.seed_desk.choose_tokens(link.id, tokens)
    sms = world.wallets.list_sms(phone_number=planned.wallet_phone)[0]
    app = world.platform.confirm_app(token, link.id, six_digits(sms.text))
    changes: dict[str, Any] = {name: getattr(said, name) for name in _CHANGEABLE if getattr(said, name)}
    if changes:
        world.platform.change_app(token, app.id, app.version, changes)
    return app.id, _seller(planned, app.public_token, app.private_token)


def _seller(planned: PlannedApp, public_token: str, private_token: str) -> Seller:
    owner = planned.developer
    return Seller(public_token, private_token, planned.wallet_phone, owner.email, owner.password)


def six_digits(text: str) -> str:
    found = re.search(r"\b\d{6}\b", text)
    if found is None:
        raise ValueError("the SMS holds no code")
    return found.group()
