"""The OpenAPI document, made from the declarations that also parse every parameter."""

from collections.abc import Callable, Mapping
from typing import Any

from dashboard.api.schema import ENDPOINTS, FEED, FILES, MOST_EXPORTED, RANGES, Endpoint, Parameter, kind
from dashboard.components.operated import UNNAMED, UNREACHABLE
from dashboard.formats import registry
from dashboard.queries.names import WITHIN
from dashboard.request.operator import operator
from dashboard.request.period import ONE
from dashboard.text.json import JSON

Lists = Callable[[str], Mapping[str, str]]
TYPES_OF: dict[str, dict[str, Any]] = {
    "text": {"type": ["string", "null"]},
    "integer": {"type": ["integer", "null"]},
    "number": {"type": ["number", "null"]},
    "boolean": {"type": ["boolean", "null"]},
    "day": {"type": ["string", "null"], "format": "date"},
    "moment": {"type": ["string", "null"], "format": "date-time"},
}
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
        "detail": {"type": "string", "description": "One sentence that says what to ask instead."},
    },
}  # fmt: skip


def _schema(parameter: Parameter, lists: Lists) -> dict[str, Any]:
    """Return the schema of one value; lists of the publication become enumerations."""
    if parameter.kind in ("day", "recorded_day"):
        return {"type": "string", "format": "date"}
    if parameter.kind == "period":
        return {"type": "string", "maxLength": 400, "pattern": f"^{ONE.pattern}([.][.]{ONE.pattern})?$"}
    if parameter.kind == "count":
        return {"type": "integer", "minimum": 1, "maximum": MOST_EXPORTED}
    choices = list(parameter.choices) or (list(lists(parameter.column)) if parameter.kind in ("id", "ids") else [])
    choices += [f"{WITHIN}{one}" for one in choices] if parameter.is_tree else []
    if parameter.kind == "ids" and parameter.name in ("cause", "actor") and choices:
        choices.append("none")
    schema: dict[str, Any] = {"type": "string", "maxLength": 400} | ({"enum": choices} if choices else {})
    return schema | ({"default": parameter.default} if parameter.default else {})


def _parameter(parameter: Parameter, lists: Lists) -> dict[str, Any]:
    schema = _schema(parameter, lists)
    if parameter.is_many:
        default = {"default": [schema.pop("default")]} if "default" in schema else {}
        schema = {"type": "array", "items": schema, "maxItems": 20, **default}
    shape = {"style": "form", "explode": True} if parameter.is_many else {}
    return {"name": parameter.name, "in": "query", "description": parameter.says, "schema": schema, **shape}


def _refusals() -> dict[str, Any]:
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/problem"}}}
    return {
        "304": {"description": "Nothing has changed since the ETag or day given."},
        "400": {"description": "An unknown parameter or value.", "content": problem},
        "409": {"description": "A newer publication replaced the one being paged.", "content": problem},
        "503": {"description": "Nothing is published.", "content": problem},
    }


def _operation(endpoint: Endpoint, lists: Lists) -> dict[str, Any]:
    page = {
        "type": "object",
        "required": ["metadata", "links", "rows"],
        "properties": {
            "metadata": {"type": "object"},
            "links": {"type": "object"},
            "rows": {"type": "array", "items": {"$ref": f"#/components/schemas/{endpoint.name}"}},
        },
    }
    content: dict[str, Any] = {
        registry.FORMATS[form].media_type.split(";")[0]: {"schema": {"type": "string", "format": "binary"}}
        for form in FILES
    }
    return {
        "operationId": f"list_{endpoint.name}",
        "summary": endpoint.says,
        "description": f"One row per {endpoint.row.removeprefix('one ')}.",
        "parameters": [_parameter(one, lists) for one in endpoint.parameters],
        "responses": {
            "200": {"description": "The rows.", "content": {JSON: {"schema": page}, **content}},
            **_refusals(),
        },
    }


def _feed(lists: Lists) -> dict[str, Any]:
    return {
        "operationId": "feed_of_changes",
        "summary": "An Atom feed: one entry per change of our record, and per day and scope on which a range changed.",
        "parameters": [_parameter(one, lists) for one in FEED],
        "responses": {"200": {"description": "The feed.", "content": {"application/atom+xml": {}}}, **_refusals()},
    }


def _row(columns: list[str], comments: Mapping[str, str]) -> dict[str, Any]:
    """Return the schema of a row; what the publication says of a column is its description."""
    described = {
        name: TYPES_OF[kind(name)] | ({"description": comments[name]} if name in comments else {}) for name in columns
    }
    return {"type": "object", "additionalProperties": not columns, "required": columns, "properties": described}


def _contact() -> dict[str, Any]:
    """Return who runs this server, as OpenAPI names them; that nobody said so is said as well."""
    told = operator()
    if not told.contact:
        return {"contact": {"name": f"{told.name or UNNAMED} {UNREACHABLE}"}}
    address = {"email": told.mail} if told.mail else {"url": told.contact}
    return {"contact": {"name": told.name or UNNAMED, **address}}


def document(
    base: str,
    version: str,
    columns: Mapping[str, list[str]],
    comments: Mapping[str, str],
    lists: Lists,
) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document; `columns` by endpoint, empty where nothing is published."""
    schemas = {one.name: _row(columns.get(one.name, []), comments) for one in ENDPOINTS}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "On Record",
            "version": version,
            "summary": "Who reported how many, as of when, read where.",
            "description": "Every figure of a conflict as its source stated it, and the ranges reported. Read-only. "
            + RANGES.says,
            "license": {"name": "CC BY 4.0", "identifier": "CC-BY-4.0"},
            **_contact(),
        },
        "servers": [{"url": base}],
        "paths": {one.path: {"get": _operation(one, lists)} for one in ENDPOINTS}
        | {"/feed.atom": {"get": _feed(lists)}},
        "components": {"schemas": schemas | {"problem": PROBLEM}},
    }
