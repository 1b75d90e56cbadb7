"""The samples of the documentation run: each file of templates/samples is used by a test here, against a real sandbox."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from jinja2 import Environment, FileSystemLoader

import sandbox as package
from sandbox.platform.webhooks.signing import signature_headers
from sandbox.testing import Sandbox
from sandbox.testing.checkout import prepare_and_verify
from sandbox.testing.drivers import MerchantApp, PhoneDriver
from sandbox.testing.faults import FaultDriver
from sandbox.testing.shopper import Shopper
from tests.kyc import card_picture

if TYPE_CHECKING:
    from playwright.sync_api import Page

FOLDER = Path(package.__file__).parent / "platform" / "templates" / "samples"
AMOUNT = 12_500
SECRET = "whsec_c2FuZGJveC1zZWNyZXQtb2YtdGhlLXRlc3Rz"
TEST = Path(__file__)


def sample(name: str, sandbox: Sandbox, app: MerchantApp) -> str:
    """As a page shows it."""
    environment = Environment(loader=FileSystemLoader(FOLDER), autoescape=False)
    values = {"base_url": sandbox.base_url, "public_token": app.public_token, "lang": "en"}
    return environment.get_template(f"{name}.txt").render(**values)


def run(command: list[str], **environment: str) -> str:
    done = subprocess.run(
        command, env=os.environ | environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def bash(script: str, **environment: str) -> str:
    return run(["bash", "-e", "-c", script.replace("curl ", "curl -sS ")], **environment)


@pytest.fixture
def form(sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver) -> dict[str, str]:
    """What a payment form submits."""
    return prepare_and_verify(sandbox, merchant_app, phone, amount=AMOUNT, reference="TX12530")


@pytest.fixture
def back_end(sandbox: Sandbox, merchant_app: MerchantApp, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The sample for Flask, as a client that posts to it."""
    monkeypatch.setenv("FLOUCI_PRIVATE_TOKEN", merchant_app.private_token)
    names: dict[str, Any] = {"__name__": "shop"}
    exec(sample("back_end.py", sandbox, merchant_app), names)
    return names["app"].test_client()


def node() -> str:
    found = shutil.which("node")
    if found is None:
        pytest.skip("Node.js is not installed")
    return found


def test_every_sample_is_run() -> None:
    tests = TEST.read_text("utf-8") + TEST.with_name("test_shops.py").read_text("utf-8")
    tested = set(re.findall(r'"([\w]+\.[a-z]+)"', tests))
    assert {path.name.removesuffix(".txt") for path in FOLDER.glob("*.txt")} - tested <= {"environment.sh"}


def test_the_back_end_in_python_gets_paid_once(back_end: Any, merchant_app: MerchantApp, form: dict[str, str]) -> None:
    paid = back_end.post("/handle_payment", data=form)
    assert (paid.status_code, paid.text) == (200, "Thank you! Your order is paid.")
    assert merchant_app.balance == AMOUNT
    again = back_end.post("/handle_payment", data=form)
    assert (again.status_code, again.text) == (402, "Not paid: ALREADY_ACCEPTED")


def test_the_sample_of_a_test_passes(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, back_end: Any
) -> None:
    names: dict[str, Any] = {"my_back_end": lambda _: back_end}
    exec(sample("test_shop.py", sandbox, merchant_app), names)
    names["test_my_back_end_gets_paid"](sandbox, merchant_app, phone)


def test_an_account_is_opened_and_linked_to_a_bank(sandbox: Sandbox, merchant_app: MerchantApp, tmp_path: Path) -> None:
    (tmp_path / "card.png").write_bytes(card_picture())
    script = sample("open_account.sh", sandbox, merchant_app)
    answers = bash(f"cd {tmp_path}; {script}")
    assert '"state":"approved"' in answers
    assert sandbox.mobile.get_wallet("55123456").level == 2
    before = sandbox.phone("20000001").balance
    told = bash(sample("bank.sh", sandbox, merchant_app))
    assert "id,at,kind,reference,amount,balance" in told
    assert sandbox.phone("20000001").balance == before + 50_000


