"""Draws QR codes and damages them, as screens, cameras and networks do. The same every run."""

from __future__ import annotations

import random
import struct
import zlib
from io import BytesIO

import qrcode
from PIL import Image, ImageChops, ImageFilter

OURS = (
    "flouci-sandbox://pay?v=1&app=6f1c1f0e-7d0a-4c39-9a9e-0b7c6a2f5d11&amount=64100"
    "&session=_Q9s0bL2TQ6n0m3Xw1kYzA&id=TX12530&name=Caf%C3%A9"
)


def draw(text: str | bytes = OURS, *, box: int = 4, border: int = 4) -> Image.Image:
    """Black on white, ``box`` pixels a module, error correction M."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=box, border=border)
    code.add_data(text)
    return code.make_image().get_image().convert("L")


def to_bytes(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def on_canvas(*images: Image.Image, size: tuple[int, int], colour: int = 255) -> Image.Image:
    """The images side by side on a page."""
    page = Image.new("L", size, colour)
    left = 20
    for image in images:
        page.paste(image, (left, 20))
        left += image.width + 20
    return page


def contrast(image: Image.Image, dark: int, light: int) -> Image.Image:
    return image.point(lambda value: dark + (light - dark) * value // 255)


def blur(image: Image.Image, radius: float) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(radius))


def noise(image: Image.Image, strength: float) -> Image.Image:
    """Each pixel up to ``strength`` lighter or darker."""
    grain = _random_pixels(image.size).point(lambda value: round(128 + (value - 128) * strength / 128))
    return ImageChops.add(image, grain, 1, -128)


def salt_and_pepper(image: Image.Image, share: float) -> Image.Image:
    pixels = _random_pixels(image.size)
    spotted = image.copy()
    spotted.paste(0, mask=pixels.point(lambda value: 255 * (value < 128 * share)))
    spotted.paste(255, mask=pixels.point(lambda value: 255 * (value >= 256 - 128 * share)))
    return spotted


def tilt(image: Image.Image) -> Image.Image:
    """Photographed from the side: the right edge is a quarter shorter."""
    width, height = image.size
    corners = (0, 0, -height // 8, width // 20)
    quad = (corners[0], corners[1], 0, height, width, height * 9 // 8, width, corners[2])
    return image.transform(image.size, Image.Transform.QUAD, quad, Image.Resampling.BICUBIC, fillcolor=255)


def rotate(image: Image.Image, degrees: float) -> Image.Image:
    return image.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=255)


def photo(text: str = OURS) -> Image.Image:
    """Twelve megapixels of a table with a code on paper, not quite straight, sharp or clean."""
    paper = rotate(contrast(draw(text, box=14), 50, 215), 11)
    table = Image.linear_gradient("L").resize((4000, 3000)).point(lambda value: 60 + value // 3)
    table.paste(paper, (1300, 900))
    return noise(blur(table, 2), 25)


def png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_header(width: int, height: int) -> bytes:
    """A PNG file that claims this size and holds no pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = png_chunk(b"IHDR", header) + png_chunk(b"IDAT", zlib.compress(b"")) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def jpeg_header(width: int, height: int) -> bytes:
    """A real small JPEG file whose header claims this size."""
    small = to_bytes(Image.new("L", (8, 8)), "JPEG")
    frame = small.index(b"\xff\xc0") + 5
    return small[:frame] + struct.pack(">HH", height, width) + small[frame + 4 :]


def webp_header(width: int, height: int) -> bytes:
    """A real small lossy WebP file whose header claims this size."""
    small = to_bytes(Image.new("RGB", (8, 8)), "WEBP")
    frame = small.index(b"\x9d\x01\x2a") + 3
    return small[:frame] + struct.pack("<HH", width, height) + small[frame + 4 :]


def _random_pixels(size: tuple[int, int]) -> Image.Image:
    return Image.frombytes("L", size, random.Random(7).randbytes(size[0] * size[1]))
