"""Makes a data folder, or a PostgreSQL schema, as an older version left it."""

from __future__ import annotations

import re
import shutil
import sqlite3
from pathlib import Path

from sqlalchemy import create_engine

HERE = Path(__file__).parent
SERVICES = ("control", "mail", "mobile", "payments", "platform", "wallets")


def make_data_folder(version: int, target: Path) -> Path:
    source = HERE / f"v{version}"
    for script in source.glob("*/*.sql"):
        make_database(version, script, target / script.parent.name / f"{script.stem}.db")
    for name in ("state.json", "demo.json"):
        shutil.copy(source / name, target / name)
    return target


def make_database(version: int, script: Path, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.executescript(script.read_text("utf-8"))
    connection.execute(f"PRAGMA user_version={version}")
    connection.close()


def make_tables(version: int, service: str, url: str) -> None:
    """The tables, empty; version 1 kept no version of its own in PostgreSQL."""
    script = HERE / f"v{version}" / "databases" / f"{service}.sql"
    if url.startswith("sqlite"):
        make_database(version, script, Path(url.removeprefix("sqlite:///")))
        return
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {service}")
        connection.exec_driver_sql(f"SET search_path={service}")
        for statement in _statements(script.read_text("utf-8")):
            connection.exec_driver_sql(statement)
    engine.dispose()


def _statements(script: str) -> list[str]:
    """Those that make something, in PostgreSQL's words; tables first, since the dump is in alphabetic order."""
    found = re.findall(r"^CREATE [^;]+;", script, re.MULTILINE)
    tables = [each for each in found if each.startswith("CREATE TABLE") and "sqlite_sequence" not in each]
    pending, ordered = tables, list[str]()
    while pending:
        ready = [
            each for each in pending if not any(_makes(other) in _needs(each) for other in pending if other != each)
        ]
        ordered += ready
        pending = [each for each in pending if each not in ready]
    serial = re.compile(r"INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT")
    return [serial.sub("SERIAL PRIMARY KEY", each).replace(" BLOB ", " BYTEA ") for each in ordered] + [
        e for e in found if e not in tables
    ]


def _makes(statement: str) -> str:
    return statement.split()[2].strip('"(')


def _needs(statement: str) -> set[str]:
    return set(re.findall(r"REFERENCES (\w+)", statement))
