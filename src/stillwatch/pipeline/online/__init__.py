"""The stream: exchanges are kept durably as they come, and judged at intervals by the same code.

`History` keeps readings of a window on disk and acknowledges only what would survive a crash;
`look` folds and judges what it holds; `Knowledge` is what a decision may look up.
"""

from stillwatch.pipeline.online.history import Added, History
from stillwatch.pipeline.online.knowledge import Knowledge, Known
from stillwatch.pipeline.online.look import look

__all__ = ["Added", "History", "Knowledge", "Known", "look"]
