"""The ledger that the benchmark writes in bulk is one that the Payments API might have written itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.ledger_history import add_entries

if TYPE_CHECKING:
    from tests.services import Services


def test_entries_written_in_bulk_are_proven_right(services: Services) -> None:
    phones = [services.open_wallet(1_000_000) for _ in range(3)]
    shops = [services.open_shop() for _ in range(2)]
    url = services.payments_api.database._engine.url.render_as_string(hide_password=False)
    before = services.payments.verify_ledger()
    add_entries(url, 400, phones=[each.model_dump() for each in phones], shops=[each.model_dump() for each in shops])
    report = services.payments.verify_ledger()
    assert report.problems == []
    assert report.journal_entries == before.journal_entries + 400
    assert report.postings == before.postings + 800
    payment = services.execute(services.prepare(phones[0], shops[0]))
    services.refund(payment, 500)
    services.require_sound_ledger()
    lines, _ = services.payments.list_history(shops[0].id, limit=200)
    assert {line.kind for line in lines} == {"payment", "refund"}
