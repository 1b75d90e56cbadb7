"""How long the phone needs to find the QR code in a screenshot of 1280×800, from the bytes of a PNG."""

from __future__ import annotations

from io import BytesIO
from time import perf_counter
from typing import TYPE_CHECKING

from bench import processes
from bench.report import Figures, median, percentile

if TYPE_CHECKING:
    from bench.options import Options

_READS_PER_TURN = 10
_SIZE = (1280, 800)


def measure(options: Options) -> Figures:
    """The picture is the demo shop with its payment form open, or a drawn page where there is no browser."""
    from sandbox.mock_mobile import qr

    picture = photograph_shop() or draw_page()
    qr.read(picture)  # the readers are imported here, as by the first scan of a sandbox
    took: list[float] = []
    for _ in range(options.turns * _READS_PER_TURN):
        started = perf_counter()
        qr.read(picture)
        took.append((perf_counter() - started) * 1000)
    return {
        "decode_screenshot_milliseconds": median(took),
        "decode_screenshot_p99_milliseconds": percentile(took, 99),
        "screenshot_bytes": len(picture),
    }


def photograph_shop() -> bytes | None:
    """None where no browser is installed."""
    from sandbox.testing.browser import NoBrowserError, open_browser
    from sandbox.testing.shopper import Shopper

    width, height = _SIZE
    try:
        with (
            processes.temporary_folder() as folder,
            processes.sandbox(folder) as sandbox,
            open_browser() as browser,
        ):
            page = browser.new_page(viewport={"width": width, "height": height})
            page.goto(sandbox.details["shop_url"])
            Shopper(page).open_form()
            picture: bytes = page.screenshot()
            return picture
    except NoBrowserError:
        return None


def draw_page() -> bytes:
    """A white page with a heading and a payment form's code, drawn without a browser."""
    import qrcode
    from PIL import Image, ImageDraw

    page = Image.new("RGB", _SIZE, "#f6f7fa")
    pen = ImageDraw.Draw(page)
    pen.rectangle((440, 90, 840, 710), fill="white", outline="#e1e5ec", width=2)
    pen.text((480, 120), "SANDBOX  12.500 DT", fill="#182032", font_size=24)
    app, session = "11111111-2222-4333-8444-555555555555", "A" * 22
    code = qrcode.QRCode(border=4, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(f"flouci-sandbox://pay?v=1&app={app}&amount=12500&session={session}")
    page.paste(code.make_image().get_image().resize((260, 260)), (510, 200))
    file = BytesIO()
    page.save(file, "PNG")
    return file.getvalue()
