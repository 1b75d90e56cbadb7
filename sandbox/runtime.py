"""The one composition root: settings become a clock, databases, clients and apps; started, stopped and drained here."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING, Any

from werkzeug.middleware.dispatcher import DispatcherMiddleware

from sandbox import __version__
from sandbox.config import DEFAULT_SEED, ENVIRONMENT_PREFIX, SETTINGS, SettingError, Settings
from sandbox.contracts.errors import WalletNotFound
from sandbox.contracts.mail import InboxClient
from sandbox.contracts.mobile import MobileClient
from sandbox.contracts.payments import PaymentsClient
from sandbox.contracts.personas import TEST_MERCHANT_PHONE
from sandbox.contracts.platform import PlatformClient
from sandbox.contracts.transport import InProcessTransport
from sandbox.contracts.wallets import WalletsClient
from sandbox.control.app import create_control
from sandbox.control.faults.board import FaultBoard
from sandbox.control.faults.middleware import FaultMiddleware
from sandbox.control.journal import Journal
from sandbox.control.levers import Levers
from sandbox.control.loaded_seeds import LoadedSeeds
from sandbox.control.middleware import JournalMiddleware
from sandbox.control.models import SCHEMA_VERSION, metadata
from sandbox.control.snapshots.service import NewWorld, Snapshots
from sandbox.control.witness import JournalWitness
from sandbox.keeping import Keeping
from sandbox.kit.addresses import AddressRule
from sandbox.kit.clock import LATEST, Clock, ClockState, earliest
from sandbox.kit.days import FIRST_DAY, parse_moment
from sandbox.kit.db import Database
from sandbox.kit.errors import ServiceUnavailable
from sandbox.kit.ids import IdSource
from sandbox.kit.outgoing import OutgoingHttp
from sandbox.kit.web.hosts import HostCheck
from sandbox.mail_catcher.app import create_mail_catcher
from sandbox.mock_mobile.app import create_mobile_api
from sandbox.mock_payments.app import create_payments_api
from sandbox.mock_payments.payments.fees import FeeRule
from sandbox.mock_payments.settings import PaymentsSettings
from sandbox.mock_wallets.app import create_wallets_api
from sandbox.mock_wallets.otp.limits import OtpLimits
from sandbox.mock_wallets.wallets.levels import WalletLevels
from sandbox.platform.app import create_platform
from sandbox.platform.docs.manual import Manual, SettingRow
from sandbox.platform.limits.rules import LIMIT_SETTINGS
from sandbox.platform.quirks.table import Quirks, of_profile, read_switches
from sandbox.platform.settings import PlatformSettings
from sandbox.postgresql import PostgresqlWorld, driver_url
from sandbox.resources import checkout_script, resource
from sandbox.worker import Gate, Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from _typeshed.wsgi import StartResponse, WSGIApplication

    from sandbox.data_folder import DataFolder, FolderState
    from sandbox.kit.web import ServiceApp
    from sandbox.platform.seeding import SeedDesk

    SeedLoader = Callable[[bytes, str], dict[str, Any]]


class World:
    """Everything that one sandbox is made of. ``app`` is what a WSGI server serves; ``clients`` are how it is driven."""

    def __init__(self, settings: Settings, folder: DataFolder) -> None:
        beginning = _beginning(settings.begin_at) if settings.begin_at else None
        self.settings = settings
        self._folder = folder
        self._state = folder.begin_run(settings.seed, DEFAULT_SEED)
        self.seed = self._state.seed
        self.needs_seed = not self._state.seeded
        self.ids = IdSource(self.seed, "demo" if self.needs_seed else self._state.ids_of)
        self.clock = Clock()
        self.is_ready = False
        self.details: dict[str, Any] = {}
        self.load_seed: SeedLoader = _no_loader
        """Loads a seed file; given by whoever made the demo world, since both stand above this module."""
        self.on_other_world: Callable[[], None] = lambda: None
        """Called when the world has become another, whose demo developer and phones may be others."""
        self._gate = Gate()
        self._worker = Worker("worker", may_run=lambda: not self.clock.is_frozen or self._gate.is_empty)
        self._webhook_worker = Worker("webhooks", gather_seconds=0)
        self._databases: dict[str, Database] = {}
        self._postgresql = self._open_postgresql()
        try:
            self._build()
            couriers = self._platform.webhooks.couriers
            self._keeping = Keeping(folder, self._databases, self.clock, self.journal, couriers.held)
            self._keeping.load_clock()
            if self.needs_seed and beginning is not None:
                self.clock.restore(ClockState(frozen_at=beginning))
                self._keeping.save_clock()
            self.snapshots = Snapshots(folder.snapshots, self)
        except BaseException:
            self._close_databases()
            raise

    def _open_postgresql(self) -> PostgresqlWorld | None:
        """Where each service has a schema there instead of a file. Raises DataFolderError."""
        if not self.settings.database_url:
            return None
        return PostgresqlWorld(self.settings.database_url, self._folder.path, is_new=self.needs_seed)

    def _url(self, service: str) -> str:
        url = self.settings.database_url
        return driver_url(url) if url else self._folder.database_url(service)

    def start(self) -> None:
        self.journal.start()
        self._worker.start()
        self._webhook_worker.start()

    def stop(self) -> None:
        """Finish what is under way, write what waits, close the databases."""
        self.is_ready = False
        self._worker.stop()
        self._webhook_worker.stop()
        self._platform.webhooks.couriers.stop()
        self.journal.stop()
        self._close_databases()

    @property
    def backups(self) -> list[str]:
        """Where data of an older version is kept as it was before this start brought it up to date."""
        return [database.backup for database in self._databases.values() if database.backup is not None]

    def drain(self) -> int:
        """Do all work that is due now; returns how much there was."""
        total = 0
        while done := self._worker.drain() + self._webhook_worker.drain():
            total += done
        return total

    def deliver(self) -> int:
        """Bring events, mails and SMS that wait to where they go; less than :meth:`drain`, and much cheaper."""
        return self._worker.deliver()

    def keep_demo(self) -> None:
        """The demo world is whole: remember it for ``reset``."""
        self.drain()
        self._keeping.save_to(self._folder.demo_file)
        self._enter(replace(self._state, seeded=True, run=0, loads=0))
        self.needs_seed = False

    @contextmanager
    def nobody_inside(self) -> Iterator[None]:
        """Requests from outside wait, nothing is done beside, and nothing that was planned goes wrong."""
        with self._gate.closed(), self._worker.paused(), self._webhook_worker.paused(), self.faults.quiet():
            yield

    @contextmanager
    def whole_or_not_at_all(self) -> Iterator[None]:
        """What fails inside has not happened: databases, clock and the ids to come are as they were. The clock's time goes
        on afterwards as before, wherever it was moved to inside.
        """
        state, mark = self.clock.state, self.ids.mark()
        try:
            with self._keeping.whole_or_not_at_all():
                yield
        except BaseException:
            self.seed_desk.forget_choices()
            self.ids.go_back(mark)
            raise
        finally:
            self.clock.restore(state)

    @property
    def seed_desk(self) -> SeedDesk:
        return self._platform.seeding

    def reset(self) -> None:
        """Back to the demo world, with the same ids to come as after the first start."""
        with self.nobody_inside():
            self._keeping.load_demo()
            self.faults.clear()
            self._keeping.load_clock()
            was_loaded = self.loads > 0
            self._enter(replace(self._state, run=0, loads=0))
            if was_loaded:
                self.on_other_world()

    @property
    def versions(self) -> dict[str, int]:
        """Of each service's tables."""
        return self._keeping.versions

    @property
    def loads(self) -> int:
        """How often a world was loaded, among those that led to this one."""
        return self._state.loads

    @property
    def demo(self) -> dict[str, Any]:
        """The demo developer and the apps made for them."""
        return self._folder.read_demo()

    def save_to(self, file_of: Callable[[str], Path]) -> None:
        """Each service's database to a file. Called when nobody is inside."""
        self._keeping.save_to(file_of)

    def become(self, new: NewWorld) -> None:
        """Another world, or if that fails the one that was. Called when nobody is inside. Raises StorageFailed."""
        with self._keeping.whole_or_not_at_all():
            self._keeping.load_from(new.files.__getitem__)
            self._keeping.carry_clock(new.clock)
            self._folder.use_demo(new.demo)
            self._enter(replace(self._state, loads=new.loads))
        self.faults.clear()
        self.on_other_world()

    def _enter(self, state: FolderState) -> None:
        """From now on ids are drawn from the stream that this state names."""
        self._folder.write_state(state)
        self._state = state
        self.ids.restart(state.ids_of)

    def app(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """What the server calls: requests from outside wait while the world is being replaced.

        While the clock stands, what a request leaves to be delivered is delivered before it is answered, and nothing beside it:
        so what follows from a call has the same place among the calls each time.
        """
        with self._gate:
            answer = self._entrance(environ, start_response)
            if self.clock.is_frozen:
                self._worker.catch_up()
            return answer

    def _build(self) -> None:
        settings = self.settings
        key = settings.service_key or self._secret("service key")
        transport = self._transport = InProcessTransport(settings.base_url)
        wallets = WalletsClient(transport, service_key=key)
        payments = PaymentsClient(transport, service_key=key)
        platform = PlatformClient(transport, service_key=key)
        self.wallets, self.payments, self.platform = wallets, payments, platform
        self.mobile, self.inbox = MobileClient(transport), InboxClient(transport)
        self._databases["control"] = Database(self._url("control"), metadata, version=SCHEMA_VERSION, schema="control")
        self.journal = Journal(self._databases["control"])
        self.loaded_seeds = LoadedSeeds(self._databases["control"])
        self._witness = JournalWitness(
            self.journal, self.clock, lambda service: self.ids.stream(f"requests.seen.{service}")
        )
        self.faults = FaultBoard(self.seed, self.clock, self._list_routes, self.journal)
        self._build_services(key)
        self._worker.add_jobs(*self._payments.jobs, self._wallets.deliver, *self._platform.jobs)  # events before expiry
        self._worker.add_deliveries(self._platform.deliver, self._payments.deliver, self._wallets.deliver)
        # A worker of its own: merchants' servers may be slow.
        self._webhook_worker.add_jobs(self._platform.webhooks.start_due)
        self._webhook_worker.add_deliveries(self._platform.webhooks.start_due)
        self._webhook_worker.add_finishing(self._platform.webhooks.deliver_due)

    def _build_services(self, key: str) -> None:
        url, clock, ids = self._url, self.clock, self.ids
        wallets, payments, platform = self.wallets, self.payments, self.platform
        settings, wake = self.settings, self._worker.wake
        self._wallets = wallets_api = create_wallets_api(
            url("wallets"),
            clock,
            ids,
            service_key=key,
            platform=platform,
            wake=wake,
            otp_limits=otp_limits_of(settings),
            levels=wallet_levels_of(settings),
            automatic_review=settings.kyc_review == "auto",
        )
        self._databases["wallets"] = wallets_api.database
        wallets_api.database.trouble = self.faults
        wallets_api.database.witness = self._witness
        self._payments = create_payments_api(
            url("payments"),
            clock,
            ids,
            service_key=key,
            wallets=wallets,
            platform=platform,
            wake=wake,
            settings=payments_settings_of(settings),
        )
        self._databases["payments"] = self._payments.database
        self._platform = create_platform(
            url("platform"),
            clock,
            ids,
            self._platform_settings(),
            service_key=key,
            wallets=wallets,
            payments=payments,
            outgoing=self._outgoing(),
            trouble=self.faults,
            script=checkout_script(),
            manual=_manual(),
            wake=wake,
            wake_webhooks=self._webhook_worker.wake,
        )
        self._databases["platform"] = self._platform.database
        mobile = create_mobile_api(
            url("mobile"), clock, ids, service_key=key, platform=platform, payments=payments, wallets=wallets
        )
        self._databases["mobile"] = mobile.database
        mail = create_mail_catcher(url("mail"), clock, service_key=key, wallets=wallets)
        mail.service.trouble = self.faults
        self._databases["mail"] = mail.database
        mail.database.witness = self._witness
        self.mail_service = mail.service
        self._apps = {
            "platform": ("", self._platform.app),
            "wallets": ("/wallets", wallets_api.app),
            "payments": ("/payments", self._payments.app),
            "phone": ("/mobile", mobile.app),
            "inbox": ("/inbox", mail.app),
        }
        self._mounts: dict[str, WSGIApplication] = {
            "/wallets": self._serve(wallets_api.app, "wallets"),
            "/payments": self._serve(self._payments.app, "payments"),
            "/mobile": self._serve(mobile.app, "phone"),
            "/inbox": self._serve(mail.app, "inbox"),
            "/_sandbox": create_control(self._levers(), service_key=key),
        }
        self._root = DispatcherMiddleware(self._serve(self._platform.app, "platform"), self._mounts)
        self._entrance = HostCheck(self._root, self.settings.allowed_hosts)
        self._transport.app = self._root

    def mount(self, prefix: str, app: WSGIApplication, service: str) -> None:
        """Add an app, such as the demo shop, that is made when the world stands."""
        self._mounts[prefix] = self._watched(app, service)

    def post_json(self, url: str, body: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
        """How an app that lives in this process calls the sandbox: without waiting for a second thread of the server."""
        import json

        path = url.removeprefix(self.settings.base_url)
        all_headers = {"Content-Type": "application/json", **headers}
        answer = self._transport.send("POST", path, json.dumps(body).encode(), all_headers).json()
        return answer if isinstance(answer, dict) else {}

    def get_json(self, url: str, headers: dict[str, str]) -> dict[str, Any]:
        """The same for a question."""
        answer = self._transport.send("GET", url.removeprefix(self.settings.base_url), b"", headers).json()
        return answer if isinstance(answer, dict) else {}

    def _serve(self, app: ServiceApp, service: str) -> WSGIApplication:
        return self._watched(FaultMiddleware(app, service, self.faults), service)

    def _list_routes(self) -> dict[str, list[str]]:
        """Of each service that faults can happen to."""
        return {
            service: [f"{prefix}{rule.rule}" for rule in app.url_map.iter_rules()]
            for service, (prefix, app) in self._apps.items()
        }

    def _watched(self, app: WSGIApplication, service: str) -> WSGIApplication:
        return JournalMiddleware(app, service, self.journal, self.clock, self.ids.stream(f"requests.{service}"))

    def _platform_settings(self) -> PlatformSettings:
        settings = self.settings
        return PlatformSettings(
            base_url=settings.base_url,
            payments_url=f"{settings.base_url}/payments",
            smtp_port=settings.smtp_port,
            test_wallet_phone=TEST_MERCHANT_PHONE,
            secret_key=self._secret("cookie key"),
            max_apps=settings.max_apps,
            session_seconds=settings.session_seconds,
            max_api_keys=settings.max_api_keys,
            admin_email=settings.admin_email,
            quirks=self._quirks(),
            checkout_url=settings.checkout_url,
            settlement_seconds=settings.settlement_seconds,
            limits={name: getattr(settings, name) for name in LIMIT_SETTINGS},
        )

    def _quirks(self) -> Quirks:
        """Raises SettingError where the setting names what is no quirk."""
        try:
            switches = read_switches(each.split("=", 1) for each in self.settings.quirks)  # type: ignore[misc]  # two texts each, by the setting's pattern
        except ValueError as error:
            raise SettingError(f"{ENVIRONMENT_PREFIX}QUIRKS: {error}") from None
        return of_profile(self.settings.quirks_profile, switches)  # type: ignore[arg-type]  # one of the setting's choices

    def _outgoing(self) -> OutgoingHttp:
        settings = self.settings
        rule = AddressRule(allow_local=settings.allow_local_addresses, allow_outside=settings.allow_outside_addresses)
        own_authority = self._folder.path / "tls" / "ca.pem" if settings.tls else None  # of the demo shop's webhooks
        outgoing = OutgoingHttp(rule, f"Flouci-Sandbox/{__version__}", ca_file=own_authority)
        outgoing.witness = self._witness
        return outgoing

    def _levers(self) -> Levers:
        return Levers(
            clock=self.clock,
            journal=self.journal,
            faults=self.faults,
            payments=self.payments,
            wallets=self.wallets,
            inbox=self.inbox,
            checks={name: database.check for name, database in self._databases.items()},
            is_ready=lambda: self.is_ready,
            drain=self.drain,
            drain_own=self.drain,
            reset=self.reset,
            next_due=earliest(self._payments.next_due, self._wallets.next_due, self._platform.next_due),
            save_clock=lambda: self._keeping.save_clock(),  # noqa: PLW0108  it is made later
            snapshots=lambda: self.snapshots,
            transport=self._transport,
            base_url=self.settings.base_url,
            details=lambda: self.details,
            owner_of=self._owner_of,
            seed=self.seed,
            data_dir=str(self._folder.path),
            load_seed=lambda content, name: self.load_seed(content, name),  # noqa: PLW0108  it is given later
        )

    def _owner_of(self, wallet_id: str) -> str:
        try:
            wallet = self.wallets.get_wallet(wallet_id)
        except WalletNotFound:  # card clearing has a hold too, and no wallet
            return wallet_id
        return f"{wallet.display_name} ({wallet.phone_number})"

    def _secret(self, purpose: str) -> str:
        """A key that only this data folder has, the same at every start."""
        return hashlib.sha256(f"{self.seed}/{self._folder.path}/{purpose}".encode()).hexdigest()

    def _close_databases(self) -> None:
        for database in self._databases.values():
            database.close()
        if self._postgresql is not None:
            self._postgresql.close()


def _no_loader(_content: bytes, _name: str) -> dict[str, Any]:
    raise ServiceUnavailable("The sandbox is still starting.")


def otp_limits_of(settings: Settings) -> OtpLimits:
    return OtpLimits(resend_seconds=settings.otp_resend_seconds, per_hour=settings.otp_per_hour)


def wallet_levels_of(settings: Settings) -> WalletLevels:
    return WalletLevels(
        balance=(settings.level_1_balance, settings.level_2_balance, settings.level_3_balance),
        daily_outflow=(settings.level_1_daily, settings.level_2_daily, settings.level_3_daily),
    )


def payments_settings_of(settings: Settings) -> PaymentsSettings:
    fees = FeeRule(settings.fee_permille, settings.fee_fixed)
    return PaymentsSettings(settings.request_seconds, check_ledger=settings.check_ledger, fees=fees)


def _manual() -> Manual:
    """What the documentation tells of settings, commands and changes."""
    rows = tuple(SettingRow(setting.name, _shown(setting.default), setting.help) for setting in SETTINGS)
    return Manual(
        rows,
        changelog=resource("CHANGELOG.md"),
        reference=resource("docs", "reference.md"),
        recipes=(resource("docs", "ci"), resource("deploy")),
        list_seed_parts=_list_seed_parts,
    )


def _list_seed_parts() -> Sequence[Any]:
    from sandbox.seed_file import list_parts

    return list_parts()


def _shown(default: object) -> str:
    """A default as it is written in the environment."""
    if isinstance(default, tuple):
        return ",".join(map(str, default))
    return "" if default is None else str(default).lower() if isinstance(default, bool) else str(default)


def _beginning(text: str) -> datetime:
    """Of a new world. Raises SettingError."""
    try:
        moment = parse_moment(text).astimezone(UTC)
    except (ValueError, OverflowError):
        moment = LATEST
    if not FIRST_DAY <= moment.date() < LATEST.date():
        raise SettingError(
            f"{ENVIRONMENT_PREFIX}BEGIN_AT must be a moment such as 2026-03-01T09:30:00Z,"
            f" or 2026-03-01T10:30 for Tunisia's time, not {text!r}."
        )
    return moment
