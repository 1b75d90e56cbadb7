"""Brings the demo shop, which knows nothing of this package, into the sandbox's own process at ``/shop``."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sandbox.resources import resource

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from sandbox.runtime import World

_NAME = "flouci_demo_shop"
Post = Callable[[str, dict[str, Any], dict[str, str]], dict[str, Any]]
Get = Callable[[str, dict[str, str]], dict[str, Any]]


def mount_shop(world: World, app: dict[str, Any]) -> None:
    """``app`` holds the tokens with which the shop sells."""
    shop = create_shop(
        world.settings.base_url, app["public_token"], app["private_token"], post=world.post_json, get=world.get_json
    )
    world.mount("/shop", shop, "shop")


def create_shop(
    sandbox_url: str, public_token: str, private_token: str, *, post: Post | None = None, get: Get | None = None
) -> WSGIApplication:
    """A demo shop of its own; without ``post`` and ``get`` it calls the sandbox over HTTP as any merchant's back end does."""
    _load_package()
    module: Any = importlib.import_module(f"{_NAME}.app")
    shop: WSGIApplication = module.create_app(
        sandbox_url=sandbox_url, public_token=public_token, private_token=private_token, post=post, get=get
    )
    return shop


def _load_package() -> None:
    """The shop is loaded from its folder: it is not on the import path where the sandbox is installed as a wheel."""
    if _NAME in sys.modules:
        return
    folder = resource("shop")
    spec = importlib.util.spec_from_file_location(
        _NAME, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(f"the demo shop is missing from {folder}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[_NAME] = module
    spec.loader.exec_module(module)
