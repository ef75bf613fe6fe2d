"""The only place that knows all stages: the flow as a batch, and looking back in time."""
