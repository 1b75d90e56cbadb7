"""HTTP of v1; how a payment stands is told by the older ``verify_payment``, which knows script payments too."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from flask import Blueprint, Response

from sandbox.contracts.errors import AppDisabled, BadCredentials
from sandbox.kit.web import read_fields
from sandbox.kit.web.operations import describes
from sandbox.platform.merchant_api.answers import answer
from sandbox.platform.merchant_api.generating import Generated, Refused, generated, refused
from sandbox.platform.merchant_api.refusals import refusing_with
from sandbox.platform.merchant_api.v1.schemas import VERSION, GenerateFirst

if TYPE_CHECKING:
    from sandbox.platform.hosted.service import HostedPages
    from sandbox.platform.merchant_api.credentials import Credentials
    from sandbox.platform.settings import PlatformSettings

TAG = "Payments, v1"
_HOW = "Send 'app_token' and 'app_secret' in the body."


def first_api(credentials: Credentials, pages: HostedPages, settings: PlatformSettings) -> Blueprint:
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
    )
    @refusing_with(partial(refused, version=VERSION))
    def generate_payment() -> Response:
        fields = read_fields()
        app = credentials.find_app(fields.get("app_token"), fields.get("app_secret"), how=_HOW)
        page = pages.open(app, GenerateFirst.parse(fields).to_page(VERSION))
        return answer(generated(page, VERSION, settings))

    return routes
