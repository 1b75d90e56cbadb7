"""Codes and pictures made to break the phone: refused with a reason that names the field, and no money moves."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.bad_input.errors import JSON, dump, require_error
from tests.mock_mobile.pictures import draw, to_bytes
from tests.stage import Stage

EXAMPLES = int(os.environ.get("SANDBOX_FUZZ_EXAMPLES", "25"))
REFUSED = (400, 404, 409, 422)
QUIET = settings(
    max_examples=EXAMPLES * 2,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
NAMES = st.sampled_from(["v", "app", "amount", "session", "id", "name", "description", "payment", "phone", "", "v%00"])
VALUES = st.text(max_size=12) | st.sampled_from(
    [
        "1",
        "0",
        "-5",
        "1e9",
        "9" * 40,
        "%",
        "%0",
        "%00",
        "%FF%FE",
        "%D8%00",
        "%E2%80%AE",
        "٣٤",
        "1_000",
        "+1",
        "😀",
        "&&",
        "=",
        "a" * 300,
    ]
)
KINDS = st.sampled_from(["//pay", "//wallet", "//merchant", "//PAY", "/pay", "//pay/", "", "//../pay", "//pay#", "//x"])
SCHEMES = st.sampled_from(
    ["flouci-sandbox:", "FLOUCI-SANDBOX:", "flouci-sandbox::", "flouci:", "javascript:", "\ufeffflouci-sandbox:"]
)
TEXTS = st.builds(
    lambda scheme, kind, fields: f"{scheme}{kind}?" + "&".join(f"{name}={value}" for name, value in fields),
    SCHEMES,
    KINDS,
    st.lists(st.tuples(NAMES, VALUES), max_size=7),
)


def test_no_text_of_a_code_breaks_the_phone_or_moves_money(stage: Stage) -> None:
    with stage.unchanged():

        @QUIET
        @given(text=TEXTS)
        def check(text: str) -> None:
            answer = stage.http.post(
                f"/mobile/phones/{stage.phone.number}/scan", content=dump({"qr_text": text}), headers=JSON
            )
            error = require_error(answer, statuses=REFUSED, what=text)
            if error["code"] == "BROKEN_QR":
                assert error["field"]

        check()


def test_a_good_code_with_a_changed_part_is_paid_as_shown_or_refused(stage: Stage) -> None:
    """A change that is not refused shows the order's own amount: the platform decides, not the code."""
    good = stage.scan()
    with stage.unchanged():

        @QUIET
        @given(at=st.integers(0, len(good)), length=st.integers(0, 6), middle=VALUES)
        def check(at: int, length: int, middle: str) -> None:
            text = good[:at] + middle + good[at + length :]
            answer = stage.http.post(
                f"/mobile/phones/{stage.phone.number}/scan", content=dump({"qr_text": text}), headers=JSON
            )
            if answer.status_code == 200:
                assert answer.json()["amount"] == 12_500
            else:
                require_error(answer, statuses=REFUSED, what=text)

        check()


@settings(QUIET, max_examples=EXAMPLES)
@given(text=TEXTS)
def test_pictures_of_such_codes_are_refused_alike(stage: Stage, text: str) -> None:
    picture = to_bytes(draw(text.encode("utf-8", "replace"), box=3))
    answer = stage.http.post(f"/mobile/phones/{stage.phone.number}/scan", files={"image": ("code.png", picture)})
    require_error(answer, statuses=REFUSED, what=text)


@settings(QUIET, max_examples=EXAMPLES * 2)
@given(
    kind=st.sampled_from(["PNG", "JPEG", "WEBP", "GIF", "BMP"]),
    cut=st.integers(0, 400) | st.none(),
    changes=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=4),
)
def test_no_damage_to_a_file_breaks_the_phone(
    stage: Stage, kind: str, cut: int | None, changes: list[tuple[float, int]]
) -> None:
    file = bytearray(to_bytes(draw("https://example.com", box=2), kind)[:cut])
    for place, value in changes:
        if file:
            file[int(place * len(file))] = value
    answer = stage.http.post(f"/mobile/phones/{stage.phone.number}/scan", files={"image": ("code", bytes(file))})
    error = require_error(answer, statuses=(422,), what=(kind, cut, changes))
    assert error["code"] in {"UNREADABLE_PICTURE", "PICTURE_TOO_LARGE", "NO_QR_FOUND", "FOREIGN_QR"}
    assert error["code"] == "FOREIGN_QR" or error["field"] == "image"
