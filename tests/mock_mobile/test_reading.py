"""The process that reads pictures, and what it does with pictures that are hard, hostile, or made of other things than grey."""

from __future__ import annotations

import random
import subprocess
import sys
from time import perf_counter, process_time
from types import SimpleNamespace

import pytest
import qrcode
import zxingcpp
from PIL import Image, ImageDraw

from sandbox.contracts.errors import NoQrFound
from sandbox.mock_mobile import qr
from sandbox.mock_mobile.reading import ladder, pool, readers, worker
from sandbox.mock_mobile.reading.ladder import QUICK_STEPS, STEPS, Step, climb
from sandbox.mock_mobile.reading.readers import Seen
from tests.mock_mobile.pictures import OURS, blur, draw, noise, on_canvas, to_bytes

FOREIGN = "https://example.com/menu"
LONG = 60
SHORT = 2
needs_zbar = pytest.mark.skipif(qr.zbar_problem() is not None, reason="libzbar is missing")


def finder_patterns(side: int) -> bytes:
    """Nothing but finder patterns: a few kilobytes that keep zxing-cpp busy for minutes."""
    tile = Image.new("1", (8, 8), 1)
    ImageDraw.Draw(tile).rectangle((0, 0, 6, 6), outline=0)
    ImageDraw.Draw(tile).rectangle((2, 2, 4, 4), fill=0)
    page = Image.new("1", (side, side), 1)
    for x in range(0, side, 8):
        page.paste(tile, (x, 0))
    row = page.crop((0, 0, side, 8))
    for y in range(8, side, 8):
        page.paste(row, (0, y))
    return to_bytes(page)


@pytest.fixture
def processes():
    own = pool.Pool()
    yield own
    own.close()


# Time


def test_a_picture_made_to_keep_a_reader_busy_is_given_up_in_time(processes):
    processes.warm_up()
    hostile = finder_patterns(5000)
    started = perf_counter()
    with pytest.raises(pool.GaveUpError):
        processes.ask(hostile, SHORT)
    took = perf_counter() - started
    assert SHORT + worker.GRACE_SECONDS <= took < 20, took  # far from the minutes that it would take
    assert processes.ask(to_bytes(draw()), LONG) == {"readings": [[OURS, "zxing-cpp"]]}


def test_what_is_given_up_counts_as_a_picture_without_a_code(monkeypatch):
    def give_up(*_):
        raise pool.GaveUpError

    monkeypatch.setattr(pool.POOL, "ask", give_up)
    with pytest.raises(NoQrFound) as raised:
        qr.read(to_bytes(draw()))
    assert raised.value.field == "image"


def test_no_step_begins_after_the_time_is_over():
    page = to_bytes(noise(Image.new("L", (300, 300), 128), 100))
    started = process_time()  # what other programs take of the processor is not counted
    assert climb(page, 0) == []
    first = process_time() - started
    started = process_time()
    assert climb(page, LONG) == []
    assert first < (process_time() - started) / 3


def test_a_process_that_was_killed_is_replaced(processes):
    picture = to_bytes(draw())
    processes.ask(picture, LONG)
    (idle,) = processes._idle
    idle.kill()
    idle.wait()
    assert processes.ask(picture, LONG)["readings"] == [[OURS, "zxing-cpp"]]


def test_a_process_ends_with_the_one_that_asked(processes):
    processes.ask(b"", LONG)
    (idle,) = processes._idle
    idle.stdin.close()
    assert idle.wait(20) == 0


def test_the_pool_ends_its_processes(processes):
    processes.ask(b"", LONG)
    (idle,) = processes._idle
    processes.close()
    assert idle.returncode is not None


