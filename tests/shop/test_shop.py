"""The demo shop's back end: whom it believes, what it asks, and what it tells the shopper."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from shop.app import create_app
from shop.orders import OrderBook
from shop.products import PRODUCTS
from shop.texts import LANGUAGES, TEXTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.testing import FlaskClient

ROOT = Path(__file__).parents[2]
SUCCESS = {"status": "SUCCESS", "code": 0, "result": {"status": "SUCCESS", "amount": 12500, "payment_id": "pay-1"}}


def refused(error: str) -> dict[str, Any]:
    return {"status": "FAILED", "code": 1, "result": {"status": "FAILED", "error": error}}


class FakeSandbox:
    """Answers ``accept`` with the answers it is given, the last one again and again; an exception is raised."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers) or [SUCCESS]
        self.asked: list[tuple[str, dict[str, Any], dict[str, str]]] = []

    def post(self, url: str, json: dict[str, Any], headers: dict[str, str]) -> Mapping[str, Any]:
        self.asked.append((url, json, headers))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def open_shop(sandbox: FakeSandbox) -> FlaskClient:
    app = create_app(
        sandbox_url="http://sandbox.test", public_token="public", private_token="private", post=sandbox.post
    )
    app.testing = True
    return app.test_client()


def order_numbers(shop: FlaskClient) -> list[str]:
    return re.findall(r'name="order" value="(\w+)"', shop.get("/?lang=en").text)


def submit(shop: FlaskClient, number: str, **fields: str) -> Any:
    form = {"order": number, "lang": "en", "payment_id": "pay-1", "flouci_otp": "123456", **fields}
    return shop.post("/handle_payment", data={name: value for name, value in form.items() if value != "-"})


def follow(shop: FlaskClient, answer: Any) -> Any:
    assert answer.status_code == 303
    return shop.get(answer.location)


# --- The page ---


def test_each_product_has_a_form_of_its_own_with_the_script_tag() -> None:
    page = open_shop(FakeSandbox()).get("/?lang=fr").text
    tags = re.findall(r"<script src=\"http://sandbox\.test/static/main\.js\" ([^>]*)>", page)
    assert len(tags) == len(PRODUCTS)
    assert [re.search(r'data-amount="(\d+)"', tag)[1] for tag in tags] == ["12500", "64100"]
    assert all('app="public"' in tag and 'lang-key="fr"' in tag and 'class="flouci-button"' in tag for tag in tags)
    assert page.count('action="/handle_payment" method="post"') == len(PRODUCTS)


def test_the_private_token_never_reaches_the_browser() -> None:
    shop = open_shop(FakeSandbox(refused("WRONG_CODE")))
    number = order_numbers(shop)[0]
    pages = [shop.get("/").text, follow(shop, submit(shop, number)).text]
    assert not any("private" in page for page in pages)


def test_every_visit_gets_fresh_order_numbers_and_is_not_kept_by_the_browser() -> None:
    shop = open_shop(FakeSandbox())
    assert len({*order_numbers(shop), *order_numbers(shop)}) == 4
    assert shop.get("/").headers["Cache-Control"] == "no-store"


def test_the_shop_works_below_a_path_of_somebody_else() -> None:
    page = open_shop(FakeSandbox()).get("/", base_url="http://localhost/shop").text
    own = re.findall(r'(?:href|src|action)="(/[^"]*)"', page)
    assert own
    assert all(address.startswith("/shop/") for address in own)


@pytest.mark.parametrize(("language", "direction"), [("fr", "ltr"), ("ar", "rtl"), ("en", "ltr")])
def test_the_page_speaks_the_language_that_is_asked_for(language: str, direction: str) -> None:
    page = open_shop(FakeSandbox()).get(f"/?lang={language}").text
    assert f'<html lang="{language}" dir="{direction}">' in page
    assert TEXTS[language]["tagline"] in page


@pytest.mark.parametrize(("wished", "expected"), [("ar-TN,fr;q=0.8", "ar"), ("en-US", "en"), ("de", "fr"), ("", "fr")])
def test_the_browser_wishes_a_language(wished: str, expected: str) -> None:
    page = open_shop(FakeSandbox()).get("/", headers={"Accept-Language": wished}).text
    assert f'<html lang="{expected}"' in page


