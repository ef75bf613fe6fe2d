"""Where decisions meet requests: one gateway a file, each thin; what they share is in `ask`."""
