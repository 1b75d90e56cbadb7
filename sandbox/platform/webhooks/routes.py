"""Pages and JSON of an app's webhook."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for

from sandbox.contracts.errors import Refusal, WebhookEventNotFound, WebhookNotSet
from sandbox.kit.errors import AddressNotAllowed, AddressTimedOut, AddressUnreachable, InvalidInput, SandboxError
from sandbox.kit.paging import PageQuery
from sandbox.kit.web import Page, read_body, read_query
from sandbox.kit.web.app import created
from sandbox.kit.web.operations import describes
from sandbox.platform.webhooks.schemas import (
    SaveWebhook,
    WebhookAddress,
    WebhookEvent,
    WebhookEventDetails,
    WebhookSecret,
)

if TYPE_CHECKING:
    from sandbox.platform.access import Access
    from sandbox.platform.apps.service import AppService
    from sandbox.platform.webhooks.service import WebhookService

_TAG = "Webhooks"


class _Overview:
    """The page on which all of an app's webhook stands: also what a form leads to that something is wrong with."""

    def __init__(self, service: WebhookService, apps: AppService, access: Access) -> None:
        self._service = service
        self._apps = apps
        self._access = access

    def draw(self, app_id: str, problem: SandboxError | None = None, secret: str | None = None) -> Page:
        developer = self._access.current()
        webhook = self._service.find(developer.id, app_id)
        shown = render_template(
            "webhooks/overview.html",
            app=self._apps.get_owned(developer.id, app_id),
            webhook=webhook,
            form=request.form if problem else webhook and webhook.model_dump(),
            problem=problem,
            secret=secret,
            events=self._service.list_events(developer.id, app_id, read_query(PageQuery)),
        )
        answer = Response(shown, problem.status if problem else 200)
        if secret is not None:
            answer.headers["Cache-Control"] = "no-store"
        return answer


def webhook_pages(service: WebhookService, apps: AppService, access: Access) -> Blueprint:
    routes = Blueprint("webhooks", __name__, url_prefix="/apps/<app_id>/webhook")
    overview = _Overview(service, apps, access)

    @routes.get("")
    @access.developers_only
    def show_webhook(app_id: str) -> Page:
        return overview.draw(app_id)

    @routes.post("")
    @access.developers_only
    def save(app_id: str) -> Page:
        try:
            access.check_form()
            service.save(access.current().id, app_id, SaveWebhook.parse(request.form))
        except (InvalidInput, AddressNotAllowed, AddressUnreachable, AddressTimedOut) as problem:
            return overview.draw(app_id, problem)
        flash("Saved: the next event goes to this address.", "success")
        return redirect(url_for("webhooks.show_webhook", app_id=app_id))

    @routes.post("/off")
    @access.developers_only
    def turn_off(app_id: str) -> Page:
        access.check_form()
        service.turn_off(access.current().id, app_id)
        flash("Webhooks are off: verify payments by their id instead.", "success")
        return redirect(url_for("webhooks.show_webhook", app_id=app_id))

    add_secret_pages(routes, service, overview, access)
    add_event_pages(routes, service, apps, access)
    return routes


def add_secret_pages(routes: Blueprint, service: WebhookService, overview: _Overview, access: Access) -> None:
    @routes.post("/secret")
    @access.developers_only
    def reveal_secret(app_id: str) -> Page:
        access.check_form()
        return overview.draw(app_id, secret=service.reveal_secret(access.current().id, app_id).secret)

    @routes.post("/secret/rotate")
    @access.developers_only
    def rotate_secret(app_id: str) -> Page:
        access.check_form()
        made = service.rotate_secret(access.current().id, app_id, seen=request.form.get("seen"))
        return overview.draw(app_id, secret=made.secret)


