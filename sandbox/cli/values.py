"""What shells complete beside commands and options: names that are known without asking a sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from click.shell_completion import CompletionItem

from sandbox.config import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import click


def snapshots(context: click.Context, _parameter: click.Parameter, typed: str) -> list[CompletionItem]:
    """Those of the data folder that is named on the line."""
    from sandbox.control.snapshots.manifest import MANIFEST

    folder = (context.params.get("data_dir") or Settings().data_dir) / "snapshots"
    return _beginning(typed, ((file.parent.name, "") for file in folder.glob(f"[!.]*/{MANIFEST}")))


def packs(_context: click.Context, _parameter: click.Parameter, typed: str) -> list[CompletionItem]:
    """Those that come with the sandbox, then whatever files there are."""
    from sandbox.testing.packs.finding import list_packs

    found = _beginning(typed, ((pack.name, pack.title) for pack in list_packs()))
    return found or [CompletionItem(typed, type="dir")]


def tags(_context: click.Context, _parameter: click.Parameter, typed: str) -> list[CompletionItem]:
    from sandbox.testing.packs.finding import list_packs

    return _beginning(typed, ((tag, "") for pack in list_packs() for tag in pack.tags))


def fault_kinds(_context: click.Context, _parameter: click.Parameter, typed: str) -> list[CompletionItem]:
    from sandbox.control.faults.kinds import KINDS

    return _beginning(typed, ((kind.name, kind.text) for kind in KINDS.values()))


def fault_fields(context: click.Context, _parameter: click.Parameter, typed: str) -> list[CompletionItem]:
    """Of the kind that stands before."""
    from sandbox.control.faults.kind import WHERE
    from sandbox.control.faults.kinds import KINDS

    kind = KINDS.get(str(context.params.get("kind")))
    names = [*WHERE[kind.channel], *kind.parameters.model_fields] if kind else []
    return _beginning(typed, ((f"{name}=", "") for name in names))


def personas(_context: click.Context, _parameter: click.Parameter, typed: str) -> list[CompletionItem]:
    from sandbox.contracts.personas import PERSONAS

    by_number = typed[:1].isdigit()
    return _beginning(typed, ((each.phone_number if by_number else each.name, each.outcome) for each in PERSONAS))


def files(_context: click.Context, _parameter: click.Parameter, typed: str) -> list[CompletionItem]:
    """The shell knows them."""
    return [CompletionItem(typed, type="file")]


def _beginning(typed: str, known: Iterable[tuple[str, str]]) -> list[CompletionItem]:
    return list(_items(typed, sorted(dict(known).items())))


def _items(typed: str, known: Iterable[tuple[str, str]]) -> Iterator[CompletionItem]:
    for name, text in known:
        if name.startswith(typed):
            yield CompletionItem(name, help=text.partition("; ")[0] or None)
