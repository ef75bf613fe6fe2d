"""What no file of the repository may be or hold."""

from __future__ import annotations

import re

import repository

# Written so that this file does not hold what it looks for.
MACHINE = re.compile("/" + r"(work|root|farm)/|/home/\w+/|/tmp/bash" + "_jobs")
INDEX = re.compile(
    "pypi" + r"\.org|pythonhosted" + r"\.org|https?://\S*/simple\b|--(extra-)?index-" + "url"
)
LONGEST = 300


def test_a_module_has_at_most_300_lines() -> None:
    lengths = {path: text.count("\n") for path, text in repository.texts(".py").items()}
    assert {path: length for path, length in lengths.items() if length > LONGEST} == {}


def test_no_file_holds_a_path_of_a_machine() -> None:
    found = {path: MACHINE.findall(text) for path, text in repository.texts().items()}
    assert {path: hits for path, hits in found.items() if hits} == {}


def test_no_file_holds_the_address_of_a_package_index() -> None:
    found = {path: INDEX.findall(text) for path, text in repository.texts().items()}
    assert {path: hits for path, hits in found.items() if hits} == {}


def test_no_file_is_larger_than_a_mebibyte() -> None:
    sizes = {path: path.stat().st_size for path in repository.files()}
    assert {path: size for path, size in sizes.items() if size > 2**20} == {}


def test_nothing_is_pickled() -> None:
    pickles = re.compile(r"^\s*(import|from) pickle", re.MULTILINE)
    code = {p: t for p, t in repository.texts(".py").items() if p.parts[0] == "src"}
    assert [path for path, text in code.items() if pickles.search(text)] == []