def test_all_languages_say_the_same_things() -> None:
    english = TEXTS["en"]
    for language in LANGUAGES:
        assert TEXTS[language].keys() == english.keys()
        assert TEXTS[language]["reasons"].keys() == english["reasons"].keys()


# --- Paying ---


def test_a_right_payment_leads_to_the_success_page() -> None:
    shop = open_shop(FakeSandbox())
    page = follow(shop, submit(shop, order_numbers(shop)[0]))
    assert page.status_code == 200
    assert "Payment succeeded" in page.text
    assert "12.500 DT" in page.text
    assert "pay-1" in page.text


def test_accept_is_called_with_the_tokens_and_with_the_amount_of_the_order() -> None:
    sandbox = FakeSandbox()
    shop = open_shop(sandbox)
    submit(shop, order_numbers(shop)[1], amount="1", **{"data-amount": "1"})
    [(url, body, headers)] = sandbox.asked
    assert url == "http://sandbox.test/api/accept"
    assert body == {
        "app_token": "public",
        "app_secret": "private",
        "payment_id": "pay-1",
        "flouci_otp": "123456",
        "amount": 64100,
    }
    assert headers["Idempotency-Key"]


@pytest.mark.parametrize("code", sorted(TEXTS["en"]["reasons"]))
def test_a_refusal_leads_to_the_failed_page_with_the_reason_in_words(code: str) -> None:
    shop = open_shop(FakeSandbox(refused(code)))
    page = follow(shop, submit(shop, order_numbers(shop)[0]))
    assert "Payment failed" in page.text or "Something is wrong" in page.text
    assert TEXTS["en"]["reasons"][code].replace("'", "&#39;") in page.text


def test_an_error_code_that_the_shop_does_not_know_is_a_refusal_too() -> None:
    shop = open_shop(FakeSandbox(refused("<b>SOMETHING_NEW</b>")))
    page = follow(shop, submit(shop, order_numbers(shop)[0]))
    assert TEXTS["en"]["other_reason"] in page.text
    assert "<b>" not in page.text


def test_after_a_refusal_the_same_order_can_still_be_paid() -> None:
    shop = open_shop(FakeSandbox(refused("WRONG_CODE"), SUCCESS))
    number = order_numbers(shop)[0]
    assert "/payment/failed" in submit(shop, number).location
    assert "/payment/success" in submit(shop, number, payment_id="pay-2").location


def test_the_same_form_sent_again_asks_only_once() -> None:
    sandbox = FakeSandbox(SUCCESS, refused("ALREADY_ACCEPTED"))
    shop = open_shop(sandbox)
    number = order_numbers(shop)[0]
    assert [submit(shop, number).location for _ in range(3)] == [f"/payment/success?order={number}&lang=en"] * 3
    assert len(sandbox.asked) == 1


def test_a_paid_order_takes_no_second_payment() -> None:
    sandbox = FakeSandbox()
    shop = open_shop(sandbox)
    number = order_numbers(shop)[0]
    submit(shop, number)
    page = follow(shop, submit(shop, number, payment_id="pay-2", flouci_otp="654321"))
    assert len(sandbox.asked) == 1
    assert "pay-2" not in page.text


@pytest.mark.parametrize(
    "fields",
    [
        {"payment_id": "-"},
        {"flouci_otp": "-"},
        {"flouci_otp": "12345"},
        {"flouci_otp": "١٢٣٤٥٦"},
        {"payment_id": "a b"},
        {"payment_id": "x" * 65},
    ],
)
def test_an_incomplete_form_is_refused_without_asking_anybody(fields: dict[str, str]) -> None:
    sandbox = FakeSandbox()
    shop = open_shop(sandbox)
    page = follow(shop, submit(shop, order_numbers(shop)[0], **fields))
    assert TEXTS["en"]["reasons"]["INCOMPLETE_FORM"] in page.text
    assert sandbox.asked == []


@pytest.mark.parametrize("number", ["TX0000000000", "", "-", "<script>", "x" * 3000])
def test_an_order_that_the_shop_does_not_know_is_not_paid(number: str) -> None:
    sandbox = FakeSandbox()
    shop = open_shop(sandbox)
    page = follow(shop, submit(shop, number))
    assert page.status_code == 404
    assert TEXTS["en"]["reasons"]["UNKNOWN_ORDER"] in page.text
    assert "<script>" not in page.text.replace("<script type", "")
    assert sandbox.asked == []


