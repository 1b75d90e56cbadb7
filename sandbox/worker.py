"""What goes on beside the requests: one thread that does due work, and the gate that holds requests back."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sandbox.kit.waiting import nobody_waits

_IDLE_SECONDS = 0.5
_GATHER_SECONDS = 0.05
_PATIENCE_SECONDS = 2.0
_log = logging.getLogger(__name__)

Job = Callable[[], int]


class Worker:
    """Runs its jobs twice a second for what falls due by time, and its deliveries whenever it is woken too.

    A job returns how much it did. After :meth:`wake` it waits for ``gather_seconds``, so that a burst is done together.
    """

    def __init__(
        self,
        name: str = "worker",
        *,
        gather_seconds: float = _GATHER_SECONDS,
        may_run: Callable[[], bool] = lambda: True,
    ) -> None:
        """``may_run`` tells whether now is a time to work beside the requests."""
        self._gather_seconds = gather_seconds
        self._may_run = may_run
        self._finishing: list[Job] = []
        self._jobs: list[Job] = []
        self._deliveries: list[Job] = []
        self._woken = threading.Event()
        self._has_work = False
        self._stopping = threading.Event()
        self._running = threading.RLock()
        self._thread = threading.Thread(target=self._loop, name=name, daemon=True)

    def add_jobs(self, *jobs: Job) -> None:
        self._jobs.extend(jobs)

    def add_deliveries(self, *jobs: Job) -> None:
        """Those of the jobs that :meth:`wake` is meant for: under load it wakes many times a second."""
        self._deliveries.extend(jobs)

    def add_finishing(self, *jobs: Job) -> None:
        """What :meth:`drain` runs instead of the jobs: those only begin something, these return when it is done."""
        self._finishing.extend(jobs)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join()

    def wake(self) -> None:
        """There is something to do; after a short pause, so that a burst is done together."""
        self._has_work = True
        self._woken.set()

    def drain(self) -> int:
        """Run all jobs until none finds anything to do."""
        total = 0
        with self._running:
            while done := sum(job() for job in self._finishing or self._jobs):
                total += done
        return total

    def catch_up(self) -> None:
        """Deliver what somebody has woken this worker for, if anybody has; what fails is tried again."""
        if self._has_work:
            self._has_work = False
            try:
                self.deliver()
            except Exception:  # noqa: BLE001  whoever calls has no part in it
                _log.exception("a delivery failed")
                self._has_work = True

    def deliver(self) -> int:
        """Run the deliveries until none finds anything to do: what was sent, not what falls due by time."""
        total = 0
        with self._running:
            while done := sum(job() for job in self._deliveries):
                total += done
        return total

    @contextmanager
    def paused(self) -> Iterator[None]:
        with self._running:
            yield

    def _loop(self) -> None:
        next_round = time.monotonic()
        while not self._stopping.is_set():
            if self._woken.wait(max(0.0, next_round - time.monotonic())):
                self._stopping.wait(self._gather_seconds)
            self._woken.clear()
            if not self._may_run():
                next_round = max(next_round, time.monotonic() + _GATHER_SECONDS)
                continue
            jobs = self._deliveries
            if time.monotonic() >= next_round:
                jobs, next_round = self._jobs, time.monotonic() + _IDLE_SECONDS
            try:
                self._run_once(jobs)
            except Exception:  # noqa: BLE001  the thread must live on; what failed is tried again
                _log.exception("a job of the worker failed")

    def _run_once(self, jobs: list[Job]) -> None:
        """Not until nothing is left: while requests keep coming, that would be a loop without a pause."""
        with self._running:
            for job in jobs:
                job()


class Gate:
    """Requests pass; while it is closed they wait. Closing waits a moment for those that are inside."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._entered = 0.0
        self._closed = False

    @property
    def is_empty(self) -> bool:
        """Whether nobody is inside, or only somebody who has been there for long, as those are who wait for something."""
        return self._inside == 0 or time.monotonic() - self._entered > _PATIENCE_SECONDS

    def __enter__(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: not self._closed)
            self._inside += 1
            self._entered = time.monotonic()

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._inside -= 1
            self._changed.notify_all()

    @contextmanager
    def closed(self) -> Iterator[None]:
        """Called from inside one request, or from none."""
        with self._changed:
            self._changed.wait_for(lambda: not self._closed)
            self._closed = True
            with nobody_waits():
                self._changed.wait_for(lambda: self._inside <= 1, _PATIENCE_SECONDS)
        try:
            yield
        finally:
            with self._changed:
                self._closed = False
                self._changed.notify_all()
