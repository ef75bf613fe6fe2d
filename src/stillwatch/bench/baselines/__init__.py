"""Simple methods to be measured beside the run: one a file, found by its `BASELINE`."""
