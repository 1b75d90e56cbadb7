"""A sandbox inside the test process: its own ports, its own temporary data, gone at the end."""

from __future__ import annotations

import re
import shutil
import tempfile
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from sandbox.config import DEFAULT_SEED, Settings
from sandbox.contracts.mail import InboxClient
from sandbox.contracts.mobile import MobileClient, NewPhone
from sandbox.contracts.personas import number_of
from sandbox.contracts.platform import Login, NewApp, PlatformClient, Registration
from sandbox.contracts.transport import HttpTransport
from sandbox.server import RunningSandbox, start_sandbox
from sandbox.testing.drivers import ClockDriver, ControlClient, InboxDriver, MerchantApp, PhoneDriver

if TYPE_CHECKING:
    from types import TracebackType

_FIRST_SHOPPER, _FIRST_MERCHANT = 21_000_000, 51_000_000
_PASSWORD = "a password of eight"  # noqa: S105  of developers that only a test knows
_BALANCE = 500_000


class Sandbox:
    """Everything a test drives, over real HTTP. Use ``with Sandbox.start(seed=42) as sandbox:``."""

    def __init__(self, running: RunningSandbox, temporary: Path | None) -> None:
        self._running = running
        self._temporary = temporary
        self._numbers = count()
        self.details = running.details
        self.base_url: str = running.details["base_url"]
        self.app: dict[str, Any] = running.details["app"]
        self.transport = HttpTransport(self.base_url, self.details.get("ca_file"))
        self.platform = PlatformClient(self.transport)
        self.mobile = MobileClient(self.transport)
        self.control = ControlClient(self.transport)
        self.clock = ClockDriver(self.control)
        self.inbox = InboxDriver(InboxClient(self.transport))

    @classmethod
    def start(cls, *, seed: int = DEFAULT_SEED, data_dir: Path | None = None, **settings: Any) -> Self:
        """Free ports; data in ``data_dir``, or in a temporary folder that is deleted at the end.

        ``settings`` are those of the reference, by name: ``Sandbox.start(session_seconds=60, max_apps=50)``.
        """
        temporary = Path(tempfile.mkdtemp(prefix="flouci-sandbox-")) if data_dir is None else None
        folder = data_dir or temporary or Path()
        try:
            return cls(
                start_sandbox(Settings(**{"port": 0, "smtp_port": 0, **settings}, data_dir=folder, seed=seed)),
                temporary,
            )
        except BaseException:
            if temporary is not None:
                shutil.rmtree(temporary, ignore_errors=True)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        self.transport.close()
        self._running.stop()
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)

    def phone(self, number: str | None = None) -> PhoneDriver:
        """A phone of the demo world by number or by its persona's name (``loses_network``); without, the one that pays."""
        return PhoneDriver(self.mobile, number_of(number or self.details["phones"][0]["phone_number"]))

    def new_phone(self, *, balance: int = _BALANCE) -> PhoneDriver:
        """A phone that nobody else uses. ``balance`` in millimes."""
        number = str(_FIRST_SHOPPER + next(self._numbers))
        self.mobile.add_phone(NewPhone(phone_number=number, balance=balance))
        return PhoneDriver(self.mobile, number)

    def new_merchant(self) -> MerchantApp:
        """A developer, a business wallet and an app that nobody else uses, made as a developer makes them."""
        number = str(_FIRST_MERCHANT + next(self._numbers))
        email, name = f"merchant-{number}@example.com", f"Shop {number}"
        self.mobile.add_phone(NewPhone(phone_number=number, name=f"Owner {number}", trade_name=name))
        self.platform.register(Registration(name=name, email=email, password=_PASSWORD))
        self.platform.activate(self.inbox.wait_for(to=email).links[0].rpartition("/")[2])
        token = self.platform.login(Login(email=email, password=_PASSWORD))
        link = self.platform.start_app(token, NewApp(name=name, phone_number=number))
        sms = PhoneDriver(self.mobile, number).messages()[0]["text"]
        app = self.platform.confirm_app(token, link.id, re.findall(r"\d{6}", sms)[0])
        return MerchantApp(
            name=app.name,
            public_token=app.public_token,
            private_token=app.private_token,
            wallet_phone=number,
            email=email,
            password=_PASSWORD,
            balance_of=lambda: self.mobile.get_phone(number).balance,
        )

    def demo_merchant(self) -> MerchantApp:
        """The demo world's developer with the app that the demo shop uses."""
        demo = self.details["developer"]
        number = str(self.app["wallet_phone"])
        return MerchantApp(
            name=self.app["name"],
            public_token=self.app["public_token"],
            private_token=self.app["private_token"],
            wallet_phone=number,
            email=demo["email"],
            password=demo["password"],
            balance_of=lambda: self.mobile.get_phone(number).balance,
        )

    def log_in(self, merchant: MerchantApp) -> str:
        """A session token of the merchant's developer."""
        return self.platform.login(Login(email=merchant.email, password=merchant.password))

    def accept(self, app: MerchantApp, payment_id: str, code: str, **more: Any) -> dict[str, Any]:
        """What a merchant's back end does last."""
        import json

        body = {
            "app_token": app.public_token,
            "app_secret": app.private_token,
            "payment_id": payment_id,
            "flouci_otp": code,
        }
        content = json.dumps(body | more).encode()
        answer = self.transport.send("POST", "/api/accept", content, {"Content-Type": "application/json"}).json()
        return answer if isinstance(answer, dict) else {}

    def reset(self) -> None:
        """Back to the demo world; new phones and merchants get the same numbers as the first ones did."""
        self.control.reset()
        self._numbers = count()
