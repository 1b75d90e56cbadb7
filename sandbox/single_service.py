"""One service in a process of its own, beside others of its kind on the same PostgreSQL database, or alone on SQLite.

All that several processes must agree on is in the database: rows that they take turns at, the clock, whose turn it is to
deliver, and the number of the run, from which each process draws ids that no other one draws.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from sqlalchemy.exc import DBAPIError
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from sandbox import __version__
from sandbox.config import DEFAULT_SEED, SettingError, Settings
from sandbox.contracts.mail import InboxClient
from sandbox.contracts.payments import PaymentsClient
from sandbox.contracts.platform import PlatformClient
from sandbox.contracts.transport import HttpTransport, InProcessTransport
from sandbox.contracts.wallets import WalletsClient
from sandbox.control import store as control_store
from sandbox.control.app import create_control
from sandbox.control.faults.board import FaultBoard
from sandbox.control.faults.middleware import FaultMiddleware
from sandbox.control.journal import Journal
from sandbox.control.levers import Levers
from sandbox.control.middleware import JournalMiddleware
from sandbox.control.models import SCHEMA_VERSION, metadata
from sandbox.control.neighbours import drain_together
from sandbox.control.shared_clock import SharedClock
from sandbox.control.witness import JournalWitness
from sandbox.data_folder import DataFolder, DataFolderError
from sandbox.http_server import HttpServer
from sandbox.kit.db import Database
from sandbox.kit.errors import NotAllowed, SandboxError
from sandbox.kit.ids import IdSource
from sandbox.kit.waiting import Patience
from sandbox.kit.web import ServiceApp, create_service_app
from sandbox.kit.web.hosts import HostCheck
from sandbox.mock_payments.app import create_payments_api
from sandbox.mock_wallets.app import create_wallets_api
from sandbox.postgresql import driver_url, join_services
from sandbox.runtime import otp_limits_of, payments_settings_of, wallet_levels_of
from sandbox.server import listen
from sandbox.worker import Worker

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Sequence

    from sandbox.kit.clock import NextDue

SERVICES = ("payments", "wallets")


@dataclass(frozen=True)
class _Part:
    """What a service is made of, whichever it is."""

    app: ServiceApp
    database: Database
    jobs: Sequence[Callable[[], int]]
    deliver: Callable[[], int]
    finish: Callable[[], int]
    next_due: NextDue


class SingleService:
    """Made by :func:`start_service`. ``details`` tell what runs where."""

    def __init__(self, name: str, settings: Settings, listening: socket.socket, databases: ExitStack) -> None:
        self._name, self._settings, self._databases = name, settings, databases
        self._key = settings.service_key
        self._transports = {url: HttpTransport(url) for url in self._neighbours().values()}
        for transport in self._transports.values():
            databases.callback(transport.close)
        self._control = self._open(Database(self._url("control"), metadata, version=SCHEMA_VERSION, schema="control"))
        self._clock = SharedClock(self._control)
        with self._control.write() as connection:
            run = control_store.count_run(connection)
        self._seed = DEFAULT_SEED if settings.seed is None else settings.seed
        self._ids = IdSource(self._seed, f"{name} {run}")
        self._worker = Worker()
        self._journal = Journal(self._control, is_shared=True)
        self._faults = FaultBoard(self._seed, self._clock, self._list_routes, self._journal)
        self._part = self._make_wallets() if name == "wallets" else self._make_payments()
        self._open(self._part.database)
        self._worker.add_jobs(self._clock.refresh, *self._part.jobs)
        self._worker.add_deliveries(self._clock.refresh, self._part.deliver)
        self._worker.add_finishing(self._clock.refresh, *self._part.jobs, self._part.finish)
        self._part.database.witness = JournalWitness(
            self._journal, self._clock, lambda service: self._ids.stream(f"requests.{name}.seen.{service}")
        )
        self._part.database.trouble = self._faults
        self._patience = Patience(at_once=settings.threads // 2)
        self._base_url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        self._itself = InProcessTransport(self._base_url)
        self._http = HttpServer(self._patience.around(self._root()), listening, threads=settings.threads)
        place = "PostgreSQL" if settings.database_url else str(settings.data_dir)
        self.details = {"service": name, "version": __version__, "pid": os.getpid(), "run": run, "data": place}
        self.details |= {"ready": True, "base_url": self._base_url}
        backups = [each.backup for each in (self._control, self._part.database) if each.backup is not None]
        if backups:
            self.details["backups"] = backups

    def start(self) -> None:
        self._journal.start()
        self._worker.start()
        self._http.start()

    def stop(self) -> None:
        """Finish what is under way, and leave the rest to the others."""
        self._patience.end()
        self._http.stop()
        self._worker.stop()
        self._journal.stop()
        self._databases.close()

    def _neighbours(self) -> dict[str, str]:
        settings = self._settings
        return {"wallets": settings.wallets_url, "payments": settings.payments_url, "platform": settings.platform_url}

    def _transport_to(self, service: str) -> HttpTransport:
        return self._transports[self._neighbours()[service]]

    def _url(self, service: str) -> str:
        """With PostgreSQL one for all: each service has a schema there."""
        if not self._settings.database_url:
            return DataFolder(self._settings.data_dir).database_url(service)
        return driver_url(self._settings.database_url)

    def _open(self, database: Database) -> Database:
        self._databases.callback(database.close)
        return database

    def _make_wallets(self) -> _Part:
        settings = self._settings
        api = create_wallets_api(
            self._url("wallets"),
            self._clock,
            self._ids,
            service_key=self._key,
            platform=PlatformClient(self._transport_to("platform"), service_key=self._key),
            wake=self._worker.wake,
            otp_limits=otp_limits_of(settings),
            levels=wallet_levels_of(settings),
            automatic_review=settings.kyc_review == "auto",
        )
        return _Part(api.app, api.database, [api.deliver], api.deliver, api.finish, api.next_due)

    def _make_payments(self) -> _Part:
        api = create_payments_api(
            self._url("payments"),
            self._clock,
            self._ids,
            service_key=self._key,
            wallets=WalletsClient(self._transport_to("wallets"), service_key=self._key),
            platform=PlatformClient(self._transport_to("platform"), service_key=self._key),
            wake=self._worker.wake,
            settings=payments_settings_of(self._settings),
        )
        return _Part(api.app, api.database, api.jobs, api.deliver, api.finish, api.next_due)

    def _root(self) -> Any:
        ids = self._ids.stream(f"requests.{self._name}")
        troubled = FaultMiddleware(self._part.app, self._name, self._faults)
        watched = JournalMiddleware(troubled, self._name, self._journal, self._clock, ids)
        control = create_control(self._levers(), service_key=self._key)
        nothing_else = create_service_app("sandbox.single_service", service_key=self._key)
        root = DispatcherMiddleware(nothing_else, {f"/{self._name}": watched, "/_sandbox": control})
        self._itself.app = self._clock.around(root)
        return HostCheck(self._itself.app, self._settings.allowed_hosts)

    def _list_routes(self) -> dict[str, list[str]]:
        return {self._name: [f"/{self._name}{rule.rule}" for rule in self._part.app.url_map.iter_rules()]}

    def _levers(self) -> Levers:
        return Levers(
            clock=self._clock,
            journal=self._journal,
            faults=self._faults,
            payments=PaymentsClient(self._transport_to("payments"), service_key=self._key),
            wallets=WalletsClient(self._transport_to("wallets"), service_key=self._key),
            inbox=InboxClient(self._transport_to("platform")),
            checks={self._name: self._part.database.check, "control": self._control.check},
            is_ready=lambda: True,
            drain=lambda: drain_together(self._worker.drain, list(self._transports.values())),
            drain_own=self._worker.drain,
            reset=_refuse_reset,
            next_due=self._part.next_due,
            save_clock=lambda: None,  # it is where it is kept
            details=dict,  # one service is no whole sandbox
            owner_of=lambda wallet_id: wallet_id,
            transport=self._itself,
            base_url=self._base_url,
            seed=self._seed,
            data_dir=str(self._settings.data_dir),
            load_seed=_refuse_seed,
            snapshots=_refuse_snapshots,
        )


def start_service(name: str, settings: Settings) -> SingleService:
    """Raises SettingError, PortTakenError, DataFolderError, and what Database raises; leaves nothing behind then."""
    if not settings.service_key:
        raise SettingError(
            "FLOUCI_SANDBOX_SERVICE_KEY must be set: one long text, the same for all services, by which they know one another."
        )
    listening = listen(settings.port, "--port")
    with ExitStack() as cleaning:
        cleaning.callback(listening.close)
        databases = cleaning.enter_context(ExitStack())
        if not settings.database_url:
            folder = DataFolder(settings.data_dir)
            folder.open()
            databases.callback(folder.close)
        else:
            databases.callback(join_services(settings.database_url).close)
        try:
            service = SingleService(name, settings, listening, databases)
        except (DBAPIError, SandboxError) as error:
            raise DataFolderError(_told(settings, error)) from None
        service.start()
        cleaning.pop_all()
    return service


def _told(settings: Settings, error: DBAPIError | SandboxError) -> str:
    reason = error.message if isinstance(error, SandboxError) else str(error.orig).strip().splitlines()[0]
    place = (
        "The database of FLOUCI_SANDBOX_DATABASE_URL" if settings.database_url else f"The data in {settings.data_dir}"
    )
    return f"{place} cannot be used: {reason.rstrip('.')}. Start its server, or give another."


def _refuse_snapshots() -> NoReturn:
    raise NotAllowed(
        "One service alone cannot be saved or loaded: the others would not follow.",
        hint="Save a whole sandbox, as 'up' starts it.",
    )


def _refuse_reset() -> None:
    raise NotAllowed(
        "One service alone cannot be reset: the others would not follow.",
        hint="Drop the database and start the services anew.",
    )


def _refuse_seed(_content: bytes, _name: str) -> dict[str, Any]:
    raise NotAllowed(
        "One service alone cannot load a seed file: it tells of all of them.",
        hint="Load it into a whole sandbox: 'up'.",
    )
