"""An app's picture: set from a file or an address, shown to everybody, removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.kit.errors import NotFound, SandboxError, translatable
from sandbox.platform.apps import store
from sandbox.platform.apps.pictures import MOST_BYTES, Picture, read_picture, too_many_bytes, unreadable
from sandbox.platform.apps.schemas import to_app
from sandbox.platform.audit.service import Target

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

    from sandbox.contracts.platform import App
    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database
    from sandbox.kit.ids import Ids
    from sandbox.kit.outgoing import OutgoingHttp
    from sandbox.platform.audit.service import Audit

_FETCH_SECONDS = 5.0


class AppImages:
    def __init__(
        self, database: Database, clock: Clock, ids: Ids, *, audit: Audit, outgoing: OutgoingHttp, base_url: str
    ) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._audit = audit
        self._outgoing = outgoing
        self._base_url = base_url

    def set(self, developer_id: str, app_id: str, content: bytes) -> App:
        """Raises BodyTooLarge, PictureTooLarge or UnreadablePicture."""
        with self._database.read() as connection:
            store.get_owned(connection, developer_id, app_id)
        return self._keep(developer_id, app_id, read_picture(content))

    def fetch(self, developer_id: str, app_id: str, url: str) -> App:
        """The picture at ``url`` as it is now; it is not asked for again. Raises what a call may raise, and what ``set`` does."""
        with self._database.read() as connection:
            store.get_owned(connection, developer_id, app_id)
        try:
            answer = self._outgoing.send(
                "GET", url, {"Accept": "image/*"}, timeout=_FETCH_SECONDS, max_answer_bytes=MOST_BYTES
            )
            if answer.status != 200:
                raise unreadable_answer(answer.status)
            if answer.is_truncated:
                raise too_many_bytes()
            picture = read_picture(answer.body)
        except SandboxError as problem:
            problem.field = "url"
            raise
        return self._keep(developer_id, app_id, picture)

    def remove(self, developer_id: str, app_id: str) -> App:
        with self._database.write() as connection:
            row = store.get_owned(connection, developer_id, app_id, lock=True)
            if row.image_id is not None:
                store.delete_images(connection, app_id)
                store.change(connection, app_id, image_id=None)
                self._record(connection, "app.image_removed", row)
            return self._to_app(store.get(connection, app_id))

    def get(self, image_id: str) -> Picture:
        """Raises NotFound, also for a picture that another has replaced."""
        with self._database.read() as connection:
            row = store.find_image(connection, image_id)
        if row is None:
            raise NotFound
        return Picture(bytes(row.content), row.media_type)

    def _keep(self, developer_id: str, app_id: str, picture: Picture) -> App:
        image_id = self._ids.token22()
        values = {"id": image_id, "app_id": app_id, "media_type": picture.media_type, "content": picture.content}
        with self._database.write() as connection:
            row = store.get_owned(connection, developer_id, app_id, lock=True)
            store.delete_images(connection, app_id)
            store.add_image(connection, values | {"created_at": self._clock.now()})
            store.change(connection, app_id, image_id=image_id)
            self._record(connection, "app.image_changed", row)
            return self._to_app(store.get(connection, app_id))

    def _record(self, connection: Connection, action: str, row: Row[Any]) -> None:
        self._audit.record(connection, action, Target("app", row.id, row.name), developer_id=row.developer_id)

    def _to_app(self, row: Row[Any]) -> App:
        return to_app(row, now=self._clock.now(), base_url=self._base_url)


def unreadable_answer(status: int) -> SandboxError:
    problem = unreadable()
    problem.message = translatable("There is no picture at this address.")
    problem.hint = translatable("Open the address in a browser: it must show the picture itself, without a redirect.")
    problem.details["answered"] = status
    return problem
