"""A column with its meaning and unit, and a table as an ordered set of columns."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

__all__ = ["TIME", "Column", "table"]

TIME = pa.timestamp("us", tz="UTC")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a data contract.

    Attributes:
        name: As it stands in the file.
        type: Arrow type; timestamps are always microseconds UTC.
        meaning: What a value says, in a phrase.
        unit: Unit of a number, or an empty string.
        required: Whether null is refused.
    """

    name: str
    type: pa.DataType
    meaning: str
    unit: str = ""
    required: bool = False

    def field(self) -> pa.Field:
        """The Arrow field; meaning and unit travel as field metadata."""
        note = {"meaning": self.meaning, "unit": self.unit}
        return pa.field(self.name, self.type, nullable=not self.required, metadata=note)


def table(*columns: Column) -> pa.Schema:
    """An Arrow schema out of columns; refuses a name that stands twice."""
    names = [c.name for c in columns]
    twice = {n for n in names if names.count(n) > 1}
    if twice:
        message = f"column names stand twice: {sorted(twice)}"
        raise ValueError(message)
    return pa.schema([c.field() for c in columns])
