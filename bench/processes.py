"""Programs that are measured: started as real processes, found to be ready, weighed, and ended by their own id."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from bench.load import Client

if TYPE_CHECKING:
    from collections.abc import Iterator

_READY_SECONDS = 60
_STEP_SECONDS = 0.002
_END_SECONDS = 15
_MEGABYTE = 1_000_000
_PIN = "1234"


class NotReadyError(Exception):
    """A program did not start; the text has what it said."""


@dataclass
class Program:
    """One running process. ``ready_seconds`` is from its start to its first answered HTTP request."""

    process: subprocess.Popen[str]
    base_url: str
    ready_seconds: float
    details: dict[str, Any] = field(default_factory=dict)

    def memory(self) -> float:
        """Resident memory in megabytes (10⁶ bytes)."""
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) * 1024 / _MEGABYTE
        told = subprocess.run(["ps", "-o", "rss=", "-p", str(self.process.pid)], capture_output=True, check=True)
        return int(told.stdout) * 1024 / _MEGABYTE

    def processor_seconds(self) -> float | None:
        """What the process has used of the processors, of its own and in the system; None where there is no /proc."""
        try:
            fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def temporary_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="flouci-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def sandbox(data_dir: Path) -> Iterator[Program]:
    """``python -m sandbox up`` on free ports; its data stay in ``data_dir``."""
    command = [sys.executable, "-m", "sandbox", "up", "--port", "0", "--smtp-port", "0", "--json"]
    started = perf_counter()
    process = _start([*command, "--data", str(data_dir)])
    try:
        details = _read_line(process)
        _call_until_answered(process, details["base_url"], "/_sandbox/ready")
        yield Program(process, details["base_url"], perf_counter() - started, details)
    finally:
        end(process)


@contextmanager
def payments_server(**told: str) -> Iterator[Program]:
    """Wallets and Payments API on the databases that ``told`` names (bench/payments_server.py)."""
    started = perf_counter()
    process = _start([sys.executable, "-m", "bench.payments_server", json.dumps(told)])
    try:
        base_url = _read_line(process)["base_url"]
        yield Program(process, base_url, perf_counter() - started)
    finally:
        end(process)


@contextmanager
def localstripe() -> Iterator[Program]:
    """localstripe as PyPI has it. Its one data file, fixed at /tmp/localstripe.pickle, is put back afterwards."""
    port, kept = _free_port(), Path("/tmp/localstripe.pickle")
    before = kept.read_bytes() if kept.exists() else None
    started = perf_counter()
    process = _start([sys.executable, "-m", "localstripe", "--port", str(port), "--from-scratch"])
    try:
        base_url = f"http://127.0.0.1:{port}"
        _call_until_answered(process, base_url, "/js.stripe.com/v3/")
        yield Program(process, base_url, perf_counter() - started)
    finally:
        end(process)
        if before is None:
            kept.unlink(missing_ok=True)
        else:
            kept.write_bytes(before)


def checkout_job(sandbox: Program, *, clients: int) -> dict[str, Any]:
    """What the load generator must know to pay by code."""
    return {
        "story": "pay_by_code",
        "base_url": sandbox.base_url,
        "app": sandbox.details["app"],
        "phones": _open_phones(sandbox, clients),
        "pin": _PIN,
        "clients": clients,
    }


def _open_phones(sandbox: Program, count: int) -> list[str]:
    """A phone for each client, with money enough for millions of payments of one millime."""
    client = Client(sandbox.base_url)
    known = {phone["phone_number"] for phone in client.call("GET", "/mobile/phones")["phones"]}
    numbers = [str(23_000_000 + number) for number in range(count)]
    for number in numbers:
        if number not in known:
            client.call("POST", "/mobile/phones", {"phone_number": number, "pin": _PIN, "balance": 10_000_000})
    client.close()
    return numbers


def _read_line(process: subprocess.Popen[str]) -> dict[str, Any]:
    """What a program of ours prints once it is ready."""
    line = process.stdout.readline() if process.stdout else ""
    if not line:
        raise NotReadyError(f"{process.args!r} ended with {process.wait()}: {process.stderr and process.stderr.read()}")
    details: dict[str, Any] = json.loads(line)
    return details


def _start(command: list[str]) -> subprocess.Popen[str]:
    quiet = subprocess.DEVNULL if "localstripe" in command else subprocess.PIPE
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=quiet, stderr=quiet, text=True)


def _call_until_answered(process: subprocess.Popen[str], base_url: str, path: str) -> None:
    from http.client import HTTPConnection
    from urllib.parse import urlsplit

    until = perf_counter() + _READY_SECONDS
    while perf_counter() < until and process.poll() is None:
        connection = HTTPConnection(urlsplit(base_url).netloc, timeout=_READY_SECONDS)
        try:
            connection.request("GET", path)
            connection.getresponse().read()
        except ConnectionRefusedError:
            time.sleep(_STEP_SECONDS)
        else:
            return
        finally:
            connection.close()
    raise NotReadyError(f"{process.args!r} did not answer at {base_url}{path}")


def end(process: subprocess.Popen[str]) -> None:
    """Ask the process to stop, and stop it when it does not."""
    process.terminate()
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            stream.close()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
