"""An example for a JSON schema: what its fields name as one, or what people expect to read at a field of that name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.contracts.personas import MERCHANT_PHONE

if TYPE_CHECKING:
    from collections.abc import Mapping

_A_TOKEN, _AN_ID = "YOUR-PUBLIC-TOKEN", "0b5f6c1e4d7a"
_BY_NAME: dict[str, Any] = {
    "amount": 12500,
    "app": _A_TOKEN,
    "app_token": _A_TOKEN,
    "public_token": _A_TOKEN,
    "app_secret": "YOUR-PRIVATE-TOKEN",
    "private_token": "YOUR-PRIVATE-TOKEN",
    "token": "YOUR-KEY",
    "code": "123456",
    "flouci_otp": "123456",
    "currency": "TND",
    "description": "Half a litre",
    "developer_tracking_id": "TX12530",
    "email": "amel@example.com",
    "error": "WRONG_CODE",
    "field": "flouci_otp",
    "key": "THE-KEY-OF-THE-MAIL",
    "kpis": "gross_sales",
    "language": "fr",
    "message": "The code is wrong.",
    "name": "Olive oil",
    "password": "a good password",
    "new_password": "another good password",
    "payer": "20 *** 001",
    "payment_id": "_2cDkTqVQ4eJ0sWmZyN1Ug",
    "phone_number": MERCHANT_PHONE,
    "wallet_phone": MERCHANT_PHONE,
    "reference": "TX12530",
    "session": "h0XbBqJ7TzqfXw1c9m2d3A",
    "status": "PAID",
    "tries_left": 3,
    "trade_name": "Chez Amel",
    "merchant": "Chez Amel",
    "url": "https://shop.example/webhook",
}
_BY_SHAPE: dict[str, Any] = {
    "App.name": "My shop",
    "App.description": "The web shop",
    "App.status": "ENABLED",
    "AppLink.name": "My shop",
    "NewApp.name": "My shop",
    "PublicApp.name": "My shop",
    "Registration.name": "Amel Ben Salah",
    "Developer.name": "Amel Ben Salah",
    "CheckoutSession.status": "OPENED",
    "OpenedSession.status": "OPENED",
}
_BY_ENDING = {
    "_at": "2026-03-01T09:30:00.000Z",
    "_seconds": 120,
    "_url": "https://shop.example/oil.png",
    "_id": _AN_ID,
    "_token": _A_TOKEN,
}
_BY_TYPE: dict[str, Any] = {"integer": 1, "number": 1, "boolean": True, "string": "text", "null": None}
_DEEPEST = 6


def example_of(
    schema: Mapping[str, Any],
    definitions: Mapping[str, Any],
    name: str = "",
    *,
    required_only: bool = False,
    depth: int = 0,
) -> Any:
    """``name`` is that of the field; ``required_only`` leaves out what a caller need not send."""
    schema = resolve(schema, definitions)
    for given in ("examples", "enum"):
        if schema.get(given):
            return schema[given][0]
    if "const" in schema:
        return schema["const"]
    if schema.get("type") == "object" or "properties" in schema:
        return _object(schema, definitions, required_only=required_only, depth=depth)
    if schema.get("type") == "array":
        inner = example_of(schema.get("items", {}), definitions, name, required_only=required_only, depth=depth + 1)
        return [] if inner is None else [inner]
    return _by_name(name, schema.get("type", "string"))


def _object(schema: Mapping[str, Any], definitions: Mapping[str, Any], *, required_only: bool, depth: int) -> Any:
    if depth > _DEEPEST:
        return {}
    wanted = schema.get("required", []) if required_only else schema.get("properties", {})
    return {
        field: _BY_SHAPE[key]
        if (key := f"{schema.get('title')}.{field}") in _BY_SHAPE
        else example_of(inner, definitions, field, required_only=required_only, depth=depth + 1)
        for field, inner in schema.get("properties", {}).items()
        if field in wanted
    }


def _by_name(name: str, kind: str) -> Any:
    fallback = _AN_ID if name == "id" and kind == "string" else _BY_TYPE.get(kind)
    by_ending = next((value for ending, value in _BY_ENDING.items() if name.endswith(ending)), fallback)
    found = _BY_NAME.get(name, by_ending)
    return found if isinstance(found, type(_BY_TYPE.get(kind, ""))) else _BY_TYPE.get(kind)


def resolve(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a reference names, and of alternatives the first that is not null."""
    while "$ref" in schema or "anyOf" in schema or "oneOf" in schema:
        if "$ref" in schema:
            schema = definitions[schema["$ref"].rpartition("/")[2]]
            continue
        choices = schema.get("anyOf") or schema["oneOf"]
        rest = {key: value for key, value in schema.items() if key not in {"anyOf", "oneOf"}}
        schema = rest | dict(next((each for each in choices if each.get("type") != "null"), choices[0]))
    return schema
