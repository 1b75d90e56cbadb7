"""Serves a world: one HTTP port, one SMTP port, both on 127.0.0.1."""

from __future__ import annotations

import errno
import os
import socket
import sqlite3
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import DatabaseError

from sandbox import __version__
from sandbox.contracts.errors import SeedRefused
from sandbox.data_folder import DataFolder, DataFolderError, Locator
from sandbox.http_server import HttpServer
from sandbox.kit.clock import Clock
from sandbox.kit.errors import SandboxError
from sandbox.kit.turns import Turns
from sandbox.kit.waiting import Patience
from sandbox.mail_catcher.smtp import SmtpServer
from sandbox.runtime import World
from sandbox.seed import make_demo_world
from sandbox.seeding.files import digest_of, load_seed, read_seed_file
from sandbox.shop_mount import mount_shop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _typeshed.wsgi import WSGIApplication

    from sandbox.certificates import CertificateFiles
    from sandbox.config import Settings
    from sandbox.contracts.mobile import Phone
    from sandbox.tls_relay import TlsRelay

HOST = "127.0.0.1"
_BACKLOG = 512


class PortTakenError(Exception):
    """The text names the port and how to choose another."""


class RunningSandbox:
    """A world that answers on its ports. Made by :func:`start_sandbox`."""

    def __init__(self, settings: Settings, folder: DataFolder, http: socket.socket, smtp: socket.socket) -> None:
        self.settings = settings
        self._folder = folder
        self._http_socket = http
        self._certificates = _certificates(settings, folder) if settings.tls else None
        self.world = World(settings, folder)
        self._smtp = SmtpServer(smtp, self.world.mail_service)
        self._http: HttpServer | None = None
        self._relay: TlsRelay | None = None
        self._patience = Patience(at_once=settings.threads // 2)
        self.details: dict[str, Any] = {}

    def start(self) -> None:
        """Answer requests; the demo world, whose mail comes by SMTP, is made first where there is none yet."""
        if self.world.needs_seed:
            self._smtp.start()
            self._folder.write_demo(self._make_world())
            self.world.keep_demo()
        self.world.start()
        self._require_same_seed_file(self._folder.read_own_demo())
        self.world.load_seed = lambda content, name: load_seed(self.world, self.world.demo, content, name)
        self._describe()
        self._serve(self._patience.around(Turns().around(self.world.app)))
        self.world.on_other_world = self._describe_again
        self.world.is_ready = True
        Locator(self._folder.path).write(self.details)
        self._smtp.start()

    def _describe(self) -> None:
        """What this sandbox is, and its shop with the keys of the world that it holds."""
        demo = self.world.demo
        if self.details.get("app") != demo["app"]:
            mount_shop(self.world, demo["app"])
        self.details.update(describe(self.world, self.settings, self._folder.path) | demo)
        if self._certificates is not None:
            self.details["ca_file"] = str(self._certificates.ca)
        if self.world.backups:
            self.details["backups"] = self.world.backups
        self.world.details = self.details

    def _describe_again(self) -> None:
        self._describe()
        Locator(self._folder.path).write(self.details)

    def _make_world(self) -> dict[str, Any]:
        """The demo world, and what the seed file adds to it. Raises SeedRefused."""
        demo = make_demo_world(self.world)
        if not self.settings.seed_file:
            return demo
        file = Path(self.settings.seed_file)
        content = read_seed_file(file)
        return demo | {"seeded": load_seed(self.world, demo, content, file.name) | {"digest": digest_of(content)}}

    def _require_same_seed_file(self, demo: dict[str, Any]) -> None:
        """A world is made once: another file than it was made with would be passed over in silence."""
        if not self.settings.seed_file:
            return
        made_with = demo.get("seeded", {})
        if made_with.get("digest") != digest_of(read_seed_file(Path(self.settings.seed_file))):
            how = f"with {made_with['file']} as it was then" if made_with else "without a seed file"
            raise DataFolderError(
                f"The data in {self._folder.path} was made {how}. Load the file into it with 'python -m sandbox seed', "
                "leave --seed-file out, or use another --data."
            )

    def _serve(self, app: WSGIApplication) -> None:
        """With TLS, the relay has the port, and the server listens behind it on a port that nobody is told."""
        listening = self._http_socket
        if self._certificates is not None:
            from sandbox.tls_relay import TlsRelay

            listening, base_url = listen(0, "--port"), self.settings.base_url
            self._relay = TlsRelay(self._http_socket, listening.getsockname(), self._certificates.server, base_url)
            app = self._relay.around(app)
        scheme = "http" if self._certificates is None else "https"
        self._http = HttpServer(app, listening, threads=self.settings.threads, scheme=scheme)
        self._http.start()
        if self._relay is not None:
            self._relay.start()

    def stop(self) -> None:
        """Finish what is under way, keep the state, free the ports."""
        Locator(self._folder.path).remove()
        self._patience.end()
        if self._relay is not None:
            self._relay.take_no_more()
        if self._http is not None:
            self._http.stop()
        if self._relay is not None:
            self._relay.stop()
        self.world.stop()
        self._smtp.stop()
        self._folder.close()


def start_sandbox(settings: Settings) -> RunningSandbox:
    """A sandbox that is ready. Raises PortTakenError or DataFolderError, and leaves nothing behind then."""
    folder = DataFolder(settings.data_dir)
    folder.require_free()
    http = listen(settings.port, "--port")
    smtp: socket.socket | None = None
    running: RunningSandbox | None = None
    try:
        smtp = listen(settings.smtp_port, "--smtp-port")
        folder.open()
        ports = replace(settings, port=http.getsockname()[1], smtp_port=smtp.getsockname()[1])
        running = RunningSandbox(ports, folder, http, smtp)
        running.start()
    except BaseException as error:
        with _told_shortly(folder.path, error):
            try:
                if running is not None:
                    running.stop()
            finally:
                folder.close()
                http.close()
                if smtp is not None:
                    smtp.close()
            raise
    return running


@contextmanager
def _told_shortly(folder: Path, first: BaseException) -> Iterator[None]:
    """A disk that is full or a database that is damaged is a matter of the data folder, told in one line."""
    try:
        yield
    except SeedRefused:
        raise
    except (DatabaseError, sqlite3.DatabaseError, OSError, SandboxError) as last:
        told = first if isinstance(first, Exception) else last
        reason = told.details.get("reason") if isinstance(told, SandboxError) else getattr(told, "orig", None)
        reason = str(reason or getattr(told, "strerror", None) or told).rstrip(".")
        raise DataFolderError(
            f"The data folder {folder} cannot be used: {reason}. See {folder / 'sandbox.log'};"
            " make room, delete the folder to start anew, or use another --data.",
            reason=reason,
        ) from first


def _certificates(settings: Settings, folder: DataFolder) -> CertificateFiles:
    """Real time, which a clock tells that nobody moved: browsers judge certificates by theirs."""
    from sandbox.certificates import ensure_certificates

    return ensure_certificates(folder.path / "tls", settings.allowed_hosts, Clock().now())


def describe(world: World, settings: Settings, data_dir: Path) -> dict[str, Any]:
    """What ``up --json`` prints and the locator file keeps, but for the demo developer (CONTRACT.md section 5)."""
    base_url = settings.base_url
    shown = {"phone_number", "name", "pin", "balance", "persona"}
    return {
        "ready": True,
        "version": __version__,
        "pid": os.getpid(),
        "seed": world.seed,
        "base_url": base_url,
        "smtp_port": settings.smtp_port,
        "data_dir": str(data_dir),
        "shop_url": f"{base_url}/shop/",
        "phone_url": f"{base_url}/mobile/",
        "inbox_url": f"{base_url}/inbox/",
        "console_url": f"{base_url}/_sandbox/",
        "phones": [phone.model_dump(include=shown) for phone in _list_people(world)],
    }


def _list_people(world: World) -> list[Phone]:
    """The personas first: a phone of a seed file may be older than they are."""
    people = [phone for phone in world.mobile.list_phones() if not phone.trade_name]
    return sorted(people, key=lambda phone: phone.persona is None)


def listen(port: int, option: str) -> socket.socket:
    """A socket on this machine's loopback. Raises PortTakenError."""
    # asyncio sends small answers at once only where the protocol is named; else each SMTP greeting takes 40 ms.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
    except (OSError, OverflowError) as error:
        listening.close()
        raise PortTakenError(
            f"Port {port} cannot be used: {_reason(error)}. Choose another with {option}, or 0 for a free one."
        ) from None
    listening.listen(_BACKLOG)
    return listening


def _reason(error: Exception) -> str:
    return "another program listens there" if getattr(error, "errno", None) == errno.EADDRINUSE else str(error)