def add_event_pages(routes: Blueprint, service: WebhookService, apps: AppService, access: Access) -> None:
    @routes.post("/test")
    @access.developers_only
    def send_test(app_id: str) -> Page:
        access.check_form()
        event = service.send_test(access.current().id, app_id)
        return redirect(url_for("webhooks.show_event", app_id=app_id, event_id=event.id))

    @routes.get("/events/<event_id>")
    @access.developers_only
    def show_event(app_id: str, event_id: str) -> Page:
        developer = access.current()
        event = service.get_event(developer.id, app_id, event_id)
        payload = json.dumps(event.payload, indent=2, ensure_ascii=False)
        app = apps.get_owned(developer.id, app_id)
        return render_template("webhooks/event.html", app=app, event=event, payload=payload)

    @routes.post("/events/<event_id>/resend")
    @access.developers_only
    def resend(app_id: str, event_id: str) -> Page:
        access.check_form()
        service.resend(access.current().id, app_id, event_id)
        flash("The event is sent again.", "success")
        return redirect(url_for("webhooks.show_event", app_id=app_id, event_id=event_id))


def webhook_api(service: WebhookService, access: Access) -> Blueprint:
    routes = Blueprint("webhooks_api", __name__, url_prefix="/api/apps/<app_id>/webhook")

    @routes.get("")
    @describes("Where the events of an app go.", tag=_TAG, answer=WebhookAddress, errors=(WebhookNotSet,))
    @access.developers_only
    def show(app_id: str) -> dict[str, Any]:
        return service.get(access.current().id, app_id).model_dump()

    @routes.put("")
    @describes(
        "Set where the events of an app go, and switch it to passive mode.",
        tag=_TAG,
        body=SaveWebhook,
        answer=WebhookAddress,
        errors=(InvalidInput, Refusal),
    )
    @access.developers_only
    def save(app_id: str) -> dict[str, Any]:
        return service.save(access.current().id, app_id, read_body(SaveWebhook)).model_dump()

    @routes.delete("")
    @describes("Switch an app back to active mode.", tag=_TAG, status=204)
    @access.developers_only
    def turn_off(app_id: str) -> tuple[str, int]:
        service.turn_off(access.current().id, app_id)
        return "", 204

    @routes.post("/secret")
    @describes("Show the secret of the signatures.", tag=_TAG, answer=WebhookSecret, errors=(WebhookNotSet,))
    @access.developers_only
    def reveal_secret(app_id: str) -> Response:
        return _secret(service.reveal_secret(access.current().id, app_id))

    @routes.post("/secret/rotate")
    @describes(
        "Replace the secret; for a day deliveries are signed with both.",
        tag=_TAG,
        answer=WebhookSecret,
        errors=(WebhookNotSet,),
    )
    @access.developers_only
    def rotate_secret(app_id: str) -> Response:
        return _secret(service.rotate_secret(access.current().id, app_id))

    @routes.post("/test")
    @describes("Send a test event.", tag=_TAG, answer=WebhookEvent, status=201, errors=(WebhookNotSet,))
    @access.developers_only
    def send_test(app_id: str) -> tuple[Response, int]:
        return created(service.send_test(access.current().id, app_id).model_dump())

    add_event_api(routes, service, access)
    return routes


def add_event_api(routes: Blueprint, service: WebhookService, access: Access) -> None:
    @routes.get("/events")
    @describes("List the events of an app, newest first.", tag=_TAG, answer=WebhookEvent, pages=True)
    @access.developers_only
    def list_events(app_id: str) -> dict[str, Any]:
        events = service.list_events(access.current().id, app_id, read_query(PageQuery))
        return events.map(lambda event: event.model_dump()).to_json()

    @routes.get("/events/<event_id>")
    @describes(
        "Show an event with every try to deliver it.",
        tag=_TAG,
        answer=WebhookEventDetails,
        errors=(WebhookEventNotFound,),
    )
    @access.developers_only
    def show_event(app_id: str, event_id: str) -> dict[str, Any]:
        return service.get_event(access.current().id, app_id, event_id).model_dump()

    @routes.post("/events/<event_id>/resend")
    @describes("Send an event again.", tag=_TAG, answer=WebhookEvent, errors=(WebhookEventNotFound, WebhookNotSet))
    @access.developers_only
    def resend(app_id: str, event_id: str) -> dict[str, Any]:
        return service.resend(access.current().id, app_id, event_id).model_dump()


def _secret(secret: WebhookSecret) -> Response:
    answer = jsonify(secret.model_dump())
    answer.headers["Cache-Control"] = "no-store"
    return answer
