"""reference/formats.md: the log formats that are recognised, with an example of each."""

from __future__ import annotations

import json

from stillwatch.ingest.importer import DocumentFormat
from stillwatch.ingest.mapping import preset_names
from stillwatch.ingest.registry import document_formats, table_formats

INTRODUCTION = """# Log formats

A format is recognised by what a file holds, not by its name; `--format NAME` says it instead. Files
may be packed with gzip or Zstandard. A folder may hold files of several formats. For a log that is
none of these, write a [mapping file](../how-to/connect-your-logs.md) or
[add a format](../how-to/add-a-log-format.md).

## Tables

Rows and columns, with the column names of [`exchange`](tables.md#exchange) or with a mapping file.

"""
BETWEEN = """
## Records

JSON objects: one a line, or in an array, or as a column of a table.
"""


MAPPINGS = """
## Mappings

Come with the program; `--mapping NAME` uses one.

"""


def page() -> str:
    """The page."""
    tables = "".join(f"- `{unit.name}`: {unit.title}\n" for unit in table_formats())
    records = "".join(_record(unit) for unit in document_formats())
    mappings = "".join(f"- `{name}`\n" for name in preset_names())
    return INTRODUCTION + tables + BETWEEN + records + MAPPINGS + mappings


def _record(unit: DocumentFormat) -> str:
    example = json.dumps(unit.example, indent=2, ensure_ascii=False)
    return f"\n### {unit.name}\n\n{unit.title}.\n\n```json\n{example}\n```\n"
