"""reference/http.md: the paths of the service, out of its own OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pages.markdown import table
from stillwatch.service.openapi import document

INTRODUCTION = """# HTTP API

What `stillwatch serve` answers. The service describes itself at `/openapi.json`, and that
description is what its tests fuzz it with. A token goes into `Authorization: Bearer sw_…`; what a
role may do is in [Run the service](../how-to/run-the-service.md). Every answer of 400 or above is a
`Fault`.

"""


def page() -> str:
    """The page."""
    found: Any = document()
    rows = [
        (f"`{method.upper()} {path}`", each["summary"], ", ".join(sorted(each["responses"])))
        for path, methods in found["paths"].items()
        for method, each in methods.items()
    ]
    parts = [INTRODUCTION, table(("path", "what it does", "answers"), rows)]
    for name, schema in sorted(found["components"]["schemas"].items()):
        parts.append(f"\n## {name}\n\n{schema.get('description', '')}\n\n")
        parts.append(table(("field", "type", "meaning"), list(_fields(schema))))
    return "".join(parts)


def _fields(schema: Any) -> Iterator[tuple[str, str, str]]:  # noqa: ANN401 - JSON
    for name, field in schema.get("properties", {}).items():
        needed = "" if name in schema.get("required", ()) else " (may be left out)"
        yield f"`{name}`", _type(field), field.get("description", "") + needed


def _type(field: Any) -> str:  # noqa: ANN401 - JSON
    if "$ref" in field:
        return f"`{field['$ref'].rpartition('/')[2]}`"
    if "anyOf" in field:
        return " or ".join(_type(each) for each in field["anyOf"])
    if "enum" in field:
        return ", ".join(f"`{word}`" for word in field["enum"])
    if field.get("type") == "array":
        return f"list of {_type(field['items'])}"
    return str(field.get("type", "any"))
