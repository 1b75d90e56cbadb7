"""``qr read``: what a phone reads in a picture; ``qr margin``: how much worse the picture could be."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sandbox.cli import FAILED, NOT_READY, WRONG_USE
from sandbox.cli.output import json_option, print_json, stop_with, stop_with_error
from sandbox.contracts.errors import Refusal, SeveralQrFound
from sandbox.kit.errors import SandboxError
from sandbox.mock_mobile import qr

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.mock_mobile.margin import Margin


@click.group("qr")
def qr_command() -> None:
    """QR codes in pictures."""


@qr_command.command("read")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@json_option
def qr_read(files: tuple[Path, ...], as_json: bool) -> None:  # noqa: ARG001  it is JSON with and without
    """Read FILES; one JSON line each, with "text" null where no QR code is found."""
    _require_readers()
    lines = [_read(file) for file in files]
    if any("error" in line for line in lines):
        raise SystemExit(FAILED)


@qr_command.command("margin")
@click.argument("target")
@json_option
def qr_margin(target: str, as_json: bool) -> None:
    """Tell how much blur, tilt, shrinking and more the QR code of TARGET survives.

    TARGET is the address of a page, whose 'Pay with Flouci' button is pressed where it has one, or a picture file. Fails
    when the code is not read at all, or survives less than a shop should count on.
    """
    from sandbox.mock_mobile.margin import measure

    _require_readers()
    picture = _picture_of(target)
    try:
        reading = qr.read(picture)
    except SandboxError as refusal:
        stop_with_error(refusal.code, refusal.message, refusal.hint)
    margins = _shown(target, reading, measure(picture, reading.text), as_json=as_json)
    if not all(margin.is_enough for margin in margins):
        raise SystemExit(FAILED)


def _require_readers() -> None:
    problem = qr.zbar_problem()
    if problem is not None:
        stop_with(WRONG_USE, problem)
    qr.warm_up()


def _picture_of(target: str) -> bytes:
    from sandbox.testing.browser import NoBrowserError
    from sandbox.testing.code_on_page import photograph_code

    try:
        return photograph_code(target) if target.startswith(("http://", "https://")) else Path(target).read_bytes()
    except OSError as error:
        stop_with(WRONG_USE, f"{target} is neither an address (http://…) nor a picture file: {error.strerror}.")
    except NoBrowserError as error:
        stop_with(NOT_READY, str(error))
    except SandboxError as error:
        stop_with_error(error.code, error.message, error.hint)


def _shown(target: str, reading: qr.Reading, measured: Iterable[Margin], *, as_json: bool) -> list[Margin]:
    """Print each margin as soon as it is known, or all of them as one object."""
    if not as_json:
        click.echo(f"{target}\n  {reading.text}\n  read by {reading.reader}\n")
        click.echo(f"{'':10} {'survives':>8} {'wanted':>8}")
    margins = []
    for margin in measured:
        margins.append(margin)
        if not as_json:
            click.echo(_line(margin))
    if as_json:
        details = {margin.trial.name: _details(margin) for margin in margins}
        is_enough = all(margin.is_enough for margin in margins)
        head = {"target": target, "text": reading.text, "reader": reading.reader, "ok": is_enough}
        print_json(head | {"margins": details})
    return margins


def _line(margin: Margin) -> str:
    trial = margin.trial
    survives = "nothing" if margin.survives is None else f"{margin.survives:g}"
    verdict = ": too little" if not margin.is_enough else " (the most that was tried)" if margin.is_all else ""
    return f"{trial.name:10} {survives:>8} {trial.wanted:>8g}  {trial.unit}{verdict}"


def _details(margin: Margin) -> dict[str, object]:
    trial = margin.trial
    return {"survives": margin.survives, "wanted": trial.wanted, "unit": trial.unit, "ok": margin.is_enough}


def _read(file: Path) -> dict[str, object]:
    line: dict[str, object] = {"file": str(file), "text": None, "reader": None}
    started = time.perf_counter()
    try:
        reading = qr.read(file.read_bytes())
        line |= {"text": reading.text, "reader": reading.reader}
    except OSError as error:
        line["error"] = f"{file} cannot be read: {error.strerror}."
    except SeveralQrFound as refusal:
        line |= {"error": refusal.message, **refusal.details}
    except Refusal as refusal:
        if refusal.code != "NO_QR_FOUND":
            line["error"] = refusal.message
    line["milliseconds"] = round((time.perf_counter() - started) * 1000, 1)
    click.echo(json.dumps(line, ensure_ascii=False))
    return line