def test_a_forked_process_reads_with_processes_of_its_own():
    code = """
import os, sys
from sandbox.mock_mobile import qr
picture = sys.stdin.buffer.read()
qr.read(picture)
child = os.fork()
text = qr.read(picture).text
if child:
    status = os.waitpid(child, 0)[1]
    print(text, status)
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], input=to_bytes(draw()), capture_output=True, check=False
    )
    assert (done.stdout.decode().strip(), done.stderr) == (f"{OURS} 0", b"")


def test_reading_works_from_a_folder_that_shadows_the_standard_library(tmp_path):
    (tmp_path / "platform.py").write_text("raise SystemExit('shadowed')")
    (tmp_path / "code.png").write_bytes(to_bytes(draw()))
    code = "from pathlib import Path; from sandbox.mock_mobile import qr; print(qr.read(Path('code.png').read_bytes()).text)"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-P", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.stdout.strip(), done.stderr) == (OURS, "")


# What is in the picture


def scripted_steps(*answers):
    """Steps that answer this, whatever they see."""
    return tuple(Step(f"step {number}", lambda _, seen=seen: seen, lambda _: 1) for number, seen in enumerate(answers))


def test_ours_is_looked_for_where_a_second_code_was_seen_and_not_read(monkeypatch):
    corners = ((1, 1), (9, 1), (9, 9), (1, 9))
    steps = scripted_steps(Seen((FOREIGN,), (corners,)), Seen((FOREIGN,)), Seen((FOREIGN, OURS)), Seen(("late",)))
    monkeypatch.setattr(ladder, "QUICK_STEPS", steps)
    assert climb(to_bytes(draw()), LONG) == [(FOREIGN, "step 0"), (OURS, "step 2")]


def test_a_code_seen_askew_is_looked_at_from_straight_ahead(monkeypatch):
    corners = ((16, 16), (draw().width - 16, 16), (draw().width - 16,) * 2, (16, draw().width - 16))
    monkeypatch.setattr(ladder, "QUICK_STEPS", scripted_steps(Seen((), (corners,))))
    assert climb(to_bytes(draw()), LONG) == [(OURS, "zxing-cpp, straightened")]


def test_a_foreign_code_alone_costs_one_step(monkeypatch):
    tried = []
    original = zxingcpp.read_barcodes
    monkeypatch.setattr(zxingcpp, "read_barcodes", lambda *args, **named: tried.append(1) or original(*args, **named))
    assert climb(to_bytes(draw(FOREIGN)), LONG) == [(FOREIGN, "zxing-cpp")]
    assert len(tried) == 1


def test_white_modules_on_nothing_are_read():
    white = Image.new("LA", draw().size, (255, 0))
    white.putalpha(draw())
    assert climb(to_bytes(white), LONG) == [(OURS, "zxing-cpp, on black")]


@pytest.mark.parametrize("pair", [((200, 60, 60), (60, 130, 60)), ((0, 160, 230), (255, 90, 100))])
def test_colours_of_the_same_lightness_are_told_apart(pair):
    dark, light = (Image.new("RGB", draw().size, colour) for colour in pair)
    assert [text for text, _ in climb(to_bytes(Image.composite(light, dark, draw())), LONG)] == [OURS]


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_a_code_in_a_later_frame_of_an_animation_is_found(kind):
    empty = Image.new("L", draw().size, 255)
    frames = to_bytes(empty, kind, save_all=True, append_images=[draw()], lossless=True)
    assert climb(frames, LONG) == [(OURS, "zxing-cpp, later frame")]


@pytest.mark.parametrize(("box", "share"), [(4, 0.65), (5, 0.7), (8, 0.7), (10, 0.78)])
def test_blur_of_most_of_a_module_is_undone(box, share):
    (found,) = climb(to_bytes(blur(draw(box=box), box * share)), LONG)
    assert found[0] == OURS
    assert "unblurred" in found[1]


@needs_zbar
def test_a_line_through_a_finder_pattern_is_forgiven():
    image = draw(box=8)
    ImageDraw.Draw(image).line((28, 60, 92, 66), fill=0, width=5)
    assert climb(to_bytes(image), LONG) == [(OURS, "pyzbar, contrast")]


# Never a text that is not there


@pytest.mark.parametrize("seed", range(6))
def test_noise_holds_no_code(seed):
    side = 160
    grain = Image.frombytes("L", (side, side), random.Random(seed).randbytes(side * side))
    for image in (grain, grain.resize((side // 4,) * 2).resize((side * 2,) * 2, Image.Resampling.NEAREST)):
        assert climb(to_bytes(image), LONG) == []


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("kind", ["MicroQRCode", "RMQRCode"])
def test_the_small_relatives_of_qr_are_left_alone(kind):
    """What they can check is so little that zxing-cpp read one in a blurred QR code of another text."""
    written = zxingcpp.create_barcode("12345", getattr(zxingcpp.BarcodeFormat, kind))
    drawn = memoryview(written.to_image(scale=6))
    image = Image.frombytes("L", drawn.shape[1::-1], drawn.tobytes())
    assert zxingcpp.read_barcodes(image)[0].text == "12345"
    assert climb(to_bytes(on_canvas(image, size=(300, 300))), LONG) == []


@needs_zbar
@pytest.mark.parametrize(
    ("payload", "text"),
    [
        ("Café".encode("latin-1"), "Café"),
        ("مرحبا".encode(), "مرحبا"),
        ("é".encode(), "é"),
        ("日本".encode(), "日本"),
    ],
)
def test_both_readers_find_the_same_letters(payload, text):
    image = draw(payload)
    assert readers.read_with_zbar(image).texts == readers.read_with_zxing(image).texts == (text,)


@needs_zbar
@pytest.mark.parametrize(
    "payload", ["Ça coûte 12 DT".encode("latin-1"), b"\xff\xfe\x00\x01\x80abc", "12 €".encode("cp1252")]
)
def test_zbar_tells_no_text_rather_than_a_wrong_one(payload):
    image = draw(payload)
    assert set(readers.read_with_zbar(image).texts) <= set(readers.read_with_zxing(image).texts)


@pytest.mark.parametrize("text", ["N° 12", "«oui»", "£5", "Café", "à la façon"])
def test_french_that_says_nothing_of_its_charset_is_french(text):
    assert readers.read_with_zxing(draw(text.encode("latin-1"))).texts == (text,)


def test_half_width_katakana_stay_what_a_code_says_they_are():
    assert readers.read_with_zxing(draw("ｶﾀｶﾅ".encode())).texts == ("ｶﾀｶﾅ",)
    code = SimpleNamespace(text="ｶﾅ", bytes="ｶﾅ".encode("shift-jis"))
    assert readers._in_latin(code, {"5D 51 32 5C 30 30 30 30 32 30 B6 C5"}) == "ｶﾅ"
    assert readers._in_latin(code, {"5D 51 31 B6 C5"}) == "¶Å"


@needs_zbar
def test_both_readers_find_the_same_kanji():
    code = qrcode.QRCode(box_size=4)
    code.add_data(qrcode.util.QRData("日本語".encode("shift-jis"), mode=qrcode.util.MODE_8BIT_BYTE))
    image = code.make_image().get_image().convert("L")
    assert readers.read_with_zbar(image).texts == readers.read_with_zxing(image).texts == ("日本語",)


def test_cheap_steps_come_first():
    assert STEPS[: len(QUICK_STEPS)] == QUICK_STEPS
