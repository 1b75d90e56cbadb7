"""The names that a test suite writes as types, and what reads them: an editor, a type checker, a person."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import pytest

import sandbox as package
from sandbox import testing
from sandbox.contracts.errors import NoQrFound
from sandbox.kit.errors import InvalidInput
from sandbox.testing import InboxDriver, MerchantApp, PhoneDriver, Sandbox, plugin
from sandbox.testing.awaiting import HasAio


def fixtures() -> dict[str, str]:
    """What each fixture of the plugin is, as its function says."""
    functions = [node for node in ast.parse(inspect.getsource(plugin)).body if isinstance(node, ast.FunctionDef)]
    told = {each.name: ast.unparse(each.returns) for each in functions if each.returns and each.decorator_list}
    return {name: kind.removeprefix("Iterator[").removesuffix("]") for name, kind in told.items() if name[0] != "_"}


def test_whatever_a_fixture_is_can_be_named_as_a_type() -> None:
    ours = {kind for kind in fixtures().values() if kind.isidentifier()} - {"str", "Any", "Browser"}
    assert ours <= set(testing.__all__)
    assert Path(package.__file__).with_name("py.typed").exists()
    assert set(testing.__all__) <= set(dir(testing))
    for name in testing.__all__:
        assert getattr(testing, name).__name__ == name
    with pytest.raises(AttributeError, match="no attribute 'Sandboxes'"):
        testing.Sandboxes  # noqa: B018


def test_an_editor_tells_of_every_method_what_it_does() -> None:
    drivers = [kind for name in testing.__all__ if issubclass(kind := getattr(testing, name), HasAio)]
    undocumented = [
        f"{kind.__name__}.{name}"
        for kind in drivers
        for name, member in vars(kind).items()
        if not name.startswith("_") and (inspect.isfunction(member) or isinstance(member, property))
        if not inspect.getdoc(member)
    ]
    assert undocumented == []


def test_an_error_in_a_report_names_the_fix(sandbox: Sandbox, phone: PhoneDriver) -> None:
    """pytest shows the notes of an error below it."""
    with pytest.raises(InvalidInput) as refused:
        sandbox.phone("loses_netwrk")
    assert refused.value.__notes__ == ["Field: number. Hint: Did you mean 'loses_network'?"]
    with pytest.raises(InvalidInput, match="'amount': 0 "):
        phone.send("20000001", 0)
    with pytest.raises(InvalidInput, match="'balance'"):
        sandbox.new_phone(balance=-1)
    assert NoQrFound().__notes__ == [f"Hint: {NoQrFound.hint}"]


def test_a_phone_is_known_by_any_spelling_of_its_number(sandbox: Sandbox) -> None:
    assert sandbox.phone("+216 20 000 013").number == sandbox.phone("Loses network").number == "20000013"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("flouci-sandbox://pay?v=1&payment=x", "scan_text"),
        ("http://127.0.0.1/pay/x", r"phone\.scan\(page\)"),
        ("nothing.png", str(Path.cwd())),
    ],
)
def test_what_is_no_picture_is_told_with_what_to_do(phone: PhoneDriver, given: str, told: str) -> None:
    with pytest.raises(FileNotFoundError, match=told):
        phone.scan(given)


def test_a_mail_that_does_not_come_is_told_with_those_that_did(inbox: InboxDriver, merchant_app: MerchantApp) -> None:
    with pytest.raises(TimeoutError, match="contains 'zzz' came within 0 s; what came to it: \"Activate"):
        inbox.wait_for(to=merchant_app.email, contains="zzz", seconds=0)
    with pytest.raises(TimeoutError, match=f"mails came to .*{merchant_app.email}"):
        inbox.wait_for(to="nobody@example.com", seconds=0)
