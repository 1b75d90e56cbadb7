"""Logs as JSON lines in Elastic's common schema, which Logstash reads as they are (report, 2.3.3)."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def log_to(file: Path) -> None:
    """Send warnings and errors of every part to ``file``."""
    import ecs_logging

    handler = logging.FileHandler(file, encoding="utf-8", delay=True)
    handler.setFormatter(ecs_logging.StdlibFormatter())
    root = logging.getLogger()
    root.setLevel(logging.WARNING)
    root.addHandler(handler)
