"""The OpenAPI 3.1 document of the JSON API, made from its routes when it is first asked for."""

from __future__ import annotations

from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from sandbox import __version__
from sandbox.kit.paging import PageQuery
from sandbox.platform.docs.endpoints import Endpoint, list_endpoints
from sandbox.platform.docs.examples import example_of
from sandbox.platform.docs.security import scheme_of, security_schemes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from flask import Flask
    from pydantic import BaseModel

    from sandbox.kit.errors import SandboxError

    Schema = dict[str, Any]

_REFERENCE = "#/components/schemas/{model}"
_JSON, _FORM = "application/json", "application/x-www-form-urlencoded"
_ERROR: Schema = {
    "title": "Error",
    "description": "Every error of the sandbox's own endpoints. The hint says what to do, the field what is wrong.",
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "hint", "request_id"],
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "hint": {"type": "string"},
                "field": {"type": "string"},
                "request_id": {"type": "string"},
            },
        }
    },
}
_RENAMED = {"ge": "minimum", "le": "maximum", "gt": "exclusiveMinimum", "lt": "exclusiveMaximum"}


class ApiDocument:
    """Built once, at the first request: starting the sandbox costs nothing of it."""

    def __init__(self, app: Flask, base_url: str) -> None:
        self._app = app
        self._base_url = base_url

    @cached_property
    def endpoints(self) -> list[Endpoint]:
        return list_endpoints(self._app)

    @cached_property
    def content(self) -> dict[str, Any]:
        schemas = _Schemas(self.endpoints)
        paths: dict[str, dict[str, Any]] = {}
        for endpoint in self.endpoints:
            found = paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint, schemas)
            links = dict(_links_of(endpoint, self.endpoints))
            if links:
                found["responses"][str(endpoint.operation.status)]["links"] = links
        tags = dict.fromkeys(endpoint.operation.tag for endpoint in self.endpoints)
        return {
            "openapi": "3.1.0",
            "info": {
                "title": "Flouci Sandbox",
                "version": __version__,
                "summary": "The whole Flouci payment world on one machine. No real money moves here.",
                "license": {"name": "MIT", "identifier": "MIT"},
            },
            "servers": [{"url": self._base_url}],
            "tags": [{"name": tag} for tag in tags],
            "paths": paths,
            "components": {"schemas": schemas.definitions | {"Error": _ERROR}, "securitySchemes": security_schemes()},
        }


class _Schemas:
    """The JSON schemas of all shapes; those of bodies as they are read, those of answers as they are written."""

    def __init__(self, endpoints: Iterable[Endpoint]) -> None:
        from pydantic.json_schema import models_json_schema

        read: set[type[BaseModel]] = set()
        written: set[type[BaseModel]] = set()
        for endpoint in endpoints:
            operation = endpoint.operation
            read |= {shape for shape in (operation.body, *_queries_of(endpoint)) if shape is not None}
            written |= {shape for shape in (operation.answer, operation.refusal) if shape is not None}
        for shape in read | written:
            shape.model_rebuild()
        by_name = sorted(read, key=_name_of), sorted(written, key=_name_of)
        made, found = models_json_schema(
            [(shape, "validation") for shape in by_name[0]] + [(shape, "serialization") for shape in by_name[1]],
            ref_template=_REFERENCE,
        )
        self._made = made
        self.definitions: dict[str, Any] = _in_json_schema(found.get("$defs", {}))

    def of_body(self, shape: type[BaseModel]) -> Schema:
        return dict(self._made[shape, "validation"])

    def of_form(self, shape: type[BaseModel]) -> Schema:
        """A form's field holds a text or is left out: there is no null in it, and how a list is spelled the text says."""
        fields, required = self.fields_of(shape)
        plain = {name: _without_null(schema) for name, schema in fields.items()}
        plain = {name: schema for name, schema in plain.items() if schema.get("type") != "array"}
        return {"type": "object", "properties": plain} | ({"required": required} if required else {})

    def of_answer(self, shape: type[BaseModel]) -> Schema:
        return dict(self._made[shape, "serialization"])

    def fields_of(self, shape: type[BaseModel]) -> tuple[Mapping[str, Schema], list[str]]:
        """The fields of a query or a form, and those of them that must be there."""
        schema = self.definitions[self._made[shape, "validation"]["$ref"].rpartition("/")[2]]
        return schema.get("properties", {}), schema.get("required", [])


def _in_json_schema(part: Any) -> Any:
    """Pydantic leaves limits that follow a validator of ours under its own names."""
    if isinstance(part, dict):
        return {_RENAMED.get(name, name): _in_json_schema(value) for name, value in part.items()}
    return [_in_json_schema(each) for each in part] if isinstance(part, list) else part


def _name_of(shape: type[BaseModel]) -> str:
    return f"{shape.__module__}.{shape.__qualname__}"


def _queries_of(endpoint: Endpoint) -> tuple[type[BaseModel], ...]:
    query = endpoint.operation.query
    if not endpoint.operation.pages:
        return () if query is None else (query,)
    if query is None:
        return (PageQuery,)
    return (query,) if issubclass(query, PageQuery) else (query, PageQuery)


