"""The pages of the documentation: each renders in each language, no link leads nowhere, and nothing is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from itertools import pairwise
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import click
import httpx
import pytest

from sandbox.config import SETTINGS
from sandbox.contracts.personas import PERSONAS
from sandbox.kit.errors import SandboxError
from sandbox.kit.web.ui.languages import LANGUAGES, translate
from sandbox.platform.docs import diagram, facts
from sandbox.platform.docs.contents import PAGES
from sandbox.platform.docs.endpoints import list_endpoints
from sandbox.platform.docs.manual import Manual
from sandbox.platform.orders.states import ORDER
from sandbox.platform.webhooks.states import TYPES
from sandbox.testing import Sandbox
from sandbox.testing.drivers import MerchantApp
from tests.architecture.test_docs import commands
from tests.stage import apps_of
from tests.visitor import Visitor

ROOT = Path(__file__).parents[2]
_ID, _HREF = re.compile(r'\sid="([^"]+)"'), re.compile(r'\shref="([^"]+)"')


@pytest.fixture(scope="module")
def reader() -> Iterator[httpx.Client]:
    with Sandbox.start(seed=11) as running, Visitor(running.base_url) as visitor:
        yield visitor.http


@pytest.fixture(scope="module")
def addresses(reader: httpx.Client) -> list[str]:
    """Every page that the sidebar names."""
    side = re.search(r'<nav class="side docs-pages".*?</nav>', reader.get("/docs").text, re.DOTALL)
    assert side is not None
    return _HREF.findall(side.group())


def article(client: httpx.Client, address: str, language: str = "en") -> str:
    answer = client.get(address, params={"lang": language})
    assert answer.status_code == 200, (address, answer.status_code)
    found = re.search(r"<article.*</article>", answer.text, re.DOTALL)
    assert found is not None, address
    return found.group()


def rows(page: str) -> set[str]:
    return set(_ID.findall(page))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_renders_in_every_language(reader: httpx.Client, addresses: list[str], language: str) -> None:
    assert len(addresses) > len(PAGES)
    titles = set()
    for address in addresses:
        answer = reader.get(address, params={"lang": language})
        assert answer.status_code == 200, address
        assert f'<html lang="{language}"' in answer.text
        title = re.findall(r"<h1>(.*?)</h1>", answer.text)
        assert len(title) == 1, address
        titles.add(title[0])
        ids = _ID.findall(answer.text)
        assert len(ids) == len(set(ids)), f"{address}: {sorted({each for each in ids if ids.count(each) > 1})}"
        assert len(answer.content) < 150_000, address
    assert translate(language, "The payment process") in titles
    assert len(titles) == len(addresses)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_and_every_anchor_leads_somewhere(reader: httpx.Client, addresses: list[str], language: str) -> None:
    anchors: dict[str, set[str]] = {}
    for address in addresses:
        for link in map(unescape, _HREF.findall(reader.get(address, params={"lang": language}).text)):
            target = urlsplit(urljoin(f"{reader.base_url}{address}", link))
            if target.netloc != urlsplit(str(reader.base_url)).netloc or link.startswith("?"):
                continue
            if target.path not in anchors:
                answer = reader.get(target.path, params={"lang": language}, follow_redirects=True)
                assert answer.status_code == 200, f"{address} links to {link}"
                anchors[target.path] = rows(answer.text) if "html" in answer.headers["Content-Type"] else set()
            assert not target.fragment or target.fragment in anchors[target.path], f"{address} links to {link}"


def test_each_page_leads_to_the_one_before_and_the_one_after(reader: httpx.Client, addresses: list[str]) -> None:
    for before, after in pairwise(addresses):
        assert f'rel="next" href="{after}"' in reader.get(before).text
        assert f'rel="prev" href="{before}"' in reader.get(after).text


def test_every_heading_can_be_linked_to(reader: httpx.Client, addresses: list[str]) -> None:
    for address in addresses:
        if address != "/docs/changelog":
            prose = article(reader, address).partition('class="prose"')[2]
            assert re.findall(r"<h[23](?! id=)", prose) == [], address


def test_a_page_that_is_not_there_says_where_to_look(reader: httpx.Client) -> None:
    for address in ("/docs/nowhere", "/docs/api/nowhere"):
        answer = reader.get(address)
        assert answer.status_code == 404
        assert "/docs/search" in answer.text


def test_every_error_code_is_explained_at_its_anchor(reader: httpx.Client) -> None:
    page = article(reader, "/docs/errors")
    codes = {
        SandboxError.code,
        *(code for code, kind in SandboxError.by_code.items() if "tests" not in kind.__module__),
    }
    assert codes - {"PAGE_ERROR"} <= rows(page)
    assert page.index('id="WRONG_CODE"') < page.index("Type the six digits that the phone shows.")


def test_every_error_has_a_group_of_its_own(reader: httpx.Client) -> None:
    """A new file of errors gets a line in ERROR_GROUPS; only what stands elsewhere is among the others."""
    modules = {kind.__module__ for kind in SandboxError.by_code.values()}
    named = tuple(module for module, _ in facts.ERROR_GROUPS if module)
    assert {
        module for module in modules if module.startswith("sandbox.contracts") and not module.startswith(named)
    } <= {"sandbox.contracts.errors.base"}


def test_every_setting_and_every_command_is_on_its_page(reader: httpx.Client) -> None:
    page = article(reader, "/docs/settings")
    assert {setting.name for setting in SETTINGS} <= rows(page)
    for name, command in commands().items():
        assert re.search(rf"<code[^>]*>{re.escape(name)}\b", page), name
        for option in command.params:
            if isinstance(option, click.Option):
                assert f">{option.opts[0]}<" in page, (name, option.opts)


def test_the_reference_says_of_each_command_what_the_command_says_itself() -> None:
    manual = Manual((), changelog=ROOT, reference=ROOT / "docs" / "reference.md")
    told = {row.command.partition(" [")[0]: row.help for row in manual.list_commands()}
    for name, command in commands().items():
        help_text = " ".join((command.help or "").split("\n\n")[0].split())
        assert next(text for known, text in told.items() if known.split(" ")[: len(name.split())] == name.split()) == (
            help_text
        ), name


def test_every_operation_is_in_the_reference(reader: httpx.Client) -> None:
    with Sandbox.start(seed=12) as running:
        endpoints = list_endpoints(apps_of(running)[""])
    overview = article(reader, "/docs/api")
    for endpoint in endpoints:
        assert f">{endpoint.method} {endpoint.path}<" in overview
        page = article(reader, f"/docs/api/{endpoint.operation.tag.lower().replace(' ', '-')}")
        assert endpoint.id in rows(page)
        for error in endpoint.errors:
            assert f"#{error.code}" in page


def test_every_state_and_every_event_is_explained(reader: httpx.Client) -> None:
    assert set(facts.ORDER_STATUSES) == set(ORDER.transitions) <= rows(article(reader, "/docs/payment-process"))
    assert set(facts.WEBHOOK_EVENTS) == set(TYPES)
    states = re.findall(
        r"^  (\w+): [{LO]", (ROOT / "checkout/src/state.js").read_text().partition("TRANSITIONS = {")[2], re.MULTILINE
    )
    assert {f"flouci:{state}" for state in states} <= {name for name, _ in facts.EVENTS}
    assert len(states) > 7


def test_every_attribute_of_the_script_tag_is_explained() -> None:
    source = (ROOT / "checkout" / "src" / "script-tags.js").read_text()
    assert set(re.findall(r"read\('([\w-]+)'\)", source)) <= {name for name, _, _ in facts.ATTRIBUTES}


def test_every_magic_value_is_on_the_testing_page(reader: httpx.Client) -> None:
    page = article(reader, "/docs/testing")
    for persona in PERSONAS:
        assert f'id="phone-{persona.phone_number}"' in page
    assert {"code-111111", "code-000000"} <= rows(page)


def test_the_diagram_says_in_words_what_it_draws_and_turns_with_the_reading_direction(reader: httpx.Client) -> None:
    page = article(reader, "/docs/payment-process")
    steps = page.partition('id="diagram-steps"')[2].partition("</ol>")[0]
    for message in diagram.MESSAGES:
        assert message.text in unescape(steps)
    assert 'role="img"' in page
    assert 'aria-describedby="diagram-steps"' in page
    forward, mirrored = diagram.draw(mirrored=False), diagram.draw(mirrored=True)
    for one, other in zip(forward.arrows, mirrored.arrows, strict=True):
        assert (one.start, one.end) == (forward.width - other.start, forward.width - other.end)
    assert all(0 < arrow.end < forward.width and arrow.y < forward.height for arrow in forward.arrows)


def test_a_developer_reads_samples_with_their_own_public_token_and_never_a_private_one(
    sandbox: Sandbox, merchant_app: MerchantApp
) -> None:
    with Visitor(sandbox.base_url) as developer, Visitor(sandbox.base_url) as stranger:
        developer.log_in(merchant_app.email, merchant_app.password)
        pages = [
            developer.open(address).text
            for address in ("/docs", "/docs/front-end", "/docs/back-end", "/docs/verification")
        ]
        assert all(merchant_app.public_token in page for page in pages)
        assert all(merchant_app.private_token not in page for page in pages)
        assert merchant_app.public_token not in stranger.open("/docs").text
        assert "YOUR-PUBLIC-TOKEN" in stranger.open("/docs").text
        assert sandbox.base_url in unescape(stranger.open("/docs").text)
        developer.open("/docs/search?q=accept")
        assert merchant_app.public_token not in stranger.open("/docs/search?q=app_token").text


def test_the_changelog_is_the_one_of_the_repository(reader: httpx.Client) -> None:
    page = unescape(re.sub(r"<[^>]+>", "", article(reader, "/docs/changelog")))
    line = next(
        line for line in (ROOT / "CHANGELOG.md").read_text("utf-8").splitlines() if line.startswith("- A demo shop")
    )
    assert line[2:60] in page


def test_every_sentence_of_the_facts_is_marked_with_how_sure_it_is(reader: httpx.Client) -> None:
    page = unescape(article(reader, "/docs/production"))
    for _, lines in facts.PRODUCTION:
        for fact in lines:
            assert facts.MARKS[fact.mark][1] in page.partition(fact.text)[0].rpartition("<li>")[2], fact.text
