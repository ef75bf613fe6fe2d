"""The stream: exchanges are kept durably as they come, and judged at intervals by the same code.

`history` keeps readings of a window on disk and acknowledges only what would survive a crash;
`look` folds and judges what it holds; `knowledge` is what a decision may look up. Nothing is
imported here, so that a writer starts without the numerical libraries of the judgement.
"""
