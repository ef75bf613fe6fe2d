"""Finds the accounts that together distil a language model, and shows why.

The flow, in reading order: `ingest` turns any log into exchanges, `read` turns text into numbers,
`rollup` adds them up, `detect` says what the sums show, `link` ties accounts, `campaign` forms
groups of those who take part, `assess` weighs the evidence, `respond` recommends, `report` shows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import stillwatch.detect as _stage  # so that the name below is set last: the verb, not the stage

if TYPE_CHECKING:
    from stillwatch.pipeline.run import Run

__all__ = ["__version__", "detect"]

__version__ = "0.1.0"


def detect(logs: Any, **options: Any) -> Run:  # noqa: ANN401 - see pipeline.batch.detect
    """Find the campaigns in logs; takes what `stillwatch.pipeline.batch.detect` takes.

    Args:
        logs: A file, folder, glob, several of them, or an Arrow table of exchanges.
        **options: accounts, releases, as_of, out, format, mapping, settings, progress.
    """
    from stillwatch.pipeline import batch  # noqa: PLC0415 - the numerical libraries load when used

    return batch.detect(logs, **options)
