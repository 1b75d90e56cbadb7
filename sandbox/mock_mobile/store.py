"""Queries of the phone. Statements of the hot path are built once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, bindparam, insert, select, text, update

from sandbox.contracts.errors import PhoneNotFound, ScanNotFound
from sandbox.mock_mobile.models import phones, scans
from sandbox.mock_mobile.states import SCAN

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_phone_by_number = select(phones).where(phones.c.phone_number == bindparam("number"))
_add_phone = text(
    "INSERT INTO phones (phone_number, name, trade_name, pin, screen, created_at)"
    " VALUES (:phone_number, :name, :trade_name, :pin, :screen, :created_at) ON CONFLICT (phone_number) DO NOTHING"
).bindparams(bindparam("screen", type_=phones.c.screen.type), bindparam("created_at", type_=phones.c.created_at.type))
_change_phone = update(phones).where(phones.c.phone_number == bindparam("number"))
_add_scan = insert(scans)
_scan_by_id = select(scans).where(scans.c.id == bindparam("id"), scans.c.phone_number == bindparam("number"))
_scan_by_key = select(scans).where(scans.c.phone_number == bindparam("number"), scans.c.key == bindparam("key"))
_scans_of_session = (
    select(scans)
    .where(scans.c.session == bindparam("session"), scans.c.phone_number == bindparam("number"))
    .order_by(scans.c.number.desc())
)
_change_scan = update(scans).where(scans.c.id == bindparam("which"))


def add_phone(connection: Connection, values: dict[str, Any], created_at: datetime) -> None:
    """Keep the phone; one that is there already stays as it is."""
    connection.execute(_add_phone, values | {"created_at": created_at})


def get_phone(connection: Connection, number: str) -> Row[Any]:
    found = connection.execute(_phone_by_number, {"number": number}).first()
    if found is None:
        raise PhoneNotFound
    return found


def list_phones(connection: Connection) -> Sequence[Row[Any]]:
    return connection.execute(select(phones).order_by(phones.c.created_at, phones.c.phone_number)).all()


def change_phone(connection: Connection, number: str, **values: Any) -> None:
    connection.execute(_change_phone, {"number": number, **values})


def add_scan(connection: Connection, values: dict[str, Any]) -> None:
    connection.execute(_add_scan, values)


def get_scan(connection: Connection, number: str, scan_id: str) -> Row[Any]:
    found = connection.execute(_scan_by_id, {"id": scan_id, "number": number}).first()
    if found is None:
        raise ScanNotFound(field="scan_id")
    return found


def find_scan_by_key(connection: Connection, number: str, key: str) -> Row[Any] | None:
    return connection.execute(_scan_by_key, {"number": number, "key": key}).first()


def list_scans_of_session(connection: Connection, number: str, session: str) -> Sequence[Row[Any]]:
    """Newest first."""
    return connection.execute(_scans_of_session, {"number": number, "session": session}).all()


def change_scan(connection: Connection, scan_id: str, **values: Any) -> None:
    connection.execute(_change_scan, {"which": scan_id, **values})


def move_scan(connection: Connection, scan_id: str, state: str, **values: Any) -> bool:
    """Whether the scan is in ``state`` now: it only gets there where the table of states allows it."""
    allowed = scans.c.state.in_(SCAN.sources_of(state))
    query = update(scans).where(scans.c.id == scan_id, allowed).values(state=state, **values)
    return connection.execute(query).rowcount == 1
