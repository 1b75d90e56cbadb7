"""Waiting for something to appear."""

from __future__ import annotations

import threading

from sandbox.kit.waiting import poll


def test_what_is_there_already_is_found_at_the_first_look() -> None:
    looks: list[int] = []

    def look() -> list[str]:
        looks.append(1)
        return ["sms"]

    assert poll(look, seconds=0) == ["sms"]
    assert looks == [1]


def test_nothing_is_found_when_the_time_is_over() -> None:
    assert poll(list, seconds=0) == []


def test_what_appears_meanwhile_is_found() -> None:
    looked, found = threading.Event(), []

    def look() -> list[str]:
        looked.set()
        return list(found)

    def arrive() -> None:
        looked.wait(5)
        found.append("sms")

    arriving = threading.Thread(target=arrive)
    arriving.start()
    assert poll(look, seconds=30) == ["sms"]
    arriving.join()
