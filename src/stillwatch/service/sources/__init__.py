"""Where exchanges come from beside HTTP: one kind of stream a file, behind one small protocol."""
