"""Where columnar work runs: one small protocol, one implementation a file."""

from stillwatch.engine.base import Engine
from stillwatch.engine.duckdb import DuckDB

__all__ = ["DuckDB", "Engine"]
