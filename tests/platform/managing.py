"""A developer's program that manages its app over the JSON API."""

from __future__ import annotations

from typing import Any

import httpx

from sandbox.contracts.platform import App
from sandbox.kit.errors import error_from_json
from sandbox.testing import Sandbox
from sandbox.testing.drivers import MerchantApp


class Managing:
    def __init__(self, sandbox: Sandbox, merchant: MerchantApp, token: str) -> None:
        self.sandbox, self.merchant, self.token = sandbox, merchant, token
        self._app_id = next(app.id for app in sandbox.platform.list_apps(token) if app.name == merchant.name)

    @property
    def app(self) -> App:
        """As it is now."""
        return App.parse(self.require(self.call("GET", f"/api/apps/{self._app_id}/settings")).json())

    def call(self, method: str, path: str, body: Any = None, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.sandbox.transport._client.request(method, path, json=body, headers=headers, **more)

    def post(self, name: str, /, **fields: Any) -> httpx.Response:
        return self.call("POST", f"/api/apps/{self._app_id}/{name}", fields)

    def change(self, **fields: Any) -> httpx.Response:
        """With the version that the app has now, unless another is given."""
        body = {"version": self.app.version} | fields
        return self.call("PATCH", f"/api/apps/{self._app_id}/settings", body)

    def set_image(self, **fields: Any) -> httpx.Response:
        return self.call("PUT", f"/api/apps/{self._app_id}/image", fields)

    def require(self, answer: httpx.Response) -> httpx.Response:
        if answer.status_code >= 400:
            raise error_from_json(answer.status_code, answer.json())
        return answer

    def audited(self, action: str) -> int:
        """How often the audit has it for this app."""
        from sqlalchemy import func, select

        from sandbox.platform.audit.models import audit_events as events

        query = select(func.count()).where(events.c.action == action, events.c.target_id == self._app_id)
        with self.sandbox._running.world._platform.database.read() as connection:
            return int(connection.execute(query).scalar_one())
