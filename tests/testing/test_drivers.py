"""What tests hold in their hands: a phone that photographs anything, codes that are waited for, webhooks that are expected."""

from __future__ import annotations

import asyncio
import copy
import pickle
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from sandbox.contracts.errors import NoQrFound
from sandbox.contracts.mobile import Scan
from sandbox.contracts.platform import NewApp
from sandbox.testing import Sandbox
from sandbox.testing.drivers import InboxDriver, MerchantApp, PhoneDriver
from sandbox.testing.webhooks import Delivery, WebhookReceiver


class AsyncPage:
    """As a page of Playwright's async API is."""

    def __init__(self, picture: bytes) -> None:
        self.picture = picture

    async def screenshot(self) -> bytes:
        await asyncio.sleep(0)
        return self.picture


class LongPage:
    """Its code is below what the window shows."""

    viewport_size = (360, 640)

    def __init__(self, picture: bytes) -> None:
        self.picture = picture

    def screenshot(self, *, full_page: bool = False) -> bytes:
        return self.picture if full_page else as_png(Image.new("RGB", (60, 60), "white"))


class LongAsyncPage(LongPage):
    async def screenshot(self, *, full_page: bool = False) -> bytes:  # type: ignore[override]
        return super().screenshot(full_page=full_page)


def as_png(picture: Image.Image) -> bytes:
    file = BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def in_a_loop(coroutine: Any) -> Any:
    """In a thread of its own: Playwright's sync API may have a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


def test_a_phone_photographs_bytes_files_and_pictures(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, tmp_path: Path
) -> None:
    shown = sandbox.phone(merchant_app.wallet_phone).qr(1_500)
    file = tmp_path / "code.png"
    file.write_bytes(shown)
    with Image.open(file) as picture:
        for each in (shown, bytearray(shown), file, str(file), picture):
            assert phone.scan(each).amount == 1_500
    with pytest.raises(TypeError, match="not int"):
        phone.scan(7)  # type: ignore[call-overload]


def test_a_page_is_scrolled_through_where_its_window_shows_no_code(sandbox: Sandbox, phone: PhoneDriver) -> None:
    async def scan(page: Any) -> Scan:
        found: Scan = await phone.scan(page)
        return found

    shown, nothing = sandbox.new_phone().qr(), as_png(Image.new("RGB", (60, 60), "white"))
    assert phone.scan(LongPage(shown)).kind == in_a_loop(scan(LongAsyncPage(shown))).kind == "person"
    with pytest.raises(NoQrFound):
        phone.scan(LongPage(nothing))
    with pytest.raises(NoQrFound):
        in_a_loop(scan(LongAsyncPage(nothing)))


def test_in_an_event_loop_everything_can_be_awaited(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver
) -> None:
    page = AsyncPage(sandbox.phone(merchant_app.wallet_phone).qr(1_500))

    async def test() -> tuple[int | None, str, int]:
        scan = await phone.scan(page)
        again = await phone.aio.scan(page)
        paid = await phone.aio.pay()
        assert again.amount == scan.amount
        return scan.amount, paid.status, await phone.aio.balance

    assert in_a_loop(test()) == (1_500, "SUCCESS", 500_000 - 1_500)


def test_each_code_of_an_sms_is_told_once(sandbox: Sandbox, merchant_app: MerchantApp) -> None:
    owner = sandbox.phone(merchant_app.wallet_phone)
    first = owner.wait_for_code()
    with pytest.raises(TimeoutError, match=f"{merchant_app.wallet_phone} within 0 s"):
        owner.wait_for_code(seconds=0)
    token = sandbox.log_in(merchant_app)
    sandbox.clock.advance(seconds=60)
    sandbox.platform.start_app(token, NewApp(name="Second", phone_number=merchant_app.wallet_phone))
    second = owner.wait_for_code()
    assert second.isdigit()
    assert len(second) == len(first) == 6


def test_a_mail_tells_its_link_and_says_what_it_lacks(inbox: InboxDriver, merchant_app: MerchantApp) -> None:
    mail = inbox.wait_for(to=merchant_app.email)
    assert mail.link == mail.links[0]
    with pytest.raises(LookupError, match="has no code"):
        _ = mail.code


def hosted_page(sandbox: Sandbox, app: MerchantApp, webhook: str) -> dict[str, Any]:
    body = {
        "amount": 12_500,
        "success_link": "https://shop.example/paid",
        "fail_link": "https://shop.example/failed",
        "webhook": webhook,
    }
    bearer = {"Authorization": f"Bearer {app.public_token}:{app.private_token}"}
    url = f"{sandbox.base_url}/api/v2/generate_payment"
    made: dict[str, Any] = httpx.post(url, json=body, headers=bearer, trust_env=False).json()["result"]
    return made


def test_a_webhook_is_expected_and_refused_ones_come_again(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, webhooks: WebhookReceiver
) -> None:
    webhooks.answer_with(503)
    made = hosted_page(sandbox, merchant_app, f"{webhooks.url}?shop=1")
    picture = httpx.get(f"{sandbox.base_url}/pay/{made['payment_id']}/qr.png", trust_env=False).content
    phone.scan(picture)
    phone.pay()
    came = webhooks.expect(payment_id=made["payment_id"], success=True)
    assert (came.method, came.shop, came.values["success"]) == ("GET", "1", True)
    sandbox.clock.advance(seconds=10)
    webhooks.expect(payment_id=made["payment_id"], success=True, times=2)
    webhooks.never(success=False)
    with pytest.raises(AssertionError, match="should not have"):
        webhooks.never(payment_id=made["payment_id"])
    with pytest.raises(AssertionError, match="success is True, not False"):
        webhooks.expect(payment_id=made["payment_id"], success=False, seconds=0)


def test_a_delivery_is_copied_and_tells_what_it_lacks() -> None:
    delivery = Delivery("GET", "/webhook", {}, b"", {"payment_id": "1"})
    assert copy.copy(delivery) == pickle.loads(pickle.dumps(delivery)) == delivery
    with pytest.raises(AttributeError, match="this webhook has no success"):
        delivery.success  # noqa: B018


def test_what_never_came_is_told_with_the_address(webhooks: WebhookReceiver) -> None:
    with pytest.raises(AssertionError, match=f"none came at all to {webhooks.url}"):
        webhooks.expect(seconds=0)
    httpx.post(webhooks.url, json={"type": "payment.executed"}, trust_env=False)
    assert webhooks.expect(type="payment.executed").method == "POST"
    webhooks.clear()
    assert webhooks.received == []
