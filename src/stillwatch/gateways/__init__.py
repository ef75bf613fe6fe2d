"""Where decisions meet requests: one gateway a file, each thin; none knows another."""
