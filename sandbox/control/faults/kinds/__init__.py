"""The kinds of faults, a file each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.control.faults.kinds import (
    clock_skew,
    drop_after,
    drop_before,
    latency,
    slow_body,
    sms_lost,
    smtp_refusal,
    status,
    truncated_body,
    webhook_delayed,
    webhook_duplicated,
    webhook_lost,
    webhook_reordered,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.control.faults.kind import Kind

KINDS: Mapping[str, Kind] = {
    module.KIND.name: module.KIND
    for module in (
        latency,
        status,
        drop_before,
        drop_after,
        truncated_body,
        slow_body,
        clock_skew,
        smtp_refusal,
        sms_lost,
        webhook_lost,
        webhook_duplicated,
        webhook_reordered,
        webhook_delayed,
    )
}
