"""The code in the README runs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from sandbox.testing.drivers import MerchantApp, PhoneDriver
    from sandbox.testing.embedded import Sandbox

README = Path(__file__).parents[1] / "README.md"


def python_block(containing: str) -> str:
    blocks = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    return next(block for block in blocks if containing in block)


def test_the_sandbox_starts_as_the_readme_says(capsys: Any) -> None:
    exec(python_block("with Sandbox.start"), {})
    assert capsys.readouterr().out.startswith("http://127.0.0.1:")


def test_the_readmes_test_passes(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, page: Page, shop_url: str
) -> None:
    names: dict[str, Any] = {"my_shop_that_uses": lambda *_: shop_url}
    exec(python_block("def test_my_shop_gets_paid"), names)
    names["test_my_shop_gets_paid"](sandbox, merchant_app, phone, page)


def test_the_readmes_back_end_is_paid(sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver) -> None:
    from sandbox.testing.checkout import prepare_and_verify

    form = prepare_and_verify(sandbox, merchant_app, phone, amount=12_500)
    names: dict[str, Any] = {
        "requests": _Requests(sandbox),
        "PUBLIC_TOKEN": merchant_app.public_token,
        "PRIVATE_TOKEN": merchant_app.private_token,
        "form": form,
    }
    exec(python_block("answer = requests.post"), names)
    assert names["paid"] is True


class _Requests:
    """The one call of ``requests`` that the sample makes, sent to the test's sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def post(self, url: str, json: dict[str, Any]) -> Any:
        import httpx

        return httpx.post(url.replace("http://127.0.0.1:8216", self._sandbox.base_url), json=json)
