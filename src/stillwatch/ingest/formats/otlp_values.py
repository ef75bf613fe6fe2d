"""Values of OTLP JSON: attribute lists, ids in hex or base64, messages spread over attributes."""

from __future__ import annotations

import ast
import base64
import binascii
import re
from collections.abc import Mapping

from stillwatch.ingest.pick import entries, integer, pick, text

__all__ = ["attributes", "identifier", "indexed_messages", "literal"]

_HEX = re.compile(r"^(?:[0-9a-fA-F]{16}|[0-9a-fA-F]{32})$")
_INDEXED = {
    "prompt": re.compile(
        r"^(?:gen_ai\.prompt|llm\.input_messages)\.(\d+)\.(?:message\.)?(role|content)$"
    ),
    "completion": re.compile(
        r"^(?:gen_ai\.completion|llm\.output_messages)\.(\d+)\.(?:message\.)?(role|content)$"
    ),
}


def attributes(given: object) -> dict[str, object]:
    """A list of keys and typed values as a plain object; empty strings are left out."""
    found: dict[str, object] = {}
    for one in entries(given):
        key, value = text(one.get("key")), _value(one.get("value"))
        if key is not None and value is not None and value != "":
            found[key] = value
    return found


def _value(given: object) -> object:
    if not isinstance(given, dict):
        return given
    for name in ("stringValue", "doubleValue", "boolValue", "bytesValue"):
        if name in given:
            return given[name]
    if "intValue" in given:
        return integer(given["intValue"])
    if "arrayValue" in given:
        return [_value(item) for item in entries(pick(given, "arrayValue", "values"))]
    if "kvlistValue" in given:
        return attributes(pick(given, "kvlistValue", "values"))
    return None


def identifier(given: object) -> str | None:
    """A trace or span id as lower-case hex, whichever of hex and base64 it came in."""
    told = text(given)
    if told is None:
        return None
    if _HEX.match(told):
        return told.lower()
    try:
        return base64.b64decode(told, validate=True).hex() or None
    except (binascii.Error, ValueError):
        return told


def indexed_messages(told: Mapping[str, object], side: str) -> list[dict[str, object]]:
    """Messages that came as one attribute for each role and content, in order."""
    found: dict[int, dict[str, object]] = {}
    for key, value in told.items():
        match = _INDEXED[side].match(key)
        if match is not None:
            found.setdefault(int(match[1]), {})[match[2]] = value
    return [found[index] for index in sorted(found)]


def literal(given: object) -> object:
    """The object of a Python literal, which is how LiteLLM writes objects into attributes."""
    told = text(given)
    if told is None or not told.startswith("{"):
        return given
    try:
        return ast.literal_eval(told)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
