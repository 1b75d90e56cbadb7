"""The page Behaviour of an app: every quirk can be chosen there, without scripts, and what is wrong is told at its field."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from sandbox.platform.quirks.table import PROFILES, QUIRKS
from tests.platform.merchant_api.shop import Shop
from tests.visitor import Visitor


@pytest.fixture
def developer(shop: Shop) -> Iterator[Visitor]:
    with Visitor(shop.sandbox.base_url) as visitor:
        visitor.http.headers["Accept-Language"] = "en"
        visitor.log_in(shop.app.email, shop.app.password)
        yield visitor


@pytest.fixture
def page(shop: Shop) -> str:
    return f"/apps/{app_of(shop)}/behaviour"


def app_of(shop: Shop) -> str:
    apps = shop.sandbox.platform.list_apps(shop.sandbox.log_in(shop.app))
    return next(app.id for app in apps if app.name == shop.app.name)


def chosen(shop: Shop) -> dict[str, object]:
    headers = {"Authorization": f"Bearer {shop.sandbox.log_in(shop.app)}"}
    told: dict[str, object] = shop.http.get(f"/api/apps/{app_of(shop)}/quirks", headers=headers).json()
    return told


def test_each_quirk_stands_there_with_its_values_and_its_sentence(developer: Visitor, page: str) -> None:
    shown = developer.open(page).text
    for quirk in QUIRKS:
        named = f"<legend><strong>{quirk.name}</strong></legend>" if quirk.joins else f'<label for="{quirk.name}">'
        assert named in shown
        assert quirk.text.partition(":")[0].replace("'", "&#39;") in shown
        for value in quirk.values:
            assert (f'value="{value}"' if quirk.joins else f'<option value="{value}"') in shown
    for profile in PROFILES:
        assert f'<option value="{profile}"' in shown


def test_each_quirk_can_be_chosen_and_given_back_to_the_profile(developer: Visitor, shop: Shop, page: str) -> None:
    values = {quirk.name: quirk.values[-1] if quirk.values else "7" for quirk in QUIRKS}
    saved = developer.submit(page, profile="docs", **values)
    assert (saved.status_code, saved.headers["Location"]) == (302, page)
    told = chosen(shop)
    assert (told["profile"], told["switches"], told["values"]) == ("docs", values, values)
    developer.submit(page, profile="", **dict.fromkeys(values, ""))
    assert (chosen(shop)["profile"], chosen(shop)["switches"]) == (None, {})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("profile", "fake"),
        ("link_style", "x"),
        ("rate_limit", "-1"),
        ("rate_limit", "1.5"),
        ("webhook_fate", "sent\x00"),
    ],
)
def test_a_wrong_choice_is_told_at_its_field_and_changes_nothing(
    developer: Visitor, shop: Shop, page: str, field: str, value: str
) -> None:
    refused = developer.submit(page, **{"redirect_join": "query", field: value})
    assert (refused.status_code, f'id="{field}-error"' in refused.text) == (400, True)
    assert '<option value="query" selected>' in refused.text
    assert chosen(shop)["switches"] == {}


def test_what_may_be_chosen_together_is(developer: Visitor, shop: Shop, page: str) -> None:
    developer.submit(page, webhook_fate=["twice", "swapped"])
    assert chosen(shop)["switches"] == {"webhook_fate": "twice+swapped"}
    ticked = re.findall(r'<input type="checkbox"[^>]*value="(\w+)" checked', developer.open(page).text)
    assert ticked == ["twice", "swapped"]
    refused = developer.submit(page, webhook_fate=["sent", "twice"])
    assert (refused.status_code, 'id="webhook_fate-error"' in refused.text) == (400, True)
    assert chosen(shop)["switches"] == {"webhook_fate": "twice+swapped"}


def test_a_forged_form_changes_nothing_and_loses_nothing(developer: Visitor, shop: Shop, page: str) -> None:
    forged = developer.http.post(page, data={"csrf_token": "x", "redirect_join": "query"})
    assert (forged.status_code, '<option value="query" selected>' in forged.text) == (400, True)
    assert chosen(shop)["switches"] == {}


def test_what_was_chosen_is_in_the_activity(developer: Visitor, page: str) -> None:
    developer.submit(page, profile="ideal", redirect_join="blind")
    shown = developer.open("/settings/activity").text
    assert "Changed the quirks of an app" in shown
