"""``phone``: the Flouci app of the sandbox from the command line, one step at a time; ``pay`` takes them all at once."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import click

from sandbox.cli import WRONG_USE, values
from sandbox.cli.output import call, data_option, json_option, print_json, running, stop_with
from sandbox.contracts.personas import number_of
from sandbox.contracts.transport import path_part
from sandbox.kit.money import format_dinars

if TYPE_CHECKING:
    from collections.abc import Iterable

_number = click.argument("number", shell_complete=values.personas)
_pin = click.option("--pin", help="The PIN to enter; the phone's own by default.")


@click.group("phone")
def phone_command() -> None:
    """Phones: those there are, what they got, and what their owners do. NUMBER may be a persona, such as no_money."""


@phone_command.command("list")
@data_option
@json_option
def phone_list(data_dir: Path, as_json: bool) -> None:
    """List the phones with their owners, PINs and balances."""
    answer = call(running(data_dir), "GET", "/mobile/phones")
    _tell(answer, as_json, map(_line, answer["phones"]))


@phone_command.command("add")
@click.argument("number")
@click.option("--name", help="The owner; made up by default.")
@click.option("--trade-name", help="A business's, whose wallet may sell.")
@click.option("--pin", help="1234 by default.")
@click.option("--balance", type=int, default=0, show_default=True, help="In millimes.")
@data_option
@json_option
def phone_add(number: str, data_dir: Path, as_json: bool, **fields: Any) -> None:
    """Add a phone with a wallet."""
    given = {name: value for name, value in fields.items() if value is not None}
    phone = call(running(data_dir), "POST", "/mobile/phones", {"phone_number": number, **given})
    _tell(phone, as_json, [_line(phone)])


@phone_command.command("show")
@_number
@data_option
@json_option
def phone_show(number: str, data_dir: Path, as_json: bool) -> None:
    """Show one phone."""
    phone = call(running(data_dir), "GET", _path(number))
    _tell(phone, as_json, [_line(phone)])


@phone_command.command("messages")
@_number
@click.option("--wait", type=click.FloatRange(0, 10), help="Seconds to wait until there is one.")
@click.option("--contains", metavar="TEXT", help="Only those with TEXT in them.")
@data_option
@json_option
def phone_messages(number: str, data_dir: Path, as_json: bool, **filters: Any) -> None:
    """Print the SMS of a phone, newest first."""
    query = urlencode({name: value for name, value in filters.items() if value is not None})
    answer = call(running(data_dir), "GET", f"{_path(number)}/messages?{query}")
    _tell(answer, as_json, (f"{each['sent_at']}  {each['text']}" for each in answer["messages"]))


@phone_command.command("scan")
@_number
@click.argument("picture", type=click.Path(path_type=Path))
@data_option
@json_option
def phone_scan(number: str, picture: Path, data_dir: Path, as_json: bool) -> None:
    """Scan the QR code in PICTURE; 'phone pay' with the scan's id pays it."""
    try:
        content = picture.read_bytes()
    except OSError as error:
        stop_with(WRONG_USE, f"{picture} cannot be read: {error.strerror}.")
    body = {"image_base64": base64.b64encode(content).decode()}
    scan = call(running(data_dir), "POST", f"{_path(number)}/scan", body, is_attempt=True)
    amount = "an amount to choose" if scan.get("amount") is None else format_dinars(scan["amount"])
    _tell(scan, as_json, [f"{scan['scan_id']}: {amount} to {scan['merchant']} ({scan['kind']})"])


@phone_command.command("pay")
@_number
@click.argument("scan_id")
@_pin
@data_option
@json_option
def phone_pay(number: str, scan_id: str, pin: str | None, data_dir: Path, as_json: bool) -> None:
    """Pay what was scanned: prints the code to type into a payment form, or that the money has gone."""
    _do(number, "pay", {"scan_id": scan_id} | _typed(pin), data_dir, as_json=as_json)


@phone_command.command("refuse")
@_number
@click.argument("scan_id")
@data_option
@json_option
def phone_refuse(number: str, scan_id: str, data_dir: Path, as_json: bool) -> None:
    """Refuse what was scanned."""
    _do(number, "refuse", {"scan_id": scan_id}, data_dir, as_json=as_json)


@phone_command.command("send")
@_number
@click.argument("to", shell_complete=values.personas)
@click.argument("amount", type=int)
@_pin
@data_option
@json_option
def phone_send(number: str, to: str, amount: int, pin: str | None, data_dir: Path, as_json: bool) -> None:
    """Send AMOUNT millimes to another phone."""
    _do(number, "transfers", {"to": number_of(to), "amount": amount} | _typed(pin), data_dir, as_json=as_json)


def _do(number: str, what: str, body: dict[str, Any], data_dir: Path, *, as_json: bool) -> None:
    answer = call(running(data_dir), "POST", f"{_path(number)}/{what}", body, is_attempt=True)
    _tell(answer, as_json, (f"{name}: {value}" for name, value in answer.items() if value is not None))


def _typed(pin: str | None) -> dict[str, str]:
    return {} if pin is None else {"pin": pin}


def _path(number: str) -> str:
    return f"/mobile/phones/{path_part(number_of(number))}"


def _line(phone: dict[str, Any]) -> str:
    who = phone.get("trade_name") or phone["name"]
    outcome = f"  {phone['persona']}" if phone.get("persona") else ""
    return f"{phone['phone_number']}  {format_dinars(phone['balance']):>14}  PIN {phone['pin']}  {who}{outcome}"


def _tell(answer: dict[str, Any], as_json: bool, lines: Iterable[str]) -> None:
    if as_json:
        print_json(answer)
    else:
        click.echo("\n".join(lines) or "There are none.")
