"""What is installed: pinned dependencies, and every file that the code needs at run time."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import repository

PROJECT = tomllib.loads((repository.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PINS = (repository.ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_constraints_are_names_and_versions_only() -> None:
    assert [
        line for line in PINS if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line)
    ] == []


def test_no_constraint_stands_twice() -> None:
    names = [_plain(line.partition("==")[0]) for line in PINS]
    assert len(names) == len(set(names))


def test_every_dependency_is_pinned_and_explained() -> None:
    extras = PROJECT["project"]["optional-dependencies"].values()
    wanted = [*PROJECT["project"]["dependencies"], *(each for extra in extras for each in extra)]
    names = {_plain(re.split(r"[<>=!~\[; ]", each)[0]) for each in wanted}
    pinned = {_plain(line.partition("==")[0]) for line in PINS}
    assert names - pinned == set()
    page = repository.ROOT / "docs" / "explanation" / "dependencies.md"
    explained = page.read_text(encoding="utf-8").lower()
    assert {n for n in names if n not in explained and not n.startswith("types-")} == set()


def test_every_file_beside_the_code_is_installed_with_it() -> None:
    source = repository.ROOT / "src" / "stillwatch"
    patterns = PROJECT["tool"]["setuptools"]["package-data"]["stillwatch"]
    installed = {path for pattern in patterns for path in source.glob(pattern)}
    beside = {p for p in repository.files() if source in p.parents and p.suffix != ".py"}
    assert {Path(p).relative_to(source) for p in beside - installed} == set()


def test_every_folder_of_the_package_is_a_package() -> None:
    source = repository.ROOT / "src" / "stillwatch"
    folders = {p.parent for p in repository.files() if source in p.parents and p.suffix == ".py"}
    assert {f.relative_to(source) for f in folders if not (f / "__init__.py").is_file()} == set()
