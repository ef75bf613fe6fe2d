"""Where columnar work runs: one small protocol, one implementation a file."""

from stillwatch.engine.base import Bounds, Engine
from stillwatch.engine.duckdb import DuckDB

__all__ = ["Bounds", "DuckDB", "Engine"]
