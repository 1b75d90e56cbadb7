"""What goes on beside the requests."""

import threading
import time
from collections.abc import Iterator
from itertools import pairwise

import pytest

from sandbox.worker import Worker

PATIENCE_SECONDS = 60


@pytest.fixture
def worker() -> Iterator[Worker]:
    made = Worker()
    yield made
    made.stop()


def test_a_delivery_is_made_soon_after_the_worker_is_woken(worker: Worker) -> None:
    delivered = threading.Event()
    begun = threading.Event()
    worker.add_jobs(lambda: begun.set() or 0)
    worker.add_deliveries(lambda: delivered.set() or 1)
    worker.start()
    assert begun.wait(PATIENCE_SECONDS)
    worker.wake()
    assert delivered.wait(PATIENCE_SECONDS)


def test_what_falls_due_by_time_is_done_without_being_woken_even_while_deliveries_never_end(worker: Worker) -> None:
    rounds = threading.Semaphore(0)
    worker.add_jobs(lambda: rounds.release() or 0)
    worker.add_deliveries(lambda: worker.wake() or 1)
    worker.start()
    worker.wake()
    assert all(rounds.acquire(timeout=PATIENCE_SECONDS) for _ in range(3))


def test_a_world_that_never_rests_is_not_worked_on_without_a_pause(worker: Worker) -> None:
    begun: list[float] = []
    rounds = threading.Semaphore(0)
    worker.add_jobs(lambda: begun.append(time.monotonic()) or rounds.release() or 1)
    worker.start()
    assert all(rounds.acquire(timeout=PATIENCE_SECONDS) for _ in range(3))
    assert min(later - earlier for earlier, later in pairwise(begun)) > 0.02  # however late this thread looks


def test_draining_ends_when_no_job_finds_anything(worker: Worker) -> None:
    left = [3, 2]
    worker.add_jobs(lambda: left.pop() if left else 0)
    assert (worker.drain(), worker.drain()) == (5, 0)


def test_a_job_that_fails_does_not_end_the_worker(worker: Worker, caplog: pytest.LogCaptureFixture) -> None:
    again = threading.Semaphore(0)

    def fail() -> int:
        again.release()
        raise RuntimeError("broken")

    worker.add_jobs(fail)
    worker.start()
    assert all(again.acquire(timeout=PATIENCE_SECONDS) for _ in range(2))
    assert "a job of the worker failed" in caplog.text
