"""`stillwatch settings`: the values in force and where each came from."""

from __future__ import annotations

from stillwatch.cli import show
from stillwatch.cli.options import SettingsFile
from stillwatch.settings import effective, load

__all__ = ["settings"]


def settings(settings: SettingsFile = None) -> None:
    """List every setting, its value, and where the value came from."""
    rows = [
        (each.section, each.key, _written(each.value), each.origin)
        for each in effective(load(settings))
    ]
    show.table(("section", "key", "value", "from"), rows)


def _written(value: object) -> str:
    """The value as it would stand in the file."""
    if value is None:
        return "(unset)"
    return str(value).lower() if isinstance(value, bool) else str(value)
