"""What the platform must be told: where it and its neighbours are reached, and its limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sandbox.platform.quirks.table import Quirks, of_profile


@dataclass(frozen=True)
class PlatformSettings:
    """``base_url`` is how browsers reach the sandbox, without a slash at the end."""

    base_url: str
    payments_url: str
    smtp_port: int
    test_wallet_phone: str
    secret_key: str
    max_apps: int = 5
    session_seconds: int = 1200
    max_api_keys: int = 20
    admin_email: str = ""
    """The account that is activated with this address becomes an admin's."""
    quirks: Quirks = field(default_factory=lambda: of_profile("real"))
    """Where the emulated service surprises, for apps that chose nothing else."""
    checkout_url: str = ""
    """Where links of payment pages begin; nothing for ``base_url``."""
    settlement_seconds: int = 0
    """How long each stage of settlement takes; 0: all is available at once."""
    limits: Mapping[str, int] = field(default_factory=dict)
    """How often the things of limits/rules.py may be tried, by setting; 0, or nothing, is no limit."""