def test_the_back_end_in_node_gets_paid(
    sandbox: Sandbox, merchant_app: MerchantApp, form: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "shop.mjs"
    file.write_text(sample("node.mjs", sandbox, merchant_app), "utf-8")
    environment = os.environ | {"FLOUCI_PRIVATE_TOKEN": merchant_app.private_token, "PORT": "0"}
    with subprocess.Popen([node(), str(file)], env=environment, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            port = re.findall(r"\d+", server.stdout.readline())[-1]
            paid = httpx.post(f"http://127.0.0.1:{port}/handle_payment", data=form, trust_env=False)
        finally:
            server.kill()
    assert (paid.status_code, paid.text) == (200, "Thank you! Your order is paid.")
    assert merchant_app.balance == AMOUNT


def test_the_back_end_in_php_gets_paid(
    sandbox: Sandbox, merchant_app: MerchantApp, form: dict[str, str], tmp_path: Path
) -> None:
    php = shutil.which("php")
    if php is None:
        pytest.skip("PHP is not installed")
    page = sample("handle_payment.php", sandbox, merchant_app)
    file = tmp_path / "handle_payment.php"
    file.write_text(page.replace("<?php", f"<?php $_POST = json_decode('{json.dumps(form)}', true);", 1), "utf-8")
    assert run([php, str(file)], FLOUCI_PRIVATE_TOKEN=merchant_app.private_token) == "Thank you! Your order is paid."


@pytest.mark.parametrize("name", ["accept.sh", "accept_json.sh", "accept_as_in_the_report.sh"])
def test_accept_from_a_terminal(sandbox: Sandbox, merchant_app: MerchantApp, form: dict[str, str], name: str) -> None:
    values = {
        "FLOUCI_PRIVATE_TOKEN": merchant_app.private_token,
        "PAYMENT_ID": form["payment_id"],
        "FLOUCI_OTP": form["flouci_otp"],
        "CODE": form["flouci_otp"],
    }
    answer = json.loads(bash(sample(name, sandbox, merchant_app), **values))
    assert shape(answer) == shape(json.loads(sample("accepted.json", sandbox, merchant_app)))
    assert answer["result"]["amount"] == AMOUNT == merchant_app.balance


def test_asking_for_a_payment(sandbox: Sandbox, merchant_app: MerchantApp, form: dict[str, str], back_end: Any) -> None:
    back_end.post("/handle_payment", data=form)
    script = sample("verify.sh", sandbox, merchant_app)
    values = {"FLOUCI_PRIVATE_TOKEN": merchant_app.private_token, "PAYMENT_ID": form["payment_id"]}
    answer, told = json.loads(bash(script, **values)), json.loads(sample("verified.json", sandbox, merchant_app))
    assert shape(answer) == shape(told)
    own = {"details": {}, "developer_tracking_id": "TX12530"}
    assert {**answer, "result": {**answer["result"], **own}} == {**told, "result": {**told["result"], **own}}


def test_a_refused_payment_looks_as_the_sample_does(
    sandbox: Sandbox, merchant_app: MerchantApp, form: dict[str, str]
) -> None:
    body = {"appToken": merchant_app.public_token, "appSecret": merchant_app.private_token, "id": form["payment_id"]}
    wrong = f"{(int(form['flouci_otp']) + 1) % 1_000_000:06}"
    answer = httpx.post(f"{sandbox.base_url}/api/accept", json=body | {"code": wrong}, trust_env=False).json()
    told = json.loads(sample("refused.json", sandbox, merchant_app))
    assert {**answer, "result": {**answer["result"], "payment_id": ""}} == {
        **told,
        "result": {**told["result"], "payment_id": ""},
    }


def test_a_token_and_a_call_with_it(sandbox: Sandbox, merchant_app: MerchantApp) -> None:
    login = sample("login.sh", sandbox, merchant_app).replace("you@example.com", merchant_app.email)
    token = json.loads(bash(login.replace("YOUR-PASSWORD", merchant_app.password)))["token"]
    listed = bash(sample("api.sh", sandbox, merchant_app).replace("YOUR-KEY", token))
    assert merchant_app.public_token in listed


def test_faults_from_a_shell(own_sandbox: Sandbox) -> None:
    app = own_sandbox.new_merchant()
    told = bash(sample("faults.sh", own_sandbox, app))
    assert '"calls":0' in told.replace(" ", "")
    assert '"removed":2' in told.replace(" ", "")


def test_a_fault_in_a_test(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, shop: Shopper, faults: FaultDriver
) -> None:
    names: dict[str, Any] = {}
    exec(sample("faults.py", sandbox, merchant_app), names)
    names["test_who_pays_is_not_asked_to_pay_twice"](shop, phone, merchant_app, faults)


def test_the_quirks_of_an_app(sandbox: Sandbox, merchant_app: MerchantApp) -> None:
    token = sandbox.log_in(merchant_app)
    app = next(app for app in sandbox.platform.list_apps(token) if app.name == merchant_app.name)
    call = sample("quirks.sh", sandbox, merchant_app).replace("YOUR-KEY", token).replace("YOUR-APP-ID", app.id)
    values = json.loads(bash(call))["values"]
    assert (values["redirect_join"], values["link_style"]) == ("query", "merchant")


def test_an_error_looks_as_the_sample_does(sandbox: Sandbox, merchant_app: MerchantApp) -> None:
    headers = {"Authorization": f"Bearer {sandbox.log_in(merchant_app)}"}
    body = {"name": merchant_app.name, "phone_number": merchant_app.wallet_phone}
    answer = httpx.post(f"{sandbox.base_url}/api/apps", json=body, headers=headers, trust_env=False).json()
    told = json.loads(sample("error.json", sandbox, merchant_app))
    assert {**answer["error"], "request_id": ""} == {**told["error"], "request_id": ""}


def test_the_seed_file_is_loaded_as_shown_from_a_terminal_and_in_a_test(
    own_sandbox: Sandbox, merchant_app: MerchantApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "shop.yaml"
    file.write_text(sample("seed.yaml", own_sandbox, merchant_app), "utf-8")
    assert run([sys.executable, "-m", "sandbox", "seed", "--example"]).strip() == file.read_text("utf-8")
    load, start, curl = sample("seed.sh", own_sandbox, merchant_app).splitlines()
    data = own_sandbox.details["data_dir"]
    told = run([sys.executable, *load.split()[1:2], "sandbox", "seed", str(file), "--data", data])
    assert "Boutique: public token 6b0c0b7e-9f5a-4d7b-8d53-0b6c1a9f0a11" in told
    assert "22111222 is taken by In" in bash(f"cd {tmp_path}; {curl}")
    assert "--seed-file" in start
    own_sandbox.reset()
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(sample("seed.py", own_sandbox, merchant_app), names)
    names["test_a_good_customer_pays_again"](own_sandbox)
    assert own_sandbox.control.verify_ledger()["ok"]


@pytest.fixture
def own_sandbox() -> Iterator[Sandbox]:
    """Its clock is moved and its data goes."""
    with Sandbox.start(seed=14) as running:
        yield running


def test_the_clock_the_phone_and_the_reset(own_sandbox: Sandbox) -> None:
    app = own_sandbox.new_merchant()
    before = own_sandbox.clock.now
    bash(sample("clock.sh", own_sandbox, app))
    assert (own_sandbox.clock.now - before).total_seconds() >= 121
    made = json.loads(bash(sample("phone.sh", own_sandbox, app)))
    assert (made["phone_number"], made["balance"]) == ("22123456", 100_000)
    bash(sample("reset.sh", own_sandbox, app))
    phones = httpx.get(f"{own_sandbox.base_url}/mobile/phones", trust_env=False).json()
    assert "22123456" not in json.dumps(phones)


def test_a_moment_is_kept_compared_and_carried(own_sandbox: Sandbox, tmp_path: Path) -> None:
    def terminal(name: str) -> str:
        data = own_sandbox.details["data_dir"]
        script = re.sub(
            r"^python (.*)$", rf"{sys.executable} \1 --data {data}", sample(name, own_sandbox, app), flags=re.MULTILINE
        )
        return bash(f"cd {tmp_path}; {script}")

    app = own_sandbox.new_merchant()
    assert "no difference" in terminal("snapshots.sh")
    assert '"text":"no difference"' in bash(sample("snapshots_http.sh", own_sandbox, app)).replace(": ", ":")
    assert own_sandbox.snapshots.list() == []
    assert "Loaded theirs" in terminal("world.sh")

    def my_shop_sells(merchant: MerchantApp, phone: PhoneDriver) -> None:
        form = prepare_and_verify(own_sandbox, merchant, phone, amount=AMOUNT)
        assert own_sandbox.accept(merchant, form["payment_id"], form["flouci_otp"])["status"] == "SUCCESS"

    names: dict[str, Any] = {"my_shop_sells": my_shop_sells}
    exec(sample("snapshots.py", own_sandbox, app), names)
    names["test_what_a_sale_changes"](own_sandbox, app, own_sandbox.new_phone())
    assert [each["name"] for each in own_sandbox.snapshots.list()] == ["theirs", "unpaid"]


def signed(body: bytes, timestamp: int) -> dict[str, str]:
    return signature_headers(["whsec_b3RoZXI=", SECRET], "evt_1", timestamp, body)


BODY = b'{"type": "payment.executed", "data": {"id": "1"}}'
DELIVERIES = [
    (BODY, 0, BODY, True),
    (BODY, 0, BODY.replace(b'"1"', b'"2"'), False),
    (BODY, -400, BODY, False),
]


def test_the_signature_is_checked_in_python(
    sandbox: Sandbox, merchant_app: MerchantApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLOUCI_WEBHOOK_SECRET", SECRET)
    names: dict[str, Any] = {"__name__": "shop"}
    exec(sample("webhook.py", sandbox, merchant_app), names)
    client = names["app"].test_client()
    for made, seconds, arrived, is_good in DELIVERIES:
        headers = signed(made, int(time.time()) + seconds)
        answer = client.post("/webhook", data=arrived, headers=headers, content_type="application/json")
        assert answer.status_code == (204 if is_good else 400)


def test_the_signature_is_checked_in_node(sandbox: Sandbox, merchant_app: MerchantApp, tmp_path: Path) -> None:
    (tmp_path / "webhook.mjs").write_text(sample("webhook.js", sandbox, merchant_app), "utf-8")
    now = int(time.time())
    cases = [(signed(made, now + seconds), arrived.decode()) for made, seconds, arrived, _ in DELIVERIES]
    (tmp_path / "test.mjs").write_text(
        'import { isSigned } from "./webhook.mjs";\n'
        f"console.log(JSON.stringify({json.dumps(cases)}.map(([headers, body]) => isSigned(headers, body))));"
    )
    told = json.loads(run([node(), str(tmp_path / "test.mjs")], FLOUCI_WEBHOOK_SECRET=SECRET))
    assert told == [is_good for *_, is_good in DELIVERIES]


def test_a_webhook_brings_what_the_sample_shows(
    sandbox: Sandbox, merchant_app: MerchantApp, form: dict[str, str]
) -> None:
    from sandbox.platform.orders.schemas import Order

    told = json.loads(sample("event.json", sandbox, merchant_app))
    assert set(told) == {"type", "timestamp", "data"}
    assert set(told["data"]) - {"app"} <= set(Order.model_fields)


@pytest.mark.browser
def test_the_sample_of_a_bad_photograph_is_read(
    sandbox: Sandbox, merchant_app: MerchantApp, phone: PhoneDriver, page: Page
) -> None:
    names: dict[str, Any] = {"my_shop": f"{sandbox.base_url}/shop/"}
    exec(sample("photograph.py", sandbox, merchant_app), names)
    names["test_the_code_on_my_page_is_read_from_the_side_in_bad_light"](page, phone)


@pytest.mark.browser
def test_the_buttons_of_the_samples_open_the_form(sandbox: Sandbox, merchant_app: MerchantApp, page: Page) -> None:
    problems: list[str] = []
    page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
    for name in ("button.html", "button_full.html"):
        page.goto(f"{sandbox.base_url}/shop/")
        page.set_content(f"<!doctype html><html lang=en><body>{sample(name, sandbox, merchant_app)}</body></html>")
        page.locator("[data-part=button]").click()
        page.locator("[data-part=dialog][data-state=waiting]").wait_for()
    page.goto(f"{sandbox.base_url}/shop/")
    loading = sample("page.html", sandbox, merchant_app)
    page.set_content(f"<!doctype html><html lang=en><body>{loading}</body></html>")
    page.wait_for_function("Boolean(window.FlouciCheckout)")
    page.evaluate(sample("checkout.js", sandbox, merchant_app).replace("const ", "var "))
    page.locator("[data-part=button]").click()
    page.locator("[data-part=dialog][data-state=waiting]").wait_for()
    assert problems == []


def test_every_sample_of_a_page_is_one_of_these_files_or_made_from_the_program(sandbox: Sandbox) -> None:
    """What a page shows as code comes from a file that runs above; the rest is a single line, or the reference."""
    pages = (
        "",
        "/payment-process",
        "/front-end",
        "/back-end",
        "/verification",
        "/refunds",
        "/testing",
        "/errors",
        "/api",
    )
    known = [path.read_text("utf-8").split("{{")[0].strip() for path in FOLDER.glob("*.txt")]
    for address in pages:
        page = httpx.get(f"{sandbox.base_url}/docs{address}", headers={"Accept": "text/html"}, trust_env=False).text
        for shown in re.findall(r"<pre[^>]*><code[^>]*>(.*?)</code></pre>", page, re.DOTALL):
            text = unescape(re.sub(r"<[^>]+>", "", shown))
            assert "\n" not in text or any(text.startswith(start) for start in known), (address, text[:80])


def shape(value: Any) -> Any:
    """The names of the fields and the kinds of the values, whatever they are."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    return type(value).__name__
