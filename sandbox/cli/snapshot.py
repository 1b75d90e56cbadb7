"""``snapshot``: the whole world saved, loaded, compared and carried, from the command line."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sandbox.cli import NOT_READY, WRONG_USE, values
from sandbox.cli.output import data_option, json_option, print_json, running, stop_with, stop_with_error
from sandbox.contracts.snapshots import NOW
from sandbox.kit.errors import SandboxError, ServiceUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.contracts.snapshots import SnapshotsClient

_KILO = 1000
_replace_option = click.option("--replace", is_flag=True, help="Save over a snapshot of this name.")
_file = click.Path(path_type=Path)


@click.group("snapshot")
def snapshot_command() -> None:
    """Save, load and compare the whole world."""


@snapshot_command.command("save")
@click.argument("name")
@_replace_option
@data_option
@json_option
def snapshot_save(name: str, replace: bool, data_dir: Path, as_json: bool) -> None:
    """Keep the world as it is now, under NAME."""
    with _client(data_dir) as client:
        _tell(client.save(name, replace=replace), "Saved", as_json=as_json)


@snapshot_command.command("load")
@click.argument("name", shell_complete=values.snapshots)
@data_option
@json_option
def snapshot_load(name: str, data_dir: Path, as_json: bool) -> None:
    """Return to the world as it was at NAME; its clock goes on from there."""
    with _client(data_dir) as client:
        _tell(client.load(name), "Loaded", as_json=as_json)


@snapshot_command.command("list")
@data_option
@json_option
def snapshot_list(data_dir: Path, as_json: bool) -> None:
    """Tell the snapshots that there are, oldest first."""
    with _client(data_dir) as client:
        shown = client.show_all()
    if as_json:
        print_json(shown)
        return
    found, unusable = shown["snapshots"], shown["unusable"]
    lines = [*map(_line, found), *(f"{each['name']}: cannot be loaded. {each['reason']}" for each in unusable)]
    if len(found) > 1:
        lines.append(f"{len(found)} snapshots, {_size(shown['bytes'])} in all. 'snapshot prune' forgets the oldest.")
    click.echo("\n".join(lines) or "There are no snapshots. 'snapshot save NAME' makes one.")


@snapshot_command.command("diff")
@click.argument("before", shell_complete=values.snapshots)
@click.argument("after", default=NOW, shell_complete=values.snapshots)
@data_option
@json_option
def snapshot_diff(before: str, after: str, data_dir: Path, as_json: bool) -> None:
    """Tell in words what is different from BEFORE to AFTER, which without a name is now."""
    with _client(data_dir) as client:
        told = client.compare(before, after)
    if as_json:
        print_json(told)
    else:
        click.echo(told["text"])


@snapshot_command.command("delete")
@click.argument("name", shell_complete=values.snapshots)
@data_option
@json_option
def snapshot_delete(name: str, data_dir: Path, as_json: bool) -> None:
    """Forget the snapshot NAME."""
    with _client(data_dir) as client:
        client.delete(name)
    if as_json:
        print_json({"deleted": name})
    else:
        click.echo(f"Deleted {name}.")


@snapshot_command.command("prune")
@click.option("--keep", type=click.IntRange(min=0), default=10, show_default=True, help="How many stay.")
@data_option
@json_option
def snapshot_prune(keep: int, data_dir: Path, as_json: bool) -> None:
    """Forget all snapshots but the latest."""
    with _client(data_dir) as client:
        gone = client.prune(keep)
    names, size = [each["name"] for each in gone], sum(each["bytes"] for each in gone)
    if as_json:
        print_json({"deleted": names, "bytes": size})
    else:
        click.echo(f"Deleted {', '.join(names)} ({_size(size)})." if names else "There was nothing to delete.")


@snapshot_command.command("export")
@click.argument("file", type=_file)
@click.option(
    "--name", default=NOW, shell_complete=values.snapshots, help="A snapshot, instead of the world as it is now."
)
@data_option
@json_option
def snapshot_export(file: Path, name: str, data_dir: Path, as_json: bool) -> None:
    """Write a whole world to FILE, for another sandbox to import."""
    with _client(data_dir) as client:
        content = client.export(name)
    try:
        file.write_bytes(content)
    except OSError as error:
        stop_with(WRONG_USE, f"{file} cannot be written: {error.strerror}.")
    if as_json:
        print_json({"file": str(file), "name": name, "bytes": len(content)})
    else:
        click.echo(f"Wrote {file} ({_size(len(content))}).")


@snapshot_command.command("import")
@click.argument("file", type=_file)
@click.option("--name", help="What it shall be called here.")
@_replace_option
@data_option
@json_option
def snapshot_import(file: Path, name: str | None, replace: bool, data_dir: Path, as_json: bool) -> None:
    """Bring in a world that 'snapshot export' wrote, as a snapshot; 'snapshot load' then enters it."""
    try:
        content = file.read_bytes()
    except OSError as error:
        stop_with(WRONG_USE, f"{file} cannot be read: {error.strerror}.")
    with _client(data_dir) as client:
        _tell(client.bring(content, name, replace=replace), "Brought in", as_json=as_json)


@contextmanager
def _client(data_dir: Path) -> Iterator[SnapshotsClient]:
    """What the sandbox refuses ends the command, in the sandbox's words."""
    from sandbox.contracts.snapshots import SnapshotsClient

    details = running(data_dir)
    client = SnapshotsClient(details["base_url"], details.get("ca_file"))
    try:
        yield client
    except ServiceUnavailable as error:
        stop_with(NOT_READY, error.message)
    except SandboxError as error:
        stop_with_error(error.code, error.message, error.hint, status=error.status)
    finally:
        client.close()


def _tell(snapshot: dict[str, Any], done: str, *, as_json: bool) -> None:
    if as_json:
        print_json(snapshot)
    else:
        click.echo(f"{done} {_line(snapshot)}")


def _line(snapshot: dict[str, Any]) -> str:
    clock = ", clock frozen" if snapshot["frozen"] else ""
    return f"{snapshot['name']}: {snapshot['at']}, seed {snapshot['seed']}, {_size(snapshot['bytes'])}{clock}"


def _size(count: int) -> str:
    return f"{count / _KILO / _KILO:.1f} MB" if count >= _KILO * _KILO else f"{max(1, count // _KILO)} kB"
