"""``qr read``: what a phone reads in a picture."""

from __future__ import annotations

import json
import time
from pathlib import Path

import click

from sandbox.cli import FAILED, WRONG_USE
from sandbox.cli.output import json_option, stop_with
from sandbox.contracts.errors import Refusal
from sandbox.mock_mobile import qr


@click.group("qr")
def qr_command() -> None:
    """QR codes in pictures."""


@qr_command.command("read")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@json_option
def qr_read(files: tuple[Path, ...], as_json: bool) -> None:  # noqa: ARG001  it is JSON with and without
    """Read FILES; one JSON line each, with "text" null where no QR code is found."""
    problem = qr.zbar_problem()
    if problem is not None:
        stop_with(WRONG_USE, problem)
    qr.warm_up()
    lines = [_read(file) for file in files]
    if any("error" in line for line in lines):
        raise SystemExit(FAILED)


def _read(file: Path) -> dict[str, object]:
    line: dict[str, object] = {"file": str(file), "text": None, "reader": None}
    started = time.perf_counter()
    try:
        reading = qr.read(file.read_bytes())
        line |= {"text": reading.text, "reader": reading.reader}
    except OSError as error:
        line["error"] = f"{file} cannot be read: {error.strerror}."
    except Refusal as refusal:
        if refusal.code != "NO_QR_FOUND":
            line["error"] = refusal.message
    line["milliseconds"] = round((time.perf_counter() - started) * 1000, 1)
    click.echo(json.dumps(line, ensure_ascii=False))
    return line
