"""The settings in force, key by key, each with the place it came from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from stillwatch.settings.keys import Value, keys
from stillwatch.settings.stages import Settings

__all__ = ["Effective", "effective"]


class Effective(NamedTuple):
    """One value in force; `origin` is `default`, a file with line, or a variable's name."""

    section: str
    key: str
    value: Value
    origin: str


def effective(settings: Settings) -> Iterator[Effective]:
    """Every key in the order of the stages.

    >>> next(effective(Settings()))
    Effective(section='ingest', key='batch_rows', value=65536, origin='default')
    """
    for key in keys():
        value = getattr(getattr(settings, key.section), key.name)
        origin = settings.origins.get(f"{key.section}.{key.name}", "default")
        yield Effective(key.section, key.name, value, origin)
