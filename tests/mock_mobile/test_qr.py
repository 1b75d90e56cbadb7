"""Reading QR codes from pictures: every damage a screen, a camera or a network does, and no crash on anything."""

from __future__ import annotations

import ctypes
import random
import subprocess
import sys
import threading
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from sandbox.contracts.errors import NoQrFound, PictureTooLarge, SeveralQrFound, UnreadablePicture
from sandbox.kit.errors import SandboxError
from sandbox.mock_mobile import qr
from sandbox.mock_mobile.reading import readers
from sandbox.mock_mobile.reading.ladder import STEPS, climb
from sandbox.mock_mobile.reading.pixels import Picture
from tests.mock_mobile.pictures import (
    OURS,
    blur,
    contrast,
    draw,
    jpeg_header,
    noise,
    on_canvas,
    photo,
    png_chunk,
    png_header,
    rotate,
    salt_and_pepper,
    tilt,
    to_bytes,
    webp_header,
)

OTHER = "flouci-sandbox://pay?v=1&payment=_x3-Yz"
FOREIGN = "https://example.com/menu"
KINDS = ("PNG", "JPEG", "WEBP")
LONG = 60
needs_zbar = pytest.mark.skipif(qr.zbar_problem() is not None, reason="libzbar is missing")


@pytest.fixture
def without_zbar(monkeypatch):
    readers.find_zbar.cache_clear()
    monkeypatch.setitem(sys.modules, "pyzbar", None)
    yield
    readers.find_zbar.cache_clear()


def text_in(image: Image.Image) -> str:
    return qr.read(to_bytes(image, compress_level=1), seconds=LONG).text


# Formats


@pytest.mark.parametrize("kind", [*KINDS, "GIF", "BMP"])
def test_a_clean_code_is_read_from_each_format(kind):
    assert qr.read(to_bytes(draw(), kind)) == qr.Reading(OURS, "zxing-cpp")


@pytest.mark.parametrize("kind", ["TIFF", "PPM", "PCX"])
def test_other_formats_are_refused(kind):
    with pytest.raises(UnreadablePicture):
        qr.read(to_bytes(draw(), kind))


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "I;16"])
def test_every_kind_of_png_is_read(mode):
    image = draw().convert("I").point(lambda value: value * 200 + 1000).convert(mode) if mode == "I;16" else draw()
    assert text_in(image.convert(mode)) == OURS


def test_a_jpeg_for_print_is_read():
    assert qr.read(to_bytes(draw().convert("CMYK"), "JPEG")).text == OURS


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_transparent_pixels_are_white(mode):
    black = Image.new(mode, draw().size, 0)
    black.putalpha(ImageOps.invert(draw()))
    assert text_in(black) == OURS


