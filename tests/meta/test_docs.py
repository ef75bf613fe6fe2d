"""Every example of the README and the documentation runs; links and pages are whole.

A block marked `python` is executed, and a block marked `console` is typed line by line: what
follows a `$ command` must be what it prints (`...` stands for anything). The blocks of a page run
in order, in one empty folder. A block that cannot run is marked `text`.
"""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import repository

from stillwatch.ingest.mapping import load_mapping
from stillwatch.respond.policy import load_policy
from stillwatch.settings import load

BLOCK = re.compile(r"^( *)```(\w*)[^\n]*\n(.*?)^\1```", re.MULTILINE | re.DOTALL)
KNOWN = {"python", "console", "text", "toml", "json", "yaml", "sql"}
PAGES = [
    path
    for path in repository.texts(".md")
    if path.parts[0] in {"README.md", "CONTRIBUTING.md", "docs"}
]
IDS = [str(path) for path in PAGES]


def _blocks(page: Path) -> list[tuple[str, str]]:
    text = (repository.ROOT / page).read_text(encoding="utf-8")
    return [(found[2], found[3]) for found in BLOCK.finditer(text)]


def _type(session: str) -> None:
    """Run each command of a console block in the current folder."""
    scripts = Path(sys.executable).parent
    environment = os.environ | {"PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"}
    for typed in re.split(r"^\$ ", session, flags=re.MULTILINE)[1:]:
        command, _, expected = typed.partition("\n")
        done = subprocess.run(  # noqa: S602 - commands of our own documentation
            command, shell=True, check=False, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        same = doctest.OutputChecker().check_output(
            expected, done.stdout, doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
        )
        assert same or not expected.strip(), f"{command}\nprints\n{done.stdout}\nnot\n{expected}"


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_the_examples_of_a_page_run(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    scope: dict[str, object] = {"__name__": "example"}
    for language, code in _blocks(page):
        if language == "python":
            exec(compile(code, str(page), "exec"), scope)  # noqa: S102 - our own documentation
        elif language == "console":
            _type(code)


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_mapping_files_policies_and_settings_that_a_page_shows_are_accepted(
    page: Path, tmp_path: Path
) -> None:
    shown = tmp_path / "shown"
    for language, code in _blocks(page):
        shown.write_text(code, encoding="utf-8")
        if language == "yaml" and "rules:" in code:
            assert load_policy(shown).rules
        elif language == "yaml":
            assert load_mapping(shown).columns
        elif language == "toml":
            assert load(shown, environment={}).origins


def test_the_example_mapping_is_the_one_that_the_documentation_shows() -> None:
    page = (repository.ROOT / "docs" / "how-to" / "connect-your-logs.md").read_text("utf-8")
    assert (repository.ROOT / "examples" / "mapping.yaml").read_text("utf-8") in page


def test_the_example_policy_is_the_one_that_the_documentation_shows() -> None:
    page = (repository.ROOT / "docs" / "how-to" / "write-a-policy.md").read_text("utf-8")
    assert (repository.ROOT / "examples" / "policy.yaml").read_text("utf-8") in page


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_every_block_says_what_it_is(page: Path) -> None:
    assert {language for language, _ in _blocks(page)} - KNOWN == set()


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_every_link_to_a_file_leads_to_one(page: Path) -> None:
    text = (repository.ROOT / page).read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text)
    here = (repository.ROOT / page).parent
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not _exists(here / link)] == []


def _exists(path: Path) -> bool:
    return path.exists() or path.with_suffix(".md").exists()


@pytest.mark.parametrize(
    "example", sorted((repository.ROOT / "examples").glob("*.py")), ids=lambda p: p.name
)
def test_every_example_program_runs(example: Path, tmp_path: Path) -> None:
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-W", "error", str(example)],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_the_built_documentation_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    site = tmp_path / "site"
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(site)],
        cwd=repository.ROOT,
        check=False,
        capture_output=True,
        text=True,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    loads = re.compile(
        r"<(?:script|img|iframe)[^>]*\ssrc=\"?(?:https?:)?//|<link[^>]*rel=\"?(?:stylesheet|preconnect|icon)\"?[^>]*href=\"?(?:https?:)?//"
    )
    pages = {
        page.relative_to(site): page.read_text(encoding="utf-8") for page in site.rglob("*.html")
    }
    assert pages
    assert [str(name) for name, html in pages.items() if loads.search(html)] == []
