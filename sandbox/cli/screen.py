"""The start screen: what runs where, what to log in with, what to do next, how to stop."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from sandbox.config import Settings
from sandbox.kit.money import format_dinars

_FIRST_COLUMN = 18

_MOST_PHONES = 24


def print_start_screen(details: dict[str, Any], *, seconds: float, background: bool) -> None:
    console = Console(highlight=False, soft_wrap=True)
    console.print(
        f"\n[bold]Flouci Sandbox[/] {details['version']} · seed {details['seed']} · ready in {seconds:.1f} s · [yellow]no real money[/]\n"
    )
    console.print(_services(details))
    console.print(_credentials(details))
    console.print(_phones(details))
    if details.get("ca_file"):
        _print_trust(console, details["ca_file"])
    console.print(f"\nNext: open [bold]{details['shop_url']}[/], click 'Pay with Flouci',")
    console.print(f"      and let the phone at [bold]{details['phone_url']}[/] read the code (PIN 1234).")
    console.print(f"      Or let the sandbox do it all:  [bold]{command_line('pay', details)}[/]")
    console.print("Stop: " + (f"[bold]{command_line('down', details)}[/]\n" if background else "[bold]Ctrl-C[/]\n"))


def command_line(name: str, details: dict[str, Any]) -> str:
    """A line that works as it stands: for this data folder, and for a Python that the shell does not find by itself."""
    data_dir, python, found = Path(details["data_dir"]), Path(sys.executable), shutil.which("python")
    named = "python" if found and Path(found).parent == python.parent else shlex.quote(_shortest(python))
    chosen = "" if data_dir == Settings().data_dir.resolve() else f" --data {shlex.quote(_shortest(data_dir))}"
    return f"{named} -m sandbox {name}{chosen}"


def _shortest(path: Path) -> str:
    """Of a path below the present folder, its end."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def _services(details: dict[str, Any]) -> Table:
    table = _table()
    rows = (
        ("Demo shop", details["shop_url"]),
        ("Developer platform", f"{details['base_url']}/"),
        ("Phone", details["phone_url"]),
        ("Mail and SMS", details["inbox_url"]),
        ("Console", details["console_url"]),
        ("SMTP", f"127.0.0.1:{details['smtp_port']}"),
        ("Data", details["data_dir"]),
    )
    for name, value in rows:
        table.add_row(name, value)
    return table


def _credentials(details: dict[str, Any]) -> Table:
    table = _table()
    developer, app = details["developer"], details["app"]
    table.add_row("Developer", f"{developer['email']}  password {developer['password']}")
    if "admin" in details:
        table.add_row("Admin", f"{details['admin']['email']}  password {details['admin']['password']}")
    table.add_row("App", f"{app['name']}")
    table.add_row("  public token", app["public_token"])
    table.add_row("  private token", app["private_token"])
    seeded = details.get("seeded", {})
    for own in seeded.get("apps", ()):
        table.add_row("App", f"{own['name']} (from {seeded['file']})")
        table.add_row("  public token", own["public_token"])
        table.add_row("  private token", own["private_token"])
    return table


def _phones(details: dict[str, Any]) -> Table:
    table = _table()
    phones = details["phones"]
    for phone in phones[:_MOST_PHONES]:
        table.add_row(
            f"Phone {phone['phone_number']}",
            f"{format_dinars(phone['balance']):>12}  {phone.get('persona') or phone['name']}",
        )
    if len(phones) > _MOST_PHONES:
        table.add_row("", f"… and {len(phones) - _MOST_PHONES} more: 'python -m sandbox status --json'")
    return table


def _print_trust(console: Console, ca_file: str) -> None:
    """Programs and browsers know the sandbox's authority only when they are told. Lines, not a table, which cuts paths."""
    console.print(f"\nHTTPS: trust the authority [bold]{ca_file}[/]")
    for who, how in (
        ("curl", f"--cacert {ca_file}"),
        ("Python", f"REQUESTS_CA_BUNDLE={ca_file} (requests), SSL_CERT_FILE={ca_file} (httpx, ssl)"),
        ("Node.js", f"NODE_EXTRA_CA_CERTS={ca_file}"),
        ("PHP", f"-d curl.cainfo={ca_file} -d openssl.cafile={ca_file}"),
        ("Browser", "import the file among its authorities; it can vouch for this machine only"),
    ):
        console.print(f"  {who:<8} {how}")


def _table() -> Table:
    table = Table(box=box.SIMPLE, show_header=False, padding=(0, 1), pad_edge=False)
    table.add_column(style="cyan", no_wrap=True, min_width=_FIRST_COLUMN)
    table.add_column(no_wrap=True)
    return table
