"""The API reference: each endpoint of the OpenAPI document as its page shows it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.platform.docs.examples import resolve
from sandbox.platform.docs.security import scheme_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sandbox.kit.errors import SandboxError
    from sandbox.platform.docs.endpoints import Endpoint
    from sandbox.platform.docs.openapi import ApiDocument

_DEEPEST = 2
_JSON = "application/json"
_KEY = "YOUR-KEY"


@dataclass(frozen=True)
class Field:
    """``name`` of a field within another has a dot in it: ``links.status``."""

    name: str
    type: str
    is_required: bool
    description: str = ""


@dataclass(frozen=True)
class Reference:
    """``answer`` is an example of a good one; ``curl`` a call to paste into a terminal."""

    id: str
    method: str
    path: str
    summary: str
    caller: str
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    fields: tuple[Field, ...]
    status: int
    media: str
    answer: str
    errors: tuple[type[SandboxError], ...]
    curl: str


def list_references(document: ApiDocument, tag: str, base_url: str) -> list[Reference]:
    return [
        _reference(document, endpoint, base_url) for endpoint in document.endpoints if endpoint.operation.tag == tag
    ]


def _reference(document: ApiDocument, endpoint: Endpoint, base_url: str) -> Reference:
    schemas = document.content["components"]["schemas"]
    operation = document.content["paths"][endpoint.path][endpoint.method.lower()]
    described, body = endpoint.operation, _content_of(operation.get("requestBody", {}))
    answer = _content_of(operation["responses"][str(described.status)])
    example = answer.get("example", answer.get("examples", {}).get("accepted", {}).get("value"))
    return Reference(
        id=endpoint.id,
        method=endpoint.method,
        path=endpoint.path,
        summary=described.summary,
        caller=endpoint.caller,
        parameters=tuple(_parameters(operation, schemas)),
        body=tuple(_fields(body.get("schema", {}), schemas)),
        fields=tuple(_fields(answer.get("schema", {}), schemas)),
        status=described.status,
        media=described.media,
        answer=json.dumps(example, indent=2, ensure_ascii=False) if example else "",
        errors=endpoint.errors,
        curl=_curl(endpoint, body, base_url),
    )


def _content_of(place: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = place.get("content", {}).get(_JSON, {})
    return found


def _parameters(operation: Mapping[str, Any], schemas: Mapping[str, Any]) -> Iterator[Field]:
    for parameter in operation.get("parameters", []):
        kind = _type_of(parameter["schema"], schemas)
        yield Field(parameter["name"], kind, parameter.get("required", False), parameter.get("description", ""))


def _fields(schema: Mapping[str, Any], schemas: Mapping[str, Any], prefix: str = "", depth: int = 0) -> Iterator[Field]:
    schema = resolve(schema, schemas)
    for name, inner in schema.get("properties", {}).items():
        is_required = name in schema.get("required", [])
        yield Field(prefix + name, _type_of(inner, schemas), is_required, inner.get("description", ""))
        found = resolve(inner, schemas)
        if depth < _DEEPEST:
            within = found.get("items", {}) if found.get("type") == "array" else found
            mark = "[]" if found.get("type") == "array" else ""
            yield from _fields(within, schemas, f"{prefix}{name}{mark}.", depth + 1)


def _type_of(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    choices = schema.get("anyOf", schema.get("oneOf", []))
    if choices:
        return " | ".join(dict.fromkeys(_type_of(choice, schemas) for choice in choices))
    found = resolve(schema, schemas)
    if "enum" in found or "const" in found:
        return " | ".join(json.dumps(value) for value in found.get("enum", [found.get("const")]))
    kind = found.get("type", "string")
    if kind == "array":
        return f"array of {_type_of(found.get('items', {}), schemas)}"
    return " | ".join(kind) if isinstance(kind, list) else str(kind)


def _curl(endpoint: Endpoint, body: Mapping[str, Any], base_url: str) -> str:
    lines = [
        f"curl {base_url}{endpoint.path}"
        if endpoint.method == "GET"
        else f"curl -X {endpoint.method} {base_url}{endpoint.path}"
    ]
    if endpoint.needs_login:
        lines.append(f"-H 'Authorization: Bearer {_KEY}'")
    lines += [f"-H '{name}: {_header_value(sentence)}'" for name, sentence in endpoint.operation.headers.items()]
    if "example" in body:
        lines += ["-H 'Content-Type: application/json'", f"-d '{json.dumps(body['example'], ensure_ascii=False)}'"]
    return " \\\n  ".join(lines)


def _header_value(sentence: str) -> str:
    scheme = scheme_of(sentence)
    return "YOUR-OWN-VALUE" if scheme is None else scheme.sample
