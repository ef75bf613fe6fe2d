"""One detector a file; the file's name is the detector's name."""
