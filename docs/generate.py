"""Writes the reference pages that are made from the code; `--check` only says which are stale."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))  # the pages are a package of this folder, not of the installation

PAGES = {
    "explanation/look-alikes": "look_alikes",
    "reference/cli": "cli",
    "reference/detectors": "detectors",
    "reference/errors": "errors",
    "reference/formats": "formats",
    "reference/http": "http",
    "reference/policy": "policy",
    "reference/settings": "settings",
    "reference/tables": "tables",
}
NOTE = "\n<!-- Made by docs/generate.py; change the code, then run `make docs-pages`. -->\n"


def stale() -> dict[Path, str]:
    """Pages whose text is not what the code says, with the text that they should have."""
    wanted = {
        HERE / f"{place}.md": import_module(f"pages.{name}").page() + NOTE
        for place, name in PAGES.items()
    }
    return {
        path: text
        for path, text in wanted.items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    }


def main() -> int:
    """Write what is stale, or with `--check` name it and fail."""
    found = stale()
    checking = "--check" in sys.argv[1:]
    for path, text in found.items():
        print(f"{'stale' if checking else 'written'}: {path.relative_to(HERE)}")
        if not checking:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return 1 if found and checking else 0


if __name__ == "__main__":
    sys.exit(main())
