"""The shop as a Flask app: a page with two products, and the back end of the report's figure V.3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException

from .orders import Order, OrderBook
from .payments import NO_ANSWER, Cashier, Get, Post, get_json, post_json
from .products import PRODUCTS
from .texts import DEFAULT_LANGUAGE, LANGUAGES, TEXTS, explain, format_dinars

if TYPE_CHECKING:
    from flask import Response
    from werkzeug.wrappers import Response as BaseResponse

_MOST_BYTES = 64_000


def create_app(
    *, sandbox_url: str, public_token: str, private_token: str, post: Post | None = None, get: Get | None = None
) -> Flask:
    """``sandbox_url`` serves the payment script and ``/api/accept``; the tokens are those of one app there.

    ``post`` and ``get`` replace the HTTP calls for a shop that runs in the sandbox's own process, and in tests.
    """
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = _MOST_BYTES
    sandbox_url = sandbox_url.rstrip("/")
    orders = OrderBook()
    cashier = Cashier(sandbox_url, public_token, private_token, post or post_json, get or get_json)
    app.context_processor(lambda: {"sandbox_url": sandbox_url, "public_token": public_token})
    app.context_processor(_language_context)
    app.register_error_handler(HTTPException, _show_http_error)
    app.after_request(_forbid_storing)
    _add_pages(app, orders)
    _add_payments(app, orders, cashier)
    _add_payment_page(app, orders, cashier)
    return app


def _add_pages(app: Flask, orders: OrderBook) -> None:
    @app.get("/")
    def index() -> str:
        return render_template("index.html", offers=[orders.open(product) for product in PRODUCTS])

    @app.get("/payment/success")
    def payment_success() -> str | BaseResponse:
        order = orders.find(request.args.get("order", ""))
        if order is None or not order.is_paid:
            return _go("payment_failed", request.args.get("order", ""))
        return render_template("success.html", order=order)

    @app.get("/payment/failed")
    def payment_failed() -> tuple[str, int] | BaseResponse:
        order = orders.find(request.args.get("order", ""))
        if order is None:
            return _show_failure(None, "UNKNOWN_ORDER"), 404
        if order.is_paid:
            return _go("payment_success", order.number)
        return _show_failure(order, order.reason or "NOT_PAID_YET"), 200


def _add_payments(app: Flask, orders: OrderBook, cashier: Cashier) -> None:
    @app.post("/handle_payment")
    def handle_payment() -> BaseResponse:
        """What the payment form submits: the payment's id and the six digits, beside the shop's own order number."""
        number = request.form.get("order", "")
        order = orders.find(number)
        if order is None:
            return _go("payment_failed", number)
        cashier.settle(order, request.form.get("payment_id", ""), request.form.get("flouci_otp", ""))
        return _go("payment_success" if order.is_paid else "payment_failed", number)

    @app.post("/payment/ask_again")
    def ask_again() -> BaseResponse:
        number = request.form.get("order", "")
        order = orders.find(number)
        if order is not None and order.reason == NO_ANSWER:
            cashier.settle_again(order)
        return _go("payment_success" if order and order.is_paid else "payment_failed", number)


def _add_payment_page(app: Flask, orders: OrderBook, cashier: Cashier) -> None:
    """The second way: the shopper pays on Flouci's own page and comes back (v2 of the published API)."""

    @app.post("/buy")
    def buy() -> BaseResponse | tuple[str, int]:
        product = next((each for each in PRODUCTS if each.key == request.form.get("item")), None)
        if product is None:
            return _show_failure(None, "BAD_REQUEST"), 400
        order = orders.open(product)
        link = cashier.open_page(order, url_for("come_back", lang=_language(), number=order.number, _external=True))
        return redirect(link, 303) if link else _go("payment_failed", order.number)

    @app.get("/payment/back/<lang>/<number>")
    def come_back(lang: str, number: str) -> BaseResponse:
        """In the path, since Flouci puts ``?payment_id=`` behind the link whatever stands there."""
        del lang
        order = orders.find(number)
        is_paid = order is not None and (order.is_paid or cashier.check_page(order))
        return _go("payment_success" if is_paid else "payment_failed", number)


def _show_failure(order: Order | None, reason: str) -> str:
    can_ask_again = order is not None and reason == NO_ANSWER
    return render_template("failed.html", order=order, reason=reason, can_ask_again=can_ask_again)


def _go(endpoint: str, number: str) -> BaseResponse:
    """Redirected with 303, so that loading the page anew does not send the form again."""
    return redirect(url_for(endpoint, order=number[:20], lang=_language()), 303)


def _language() -> str:
    """Carried from page to page in the address: the shop keeps no session and sets no cookie."""
    asked = request.args.get("lang") or (request.view_args or {}).get("lang") or _sent_language()
    wished = (tag.replace("_", "-").split("-")[0].lower() for tag, quality in request.accept_languages if quality > 0)
    return next((language for language in (asked, *wished) if language in LANGUAGES), DEFAULT_LANGUAGE)


def _sent_language() -> str:
    try:
        return request.form.get("lang", "")
    except HTTPException:  # a form that is too large is not read, and its error page needs a language too
        return ""


def _language_context() -> dict[str, Any]:
    language = _language()
    return {
        "lang": language,
        "dir": "rtl" if language == "ar" else "ltr",
        "languages": LANGUAGES,
        "t": TEXTS[language],
        "dinars": lambda amount: format_dinars(amount, language),
        "explain": lambda reason: explain(reason, language),
    }


def _show_http_error(error: HTTPException) -> tuple[str, int] | BaseResponse:
    if error.code is None or error.code < 400:  # a redirect made by routing
        return error.get_response()
    reason = "PAGE_NOT_FOUND" if error.code == 404 else "BAD_REQUEST"
    return _show_failure(None, reason), error.code


def _forbid_storing(answer: Response) -> Response:
    """Each page has order numbers of its own, so the browser must not bring an old one back."""
    if answer.mimetype == "text/html":
        answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
