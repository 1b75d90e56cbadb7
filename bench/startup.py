"""From the start of the process to the first answered request, and what it then holds in memory."""

from __future__ import annotations

import compileall
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bench import processes
from bench.report import Figures, median

if TYPE_CHECKING:
    from bench.options import Options

_IDLE_SECONDS = 1.0


def measure(options: Options) -> Figures:
    """Medians over turns in which each program starts once, so that a busy moment of the machine meets all of them.

    The first start makes the demo world; the later one finds it kept. Byte code is compiled before, as ``pip install`` does.
    """
    for package in ("sandbox", "shop"):
        compileall.compile_dir(Path(__file__).parent.parent / package, quiet=2)
    first, later, peer, idle, peer_idle = [], [], [], [], []
    for _ in range(options.turns):
        with processes.temporary_folder() as folder:
            with processes.sandbox(folder) as started:
                first.append(started.ready_seconds)
                time.sleep(_IDLE_SECONDS)
                idle.append(started.memory())
            with processes.sandbox(folder) as started:
                later.append(started.ready_seconds)
        with processes.localstripe() as started:
            peer.append(started.ready_seconds)
            time.sleep(_IDLE_SECONDS)
            peer_idle.append(started.memory())
    return {
        "first_start_seconds": median(first),
        "later_start_seconds": median(later),
        "localstripe_start_seconds": median(peer),
        "idle_memory_megabytes": median(idle),
        "localstripe_idle_memory_megabytes": median(peer_idle),
    }
