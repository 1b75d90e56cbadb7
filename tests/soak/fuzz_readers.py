"""Fuzzes what reads other people's input on the phone, led by coverage: ``python -m tests.soak.fuzz_readers RUNS``.

A text or a picture may be refused with the errors that are meant for it; anything else ends the run with exit code 77.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["sandbox.contracts.qr_payload", "sandbox.mock_mobile.reading"]):
    from sandbox.contracts.errors import BrokenQr, ForeignQr
    from sandbox.contracts.qr_payload import parse, to_text
    from sandbox.mock_mobile.reading.pixels import Picture, TooLargeError, UnreadableError

STARTS = (
    "",
    "flouci-sandbox:",
    "flouci-sandbox://pay?v=1&",
    "flouci-sandbox://wallet?v=1&phone=",
    "flouci-sandbox://merchant?",
)


def read_text(text: str) -> None:
    try:
        code = parse(text)
    except (BrokenQr, ForeignQr):
        return
    again = parse(to_text(code))
    assert type(again) is type(code), text


def read_picture(file: bytes) -> None:
    try:
        picture = Picture(file)
    except (UnreadableError, TooLargeError):
        return
    assert picture.grey.mode == "L"


def one_input(data: bytes) -> None:
    provider = atheris.FuzzedDataProvider(data)
    choice = provider.ConsumeIntInRange(0, len(STARTS))
    if choice == len(STARTS):
        read_picture(provider.ConsumeBytes(len(data)))
    else:
        read_text(STARTS[choice] + provider.ConsumeUnicode(len(data)))


if __name__ == "__main__":
    atheris.Setup([sys.argv[0], f"-runs={int(sys.argv[1])}", "-max_len=600", "-seed=7"], one_input)
    atheris.Fuzz()
