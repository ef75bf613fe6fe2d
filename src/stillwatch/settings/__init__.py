"""What an operator may set: one section a stage, from a file, the environment, or the defaults."""

from stillwatch.settings.effective import Effective, effective
from stillwatch.settings.load import load
from stillwatch.settings.stages import (
    Assess,
    Detect,
    EngineName,
    Ingest,
    Online,
    Read,
    Report,
    Rollup,
    Serve,
    Settings,
    Spark,
)

__all__ = [
    "Assess",
    "Detect",
    "Effective",
    "EngineName",
    "Ingest",
    "Online",
    "Read",
    "Report",
    "Rollup",
    "Serve",
    "Settings",
    "Spark",
    "effective",
    "load",
]
