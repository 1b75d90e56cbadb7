"""What the services around an account share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database
    from sandbox.platform.audit.service import Audit
    from sandbox.platform.limits.service import Limits
    from sandbox.platform.mail.service import MailService
    from sandbox.platform.mail_keys.service import MailKeys


@dataclass(frozen=True)
class AccountTools:
    """``base_url`` is what links in mails begin with."""

    database: Database
    clock: Clock
    audit: Audit
    limits: Limits
    keys: MailKeys
    mail: MailService
    base_url: str
