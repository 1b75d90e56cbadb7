"""The small shops of the documentation, one in each language: started, and paid through a payment page, redirect and webhook."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import httpx
import pytest

from sandbox.contracts.qr_payload import HostedCode, to_text
from sandbox.testing import Sandbox
from sandbox.testing.drivers import MerchantApp, PhoneDriver
from tests.docs.test_samples import sample

AMOUNT = 12_500
THANKS = "Thank you! Your order is paid."
COMMANDS = {
    "shop_v2.py": [sys.executable, "shop_v2.py"],
    "shop_v2.mjs": ["node", "shop_v2.mjs"],
    "shop_v2.php": ["php", "-S", "127.0.0.1:{port}", "shop_v2.php"],
    "ShopV2.java": ["java", "ShopV2.java"],
}


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def running(name: str, folder: Path, private_token: str) -> Iterator[str]:
    """The address of the shop, which is stopped at the end."""
    port = free_port()
    command = [part.format(port=port) for part in COMMANDS[name]]
    environment = os.environ | {"FLOUCI_PRIVATE_TOKEN": private_token, "PORT": str(port), "PYTHONUNBUFFERED": "1"}
    output = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    with subprocess.Popen(command, cwd=folder, env=environment, **output) as process:
        try:
            assert process.stdout is not None
            for line in process.stdout:
                if re.search(r"Listening on port|Development Server .* started", line):
                    break
            else:
                pytest.fail("the shop did not start")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_shop_sells_and_is_paid(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, tmp_path: Path, name: str
) -> None:
    if shutil.which(COMMANDS[name][0]) is None:
        pytest.skip(f"{COMMANDS[name][0]} is not installed")
    if name.endswith(".py") and find_spec("requests") is None:
        pytest.skip("requests is not installed")
    (tmp_path / name).write_text(sample(name, sandbox, merchant_app), "utf-8")
    with running(name, tmp_path, merchant_app.private_token) as address, httpx.Client(trust_env=False) as shopper:
        link = shopper.get(f"{address}/buy", timeout=30).headers["Location"]
        payment_id = link.rpartition("/")[2]
        assert shopper.get(f"{address}/paid", params={"payment_id": payment_id}).text == "Your order is not paid yet."
        phone.scan_text(to_text(HostedCode(payment_id)))
        phone.pay()
        back = shopper.get(link).headers["Location"]
        assert back == f"{address}/paid?payment_id={payment_id}"
        assert shopper.get(back, timeout=30).text == THANKS
        assert shopper.get(f"{address}/paid", params={"payment_id": "forged"}).text != THANKS
        sandbox.control.drain()
        token = sandbox.log_in(merchant_app)
        app = next(app for app in sandbox.platform.list_apps(token) if app.name == merchant_app.name)
        events = sandbox.transport._client.get(
            f"/api/apps/{app.id}/webhook/events", headers={"Authorization": f"Bearer {token}"}
        ).json()["data"]
        assert [event["state"] for event in events] == ["delivered"]
    assert merchant_app.balance == AMOUNT