def _operation(endpoint: Endpoint, schemas: _Schemas) -> dict[str, Any]:
    described = endpoint.operation
    found: dict[str, Any] = {
        "operationId": endpoint.id,
        "summary": described.summary,
        "tags": [described.tag],
        "security": _security_of(endpoint),
        "parameters": list(_parameters_of(endpoint, schemas)),
        "responses": _good_answers(endpoint, schemas) | _refusals(endpoint, schemas),
    }
    if described.body is not None:
        schema = schemas.of_body(described.body)
        example = example_of(schema, schemas.definitions, required_only=True)
        content = {_JSON: {"schema": schema, "example": example}, _FORM: {"schema": schemas.of_form(described.body)}}
        found["requestBody"] = {"required": True, "content": content}
    return {name: value for name, value in found.items() if value != [] or name == "security"}


def _security_of(endpoint: Endpoint) -> list[dict[str, list[str]]]:
    if endpoint.needs_login:
        return [{"session": []}, {"apiKey": []}]
    schemes = [scheme.name for scheme in map(scheme_of, endpoint.operation.headers.values()) if scheme]
    return [{name: [] for name in schemes}] if schemes else []


def _parameters_of(endpoint: Endpoint, schemas: _Schemas) -> Iterator[dict[str, Any]]:
    for name, kind in endpoint.parameters.items():
        yield {"name": name, "in": "path", "required": True, "schema": {"type": kind}}
    for query in _queries_of(endpoint):
        fields, required = schemas.fields_of(query)
        for name, schema in fields.items():
            yield {"name": name, "in": "query", "required": name in required, "schema": _without_null(schema)}
    for name, sentence in endpoint.operation.headers.items():
        if scheme_of(sentence) is None:
            yield {"name": name, "in": "header", "description": sentence, "schema": {"type": "string"}}


def _without_null(schema: Schema) -> Schema:
    """A parameter that may be left out is never null; it is not there."""
    choices = [each for each in schema.get("anyOf", []) if each.get("type") != "null"]
    if len(choices) != 1:
        return schema
    rest = {name: value for name, value in schema.items() if name not in {"anyOf", "default"} or value is not None}
    return {**{name: value for name, value in rest.items() if name != "anyOf"}, **choices[0]}


def _good_answers(endpoint: Endpoint, schemas: _Schemas) -> dict[str, Any]:
    described = endpoint.operation
    status, phrase = str(described.status), HTTPStatus(described.status).phrase
    if described.media != _JSON:
        return {status: {"description": phrase, "content": {described.media: {"schema": {"type": "string"}}}}}
    schema: Schema = {"type": "object"} if described.answer is None else schemas.of_answer(described.answer)
    if described.pages:
        schema = {
            "type": "object",
            "required": ["data", "next_cursor"],
            "properties": {
                "data": {"type": "array", "items": schema},
                "next_cursor": {"type": ["string", "null"], "examples": [None]},
            },
        }
    content: dict[str, Any] = {"schema": schema, "example": example_of(schema, schemas.definitions)}
    if described.refusal is not None:
        refused = schemas.of_answer(described.refusal)
        content = {
            "schema": {"oneOf": [schema, refused]},
            "examples": {
                "accepted": {"value": content["example"]},
                "refused": {"value": example_of(refused, schemas.definitions)},
            },
        }
    return {status: {"description": phrase, "content": {_JSON: content}}}


def _links_of(endpoint: Endpoint, others: Iterable[Endpoint]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Where a good answer leads: the operations that take one of its fields."""
    tags = endpoint.operation.gives_to or (endpoint.operation.tag,)
    for name, pointer in endpoint.operation.gives.items():
        value = {name: f"$response.body#{pointer}"}
        for other in others:
            body = other.operation.body
            if other.operation.tag not in tags or other is endpoint:
                continue
            if name in other.parameters:
                yield other.id, {"operationId": other.id, "parameters": value}
            elif body is not None and name in body.model_fields:
                yield other.id, {"operationId": other.id, "requestBody": value}


def _refusals(endpoint: Endpoint, schemas: _Schemas) -> dict[str, Any]:
    if endpoint.operation.refusal is not None:
        codes = ", ".join(error.code for error in endpoint.errors)
        schema = schemas.of_answer(endpoint.operation.refusal)
        return {"default": {"description": f"Refused: {codes}.", "content": {_JSON: {"schema": schema}}}}
    by_status: dict[str, list[type[SandboxError]]] = {}
    for error in endpoint.errors:
        by_status.setdefault(str(error.status), []).append(error)
    return {status: _refusal(errors) for status, errors in by_status.items()}


def _refusal(errors: list[type[SandboxError]]) -> dict[str, Any]:
    codes = [error.code for error in errors]
    narrowed = {"error": {"type": "object", "properties": {"code": {"enum": codes}}}}
    schema = {"allOf": [{"$ref": _REFERENCE.format(model="Error")}, {"type": "object", "properties": narrowed}]}
    examples = {error.code: {"value": error().to_json("0b5f6c1e4d7a")} for error in errors}
    return {"description": ", ".join(codes), "content": {_JSON: {"schema": schema, "examples": examples}}}
