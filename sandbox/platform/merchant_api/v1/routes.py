"""HTTP of v1; how a payment stands is told by the older ``verify_payment``, which knows script payments too."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from flask import Blueprint, Response

from sandbox.contracts.errors import AppDisabled, BadCredentials
from sandbox.kit.web import read_fields
from sandbox.kit.web.operations import describes
from sandbox.platform.merchant_api.answers import answer
from sandbox.platform.merchant_api.coverage import published
from sandbox.platform.merchant_api.generating import (
    PAYMENT_ID,
    Generated,
    Refused,
    generated,
    hint_of_amount,
    link_of,
    refused,
    require_secure_links,
)
from sandbox.platform.merchant_api.v1.schemas import VERSION, GenerateFirst

if TYPE_CHECKING:
    from sandbox.platform.hosted.service import HostedPages
    from sandbox.platform.merchant_api.reception import Reception
    from sandbox.platform.settings import PlatformSettings

TAG = "Payments v1"
_HOW = "Send 'app_token' and 'app_secret' in the body."


def first_api(reception: Reception, pages: HostedPages, settings: PlatformSettings) -> Blueprint:
    routes = Blueprint("v1", __name__, url_prefix="/api")

    @routes.post("/generate_payment")
    @routes.post("/generate_payment/wordpress", endpoint="generate_payment_wordpress")
    @describes(
        "Ask for a payment page and its link, with the tokens in the body.",
        tag=TAG,
        body=GenerateFirst,
        answer=Generated,
        refusal=Refused,
        errors=(BadCredentials, AppDisabled),
        gives=PAYMENT_ID,
        gives_to=("Payments",),
    )
    @published("full", "doc")
    @published("full", "clients", at="/api/generate_payment/wordpress")
    @reception.refusing_with(partial(refused, version=VERSION))
    def generate_payment() -> Response:
        fields = read_fields()
        app = reception.tokens(fields.get("app_token"), fields.get("app_secret"), how=_HOW)
        request = GenerateFirst.parse(fields)
        require_secure_links(request, reception.quirks)
        page = pages.open(app, request.to_page(VERSION))
        body = generated(page, VERSION, link_of(page, settings, reception.quirks))
        return answer(body, hint=hint_of_amount(request.amount))

    return routes
