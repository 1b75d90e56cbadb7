"""Apps as JSON, for their developer's programs; and what everybody may know of one."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, jsonify, request

from sandbox.contracts.errors import (
    AppNameTaken,
    AppNotFound,
    FixedTestApp,
    NotABusinessWallet,
    OtpExpired,
    OtpLocked,
    OtpUsed,
    PictureTooLarge,
    SettingsChanged,
    TokenReplaced,
    TooManyApps,
    TooManyRequests,
    UnreadablePicture,
    WrongOtp,
)
from sandbox.contracts.events import WalletEvents
from sandbox.contracts.platform import App, AppLink, AppWithSecret, ConfirmApp, NewApp, PublicApp
from sandbox.kit.errors import (
    AddressNotAllowed,
    AddressTimedOut,
    AddressUnreachable,
    BodyTooLarge,
    InvalidInput,
    NotFound,
    ServiceUnavailable,
    translatable,
)
from sandbox.kit.paging import PageQuery
from sandbox.kit.web import read_body, read_fields, read_query, service_only
from sandbox.kit.web.app import created
from sandbox.kit.web.cors import open_to_any_site
from sandbox.kit.web.operations import describes
from sandbox.platform.apps.pictures import MOST_BYTES
from sandbox.platform.apps.schemas import (
    AppImage,
    ChangeApp,
    DeleteApp,
    EndGrace,
    PrivateToken,
    RevokePublicToken,
    RotatePrivateToken,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sandbox.platform.access import Access
    from sandbox.platform.apps.service import AppServices
    from sandbox.platform.apps.wallets import WalletNews

MOST_UPLOADED_BYTES = MOST_BYTES * 4 // 3 + 100_000
"""A picture as base64, and what stands around it."""


def app_api(apps: AppServices, access: Access) -> Blueprint:
    routes = Blueprint("apps_api", __name__, url_prefix="/api/apps")
    add_linking(routes, apps, access)
    add_changes(routes, apps, access)
    add_tokens(routes, apps, access)
    add_image(routes, apps, access)

    @routes.get("")
    @describes("List your apps, oldest first, the TEST APP last.", tag="Apps", query=PageQuery, answer=App, pages=True)
    @access.developers_only
    def list_apps() -> dict[str, Any]:
        page = apps.linking.read_owned(access.current().id, read_query(PageQuery))
        return page.map(lambda app: app.model_dump()).to_json()

    return routes


def add_linking(routes: Blueprint, apps: AppServices, access: Access) -> None:
    @routes.post("")
    @describes(
        "Start to create an app; a code goes by SMS to the business wallet's phone.",
        tag="Apps",
        body=NewApp,
        answer=AppLink,
        status=201,
        errors=(AppNameTaken, NotABusinessWallet, TooManyApps, TooManyRequests, ServiceUnavailable),
    )
    @access.developers_only
    def start() -> tuple[Response, int]:
        return created(apps.linking.start(access.current().id, read_body(NewApp)).model_dump())

    @routes.post("/links/<link_id>/confirm")
    @describes(
        "Confirm the code; the app is there, with both tokens.",
        tag="Apps",
        body=ConfirmApp,
        answer=AppWithSecret,
        errors=(WrongOtp, OtpLocked, OtpExpired, OtpUsed, TooManyApps, AppNameTaken, NotFound, ServiceUnavailable),
    )
    @access.developers_only
    def confirm(link_id: str) -> Response:
        return _secret(apps.linking.confirm(access.current().id, link_id, read_body(ConfirmApp).code))

    @routes.post("/links/<link_id>/resend")
    @describes(
        "Send a new code; the one before is worth nothing from then on.",
        tag="Apps",
        answer=AppLink,
        errors=(OtpLocked, TooManyRequests, NotFound, ServiceUnavailable),
    )
    @access.developers_only
    def resend(link_id: str) -> dict[str, Any]:
        return apps.linking.resend(access.current().id, link_id).model_dump()


def add_changes(routes: Blueprint, apps: AppServices, access: Access) -> None:
    @routes.get("/<app_id>/settings")
    @describes(
        "Show an app with its settings, as its developer sees it.", tag="Apps", answer=App, errors=(AppNotFound,)
    )
    @access.developers_only
    def show(app_id: str) -> dict[str, Any]:
        return apps.linking.get_owned(access.current().id, app_id).model_dump()

    @routes.patch("/<app_id>/settings")
    @describes(
        "Change an app's settings; what is not sent stays as it is.",
        tag="Apps",
        body=ChangeApp,
        answer=App,
        errors=(AppNotFound, AppNameTaken, SettingsChanged, FixedTestApp),
    )
    @access.developers_only
    def change(app_id: str) -> dict[str, Any]:
        return apps.settings.change(access.current().id, app_id, read_body(ChangeApp)).model_dump()

    @routes.post("/<app_id>/enable")
    @describes("Let an app accept payments again.", tag="Apps", answer=App, errors=(AppNotFound,))
    @access.developers_only
    def enable(app_id: str) -> dict[str, Any]:
        return apps.settings.set_status(access.current().id, app_id, "ENABLED").model_dump()

    @routes.post("/<app_id>/disable")
    @describes("Stop an app from accepting payments.", tag="Apps", answer=App, errors=(AppNotFound,))
    @access.developers_only
    def disable(app_id: str) -> dict[str, Any]:
        return apps.settings.set_status(access.current().id, app_id, "DISABLED").model_dump()

    @routes.post("/<app_id>/delete")
    @describes(
        "Delete an app: its tokens resolve nothing from then on, its orders stay.",
        tag="Apps",
        body=DeleteApp,
        status=204,
        errors=(AppNotFound, FixedTestApp),
    )
    @access.developers_only
    def delete(app_id: str) -> tuple[str, int]:
        apps.settings.delete(access.current().id, app_id, read_body(DeleteApp))
        return "", 204


def add_tokens(routes: Blueprint, apps: AppServices, access: Access) -> None:
    @routes.post("/<app_id>/private-token")
    @describes(
        "Tell the private token; the audit keeps that it was told.",
        tag="Apps",
        answer=PrivateToken,
        errors=(AppNotFound,),
    )
    @access.developers_only
    def reveal(app_id: str) -> Response:
        return _secret(PrivateToken(private_token=apps.tokens.reveal(access.current().id, app_id)))

    @routes.post("/<app_id>/private-token/rotate")
    @describes(
        "Replace the private token; the one before may stay good for a grace period.",
        tag="Apps",
        body=RotatePrivateToken,
        answer=AppWithSecret,
        errors=(AppNotFound, TokenReplaced),
    )
    @access.developers_only
    def rotate(app_id: str) -> Response:
        return _secret(apps.tokens.rotate_private(access.current().id, app_id, read_body(RotatePrivateToken)))

    @routes.post("/<app_id>/private-token/end-grace")
    @describes(
        "End the grace period of the former private token now.",
        tag="Apps",
        body=EndGrace,
        answer=App,
        errors=(AppNotFound, TokenReplaced),
    )
    @access.developers_only
    def end_grace(app_id: str) -> dict[str, Any]:
        return apps.tokens.end_grace(access.current().id, app_id, read_body(EndGrace)).model_dump()

    @routes.post("/<app_id>/public-token/revoke")
    @describes(
        "Replace the public token; the one before resolves nothing from then on, and the forms it opened end.",
        tag="Apps",
        body=RevokePublicToken,
        answer=App,
        errors=(AppNotFound, TokenReplaced),
    )
    @access.developers_only
    def revoke(app_id: str) -> dict[str, Any]:
        return apps.tokens.revoke_public(access.current().id, app_id, read_body(RevokePublicToken)).model_dump()


def add_image(routes: Blueprint, apps: AppServices, access: Access) -> None:
    @routes.put("/<app_id>/image")
    @describes(
        "Set an app's picture, from base64, from a multipart file named image, or from an address that is fetched once.",
        tag="Apps",
        body=AppImage,
        answer=App,
        errors=(
            AppNotFound,
            BodyTooLarge,
            PictureTooLarge,
            UnreadablePicture,
            AddressNotAllowed,
            AddressTimedOut,
            AddressUnreachable,
        ),
    )
    @access.developers_only
    def set_image(app_id: str) -> dict[str, Any]:
        allow_pictures()
        return take_image(apps, access.current().id, app_id, read_fields).model_dump()

    @routes.delete("/<app_id>/image")
    @describes("Remove an app's picture.", tag="Apps", answer=App, errors=(AppNotFound,))
    @access.developers_only
    def remove_image(app_id: str) -> dict[str, Any]:
        return apps.images.remove(access.current().id, app_id).model_dump()


def allow_pictures() -> None:
    """Called before anything of the body is read: a picture is larger than other bodies may be."""
    request.max_content_length = MOST_UPLOADED_BYTES
    request.max_form_memory_size = MOST_UPLOADED_BYTES


def take_image(apps: AppServices, developer_id: str, app_id: str, read: Callable[[], Mapping[str, Any]]) -> App:
    """Keep the picture that was sent, in whichever of the three ways; ``read`` gives the fields where no file came."""
    upload = request.files.get("image")
    if upload is not None and upload.filename:
        return apps.images.set(developer_id, app_id, upload.read())
    sent = AppImage.parse(read())
    if sent.image_base64 is not None:
        try:
            content = base64.b64decode("".join(sent.image_base64.split()), validate=True)
        except (binascii.Error, ValueError):
            raise InvalidInput(translatable("This is not base64."), field="image_base64") from None
        return apps.images.set(developer_id, app_id, content)
    if sent.url is not None:
        return apps.images.fetch(developer_id, app_id, sent.url)
    raise InvalidInput(
        translatable("There is no picture."),
        field="image",
        hint=translatable("Choose a file, or give the address of a picture."),
    )


def _secret(answer: App | PrivateToken) -> Response:
    """An answer with a secret in it, which nobody on the way may keep."""
    told = jsonify(answer.model_dump())
    told.headers["Cache-Control"] = "no-store"
    return told


def public_app_api(apps: AppServices) -> Blueprint:
    """What the payment form and the phone ask about an app, from any site."""
    routes = Blueprint("public_apps_api", __name__, url_prefix="/api/apps")
    open_to_any_site(routes)

    @routes.get("/<public_token>")
    @describes(
        "Show what anybody may know of an app, by its public token.",
        tag="Payment form",
        answer=PublicApp,
        errors=(AppNotFound,),
    )
    def show(public_token: str) -> Response:
        return jsonify(apps.linking.get_public(public_token).model_dump())

    return routes


def wallet_event_api(news: WalletNews) -> Blueprint:
    """What the Wallets API tells; only the sandbox's own services may call it."""
    routes = Blueprint("wallet_events_api", __name__, url_prefix="/api")

    @routes.post("/wallet-events")
    @service_only
    def receive() -> dict[str, Any]:
        news.receive(read_body(WalletEvents).events)
        return {"received": True}

    return routes
