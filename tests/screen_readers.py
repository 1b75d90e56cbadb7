"""What a screen reader stumbles over on a page, as axe finds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from axe_playwright_python.base import AXE_SCRIPT

if TYPE_CHECKING:
    from playwright.sync_api import Page

GRAVE = ("serious", "critical")
_RUN = """
    ([part, impacts]) => {
        const isGrave = (rule) => rule.enabled && impacts.includes(rule.impact)
            && !rule.tags.some((tag) => axe._audit.tagExclude.includes(tag));
        const values = axe._audit.rules.filter(isGrave).map((rule) => rule.id);
        return axe.run(part || document, { resultTypes: ["violations"], runOnly: { type: "rule", values } }).then(
            (results) => results.violations.filter((found) => impacts.includes(found.impact)).map(
                (found) => [found.id, found.help, found.nodes.slice(0, 3).map((node) => node.html.slice(0, 200))]));
    }
"""


def grave_violations(page: Page, part: str | None = None) -> list[Any]:
    """Of the page, or of the ``part`` that a selector names. Only rules whose breach is grave are looked at."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[Any] = page.evaluate(_RUN, [part, GRAVE])
    return found
