"""Which WSGI server: the comparison by which waitress was chosen, to be run again with ``python -m bench.servers``.

Each server answers the same small JSON from one Flask app in a process of its own, with 16 threads; the clients are in
another process and keep their connections open. Measured on 2 cores with Python 3.11:

=========  =========  ==========  ==========  ======  ===============
server     1 client   8 clients   32 clients  memory  import + create
=========  =========  ==========  ==========  ======  ===============
waitress   1,806/s    1,999/s     2,074/s     36 MB   75 ms
cheroot    1,625/s    1,546/s     1,471/s     40 MB   160 ms
werkzeug   1,175/s    1,140/s     1,184/s             (development server, for comparison)
=========  =========  ==========  ==========  ======  ===============

granian was faster still in an earlier comparison, but runs its worker in a child process: what lives beside the requests
(SMTP, outbox, clock) would have to live there too, and an embedded sandbox could not.
"""

from __future__ import annotations

import importlib.util
import json
import logging
import subprocess
import sys
import threading
from time import perf_counter
from typing import TYPE_CHECKING, Any

from bench import load
from bench.processes import Program, end

if TYPE_CHECKING:
    from collections.abc import Callable

_CLIENTS = (1, 8, 32)
_SECONDS = 3.0
_THREADS = 16


def serve_waitress(app: Any) -> tuple[int, Callable[[], None]]:
    from waitress import create_server

    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    server = create_server(app, host="127.0.0.1", port=0, threads=_THREADS)
    return server.effective_port, server.run


def serve_cheroot(app: Any) -> tuple[int, Callable[[], None]]:
    from cheroot.wsgi import Server

    server = Server(("127.0.0.1", 0), app, numthreads=_THREADS)
    server.prepare()
    return server.bind_addr[1], server.serve


def serve_werkzeug(app: Any) -> tuple[int, Callable[[], None]]:
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Quiet(WSGIRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """A line for each request would be a third of the cost."""

    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    return server.server_port, server.serve_forever


SERVERS = {"waitress": serve_waitress, "cheroot": serve_cheroot, "werkzeug": serve_werkzeug}


def main() -> int:
    for name in SERVERS:
        if importlib.util.find_spec(name) is None:
            print(f"{name}: not installed")
            continue
        print(f"{name}: {json.dumps(_measure(name))}", flush=True)
    return 0


def _measure(name: str) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.servers", name]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    try:
        told = json.loads(process.stdout.readline() if process.stdout else "{}")
        program = Program(process, f"http://127.0.0.1:{told['port']}", told["create_milliseconds"] / 1000)
        found = {"create_milliseconds": round(told["create_milliseconds"])}
        job = {"story": "get_json", "base_url": program.base_url, "seconds": _SECONDS}
        for clients in _CLIENTS:
            found[f"{clients}_clients_per_second"] = round(load.run(job | {"clients": clients}).rate)
        return found | {"memory_megabytes": round(program.memory())}
    finally:
        end(process)


def _serve(name: str) -> None:
    """In the process of the server: tell the port, then answer until it is ended."""
    from flask import Flask

    app = Flask("bench")
    app.add_url_rule("/", "answer", lambda: {"status": "SUCCESS", "amount": 12_500})
    started = perf_counter()
    port, run = SERVERS[name](app)
    print(json.dumps({"port": port, "create_milliseconds": (perf_counter() - started) * 1000}), flush=True)
    threading.Thread(target=run, daemon=True).start()
    threading.Event().wait()


if __name__ == "__main__":
    sys.exit(_serve(sys.argv[1]) if len(sys.argv) > 1 else main())
