"""A file that is wrong: everything wrong in it is named at once, with its line and field, and nothing of it is loaded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.config import Settings
from sandbox.contracts.errors import SeedRefused
from sandbox.contracts.seeds import load_seed
from sandbox.seed_file import PARTS
from sandbox.seeding.facts import Facts, KnownApp, KnownPhone
from sandbox.seeding.reading import Document
from sandbox.seeding.rules import check
from sandbox.testing import Sandbox

WHOLE = """\
developers:
  - email: amel@shop.example
    name: Amel
wallets:
  - phone_number: 51234567
    name: Amel Trabelsi
    trade_name: Boutique
phones:
  - phone_number: 22111222
    name: Inès
    balance: 20.000 DT
apps:
  - name: Boutique
orders:
  - app: Boutique
    amount: 12500
"""
MISTAKES = {
    # what stands in the file → what stands there instead, its line, its field, and words of the reason and the fix
    "unknown field": ("balance: 20.000 DT", "balanse: 20000", 11, "phones[0].balanse", "Did you mean 'balance'?"),
    "unknown list": ("apps:", "aps:", 12, "aps", "Did you mean 'apps'?"),
    "no such address": ("amel@shop.example", "amel", 2, "developers[0].email", "not an e-mail address"),
    "no phone number": ("22111222", "12", 9, "phones[0].phone_number", "phone number"),
    "dinars for millimes": ("amount: 12500", "amount: 12.5", 16, "orders[0].amount", "12500"),
    "no number": ("amount: 12500", "amount: many", 16, "orders[0].amount", "'many' is not a number"),
    "no such status": ("amount: 12500", "{}\n    status: payed", 17, "orders[0].status", "Did you mean 'paid'?"),
    "too much": ("amount: 12500", "amount: 20001", 16, "orders[0].amount", "has 20.000 DT left"),
    "no such app": ("- app: Boutique", "- app: Boutik", 15, "orders[0].app", "Did you mean 'Boutique'?"),
    "no such payer": ("amount: 12500", "{}\n    payer: Sami", 17, "orders[0].payer", "Inès, pays"),
    "a persona": ("amount: 12500", "{}\n    payer: wrong_pin", 17, "orders[0].payer", "does what its persona does"),
    "pays itself": ("amount: 12500", "{}\n    payer: 51234567", 17, "orders[0].payer", "would pay itself"),
    "still to come": ("amount: 12500", "{}\n    at: 2199-01-01 10:00", 17, "orders[0].at", "still to come"),
    "no moment": ("amount: 12500", "{}\n    at: some day", 17, "orders[0].at", "3 days ago 14:30"),
    "long over": ("amount: 12500", "{}\n    status: pending\n    at: 2 days ago", 18, "orders[0].at", "has expired"),
    "still open": (
        "amount: 12500",
        "{}\n    status: expired\n    at: 1 minute ago",
        18,
        "orders[0].at",
        "is open still",
    ),
    "more back than paid": (
        "amount: 12500",
        "{}\n    status: partly_refunded\n    refunded: 12501",
        18,
        "orders[0].refunded",
        "more than the payment",
    ),
    "how much back": ("amount: 12500", "{}\n    status: partly_refunded", 15, "orders[0]", "'refunded' is missing"),
    "never refunded": ("amount: 12500", "{}\n    refunded: 1", 17, "orders[0].refunded", "was not refunded"),
    "above the ceiling": ("20.000 DT", "9000.000 DT\n    level: 2", 11, "phones[0].balance", "level 2 may hold"),
    "taken number": ("22111222", "20000001", 9, "phones[0].phone_number", "is taken by"),
    "same number": ("51234567", "22 111 222", 9, "phones[0].phone_number", "on line 5"),
    "taken address": ("amel@shop.example", "DEV@flouci-sandbox.example", 2, "developers[0].email", "already"),
    "not verified": ("name: Amel\n", "name: Amel\n    verified: no\n", 14, "apps[0]", "not verified"),
    "nobody's admin": (
        "name: Amel\n",
        "name: Amel\n    role: admin\n    verified: no\n",
        4,
        "developers[0].role",
        "not verified",
    ),
    "an open form of a disabled app": (
        "- name: Boutique\norders:\n  - app: Boutique\n    amount: 12500",
        "- {name: Boutique, disabled: yes}\norders:\n  - {app: Boutique, amount: 5, status: pending}",
        15,
        "orders[0].status",
        "ends its open forms",
    ),
    "a person sells": ("- name: Boutique", "- name: B\n    wallet: Inès", 14, "apps[0].wallet", "a person's wallet"),
    "no such wallet": ("- name: Boutique", "- name: B\n    wallet: Zied", 14, "apps[0].wallet", "Known: Boutique"),
    "no such developer": ("- name: Boutique", "- name: B\n    developer: Amal", 14, "apps[0].developer", "'Amel'?"),
    "the name of the TEST APP": ("- name: Boutique", "- name: TEST APP", 13, "apps[0].name", "test: true"),
    "no token": ("- name: Boutique", "- name: B\n    public_token: abc", 14, "apps[0].public_token", "Write a UUID"),
    "no truth": ("name: Amel\n", "name: Amel\n    verified: perhaps\n", 4, "developers[0].verified", "true or false"),
    "no list": ("apps:\n  - name: Boutique", "apps:\n  name: Boutique", 13, "apps", "must be a list"),
    "nothing said": ("- email: amel@shop.example\n    name", "- name", 2, "developers[0]", "'email' is missing"),
    "twice": ("name: Amel\n", "{}    name: Amal\n", 4, "developers[0].name", "is there twice, first on line 3"),
    "a tab": ("    name: Amel\n", "\tname: Amel\n", 3, "developers[0]", "Indent with spaces"),
    "a quote that stays open": ("name: Inès", 'name: "Inès', 10, "phones[0].name", "has no end"),
    "a brace that stays open": ("- app: Boutique", "- {app: Boutique", 15, "orders[0]", "Close it with '}'"),
    "a quote inside quotes": ("name: Inès", "name: 'It's'", 10, "phones[0]", "goes on behind its quotes"),
    "two colons": ("name: Inès", "name: a: b", 10, "phones[0]", "in quotes"),
    "no colon": ("name: Inès", "name Inès", 11, "phones[0]", "has no ': '"),
    "another column": ("    name: Inès", "   name: Inès", 10, "phones", "same column"),
    "a character of YAML's own": ("name: Inès", "name: @Inès", 10, "phones[0].name", "in quotes"),
    "a tag": ("name: Inès", "name: !!python/name:os.system", 10, "phones[0].name", "tag"),
    "an alias of nothing": ("name: Inès", "name: *who", 10, "phones[0].name", "stands for nothing"),
    "two documents": ("phones:", "---\nphones:", 8, "", "second document"),
    "a control character": ("name: Inès", "name: In\x08s", 10, "", "cannot stand"),
    "a surrogate": ("name: Inès", 'name: "\\ud800"', 10, "phones[0].name", "not text"),
}


@pytest.fixture(scope="module")
def world() -> Iterator[Sandbox]:
    with Sandbox.start() as running:
        yield running


def refusal(world: Sandbox, content: str | bytes) -> SeedRefused:
    text = content.encode() if isinstance(content, str) else content
    with pytest.raises(SeedRefused) as refused:
        load_seed(world.base_url, None, text, "shop.yaml")
    return refused.value


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_with_line_field_reason_and_fix(world: Sandbox, mistake: str) -> None:
    old, new, line, field, words = MISTAKES[mistake]
    broken = WHOLE.replace(old, new.format(old) if new.startswith("{}") else new)
    assert broken != WHOLE
    before = world.mobile.list_phones()
    (problem,) = [each for each in refusal(world, broken).details["problems"] if each["field"] == field][:1]
    assert words in f"{problem['reason']} {problem['fix']}"
    assert problem["line"] == line or (not line and problem["line"] >= 10)
    assert world.mobile.list_phones() == before


def test_everything_that_is_wrong_is_told_at_once_in_the_order_of_the_lines(world: Sandbox) -> None:
    broken = WHOLE.replace("amount: 12500", "amount: x").replace("22111222", "1").replace("name: Amel\n", "nme: Amel\n")
    told = refusal(world, broken)
    assert [row["line"] for row in told.details["problems"]] == [2, 3, 9, 16]
    assert [line.split(":")[1].split(" ")[0] for line in told.message.splitlines()] == ["2", "3", "9", "16"]


def test_a_broken_field_hides_nothing_else_that_is_wrong_with_its_entry_or_others(world: Sandbox) -> None:
    broken = (
        WHOLE.replace("20.000 DT", "much")
        .replace("- name: Boutique", "- name: B\n    wallet: Boutik\n    public_token: x")
        .replace("name: Amel\n", "name: Amel\n    password: short\n")
    )
    told = refusal(world, broken)
    assert [row["field"] for row in told.details["problems"]] == [
        "developers[0].password",
        "phones[0].balance",
        "apps[0].wallet",
        "apps[0].public_token",
        "orders[0].app",
    ]


def test_what_refers_to_a_broken_entry_is_not_called_dangling(world: Sandbox) -> None:
    broken = WHOLE.replace("name: Boutique\norders", "name: Boutique\n    sessionseconds: 5\norders")
    assert [row["field"] for row in refusal(world, broken).details["problems"]] == ["apps[0].sessionseconds"]


def test_the_list_of_problems_ends_somewhere(world: Sandbox) -> None:
    told = refusal(world, "phones:\n" + "  - {phone_number: 1}\n" * 300)
    assert told.details["problem_count"] == 300
    assert len(told.details["problems"]) == 50
    assert told.message.endswith("… and 250 more.")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"# nothing\n", "says nothing"),
        (b"phones: []\n", "says nothing"),
        (b"just a text", "map of lists"),
        (b"- a\n- b\n", "map of lists"),
        (b"phones:\n  - name: \xff\n", "not UTF-8"),
        (b"a: " + b"[" * 5000, "levels deep"),
        (b"a: &a [1,1]\n" + b"".join(b"%c: &%c [%s]\n" % (98 + n, 98 + n, b",".join([b"*%c" % (97 + n)] * 9)) for n in range(9)), "aliases"),
        (b"#" * 2_000_001, "2,000,001 bytes"),
    ],
    ids=["empty", "a comment", "empty lists", "a text", "a list", "latin", "deep", "bomb", "huge"],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_in_words(world: Sandbox, content: bytes, words: str) -> None:
    assert words in refusal(world, content).message


def test_json_is_read_too_and_its_fields_are_named(world: Sandbox) -> None:
    with pytest.raises(SeedRefused, match=r"orders\[0\].app"):
        world.seed({"orders": [{"app": "Nobody's", "amount": 5}]})
    with pytest.raises(SeedRefused, match="is there twice"):
        load_seed(world.base_url, None, b'{"phones": [], "phones": []}', "world.json")


STRANGE = (None, True, -1, 1.5, 1e308, "", " ", [], {}, [[]], [None], {"a": 1}, "x" * 3000, "\u202e", 10**40, "1" * 60)
FACTS = Facts(
    now=datetime(2026, 3, 10, 15, tzinfo=UTC),
    seed=1,
    settings=Settings(),
    phones={"20000001": KnownPhone("20000001", "Amel", None, 500_000, "1234")},
    apps={"Demo Shop": KnownApp("Demo Shop", "public", "private", "50000001", "dev@example.com", "password")},
    test_wallet="50000002",
    began_with=None,
    list_taken_emails=lambda _: set(),
    list_taken_tokens=lambda _: set(),
)


@pytest.mark.parametrize("part", [name for name in PARTS if name])
def test_a_strange_value_in_any_field_is_taken_or_refused_and_never_a_crash(part: str) -> None:
    world = {
        "developers": [{"email": "amel@shop.example", "name": "Amel"}],
        "wallets": [{"phone_number": "51234567", "trade_name": "Boutique"}],
        "phones": [{"phone_number": "22111222", "name": "Inès", "balance": 50_000}],
        "apps": [{"name": "Boutique"}],
        "orders": [{"app": "Boutique", "amount": 500, "items": [{"name": "Oil"}], "customer": {"name": "Amel"}}],
        "history": [{"app": "Boutique", "days": 2, "per_day": 1, "customers": 2}],
    }
    assert check(Document("a.json", world), FACTS)
    for name in PARTS[part].model_fields:
        for value in STRANGE:
            changed = deepcopy(world)
            holder: Any = changed["orders"][0] if part in {"items", "customer"} else changed
            found = holder[part]
            (found[0] if isinstance(found, list) else found)[name] = value
            with suppress(SeedRefused):
                check(Document("a.json", changed), FACTS)
