"""One module a generated reference page; each has a function `page` that returns Markdown."""