def test_the_success_page_is_only_for_orders_that_are_paid() -> None:
    shop = open_shop(FakeSandbox())
    number = order_numbers(shop)[0]
    page = follow(shop, shop.get(f"/payment/success?order={number}&lang=en"))
    assert TEXTS["en"]["reasons"]["NOT_PAID_YET"] in page.text
    assert follow(shop, shop.get("/payment/success?order=TX1&lang=en")).status_code == 404


def test_a_paid_order_has_no_failed_page() -> None:
    shop = open_shop(FakeSandbox())
    number = order_numbers(shop)[0]
    submit(shop, number)
    assert "Payment succeeded" in follow(shop, shop.get(f"/payment/failed?order={number}&lang=en")).text


# --- The sandbox is away ---


@pytest.mark.parametrize(
    "answer",
    [TimeoutError(), ConnectionError("refused"), ValueError("not JSON"), {}, [], {"result": None}, {"result": "x"}],
)
def test_no_answer_is_told_as_not_knowing_and_can_be_asked_again(answer: Any) -> None:
    sandbox = FakeSandbox(answer, SUCCESS)
    shop = open_shop(sandbox)
    number = order_numbers(shop)[0]
    page = follow(shop, submit(shop, number))
    assert page.status_code == 200
    assert TEXTS["en"]["reasons"]["NO_ANSWER"] in page.text
    assert 'action="/payment/ask_again"' in page.text
    page = follow(shop, shop.post("/payment/ask_again", data={"order": number, "lang": "en"}))
    assert "Payment succeeded" in page.text


def test_asking_again_uses_the_same_key_so_that_money_moves_once() -> None:
    sandbox = FakeSandbox(TimeoutError(), SUCCESS)
    shop = open_shop(sandbox)
    number = order_numbers(shop)[0]
    submit(shop, number)
    shop.post("/payment/ask_again", data={"order": number})
    (_, first, first_headers), (_, second, second_headers) = sandbox.asked
    assert first == second
    assert first_headers == second_headers


def test_two_orders_are_asked_about_with_two_keys() -> None:
    sandbox = FakeSandbox()
    shop = open_shop(sandbox)
    for number in order_numbers(shop):
        submit(shop, number)
    assert len({headers["Idempotency-Key"] for _, _, headers in sandbox.asked}) == 2


def test_there_is_nothing_to_ask_again_about_a_refusal() -> None:
    sandbox = FakeSandbox(refused("WRONG_CODE"))
    shop = open_shop(sandbox)
    number = order_numbers(shop)[0]
    assert "ask_again" not in follow(shop, submit(shop, number)).text
    shop.post("/payment/ask_again", data={"order": number})
    shop.post("/payment/ask_again", data={"order": "TX1"})
    assert len(sandbox.asked) == 1


# --- The edges ---


def test_the_shop_remembers_a_bounded_number_of_orders() -> None:
    book = OrderBook(most=2)
    first, second, third = (book.open(PRODUCTS[0]) for _ in range(3))
    assert book.find(first.number) is None
    assert book.find(second.number) is second
    assert book.find(third.number) is third


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nothing", 404), ("GET", "/handle_payment", 405)])
def test_a_wrong_address_is_told_in_the_shops_own_page(method: str, path: str, status: int) -> None:
    page = open_shop(FakeSandbox()).open(path, method=method)
    assert page.status_code == status
    assert "payment-failed" in page.text


def test_a_huge_form_is_refused() -> None:
    shop = open_shop(FakeSandbox())
    assert submit(shop, order_numbers(shop)[0], note="x" * 100_000).status_code == 413


def test_the_shop_knows_nothing_of_the_sandbox() -> None:
    check = "import sys, shop.app, shop.__main__; sys.exit(any(name.partition('.')[0] == 'sandbox' for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", check], cwd=ROOT, check=False).returncode == 0


def test_the_command_says_what_is_missing() -> None:
    ran = subprocess.run([sys.executable, "-m", "shop"], cwd=ROOT, env={}, capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert "--secret" in ran.stderr
