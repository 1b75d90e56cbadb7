"""What a session is called in the list: browser and system, as the User-Agent header claims them."""

from __future__ import annotations

import re

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("HeadlessChrome", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
"""In this order: Edge and Opera also call themselves Chrome, and everybody calls himself Safari."""
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
_PRODUCT = re.compile(r"[\w.+-]{1,40}(?:/[\w.+-]{1,20})?")


def describe(user_agent: str) -> str:
    """``Firefox · Linux`` of a browser, ``curl/8.5.0`` of a program, an empty text of what says nothing."""
    if not user_agent.startswith("Mozilla/"):
        found = _PRODUCT.match(user_agent)
        return found.group() if found else ""
    browser = next((name for mark, name in _BROWSERS if f"{mark}/" in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return " · ".join(part for part in (browser, system) if part)
