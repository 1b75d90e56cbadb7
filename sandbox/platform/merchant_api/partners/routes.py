"""HTTP of partners."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from sandbox.contracts.errors import (
    BadCredentials,
    ChallengeNotFound,
    OtpCooldown,
    OtpExpired,
    OtpLocked,
    OtpTooMany,
    WalletNotFound,
    WrongOtp,
)
from sandbox.kit.web import read_body, read_query
from sandbox.kit.web.operations import describes
from sandbox.platform.merchant_api.answers import answer
from sandbox.platform.merchant_api.coverage import published
from sandbox.platform.merchant_api.credentials import KEY_HEADER, WALLET_HEADER
from sandbox.platform.merchant_api.partners.schemas import (
    Authenticate,
    BalanceQuery,
    ConfirmLink,
    LinkConfirmed,
    LinkStarted,
    PartnerRefused,
    Refresh,
    SessionTokens,
    StartLink,
    WalletBalance,
    refused,
)

if TYPE_CHECKING:
    from sandbox.platform.merchant_api.partners.service import Partners
    from sandbox.platform.merchant_api.reception import Reception

_ = str  # marks a text for the catalogs; it is translated where it is shown
TAG = "Partners"


def partner_api(reception: Reception, service: Partners) -> Blueprint:
    routes = Blueprint("partners", __name__)

    @routes.post("/partners/accounts/initiate_link_account")
    @describes(
        "Ask the owner of a wallet, by SMS, to link it.",
        tag=TAG,
        body=StartLink,
        answer=LinkStarted,
        refusal=PartnerRefused,
        headers=KEY_HEADER,
        errors=(BadCredentials, WalletNotFound, OtpCooldown, OtpTooMany),
        gives={"session_id": "/session_id"},
    )
    @published("full", "doc")
    @reception.refusing_with(refused)
    def initiate_link_account() -> Response:
        developer_id = reception.api_key()
        return answer(service.start(developer_id, read_body(StartLink).phone_number))

    @routes.post("/partners/accounts/confirm_link_account")
    @describes(
        "Link a wallet with the code that its owner got.",
        tag=TAG,
        body=ConfirmLink,
        answer=LinkConfirmed,
        refusal=PartnerRefused,
        headers=KEY_HEADER,
        errors=(BadCredentials, ChallengeNotFound, WrongOtp, OtpLocked, OtpExpired),
        gives={"tracking_id": "/tracking_id"},
    )
    @published("full", "ours", _("How a code is confirmed is not published."))
    @reception.refusing_with(refused)
    def confirm_link_account() -> Response:
        developer_id = reception.api_key()
        return answer(service.confirm(developer_id, read_body(ConfirmLink)))

    @routes.get("/partners/v1/transactions/balance")
    @describes(
        "Tell the balance of a linked wallet, in millimes.",
        tag=TAG,
        query=BalanceQuery,
        answer=WalletBalance,
        refusal=PartnerRefused,
        headers=WALLET_HEADER,
        errors=(BadCredentials,),
    )
    @published("full", "doc")
    @reception.refusing_with(refused)
    def balance() -> Response:
        _, _, token = request.headers.get("Authorization", "").partition(" ")
        return answer(service.balance(token.strip(), read_query(BalanceQuery)))

    @routes.post("/api/accounts/authenticate")
    @describes(
        "Get a session token for a linked wallet.",
        tag=TAG,
        body=Authenticate,
        answer=SessionTokens,
        refusal=PartnerRefused,
        headers=KEY_HEADER,
        errors=(BadCredentials,),
    )
    @published("full", "doc")
    @reception.refusing_with(refused)
    def authenticate() -> Response:
        developer_id = reception.api_key()
        return answer(service.authenticate(developer_id, read_body(Authenticate)))

    @routes.post("/api/accounts/authenticate/refresh")
    @describes(
        "Get a new session token before the old one is over.",
        tag=TAG,
        body=Refresh,
        answer=SessionTokens,
        refusal=PartnerRefused,
        headers=KEY_HEADER,
        errors=(BadCredentials,),
    )
    @published("full", "doc")
    @reception.refusing_with(refused)
    def refresh() -> Response:
        developer_id = reception.api_key()
        return answer(service.refresh(developer_id, read_body(Refresh).refresh_token))

    return routes
