"""Compiled loops over Arrow text buffers: bytes in, numbers out, the GIL released."""
