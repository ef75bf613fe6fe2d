"""reference/errors.md: the exception tree, and how the command ends."""

from __future__ import annotations

from inspect import getdoc

from pages.markdown import table
from stillwatch import errors

INTRODUCTION = """# Errors

A message says what was found, the rule, and after `→` what to do next. Faults of a file are
collected and reported together. On the command line a message goes to standard error as
`stillwatch: …`, and the command ends with the exit status below; a user's mistake never ends in a
traceback. From Python, all of them are a `stillwatch.errors.Error` with `found` and `hint`.

"""
MORE = """
Other ends of the command: 0, it worked (also when no campaign was found); 2, the command line was
not understood; 130, it was interrupted.
"""


def page() -> str:
    """The page."""
    kinds = [
        kind
        for name in errors.__all__
        if isinstance(kind := getattr(errors, name), type) and issubclass(kind, errors.Error)
    ]
    kinds.sort(key=lambda kind: (kind is not errors.Error, kind.__name__))
    rows = [
        (f"`{kind.__name__}`", str(kind.exit_status), (getdoc(kind) or "").split("\n\n")[0])
        for kind in kinds
    ]
    return INTRODUCTION + table(("error", "exit status", "meaning"), rows) + MORE
