"""``fault``: what shall go wrong, from the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from sandbox.cli import values
from sandbox.cli.output import call, data_option, json_option, print_json, running
from sandbox.contracts.faults import near_misses, plan_of

if TYPE_CHECKING:
    from pathlib import Path

_TEXTS = frozenset({"phone", "payment", "app", "route", "to", "service", "method"})
"""Fields whose digits are text."""


@click.group("fault")
def fault_command() -> None:
    """Let something go wrong on purpose, and see what did."""


@fault_command.command("add")
@click.argument("kind", shell_complete=values.fault_kinds)
@click.argument("fields", nargs=-1, metavar="[FIELD=VALUE]...", shell_complete=values.fault_fields)
@data_option
@json_option
def fault_add(kind: str, fields: tuple[str, ...], data_dir: Path, as_json: bool) -> None:
    """Plan a fault: where, when and how by FIELD=VALUE, as 'fault kinds' shows them."""
    fault = call(running(data_dir), "POST", "/_sandbox/faults", {"kind": kind, **dict(map(_read, fields))})
    if as_json:
        print_json(fault)
    else:
        click.echo(_line(fault))


@fault_command.command("list")
@data_option
@json_option
def fault_list(data_dir: Path, as_json: bool) -> None:
    """Tell the faults that are planned, and what was hit."""
    shown = call(running(data_dir), "GET", "/_sandbox/faults")
    if as_json:
        print_json(shown)
        return
    click.echo("\n".join(map(_line, shown["faults"])) or "No fault is planned.")
    for receipt in shown["receipts"]:
        click.echo(
            f"{receipt['at']} {receipt['fault']} {receipt['kind']}: {receipt['what']} {receipt['exchange'] or ''}".rstrip()
        )


@fault_command.command("clear")
@click.argument("fault_id", required=False)
@data_option
@json_option
def fault_clear(fault_id: str | None, data_dir: Path, as_json: bool) -> None:
    """Remove the fault FAULT_ID, or all of them and their receipts."""
    from sandbox.contracts.transport import path_part

    path = "/_sandbox/faults" if fault_id is None else f"/_sandbox/faults/{path_part(fault_id)}"
    answer = call(running(data_dir), "DELETE", path)
    if as_json:
        print_json(answer)
    else:
        click.echo(f"Removed: {answer['removed']}.")


@fault_command.command("kinds")
@json_option
def fault_kinds(as_json: bool) -> None:
    """List the kinds of faults, with an example of each."""
    from sandbox.control.faults.routes import list_kinds

    kinds = list_kinds()
    if as_json:
        print_json({"kinds": kinds})
        return
    for kind in kinds:
        click.echo(f"{kind['kind']}: {kind['what']}\n    fault add {kind['example']}")


def _read(field: str) -> tuple[str, Any]:
    """A value is JSON where it can be: 2, 0.3, true, {"a": 1}."""
    name, equals, value = field.partition("=")
    if not equals or not name:
        raise click.BadParameter(f"{field!r} is no FIELD=VALUE, such as service=payments or nth=2.")
    if name in _TEXTS:
        return name, value
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def _line(fault: dict[str, Any]) -> str:
    told = f"{fault['id']} {fault['kind']} {plan_of(fault)}: hit {fault['hits']} of {fault['calls']} calls".replace(
        "  ", " "
    )
    return "\n".join([told, *near_misses(fault)])
