"""HTTP before the pipeline: take exchanges, answer decisions, show health and metrics."""
