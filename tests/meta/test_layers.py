"""The layers of pyproject.toml are complete and kept."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import repository


def test_the_layers_are_complete_and_kept() -> None:
    beside = Path(sys.executable).parent / "lint-imports"
    command = str(beside) if beside.exists() else shutil.which("lint-imports")
    if command is None:
        pytest.skip("import-linter is not installed")
    done = subprocess.run(  # noqa: S603 - our own command
        [command, "--no-cache"], cwd=repository.ROOT, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_module_hides_an_import_of_ours_from_the_layers() -> None:
    hidden = "TYPE" + "_CHECKING"
    code = {p: t for p, t in repository.texts(".py").items() if p.parts[0] == "src"}
    assert [path for path, text in code.items() if hidden in text] == []
