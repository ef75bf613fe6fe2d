"""reference/settings.md: every key, by section."""

from __future__ import annotations

from inspect import getdoc

from pages.markdown import table
from stillwatch.settings.keys import Value, keys, sections

INTRODUCTION = """# Settings

Every key has a default; a settings file is not needed. Values are taken, in this order, from the
defaults, from a TOML file (`--settings FILE`, else the file that `STILLWATCH_SETTINGS` names, else
`stillwatch.toml` in the current folder), and from the environment. `stillwatch settings` prints
what is in force and where each value came from. An unknown key or a value that is not allowed is
refused, and all faults are reported at once, with file, line and column.

```toml
[assess]
named_at = 0.95

[report]
members_shown = 20
```

The same from the environment: `STILLWATCH_ASSESS__NAMED_AT=0.95`.
"""


def page() -> str:
    """The page."""
    return INTRODUCTION + "".join(_section(name, stage) for name, stage in sections().items())


def _section(name: str, stage: type) -> str:
    rows = [
        (f"`{k.name}`", _written(k.default), k.unit, k.allowed, k.meaning)
        for k in keys()
        if k.section == name
    ]
    headers = ("key", "default", "unit", "allowed", "meaning")
    return f"\n## {name}\n\n{getdoc(stage)}\n\n" + table(headers, rows)


def _written(value: Value) -> str:
    if value is None:
        return "(unset)"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"
