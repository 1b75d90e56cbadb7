"""The job that writes each day's rows shortly after midnight in Tunis, and again those that something came late for."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.kit.days import day_of, end_of_day, start_of_day
from sandbox.platform.metrics.days import ONE_DAY, first_of_month, next_month
from sandbox.platform.metrics.store import counting, rows

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import Connection

    from sandbox.kit.clock import Clock
    from sandbox.kit.db import Database

_AFTER_MIDNIGHT = timedelta(minutes=5)
_BATCH = 50


class DayClosing:
    """One transaction per day: a job that is cut off goes on where it stood, and doing it twice writes the same rows."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def run(self) -> int:
        """Write what is due, at most ``_BATCH`` days; returns how many."""
        today = start_of_day(day_of(self._clock.now() - _AFTER_MIDNIGHT))
        with self._database.read() as connection:
            closed_until, changed = rows.get_closed_until(connection), rows.list_changed(connection, _BATCH)
        for day, app_id in changed:
            self._write_again(day, app_id)
        done = len(changed)
        while closed_until < today and done < _BATCH:
            closed_until = self._close_next(today)
            done += 1
        return done

    def _close_next(self, today: datetime) -> datetime:
        """Write the next day on which anything happened; days without are passed over, however many the clock jumped."""
        with self._database.write() as connection:
            closed_until = rows.get_closed_until(connection, lock=True)
            moment = counting.find_next_moment(connection, closed_until)
            if closed_until >= today:
                return closed_until
            if moment is None or moment >= today:
                self._advance(connection, closed_until, today)
                return today
            day = day_of(moment)
            rows.write_day(connection, day)
            over = end_of_day(day)
            self._advance(connection, closed_until, over)
            return over

    def _advance(self, connection: Connection, since: datetime, until: datetime) -> None:
        """The months that end between the two are over: only the first and the last of them can hold anything."""
        rows.set_closed_until(connection, until)
        for month in {first_of_month(day_of(since)), first_of_month(day_of(until) - ONE_DAY)}:
            if since < start_of_day(next_month(month)) <= until:
                rows.write_month(connection, month)

    def _write_again(self, day: date, app_id: str) -> None:
        with self._database.write() as connection:
            closed_until = rows.get_closed_until(connection, lock=True)
            rows.write_day(connection, day, [app_id])
            if start_of_day(next_month(day)) <= closed_until:
                rows.write_month(connection, first_of_month(day), [app_id])
            rows.forget_change(connection, day, app_id)