def test_a_transparent_palette_colour_is_white():
    image = draw().point(lambda value: value // 255).convert("P")
    image.putpalette([0, 0, 0, 0, 0, 0])
    assert qr.read(to_bytes(image, transparency=1)).text == OURS


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_the_first_frame_of_an_animation_counts(kind):
    frames = to_bytes(
        draw(OURS), kind, save_all=True, append_images=[draw("x" * 100).resize(draw().size)], lossless=True
    )
    assert [reading.text for reading in qr.read_all(frames)] == [OURS]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", KINDS)
def test_the_camera_may_be_held_any_way(kind, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    sent = to_bytes(draw().crop((0, 0, 200, 228)), kind, exif=exif)
    assert Picture(sent).grey.size == ((200, 228) if orientation < 5 else (228, 200))
    assert qr.read(to_bytes(draw(), kind, exif=exif)).text == OURS


def test_a_damaged_exif_block_does_not_matter():
    sent = to_bytes(draw(), "JPEG", exif=b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\xff\xff" + b"\x01" * 30)
    assert qr.read(sent).text == OURS


# Damage

DAMAGE = {
    "one pixel a module": lambda: draw(box=1),
    "two pixels a module": lambda: draw(box=2),
    "one and a half pixels a module": lambda: draw().resize((draw().width * 3 // 8,) * 2),
    "large": lambda: draw(box=20),
    "light on dark": lambda: ImageOps.invert(draw()),
    "mirrored": lambda: ImageOps.mirror(draw()),
    "a little askew": lambda: rotate(draw(), 7),
    "upside down": lambda: rotate(draw(), 180),
    "askew by 45 degrees": lambda: rotate(draw(), 45),
    "small and askew": lambda: rotate(draw(box=2), 20),
    "pale": lambda: contrast(draw(), 215, 250),
    "almost invisible": lambda: contrast(draw(), 120, 126),
    "coloured": lambda: ImageOps.colorize(draw(), "#1a4fb3", "#ffe58a"),
    "slightly blurred": lambda: blur(draw(), 1.5),
    "blurred": lambda: blur(draw(), 2.2),
    "large and blurred": lambda: blur(draw(box=8), 5),
    "noisy": lambda: noise(contrast(draw(), 40, 215), 90),
    "very noisy": lambda: noise(contrast(draw(), 40, 215), 115),
    "large and drowned in noise": lambda: noise(contrast(draw(box=8), 40, 215), 250),
    "salt and pepper": lambda: salt_and_pepper(draw(), 0.2),
    "larger with more salt and pepper": lambda: salt_and_pepper(draw(box=5), 0.3),
    "from the side": lambda: tilt(draw(box=5)),
    "from the side, noisy and blurred": lambda: noise(blur(tilt(draw(box=5)), 1), 40),
    "without a border": lambda: draw(border=0),
    "on a page of 1280 by 800": lambda: on_canvas(draw(box=2), size=(1280, 800)),
    "on a page of 390 by 844": lambda: on_canvas(draw(), size=(390, 844)),
    "on a dark page": lambda: on_canvas(draw(), size=(1280, 800), colour=20),
    "light on a dark page": lambda: on_canvas(ImageOps.invert(draw(box=3)), size=(1280, 800), colour=0),
    "small on a page as long as a scroll": lambda: on_canvas(draw(box=2), size=(1280, 9000)),
}


@pytest.mark.parametrize("image", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_code_is_read(image):
    assert text_in(image()) == OURS


@needs_zbar
def test_zbar_reads_a_code_without_a_border_on_a_dark_page():
    image = ImageOps.expand(draw(border=0), 40, 20)
    assert qr.read(to_bytes(image)) == qr.Reading(OURS, "pyzbar, contrast")


@needs_zbar
def test_zbar_reads_a_small_code_with_salt_and_pepper():
    assert text_in(salt_and_pepper(draw(box=2), 0.08)) == OURS


@pytest.mark.parametrize("box", [2, 4])
def test_a_jpeg_of_quality_20_is_read(box):
    assert qr.read(to_bytes(draw(box=box), "JPEG", quality=20)).text == OURS


def test_a_photo_of_twelve_megapixels_is_read_at_a_smaller_size():
    reading = qr.read(to_bytes(photo(), "JPEG", quality=80))
    assert reading == qr.Reading(OURS, "zxing-cpp, reduced")


@pytest.mark.parametrize(
    ("image", "reader"),
    [
        pytest.param(contrast(draw(), 120, 126), "zxing-cpp, contrast", id="almost invisible"),
        pytest.param(noise(contrast(draw(), 40, 215), 115), "zxing-cpp, smooth", id="very noisy"),
    ],
)
def test_common_damage_is_read_by_a_cheap_step(image, reader):
    assert qr.read(to_bytes(image)) == qr.Reading(OURS, reader)


def test_each_step_has_its_own_name():
    names = [step.name for step in STEPS]
    assert len(set(names)) == len(names)


# Which code is meant


def test_a_picture_without_a_code_says_so():
    with pytest.raises(NoQrFound):
        qr.read(to_bytes(Image.new("L", (300, 300), 200)))
    assert qr.read_all(to_bytes(Image.new("L", (1, 1)))) == ()


def test_our_code_is_preferred_to_a_foreign_one():
    page = on_canvas(draw(FOREIGN), draw(OURS), draw("another"), size=(700, 300))
    assert text_in(page) == OURS
    assert {reading.text for reading in qr.read_all(to_bytes(page))} == {OURS, FOREIGN, "another"}


def test_our_light_on_dark_code_is_found_beside_a_foreign_one():
    assert text_in(on_canvas(draw(FOREIGN), ImageOps.invert(draw(OURS)), size=(700, 300), colour=128)) == OURS


def test_of_two_different_codes_of_ours_the_caller_must_choose():
    with pytest.raises(SeveralQrFound) as raised:
        qr.read(to_bytes(on_canvas(draw(OURS), draw(OTHER), draw(FOREIGN), size=(700, 300))))
    assert sorted(raised.value.to_json()["error"]["texts"]) == sorted([OURS, OTHER])
    assert raised.value.field == "image"


def test_the_same_code_twice_is_one():
    assert text_in(on_canvas(draw(OURS), draw(OURS), size=(700, 300))) == OURS


def test_a_foreign_code_alone_is_returned():
    assert text_in(draw(FOREIGN)) == FOREIGN


@pytest.mark.filterwarnings("ignore:write_barcode:DeprecationWarning")
@pytest.mark.parametrize("kind", ["Code128", "DataMatrix", "Aztec", "PDF417"])
def test_barcodes_of_other_kinds_are_ignored(kind):
    import zxingcpp

    drawn = memoryview(zxingcpp.write_barcode(getattr(zxingcpp.BarcodeFormat, kind), "12345678", 300, 100))
    height, width = drawn.shape[:2]
    page = on_canvas(Image.frombytes("L", (width, height), drawn.tobytes()), size=(400, 400))
    assert len(zxingcpp.read_barcodes(page)) == 1
    assert qr.read_all(to_bytes(page)) == ()


# Letters

WORDS = ("Café crème été", "naïve", "مرحبا بالعالم", "日本語テキスト", "€uro 😀", "Ça coûte 12 DT", "plain")


@pytest.mark.parametrize("text", WORDS)
def test_letters_beyond_ascii_survive(text):
    assert text_in(draw(text)) == text


@needs_zbar
@pytest.mark.parametrize("text", WORDS)
def test_letters_survive_zbar_too(text):
    assert readers.read_with_zbar(draw(text)).texts == (text,)


@pytest.mark.parametrize("payload", [b"\xff\xfe\x00\x01\x80abc", bytes(range(256)), b"\x00", "Café".encode("latin-1")])
def test_bytes_that_are_no_text_do_not_crash(payload):
    assert len(qr.read_all(to_bytes(draw(payload)))) == 1


# Size


@pytest.mark.parametrize("header", [png_header, jpeg_header, webp_header])
@pytest.mark.parametrize("size", [(5001, 5000), (10_000, 10_000), (16_383, 16_383)])
def test_too_many_pixels_are_refused_from_the_header_alone(header, size):
    with pytest.raises(PictureTooLarge):
        qr.read(header(*size))


def test_the_largest_sizes_that_can_be_written_down_are_refused():
    for picture in (png_header(2**31 - 1, 2**31 - 1), jpeg_header(65_500, 65_500)):
        with pytest.raises(PictureTooLarge):
            qr.read(picture)


def test_25_megapixels_are_allowed():
    with pytest.raises(NoQrFound):
        qr.read(to_bytes(Image.new("1", (5000, 5000), 1)))


@pytest.mark.parametrize("size", [(1, 20_000), (20_000, 1), (3, 3), (1, 1)])
def test_odd_shapes_are_searched_without_a_crash(size):
    assert qr.read_all(to_bytes(Image.new("L", size, 77))) == ()


# Anything at all


@pytest.mark.parametrize(
    "picture", [b"", b"\x00", b"not a picture", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF\x00\x00\x00\x00WEBP"]
)
def test_what_is_no_picture_is_refused(picture):
    with pytest.raises(UnreadablePicture):
        qr.read(picture)


def read_or_refuse(picture: bytes) -> None:
    try:
        reading = qr.read(picture)
    except (UnreadablePicture, PictureTooLarge, NoQrFound, SeveralQrFound):
        return
    assert isinstance(reading.text, str)


@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"RIFF\x99\x00\x00\x00WEBPVP8 "]),
)
@settings(deadline=None)
def test_no_bytes_make_it_crash(body, start):
    read_or_refuse(start + body)


@pytest.mark.parametrize("kind", KINDS)
def test_a_truncated_file_is_read_or_refused_at_every_length(kind):
    whole = to_bytes(draw(OTHER, box=2), kind)
    for length in {*range(0, len(whole), max(1, len(whole) // 80)), *range(40), *range(len(whole) - 20, len(whole))}:
        read_or_refuse(whole[:length])
    with pytest.raises(UnreadablePicture):
        qr.read(whole[: len(whole) // 2])


@pytest.mark.parametrize("kind", KINDS)
def test_flipped_bytes_are_read_or_refused(kind):
    exif = Image.Exif()
    exif[0x0112] = 6
    whole = to_bytes(draw(OTHER, box=1), kind, exif=exif)
    dice = random.Random(5)
    for _ in range(120):
        damaged = bytearray(whole)
        for _ in range(dice.randint(1, 3)):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        read_or_refuse(bytes(damaged))


def test_a_flipped_byte_in_an_animation_is_read_or_refused():
    frames = [draw(OURS, box=1), draw(OTHER, box=1).resize(draw(OURS, box=1).size)]
    for kind in ("PNG", "WEBP"):
        whole = to_bytes(frames[0], kind, save_all=True, append_images=frames[1:])
        for position in range(0, len(whole), max(1, len(whole) // 60)):
            read_or_refuse(whole[:position] + bytes([whole[position] ^ 0xFF]) + whole[position + 1 :])


def test_a_header_of_the_wrong_length_is_refused():
    with pytest.raises(UnreadablePicture):
        qr.read(b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", b"\x00" * 5))


def test_errors_name_the_field():
    for picture, kind in ((b"", UnreadablePicture), (png_header(9999, 9999), PictureTooLarge)):
        with pytest.raises(kind) as raised:
            qr.read(picture)
        assert isinstance(raised.value, SandboxError)
        assert raised.value.field == "image"


def test_a_reader_that_throws_is_passed_over(monkeypatch):
    import zxingcpp

    def explode(*_, **__):
        raise RuntimeError("C++ exception")

    monkeypatch.setattr(zxingcpp, "read_barcodes", explode)
    here = climb(to_bytes(draw()), LONG)
    assert here == ([(OURS, "pyzbar, contrast")] if qr.zbar_problem() is None else [])


def test_nothing_is_written_to_the_terminal(capfd):
    for image in (noise(draw(), 255), salt_and_pepper(draw(box=2), 0.5), draw(box=1), draw(b"\xff\x00\x80")):
        read_or_refuse(to_bytes(image))
    read_or_refuse(to_bytes(draw(), "JPEG")[:-300])
    read_or_refuse(to_bytes(draw(), "PNG")[:-300])
    assert capfd.readouterr() == ("", "")


def test_many_phones_scan_at_once():
    pictures = {text: to_bytes(draw(text)) for text in (OURS, OTHER, FOREIGN)}
    broken = jpeg_header(10_000, 10_000)
    filters = list(warnings.filters)
    problems = []

    def scan():
        for text, picture in pictures.items():
            read_or_refuse(broken)
            if qr.read(picture).text != text:
                problems.append(text)

    threads = [threading.Thread(target=scan) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert warnings.filters == filters


# Missing parts


def test_without_zbar_zxing_reads_alone(without_zbar):
    for image in (draw(), blur(draw(), 2.2)):
        assert [text for text, _ in climb(to_bytes(image), LONG)] == [OURS]
    assert climb(to_bytes(Image.new("L", (50, 50))), LONG) == []


def test_a_missing_zbar_is_explained_with_the_command_to_run(without_zbar, monkeypatch):
    def missing(name):
        raise OSError(f"{name}: cannot open shared object file")

    monkeypatch.setattr(ctypes, "CDLL", missing)
    assert "run 'apt-get install libzbar0'" in qr.zbar_problem()


def test_a_zbar_that_only_pyzbar_finds_is_no_problem(monkeypatch):
    def missing(name):
        raise OSError(name)

    monkeypatch.setattr(readers, "find_zbar", object)
    monkeypatch.setattr(ctypes, "CDLL", missing)
    assert qr.zbar_problem() is None


def test_importing_the_module_loads_no_heavy_library():
    code = "import sys, sandbox.mock_mobile.qr; print({'PIL', 'pyzbar', 'zxingcpp', 'ctypes.util'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
