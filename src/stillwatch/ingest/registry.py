"""The formats that are known: every module of `formats` that defines `FORMAT`."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from stillwatch.errors import RegistryError, closest
from stillwatch.ingest import formats
from stillwatch.ingest.importer import DocumentFormat, TableFormat

__all__ = ["document_formats", "format_named", "known_formats", "table_formats"]

_PAIRS = ("anthropic_messages", "openai_chat", "openai_responses")


@cache
def known_formats() -> dict[str, DocumentFormat | TableFormat]:
    """Every format by name.

    Raises:
        RegistryError: A format does not bear the name of its file.
    """
    found: dict[str, DocumentFormat | TableFormat] = {}
    for module in pkgutil.iter_modules(formats.__path__):
        loaded = importlib.import_module(f"{formats.__name__}.{module.name}")
        unit = getattr(loaded, "FORMAT", None)
        if unit is None:
            continue
        if unit.name != module.name:
            message = f"format {unit.name!r} stands in formats/{module.name}.py"
            raise RegistryError(message, hint="a format is named like its file")
        found[unit.name] = unit
    return found


def document_formats() -> list[DocumentFormat]:
    """The formats whose records are JSON objects, in the order in which they are asked.

    The canonical one follows the pairs, whose records may bear canonical names around their bodies.
    """
    units = [unit for unit in known_formats().values() if isinstance(unit, DocumentFormat)]
    place = {name: i for i, name in enumerate((*_PAIRS, "jsonl"))}
    return sorted(units, key=lambda unit: (place.get(unit.name, len(place)), unit.name))


def table_formats() -> list[TableFormat]:
    """The file formats of rows and columns."""
    return [unit for unit in known_formats().values() if isinstance(unit, TableFormat)]


def format_named(name: str) -> DocumentFormat | TableFormat:
    """The format of that name.

    Raises:
        RegistryError: There is none; names the closest.
    """
    known = known_formats()
    if name not in known:
        message = f"there is no log format {name!r}"
        raise RegistryError(message, hint=closest(name, known))
    return known[name]
