"""What is an origin, and which may open payment forms."""

import pytest

from sandbox.platform.apps.origins import may_open_forms, parse_origin


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("https://shop.example", "https://shop.example"),
        ("HTTPS://Shop.Example:443/", "https://shop.example"),
        ("http://127.0.0.1:5000", "http://127.0.0.1:5000"),
        ("http://[::1]:80", "http://[::1]"),
        ("https://café.example", "https://xn--caf-dma.example"),
    ],
)
def test_an_origin_is_written_as_browsers_send_it(typed: str, origin: str) -> None:
    assert parse_origin(typed) == origin


@pytest.mark.parametrize(
    "typed",
    ["", "*", "shop.example", "https://", "ftp://a.example", "https://a.example/b", "https://a.example?b", "https://u@a.example",
     "https://a.example:99999", "https://a b.example", "https://*.example", "https://" + "a" * 300, "https://a.example#x", "null"],
)  # fmt: skip
def test_anything_else_is_no_origin(typed: str) -> None:
    with pytest.raises(ValueError, match="origin"):
        parse_origin(typed)


def test_without_a_list_and_without_a_browser_forms_open() -> None:
    assert may_open_forms("https://any.example", [])
    assert may_open_forms(None, ["https://shop.example"])
    assert may_open_forms("https://SHOP.example", ["https://shop.example"])
    assert not may_open_forms("null", ["https://shop.example"])
