"""One importer a file; a module that defines `FORMAT` is registered under its file's name."""
