"""``seed``: load a file of developers, wallets, apps, phones and orders into the running sandbox."""

from __future__ import annotations

from pathlib import Path

import click

from sandbox.cli import NOT_READY, WRONG_USE
from sandbox.cli.output import data_option, json_option, print_json, running, stop_with
from sandbox.kit.errors import SandboxError, ServiceUnavailable


def _print_example(context: click.Context, _option: click.Parameter, value: bool) -> None:
    if value:
        import sandbox

        example = Path(sandbox.__file__).parent / "platform" / "templates" / "samples" / "seed.yaml.txt"
        click.echo(example.read_text("utf-8"), nl=False)
        context.exit()


@click.command("seed")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--example",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_example,
    help="Print a file to begin with.",
)
@data_option
@json_option
def seed_command(file: Path, data_dir: Path, as_json: bool) -> None:
    """Load a seed file (YAML): all of it, or nothing where something in it is wrong."""
    from sandbox.contracts.seeds import load_seed
    from sandbox.seeding.files import read_seed_file

    details = running(data_dir)
    try:
        loaded = load_seed(details["base_url"], details.get("ca_file"), read_seed_file(file), file.name)
    except ServiceUnavailable as error:
        stop_with(NOT_READY, error.message)
    except SandboxError as error:
        stop_with(WRONG_USE, f"{error.message}\n{error.hint}", error=error.to_json()["error"])
    if as_json:
        print_json(loaded)
        return
    counts = {name: len(loaded[name]) for name in ("developers", "phones", "apps")} | {"orders": loaded["orders"]}
    told = ", ".join(f"{count} {name if count != 1 else name[:-1]}" for name, count in counts.items() if count)
    click.echo(f"Loaded {file}: {told}.")
    for app in loaded["apps"]:
        click.echo(f"  {app['name']}: public token {app['public_token']}, private token {app['private_token']}")
    for page in loaded["pages"]:
        if page["status"] == "pending":
            click.echo(f"  {page['developer_tracking_id'] or 'Payment page'}: {page['link']}")
