"""What a merchant sees of fees and shares: gross, what was kept, what went to others, and what arrived."""

from __future__ import annotations

import re

import pytest

from sandbox.testing import Sandbox
from tests.platform.merchant_api.shop import AMOUNT, Shop, pay
from tests.visitor import Visitor


def figures(page: str) -> dict[str, str]:
    """The figures at the top of an order's page, in millimes as they are written."""
    head = page.partition('<dl class="figures">')[2].partition("</dl>")[0]
    found = re.findall(r"<div><dt>([^<]*)</dt><dd>(.*?)</dd></div>", head, re.DOTALL)
    return {name: re.sub(r"<[^>]*>|\s|\u00a0|\u202f", "", told) for name, told in found}


@pytest.mark.parametrize(("permille", "fixed", "share", "fee"), [(0, 0, 0, 0), (20, 50, 0, 300), (20, 50, 2_500, 300)])
def test_an_order_tells_gross_fee_shares_and_what_arrived(permille: int, fixed: int, share: int, fee: int) -> None:
    with Sandbox.start(seed=5, fee_permille=permille, fee_fixed=fixed) as sandbox:
        shop, partner = Shop(sandbox, sandbox.new_merchant()), sandbox.new_merchant()
        split = {"destination": [{"amount": share, "destination": partner.public_token}]} if share else {}
        payment_id = shop.generate(**split)
        pay(sandbox.phone(), payment_id)
        sandbox.control.drain()
        token = sandbox.log_in(shop.app)
        app = next(app for app in sandbox.platform.list_apps(token) if app.name == shop.app.name)
        (order,) = sandbox.platform.list_orders(token, app.id)
        arrived = AMOUNT - fee - share
        assert tuple(order[name] for name in ("amount", "fee", "shared", "received")) == (AMOUNT, fee, share, arrived)
        assert (shop.app.balance, partner.balance) == (arrived, share)
        with Visitor(sandbox.base_url) as owner:
            owner.log_in(shop.app.email, shop.app.password)
            told = figures(owner.open(f"/orders/{order['id']}").text)
        kept = {"Fee": f"{fee / 1000:.3f}DT"} if fee else {}
        kept |= {"Shared with others": f"{share / 1000:.3f}DT"} if share else {}
        kept |= {"You received": f"{arrived / 1000:.3f}DT"} if kept else {}
        assert told == {"Amount": "12.500DT"} | kept
