"""Logs as JSON lines in Elastic's common schema, which Logstash reads as they are (report, 2.3.3)."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def log_to(file: Path) -> Callable[[], None]:
    """Send warnings and errors of every part to ``file``, until what is returned is called."""
    import ecs_logging

    handler = logging.FileHandler(file, encoding="utf-8", delay=True)
    handler.setFormatter(ecs_logging.StdlibFormatter())
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.WARNING)
    root.addHandler(handler)

    def end() -> None:
        root.removeHandler(handler)
        root.setLevel(level)
        handler.close()

    return end
