"""``pay``: pays a page or a picture as a shopper would."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from sandbox.cli import FAILED, NOT_READY, WRONG_USE, values
from sandbox.cli.output import data_option, json_option, print_json, running, stop_with, stop_with_error
from sandbox.contracts.mobile import MobileClient
from sandbox.contracts.personas import number_of
from sandbox.contracts.platform import PlatformClient
from sandbox.contracts.transport import HttpTransport
from sandbox.kit.errors import SandboxError
from sandbox.testing.browser import NoBrowserError
from sandbox.testing.drivers import PhoneDriver
from sandbox.testing.purchase import Purchase, pay_page, pay_picture


@click.command("pay")
@click.argument("target", required=False, shell_complete=values.files)
@click.option(
    "--phone",
    "number",
    shell_complete=values.personas,
    help="The phone that pays, by number or persona (loses_network); the first of the demo world by default.",
)
@click.option("--refuse", is_flag=True, help="Refuse on the phone instead of paying.")
@click.option("--pin", help="The PIN to enter; the phone's own by default.")
@data_option
@json_option
def pay_command(
    target: str | None, number: str | None, refuse: bool, pin: str | None, data_dir: Path, as_json: bool
) -> None:
    """Pay TARGET: the address of a page with a 'Pay with Flouci' button, of a payment page, or a picture of a QR code.

    Without TARGET, the demo shop is paid.
    """
    details = running(data_dir)
    transport = HttpTransport(details["base_url"], details.get("ca_file"))
    phone = PhoneDriver(MobileClient(transport), number_of(number or details["phones"][0]["phone_number"]))
    purchase = Purchase(phone=phone, platform=PlatformClient(transport), pin=pin, refuse=refuse)
    try:
        result = _pay(target or details["shop_url"], purchase)
    except NoBrowserError as error:
        stop_with(NOT_READY, str(error))
    except SandboxError as error:
        stop_with_error(error.code, error.message, error.hint, status=error.status, is_attempt=True)
    finally:
        transport.close()
    _show(result, as_json=as_json, wanted={"REFUSED"} if refuse else {"SUCCESS", "PREPARED"})


def _pay(target: str, purchase: Purchase) -> dict[str, Any]:
    if target.startswith(("http://", "https://")):
        return pay_page(target, purchase)
    if not Path(target).is_file():
        stop_with(WRONG_USE, f"{target} is neither an address (http://…) nor a picture file.")
    return pay_picture(Path(target), purchase)


def _show(result: dict[str, Any], *, as_json: bool, wanted: set[str]) -> None:
    if as_json:
        print_json(result)
    else:
        for name, value in result.items():
            click.echo(f"{name}: {value}")
    if result["status"] not in wanted:
        raise SystemExit(FAILED)
