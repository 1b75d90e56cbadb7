"""A sandbox inside the test process, with its own ports and temporary data, gone at the end; or one that runs already."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from sandbox.config import DEFAULT_SEED, settings_given
from sandbox.contracts.errors import PhoneExists
from sandbox.contracts.mail import InboxClient
from sandbox.contracts.mobile import MobileClient, NewPhone
from sandbox.contracts.personas import require_number
from sandbox.contracts.platform import Login, NewApp, PlatformClient, Registration
from sandbox.contracts.transport import HttpTransport
from sandbox.data_folder import make_temporary_folder
from sandbox.server import RunningSandbox, start_sandbox
from sandbox.testing.attaching import details_of, require_address
from sandbox.testing.awaiting import HasAio
from sandbox.testing.demo_worlds import start_from_copy
from sandbox.testing.drivers import ClockDriver, ControlClient, InboxDriver, MerchantApp, PhoneDriver
from sandbox.testing.faults import FaultDriver
from sandbox.testing.journal import JournalDriver
from sandbox.testing.snapshots import SnapshotDriver

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from types import TracebackType


_FIRST_SHOPPER, _FIRST_MERCHANT = 21_000_000, 51_000_000
_PASSWORD = "a password of eight"  # noqa: S105  of developers that only a test knows
_BALANCE = 500_000
_NUMBERS_OF_A_PROCESS, _PROCESSES = 100, 9_000


class Sandbox(HasAio):
    """Everything a test drives, over real HTTP. Use ``with Sandbox.start(seed=42) as sandbox:``.

    ``running`` is None where the sandbox is another process's, and ``transport`` leads there.
    """

    def __init__(
        self,
        running: RunningSandbox | None,
        temporary: Path | None,
        *,
        transport: HttpTransport,
        details: dict[str, Any],
    ) -> None:
        self._running: Any = running
        self._temporary = temporary
        self._is_stopped = False
        self._process = os.getpid()
        self._numbers = count(0 if running else os.getpid() % _PROCESSES * _NUMBERS_OF_A_PROCESS)
        self.details = details
        self.base_url: str = details["base_url"]
        self.app: dict[str, Any] = details["app"]
        self.transport = transport
        self.platform = PlatformClient(self.transport)
        self.mobile = MobileClient(self.transport)
        self.control = ControlClient(self.transport)
        self.clock = ClockDriver(self.control)
        self.faults = FaultDriver(self.control)
        self.inbox = InboxDriver(InboxClient(self.transport))
        self.journal = JournalDriver(self.transport)
        self.snapshots = SnapshotDriver(self.base_url, details.get("ca_file"), self._look_again)
        self.story_began = self.now

    @classmethod
    def start(cls, *, seed: int = DEFAULT_SEED, data_dir: Path | str | None = None, **settings: Any) -> Self:
        """Free ports; data in ``data_dir``, or in a temporary folder that is deleted at the end.

        ``settings`` are those of the reference, by name: ``Sandbox.start(session_seconds=60, max_apps=50)``. Raises SettingError
        that names what a setting should be, PortTakenError, DataFolderError.
        """
        chosen = settings_given(**{"port": 0, "smtp_port": 0, "data_dir": data_dir or "", **settings}, seed=seed)
        temporary = make_temporary_folder() if data_dir is None else None
        chosen = replace(chosen, data_dir=temporary or chosen.data_dir)
        try:
            running = start_from_copy(chosen) if temporary and not chosen.database_url else start_sandbox(chosen)
        except BaseException:
            if temporary is not None:
                shutil.rmtree(temporary, ignore_errors=True)
            raise
        details = running.details
        transport = HttpTransport(details["base_url"], details.get("ca_file"))
        return cls(running, temporary, transport=transport, details=details)

    @classmethod
    def attach(cls, url: str, *, ca_file: str | None = None) -> Self:
        """Drive the sandbox that answers at ``url``. Raises ServiceUnavailable, which tells what is there instead.

        Leaving it does not stop it. Phones and merchants made here have numbers that no other process's tests get.
        """
        transport = HttpTransport(require_address(url), ca_file or os.environ.get("FLOUCI_CA_FILE"))
        try:
            details = details_of(transport)
        except BaseException:
            transport.close()
            raise
        return cls(None, None, transport=transport, details=details)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """An attached one goes on; nothing of an embedded one is left. Once is enough, and a fork's other side leaves it alone."""
        if self._is_stopped or os.getpid() != self._process:
            return
        self._is_stopped = True
        self.transport.close()
        if self._running is not None:
            self._running.stop()
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)

    def phone(self, number: str | None = None) -> PhoneDriver:
        """A phone of the demo world by number or by its persona's name (``loses_network``); without, the one that pays.

        Any other phone of this world too, by its number. Raises InvalidInput with the nearest name for one that is neither.
        """
        return PhoneDriver(self.mobile, require_number(number or self.details["phones"][0]["phone_number"]))

    def new_phone(self, *, balance: int = _BALANCE) -> PhoneDriver:
        """A phone that nobody else uses. ``balance`` in millimes."""
        return PhoneDriver(self.mobile, self._add_phone(_FIRST_SHOPPER, lambda _: {"balance": balance}))

    def new_merchant(self) -> MerchantApp:
        """A developer, a business wallet and an app that nobody else uses, made as a developer makes them."""
        number = self._add_phone(
            _FIRST_MERCHANT, lambda number: {"name": f"Owner {number}", "trade_name": f"Shop {number}"}
        )
        email, name = f"merchant-{number}@example.com", f"Shop {number}"
        self.platform.register(Registration(name=name, email=email, password=_PASSWORD))
        self.control.drain()  # the mail goes now, not after the pause in which the worker gathers what there is to do
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

    def _add_phone(self, first: int, values: Callable[[str], dict[str, Any]]) -> str:
        """A number that is free: an attached sandbox may know some of them already."""
        while True:
            number = str(first + next(self._numbers))
            try:
                self.mobile.add_phone(NewPhone.parse({"phone_number": number, **values(number)}))
            except PhoneExists:
                continue
            return number

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

    def seed(self, world: str | Path | Mapping[str, Any]) -> dict[str, Any]:
        """Load a seed file, or its values, on top of what is there; tells what was made, with keys.

        ``sandbox.seed("shop.yaml")``, ``sandbox.seed({"phones": [{"phone_number": "22111222"}]})``. Raises SeedRefused, which
        names everything that is wrong; then nothing has changed.
        """
        from sandbox.contracts.seeds import load_seed
        from sandbox.seeding.files import read_seed_file

        ca_file = self.details.get("ca_file")
        if isinstance(world, str | Path):
            return load_seed(self.base_url, ca_file, read_seed_file(Path(world)), Path(world).name)
        return load_seed(self.base_url, ca_file, world, "seed")

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

    def told(self) -> list[str]:
        """All that was given out, a line each: ledger, phones, SMS, mails, and each exchange that changed something.

        Two runs of one scenario tell the same where they began alike and nothing hung on the machine's speed:
        ``Sandbox.start(seed=42, begin_at="2026-03-01T09:30")``. Ports, real durations and signatures are left out.
        """
        from sandbox.testing.fingerprint import tell_world

        self.control.drain()
        return list(tell_world(self.transport, self.mobile, self.journal))

    def fingerprint(self) -> str:
        """The hash of :meth:`told`, to compare two runs by."""
        from sandbox.testing.fingerprint import digest

        return digest(self.told())

    def reset(self) -> None:
        """Back to the demo world; new phones and merchants get the same numbers as the first ones did."""
        self.control.reset()
        self._numbers = count()
        self._look_again()

    def _look_again(self) -> None:
        """The world has become another, whose demo developer may be another too."""
        self.details = self.control.show_details()
        self.app = self.details["app"]
        self.begin_story()

    @property
    def is_attached(self) -> bool:
        """Whether it is another process's, in which others may be at work too."""
        return self._running is None

    @property
    def now(self) -> datetime:
        """The sandbox's time, without a request where it runs in this process."""
        found: datetime = self.clock.now if self._running is None else self._running.world.clock.now()
        return found

    def begin_story(self) -> None:
        """What happens from now on is what a failed test tells. One that is stopped has no more to tell."""
        if self._is_stopped:
            return
        self.story_began = self.now
