"""The server process of the payments benchmark: Wallets and Payments API on the databases that it is told of.

``python -m bench.payments_server '{"wallets": URL, "payments": URL, "service_key": …, "run": …}'`` prints its address as
JSON and serves until it is ended. Both services live in one process, as in ``sandbox up``, and several such processes may
share one PostgreSQL. The platform is a stand-in that takes every event, so that nothing but money is measured.
"""

from __future__ import annotations

import json
import signal
import socket
import sys
from typing import Any

from werkzeug.middleware.dispatcher import DispatcherMiddleware

from sandbox.contracts.platform import PlatformClient
from sandbox.contracts.transport import InProcessTransport
from sandbox.contracts.wallets import WalletsClient
from sandbox.http_server import HttpServer
from sandbox.kit.clock import Clock
from sandbox.kit.ids import IdSource
from sandbox.kit.web import create_service_app
from sandbox.mock_payments.app import create_payments_api
from sandbox.mock_wallets.app import create_wallets_api
from sandbox.mock_wallets.otp.limits import OtpLimits
from sandbox.mock_wallets.wallets.levels import WalletLevels
from sandbox.worker import Worker

_THREADS = 32


def main() -> None:
    told = json.loads(sys.argv[1])
    signal.pthread_sigmask(
        signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT}
    )  # of all threads: the last line waits for them
    app, worker, databases = _compose(told)
    listening = socket.create_server(("127.0.0.1", 0), backlog=512)
    server = HttpServer(app, listening, threads=_THREADS)
    worker.start()
    server.start()
    print(json.dumps({"base_url": f"http://127.0.0.1:{listening.getsockname()[1]}"}), flush=True)
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    server.stop()
    worker.stop()
    for database in databases:
        database.close()


def _compose(told: dict[str, Any]) -> tuple[Any, Worker, list[Any]]:
    transport, clock, worker, key = InProcessTransport(), Clock(), Worker(), told["service_key"]
    ids = IdSource(1, told["run"])  # each process draws ids of its own
    platform = PlatformClient(transport, service_key=key)
    wallets = create_wallets_api(
        told["wallets"],
        clock,
        ids,
        service_key=key,
        platform=platform,
        wake=worker.wake,
        otp_limits=OtpLimits(),
        levels=WalletLevels(),
    )
    payments = create_payments_api(
        told["payments"],
        clock,
        ids,
        service_key=key,
        wallets=WalletsClient(transport, service_key=key),
        platform=platform,
        wake=worker.wake,
    )
    worker.add_jobs(*payments.jobs, wallets.deliver)
    worker.add_deliveries(payments.deliver, wallets.deliver)
    app = DispatcherMiddleware(_stand_in(key), {"/wallets": wallets.app, "/payments": payments.app})
    transport.app = app
    return app, worker, [wallets.database, payments.database]


def _stand_in(key: str) -> Any:
    app = create_service_app("bench", service_key=key)
    for path in ("/api/events", "/api/wallet-events"):
        app.add_url_rule(path, path, lambda: {"received": True}, methods=["POST"])
    return app


if __name__ == "__main__":
    main()
