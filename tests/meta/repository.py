"""The repository's files, for the tests that read them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def files() -> list[Path]:
    """Files that are in the repository or would be added to it."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        found = (path.relative_to(ROOT) for path in ROOT.rglob("*"))
        inside = [p for p in found if not any(part.startswith(".") for part in p.parts[:-1])]
        return [ROOT / p for p in inside if (ROOT / p).is_file()]
    listed = subprocess.run(  # noqa: S603 - our own command
        [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def texts(*suffixes: str) -> dict[Path, str]:
    """Text files with their contents, by path from the root; all suffixes when none is named."""
    found = {}
    for path in files():
        if suffixes and path.suffix not in suffixes:
            continue
        try:
            found[path.relative_to(ROOT)] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
    return found
