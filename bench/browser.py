"""One payment in the demo shop with a real browser and a phone that reads its screenshot, once the browser is up."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from bench import processes
from bench.report import Figures, median

if TYPE_CHECKING:
    from bench.options import Options


def measure(options: Options) -> Figures:
    """From asking for the shop's page to the shop's thanks; the first payment, which warms both sides up, apart."""
    from sandbox.contracts.mobile import MobileClient
    from sandbox.contracts.transport import HttpTransport
    from sandbox.testing.browser import NoBrowserError, open_browser
    from sandbox.testing.drivers import PhoneDriver
    from sandbox.testing.shopper import Shopper

    took: list[float] = []
    with processes.temporary_folder() as folder, processes.sandbox(folder) as sandbox:
        transport = HttpTransport(sandbox.base_url)
        phone = PhoneDriver(MobileClient(transport), sandbox.details["phones"][0]["phone_number"])
        try:
            with open_browser() as browser:
                for _ in range(options.turns + 1):
                    page = browser.new_page(viewport={"width": 1280, "height": 800})
                    started = perf_counter()
                    page.goto(sandbox.details["shop_url"])
                    Shopper(page).pay_with(phone)
                    took.append(perf_counter() - started)
                    page.close()
        except NoBrowserError:
            return {}
        finally:
            transport.close()
        memory = sandbox.memory()
    return {
        "browser_payment_seconds": median(took[1:]),
        "browser_payment_first_seconds": took[0],
        "after_pictures_memory_megabytes": memory,
    }
