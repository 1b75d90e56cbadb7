"""A sandbox on which everything that a route can name exists: one call gives the path, another the fields that succeed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import count
from typing import Any

import httpx
import pytest
from flask import Flask

from sandbox.contracts.applications import BusinessDetails, ConfirmPhone, Identity, StartApplication
from sandbox.contracts.bank import OpenBankAccount
from sandbox.contracts.mobile import NewPhone, OpenHere
from sandbox.contracts.payments import PreparePayment, RefundPayment, TopUp
from sandbox.contracts.platform import App, Login, NewApp, OpenSession, Registration
from sandbox.contracts.qr_payload import CheckoutCode, to_text
from sandbox.contracts.transfers import AskForMoney, SendMoney
from sandbox.contracts.wallets import CloseWallet, OpenWallet
from sandbox.platform.limits.rules import LIMIT_SETTINGS
from sandbox.testing import Sandbox
from tests.kyc import card_picture

_PARAMETER = re.compile(r"<(?:[^<>:]+:)?(\w+)>")
_CONVERTER_LIMITS = re.compile(r"(?<=<int)\([^)]*\)")
_OF_SERVICE = {"": "mark.svg", "/mobile": "phone.js", "/inbox": "inbox.css", "/shop": "shop.js"}
AMOUNT = 12_500
SPARE = "Spare app"
DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYPj/HwADAgH/p8s1ngAAAABJRU5ErkJggg=="
"""A picture of one pixel."""
_WITH_FRESH_WALLET = ("/pin", "/unlock", "/bank/open")
"""What changes a wallet for good is done to one of its own."""
_WITH_FRESH_PHONE = ("/pin", "/unlock", "/unlock/confirm", "/bank/open", "/close")
_WITH_BANKED_PHONE = ("/bank", "/top-ups", "/withdrawals")


def apps_of(sandbox: Sandbox) -> dict[str, Flask]:
    """Every Flask app on the one port, by the path that it is mounted at."""
    world = sandbox._running.world
    return {"": world._platform.app} | {path: _innermost(app) for path, app in world._mounts.items()}


def _innermost(app: Any) -> Flask:
    """Without what stands before it."""
    while not isinstance(app, Flask):
        app = app._app
    return app


def list_routes(sandbox: Sandbox) -> set[str]:
    """``POST /api/accept`` and so on, as the apps have them; HEAD and OPTIONS come with the rest."""
    return {
        f"{method} {prefix}{_CONVERTER_LIMITS.sub('', rule.rule)}"
        for prefix, app in apps_of(sandbox).items()
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


class Stage:
    """An owner of apps and orders, another developer, the demo world's admin, a phone, and whatever a call needs made afresh."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.base_url = sandbox.base_url
        self.world = sandbox._running.world
        self.http = httpx.Client(base_url=sandbox.base_url, trust_env=False, timeout=30)
        self._numbers = count(1)
        self.renew()

    def renew(self) -> None:
        """After a reset nothing of what was made is there any more."""
        self.owner, self.other = self.sandbox.new_merchant(), self.sandbox.new_merchant()
        self.owner_token, self.other_token = self.sandbox.log_in(self.owner), self.sandbox.log_in(self.other)
        self.admin = Login.parse(self.sandbox.details["admin"])
        self.admin_token = self.sandbox.platform.login(self.admin)
        self.phone = self.sandbox.new_phone(balance=5_000_000)
        self.code = ""
        self.scan_id = ""
        self.webhook_app_id = ""
        self.in_session = ""
        self.rule = ""
        self.payment_id = ""
        self.page_id = ""
        self.fresh_number = ""

    @property
    def service_key(self) -> dict[str, str]:
        return {"Sandbox-Service-Key": self.world._platform.app.service_key}

    def unique(self) -> int:
        return next(self._numbers)

    def path_of(self, rule: str) -> str:
        """The rule's path with something of the owner's that is really there, made now."""
        self.rule = rule
        service = next((name for name in ("/mobile", "/inbox", "/shop") if rule.startswith(name)), "")
        if rule.endswith("<path:filename>"):
            return rule.replace("<path:filename>", "mark.svg" if "/_ui/" in rule else _OF_SERVICE[service])
        rule = rule.replace("<app_id>/webhook", "<webhook_app_id>/webhook")
        if rule.startswith(("/apps/<app_id>/", "/api/apps/<app_id>/")):
            return rule.replace("<app_id>", self._spare_app_id())
        for ending in _WITH_FRESH_WALLET:
            rule = rule.replace(f"<wallet_id>{ending}", f"<fresh_wallet_id>{ending}")
        rule = rule.replace("<challenge_id>/unlock", "<unlock_id>/unlock")
        rule = rule.replace("/holders/<wallet_id>", "/holders/<fresh_wallet_id>")
        rule = rule.replace("/closings/<wallet_id>", "/closings/<closing_id>")
        if rule.startswith("/wallets/") and rule.endswith("/bank"):
            rule = rule.replace("<wallet_id>", "<banked_id>")
        if rule.endswith(_WITH_FRESH_PHONE):
            rule = rule.replace("<number>", "<fresh_phone>")
        elif "<number>/application" in rule:
            rule = rule.replace("<number>", "<applicant>")
        elif rule.endswith(_WITH_BANKED_PHONE):
            rule = rule.replace("<number>", "<banked_phone>")
        return _PARAMETER.sub(lambda match: str(getattr(self, f"_{match.group(1)}")()), rule)

    def _fault_id(self) -> str:
        """Of one that waits for a call that never comes."""
        plan = {"kind": "latency", "seconds": 0.001, "nth": 1_000_000}
        return str(self.sandbox.control.add_fault(plan)["id"])

    def _snapshot(self) -> str:
        """Of this very moment: to load it changes nothing."""
        return str(self.sandbox.snapshots.save(f"made-{self.unique()}")["name"])

    def _key(self) -> str:
        """A fresh activation key."""
        email = f"new-{self.unique()}@example.com"
        self.sandbox.platform.register(Registration(name="New", email=email, password="a good password"))
        self.sandbox.control.drain()
        return self.sandbox.inbox.wait_for(to=email).links[0].rpartition("/")[2]

    def _reset_key(self) -> str:
        """Of an account that nobody else uses."""
        merchant = self.sandbox.new_merchant()
        self.post("/api/password/forgot", {"email": merchant.email})
        return self._key_in_mail(merchant.email)

    def _email_key(self) -> str:
        """Of an account that nobody else uses."""
        merchant, email = self.sandbox.new_merchant(), f"moved-{self.unique()}@example.com"
        body = {"email": email, "password": merchant.password}
        self.post("/api/account/email", body, token=self.sandbox.log_in(merchant))
        return self._key_in_mail(email)

    def _session_id(self) -> str:
        """A login of the owner's that nobody else uses."""
        self.sandbox.log_in(self.owner)
        bearer = {"Authorization": f"Bearer {self.owner_token}"}
        sessions = self.http.get("/api/sessions", headers=bearer).json()["data"]
        return next(each["id"] for each in sessions if not each["current"])

    def switch(self, *, verified: bool = False) -> str:
        """The token of a business account's switch to developer mode; its code is ``code``."""
        number = f"54{self.unique():06}"
        self.sandbox.mobile.add_phone(NewPhone(phone_number=number, name="Leila Haddad", trade_name="Épicerie Haddad"))
        token = self.post("/api/business", {"phone_number": number})["token"]
        self.code = self._newest_code(number)
        if verified:
            self.post("/api/business/code", {"token": token, "code": self.code})
        return str(token)

    def post(self, path: str, body: dict[str, Any], *, token: str | None = None) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = self.http.post(path, json=body, headers=headers)
        assert answer.is_success, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def _key_in_mail(self, email: str) -> str:
        self.sandbox.control.drain()
        mails = self.sandbox.inbox._client.list_mails(to=email)
        return next(mail.links[0].rpartition("/")[2] for mail in mails if "/activate/" not in mail.links[0])

    def _link_id(self) -> str:
        self._make_room()
        new = NewApp(name=f"App {self.unique()}", phone_number=self.owner.wallet_phone)
        link = self.sandbox.platform.start_app(self.owner_token, new)
        self.code = self._newest_code(self.owner.wallet_phone)
        return link.id

    def _challenge_id(self) -> str:
        challenge = self.world.wallets.start_challenge(self.owner.wallet_phone)
        self.code = self._newest_code(self.owner.wallet_phone)
        return challenge.id

    def _app_id(self) -> str:
        return self.sandbox.platform.list_apps(self.owner_token)[0].id

    def _webhook_app_id(self) -> str:
        """An app in passive mode, whose server is away."""
        if not self.webhook_app_id:
            link = self._link_id()
            self.webhook_app_id = self.sandbox.platform.confirm_app(self.owner_token, link, self.code).id
        headers = {"Authorization": f"Bearer {self.owner_token}"}
        address = {"url": "http://127.0.0.1:9/hooks"}
        self.http.put(f"/api/apps/{self.webhook_app_id}/webhook", json=address, headers=headers).raise_for_status()
        return self.webhook_app_id

    def _event_id(self) -> str:
        headers = {"Authorization": f"Bearer {self.owner_token}"}
        sent = self.http.post(f"/api/apps/{self._webhook_app_id()}/webhook/test", headers=headers)
        return str(sent.json()["id"])

    def _user_id(self) -> str:
        """A fresh user in the state from which the action that the path names makes a change."""
        email = f"user-{self.unique()}@example.com"
        self.sandbox.platform.register(Registration(name="User", email=email, password="a good password"))
        found = self.http.get("/api/admin/users", params={"q": email}, headers=self._as_admin).json()["data"]
        user_id = str(found[0]["id"])
        before = {"suspend": ["activate"], "grant-admin": ["activate"], "reinstate": ["activate", "suspend"]}
        before["withdraw-admin"] = ["activate", "grant-admin"]
        for action in before.get(self.rule.rpartition("/")[2], []):
            path = f"/api/admin/users/{user_id}/{action}"
            self.http.post(path, json={"reason": "A test"}, headers=self._as_admin).raise_for_status()
        return user_id

    @property
    def _as_admin(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.admin_token}"}

    def _key_id(self) -> str:
        """A fresh API key, the owner's only one that works."""
        self.revoke_keys()
        return str(self.http.post("/api/api-keys", json={"name": "Key"}, headers=self._as_owner).json()["id"])

    def revoke_keys(self) -> None:
        """Make room: a developer may only have so many."""
        for key in self.http.get("/api/api-keys", headers=self._as_owner).json()["data"]:
            if key["status"] == "active":
                self.http.delete(f"/api/api-keys/{key['id']}", headers=self._as_owner)

    @property
    def _as_owner(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.owner_token}"}

    def _merchant(self) -> str:
        return "SHOP"

    def _page_id(self) -> str:
        """A hosted payment page that was just made; refused ones would be gone."""
        bearer = {"Authorization": f"Bearer {self.owner.public_token}:{self.owner.private_token}"}
        links = {"success_link": "https://shop.example/paid", "fail_link": "https://shop.example/failed"}
        made = self.http.post(
            "/api/v2/generate_payment", json={"amount": AMOUNT, "accept_card": True, **links}, headers=bearer
        )
        self.page_id = str(made.json()["result"]["payment_id"])
        return self.page_id

    def prepare_page(self) -> dict[str, str]:
        """What settles the page that was made last: the phone has entered its PIN."""
        self.phone.unblock()
        request = PreparePayment(
            idempotency_key=f"page-{self.unique()}",
            session=self.page_id,
            app_id=self._app_id(),
            payer_phone=self.phone.number,
            pin="1234",
            payee_wallet_id=self.wallet_of(self.owner.wallet_phone),
            amount=AMOUNT,
            merchant_name="Shop",
        )
        prepared = self.world.payments.prepare(request)
        return {"payment_id": prepared.id, "code": prepared.code or ""}

    def _lang(self) -> str:
        return "en"

    def _page(self) -> str:
        """A page of the documentation."""
        return "testing"

    def _tag(self) -> str:
        """A page of the API reference."""
        return "apps"

    def _make_room(self) -> None:
        """Delete what earlier links made: a developer may only have so many apps."""
        for app in self.sandbox.platform.list_apps(self.owner_token):
            if app.name.startswith("App ") and app.id != self.webhook_app_id:
                body = {"name": app.name}
                self.http.post(f"/api/apps/{app.id}/delete", json=body, headers=self._as_owner).raise_for_status()

    def _spare_app_id(self) -> str:
        """An app of the owner's that may be changed and deleted: no other test needs it as it is."""
        apps = self.sandbox.platform.list_apps(self.owner_token)
        found = [app for app in apps if app.name == SPARE]
        return found[0].id if found else self._make_spare_app()

    def _make_spare_app(self) -> str:
        new = NewApp(name=SPARE, phone_number=self.owner.wallet_phone)
        link = self.sandbox.platform.start_app(self.owner_token, new)
        code = self._newest_code(self.owner.wallet_phone)
        return self.sandbox.platform.confirm_app(self.owner_token, link.id, code).id

    @property
    def spare(self) -> App:
        return next(app for app in self.sandbox.platform.list_apps(self.owner_token) if app.name == SPARE)

    def _image_id(self) -> str:
        path = f"/api/apps/{self._spare_app_id()}/image"
        answer = self.http.put(path, json={"image_base64": DOT}, headers=self._as_owner)
        return str(answer.json()["image"]).rpartition("/")[2]

    def _public_token(self) -> str:
        return self.owner.public_token

    def _session(self) -> str:
        opened = self.sandbox.platform.open_session(OpenSession(app=self.owner.public_token, amount=AMOUNT))
        self.in_session = opened["session"]
        return self.in_session

    def _method(self) -> str:
        return "login"

    def _step(self) -> str:
        return "start"

    def _number(self) -> str:
        """A phone that has just scanned a payment form."""
        self.scan()
        return self.phone.number

    def _payment_id(self) -> str:
        """A payment that the phone has just prepared."""
        self.scan()
        paid = self.phone.pay()
        self.code = paid.code or ""
        self.payment_id = paid.payment_id or ""
        return self.payment_id

    def execute(self) -> None:
        """The payment that was made last: the owner accepts it."""
        self.sandbox.accept(self.owner, self.payment_id, self.code)

    def _order_id(self) -> str:
        """An order that was just paid."""
        self._payment_id()
        self.execute()
        self.sandbox.control.drain()
        return self.in_session

    def _refund_id(self) -> str:
        """A refund of the payment that was made last."""
        self.execute()
        refund = RefundPayment(
            refund_key=f"key-{self.unique()}",
            amount=1_000,
            app_id=self._app_id(),
            payee_wallet_id=self.wallet_of(self.owner.wallet_phone),
        )
        return self.world.payments.refund(self.payment_id, refund).id

    def _phone_number(self) -> str:
        return self.phone.number

    def _transfer_id(self) -> str:
        """Money that the phone has just sent to the owner."""
        self.phone.unblock()
        wanted = SendMoney(
            idempotency_key=f"key-{self.unique()}",
            payer_phone=self.phone.number,
            pin="1234",
            payee_phone=self.owner.wallet_phone,
            amount=5,
        )
        return self.world.payments.send_money(wanted).id

    def _money_request_id(self) -> str:
        """The owner has just asked the phone for money."""
        self.phone.unblock()
        wanted = AskForMoney(
            idempotency_key=f"key-{self.unique()}",
            payee_phone=self.owner.wallet_phone,
            payer_phone=self.phone.number,
            amount=5,
        )
        return self.world.payments.ask_for_money(wanted).id

    def _asked_of_phone(self) -> str:
        """A request that the phone has to answer."""
        return self._money_request_id()

    def _asked_by_phone(self) -> str:
        """A request that the phone has made."""
        self.phone.unblock()
        return self.phone.ask(self.owner.wallet_phone, 5).id

    def _wallet_id(self) -> str:
        self.phone.unblock()
        return self.wallet_of(self.phone.number)

    def _fresh_wallet_id(self) -> str:
        self.fresh_number = f"97{self.unique():06}"
        wallet = OpenWallet(phone_number=self.fresh_number, holder_name="Salma Zouari", pin="1234")
        return self.world.wallets.open_wallet(wallet).id

    def _fresh_phone(self) -> str:
        number = f"96{self.unique():06}"
        self.sandbox.mobile.add_phone(NewPhone(phone_number=number))
        return number

    def _banked_phone(self) -> str:
        """A phone whose wallet has a bank account, and some money."""
        number = self._fresh_phone()
        self.world.wallets.open_bank_account(self.wallet_of(number), OpenBankAccount(bank="91"))
        top_up = TopUp(wallet_id=self.wallet_of(number), amount=1_000, idempotency_key=f"key-{self.unique()}")
        self.world.payments.top_up(top_up)
        return number

    def _banked_id(self) -> str:
        return self.wallet_of(self._banked_phone())

    def banked_number(self, *, money: bool = True) -> str:
        return self._banked_phone() if money else self._fresh_phone()

    def _application_id(self) -> str:
        """An application that waits for the step that the rule's path ends with, or for its review."""
        wallets, number = self.world.wallets, f"94{self.unique():06}"
        started = wallets.start_application(StartApplication(phone_number=number, kind="business"))
        self.code = re.findall(r"\d{6}", wallets.list_sms(phone_number=number)[0].text)[0]
        identity, details = self._applicant_facts()
        self._take_steps(
            phone=lambda: wallets.confirm_phone(started.id, ConfirmPhone(code=self.code, pin="1234")),
            identity=lambda: wallets.tell_identity(started.id, identity),
            business=lambda: wallets.tell_business(started.id, details),
            card=lambda: wallets.send_card(started.id, card_picture()),
            selfie=lambda: wallets.take_selfie(started.id),
        )
        return started.id

    def _applicant(self) -> str:
        """A phone whose application waits for the step that the rule's path ends with, and has only begun where it ends with none."""
        mobile, number = self.sandbox.mobile, f"94{self.unique():06}"
        mobile.start_application(number, OpenHere(kind="business"))
        if self.rule.endswith("/application"):
            return number
        self.code = re.findall(r"\d{6}", mobile.list_messages(number)[0]["text"])[0]
        identity, details = self._applicant_facts()
        self._take_steps(
            phone=lambda: mobile.confirm_phone(number, self.code, "1234"),
            identity=lambda: mobile.tell_identity(number, identity),
            business=lambda: mobile.tell_business(number, details),
            card=lambda: mobile.send_card(number, card_picture()),
            selfie=lambda: mobile.take_selfie(number),
        )
        return number

    def _applicant_facts(self) -> tuple[Identity, BusinessDetails]:
        identity = Identity(cin=f"{self.unique():08}", name="Amel Ben Salah", birth_date=date(1990, 3, 1))
        return identity, BusinessDetails(trade_name="Café Olé", tax_number="1234567A")

    def _take_steps(self, **steps: Callable[[], object]) -> None:
        """Up to the one that the rule's path ends with."""
        step = self.rule.rpartition("/")[2]
        for name, do in steps.items():
            if name == step:
                break
            do()

    def _phone_method(self) -> str:
        return "app"

    def _phone_step(self) -> str:
        return "open"

    def _closing_id(self) -> str:
        number = self._fresh_phone()
        return self.world.wallets.begin_closing(CloseWallet(phone_number=number, pin="1234")).id

    def _unlock_id(self) -> str:
        challenge = self.world.wallets.start_unlock(self._fresh_wallet_id())
        sms = self.world.wallets.list_sms(phone_number=self.fresh_number)[0]
        self.code = re.findall(r"\d{6}", sms.text)[0]
        return challenge.id

    def _mail_id(self) -> int:
        return self.sandbox.inbox.wait_for(to=self.owner.email).id

    def _trace(self) -> str:
        self.scan()  # a story of its own, whatever ran before
        return next(str(each["trace"]) for each in self.sandbox.control.list_exchanges() if each["trace"])

    def _request_id(self) -> str:
        """Of a call with a secret, which the journal has not kept: it cannot be sent again without."""
        call = {"app_token": "t", "app_secret": "s", "payment_id": "p", "flouci_otp": "123456"}
        return str(self.http.post("/api/accept", json=call).headers["Sandbox-Request-Id"])

    def scan(self) -> str:
        """The text that a phone read from a fresh form's code."""
        self.phone.unblock()
        code = CheckoutCode(app=self.owner.public_token, amount=AMOUNT, session=self._session())
        self.scan_id = self.phone.scan_text(to_text(code)).scan_id
        return to_text(code)

    def wallet_of(self, number: str) -> str:
        wallet = self.world.wallets.find_wallet(number)
        assert wallet is not None
        return wallet.id

    def _newest_code(self, number: str) -> str:
        return re.findall(r"\d{6}", self.sandbox.phone(number).messages()[0]["text"])[0]

    def facts(self) -> dict[str, Any]:
        """What no refused call may change: the money, the owner's orders and apps, and that the ledger is right."""
        self.sandbox.control.drain()
        report = self.sandbox.control.verify_ledger()
        assert report["problems"] == []
        app_id = self._app_id()
        return {
            "money": (report["journal_entries"], report["postings"], self.phone.balance, self.owner.balance),
            "apps": len(self.sandbox.platform.list_apps(self.owner_token)),
            "orders": [
                (order["id"], order["status"])
                for order in self.sandbox.platform.list_orders(self.owner_token, app_id)
                if order["status"] != "OPENED"
            ],
        }

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        """Whatever is refused meanwhile changes nothing. Time stands still, or what earlier tests have held would run out."""
        self.sandbox.clock.freeze()
        try:
            before = self.facts()
            yield
            assert self.facts() == before
        finally:
            self.sandbox.clock.resume()

    def close(self) -> None:
        self.http.close()


@pytest.fixture(scope="session")
def rough_sandbox() -> Iterator[Sandbox]:
    """A sandbox that is treated badly: its clock and its data belong to the tests that use it.

    Without limits on how often something is tried, since each call of a table does it afresh.
    """
    with Sandbox.start(
        seed=7, kyc_review="manual", otp_resend_seconds=0, otp_per_hour=0, **dict.fromkeys(LIMIT_SETTINGS, 0)
    ) as running:
        yield running


@pytest.fixture(scope="session")
def stage(rough_sandbox: Sandbox) -> Iterator[Stage]:
    made = Stage(rough_sandbox)
    yield made
    made.close()
