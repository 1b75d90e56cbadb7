"""Loads a seed file into a world: checked whole, then made whole, or not at all."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox.contracts.personas import TEST_MERCHANT_PHONE
from sandbox.kit.clock import to_iso
from sandbox.kit.errors import SandboxError
from sandbox.seeding.facts import Facts, KnownApp, KnownPhone
from sandbox.seeding.files import digest_of
from sandbox.seeding.logins import Logins
from sandbox.seeding.orders import Page, Purchase, Seller, StepRefused, make_order
from sandbox.seeding.past_sales import PastSales
from sandbox.seeding.people import make_app, make_developer, make_wallet
from sandbox.seeding.plan import PlannedApp
from sandbox.seeding.problems import Problems
from sandbox.seeding.reading import read_text
from sandbox.seeding.rules import check
from sandbox.seeding.walking import Walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sandbox.runtime import World
    from sandbox.seeding.plan import Plan, PlannedOrder
    from sandbox.seeding.problems import Place
    from sandbox.seeding.reading import Document

_BETWEEN = timedelta(minutes=1)
"""Between two things that are set up: who links several apps to one wallet waits for the next code."""
_BEFORE = timedelta(minutes=10)


def load(world: World, demo: Mapping[str, Any], content: bytes, name: str) -> dict[str, Any]:
    """``content`` is YAML, or JSON where ``name`` says so. Raises SeedRefused; then nothing has changed."""
    document = read_text(content, name)
    digest = digest_of(json.dumps(document.values, sort_keys=True).encode())
    with world.nobody_inside():
        world.drain()
        facts = facts_of(world, demo)
        plan = check(document, facts, loaded_before=world.loaded_seeds.find(digest))
        with world.whole_or_not_at_all():
            told = Loading(world, document, plan).run()
            world.loaded_seeds.note(digest, name, facts.now)
            return told


def facts_of(world: World, demo: Mapping[str, Any]) -> Facts:
    phones = {
        each.phone_number: KnownPhone(each.phone_number, each.name, each.trade_name, each.balance, each.pin)
        for each in sorted(world.mobile.list_phones(), key=lambda each: each.persona is None)
    }
    owner = demo["developer"]
    apps = [
        KnownApp(
            app["name"],
            app["public_token"],
            app["private_token"],
            app["wallet_phone"],
            owner["email"],
            owner["password"],
        )
        for app in (demo["app"], demo["test_app"])
    ]
    return Facts(
        now=world.clock.now(),
        seed=world.seed,
        settings=world.settings,
        phones=phones,
        apps={app.name: app for app in apps},
        test_wallet=TEST_MERCHANT_PHONE,
        began_with=demo.get("seeded", {}).get("file"),
        list_taken_emails=world.seed_desk.list_taken_emails,
        list_taken_tokens=world.seed_desk.list_taken_tokens,
    )


class Loading:
    def __init__(self, world: World, document: Document, plan: Plan) -> None:
        self._world = world
        self._document = document
        self._plan = plan
        self._logins = Logins(world)
        self._now = world.clock.now()
        self._place: Place = ()
        self._made: list[tuple[PlannedApp, str, Seller]] = []
        self._pages: list[dict[str, Any]] = []
        self._pins = {each.phone_number: each.pin for each in world.mobile.list_phones()}

    def run(self) -> dict[str, Any]:
        try:
            return self._run()
        except (SandboxError, StepRefused) as error:
            problems = Problems(self._document)
            said = f"{error.code}: {error.message}" if isinstance(error, SandboxError) else str(error)
            problems.add(self._place, f"The sandbox refused this: {said}", getattr(error, "hint", ""))
            problems.raise_if_any()
            raise

    def _run(self) -> dict[str, Any]:
        world, plan = self._world, self._plan
        histories = [(planned, PastSales(world, planned, self._logins)) for planned in plan.history]
        setup = [*self._setup(), *((planned.place, past.add_customers) for planned, past in histories)]
        moments = [each.at for each in plan.orders] + [each.at for planned in plan.history for each in planned.sales]
        first = min(moments, default=self._now)
        begin = first - _BEFORE - _BETWEEN * len(setup)
        walk = Walk(world, begin=begin, now=self._now, tell=self._tell)
        for number, (place, action) in enumerate(setup):
            walk.move_to(begin + _BETWEEN * number)
            self._tell(place)
            action()
        for order in plan.orders:
            walk.add(order.at, order.place, make_order(world, self._logins, self._purchase(order)))
        for planned, past in histories:
            past.add_to(walk, self._seller(planned.app))
        if plan.webhooks:
            self._set_webhooks()
        walk.go()
        walk.move_to(self._now)
        if not plan.webhooks:
            self._set_webhooks()
        self._stop_what_is_stopped()
        world.drain()
        return self._summary()

    def _tell(self, place: Place) -> None:
        """What is refused from now on is about this place in the file."""
        self._place = place

    def _setup(self) -> Iterator[tuple[Place, Any]]:
        for place, developer in self._plan.developers.items():
            yield place, lambda said=developer: make_developer(self._world, said)
        for wallet in self._plan.wallets:
            self._pins[wallet.said.phone_number] = wallet.said.pin
            yield wallet.place, lambda planned=wallet: make_wallet(self._world, planned)
        for app in self._plan.apps:
            yield app.place, lambda planned=app: self._make_app(planned)

    def _make_app(self, planned: PlannedApp) -> None:
        app_id, seller = make_app(self._world, self._logins, planned)
        self._made.append((planned, app_id, seller))

    def _purchase(self, order: PlannedOrder) -> Purchase:
        said = order.said
        goes_back = said.status in {"refunded", "partly_refunded"}
        return Purchase(
            seller=self._seller(order.app),
            status=said.status,
            amount=said.amount,
            payer=order.payer,
            pin=self._pins[order.payer],
            reference=said.tracking_id,
            name=said.name,
            description=said.description,
            items=tuple(item.model_dump(exclude_none=True) for item in said.items),
            customer=said.customer.model_dump(exclude_none=True) if said.customer else None,
            refunded=said.refunded,
            refunded_at=order.refunded_at if goes_back else None,
            page=self._page(order) if said.hosted else None,
        )

    def _page(self, order: PlannedOrder) -> Page:
        """Its webhook is told of what happens from now on; of what is past only where the file wants that."""
        said, shop, app = order.said, f"{self._world.settings.base_url}/shop/", order.app
        asked = {
            "success_link": said.success_link or shop,
            "fail_link": said.fail_link or shop,
            "session_timeout_secs": order.open_seconds,
        }
        is_told = said.status == "pending" or self._plan.webhooks
        if is_told and isinstance(app, PlannedApp) and app.said.webhook_url:
            asked["webhook"] = app.said.webhook_url
        return Page(asked, order.open_seconds, lambda page: self._pages.append(page | {"status": said.status}))

    def _seller(self, app: PlannedApp | KnownApp) -> Seller:
        if isinstance(app, PlannedApp):
            return next(seller for planned, _, seller in self._made if planned is app)
        return Seller(app.public_token, app.private_token, app.wallet_phone, app.email, app.password)

    def _set_webhooks(self) -> None:
        for planned, app_id, _ in self._made:
            if planned.said.webhook_url is not None:
                self._tell((*planned.place, "webhook_url"))
                self._world.platform.save_webhook(self._token(planned), app_id, planned.said.webhook_url)

    def _stop_what_is_stopped(self) -> None:
        for planned, app_id, _ in self._made:
            if planned.said.disabled:
                self._tell((*planned.place, "disabled"))
                self._world.platform.disable_app(self._token(planned), app_id)
        for wallet in self._plan.wallets:
            if wallet.said.blocked:
                self._tell((*wallet.place, "blocked"))
                self._world.mobile.block(wallet.said.phone_number)

    def _token(self, planned: PlannedApp) -> str:
        return self._logins.token_of(planned.developer.email, planned.developer.password)

    def _summary(self) -> dict[str, Any]:
        plan = self._plan
        return {
            "file": self._document.name,
            "loaded_at": to_iso(self._now),
            "developers": [{"email": each.email, "password": each.password} for each in plan.developers.values()],
            "phones": [
                {
                    "phone_number": each.said.phone_number,
                    "name": each.name,
                    "trade_name": each.trade_name,
                    "pin": each.said.pin,
                }
                for each in plan.wallets
            ],
            "apps": [
                {
                    "name": planned.said.name,
                    "developer": planned.developer.email,
                    "public_token": seller.public_token,
                    "private_token": seller.private_token,
                    "wallet_phone": seller.wallet_phone,
                }
                for planned, _, seller in self._made
            ],
            "pending": sum(order.said.status == "pending" for order in plan.orders),
            "pages": [
                {name: page.get(name) for name in ("developer_tracking_id", "payment_id", "link", "status")}
                for page in self._pages
            ],
            "orders": len(plan.orders) + sum(len(each.sales) for each in plan.history),
        }
