"""The reference pages: generated from the code, fresh, and complete."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import repository
from typer.main import get_command

from stillwatch import errors
from stillwatch.cli.main import app
from stillwatch.respond.actions import ACTIONS
from stillwatch.respond.decision import REASONS
from stillwatch.respond.guardrails import GUARDRAILS
from stillwatch.respond.policy.conditions import CONDITIONS
from stillwatch.respond.policy.rules import RULE_KEYS
from stillwatch.settings.keys import Key, keys

REFERENCE = repository.ROOT / "docs" / "reference"


def _page(name: str) -> str:
    return (REFERENCE / f"{name}.md").read_text(encoding="utf-8")


def test_generated_pages_are_fresh() -> None:
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, str(repository.ROOT / "docs" / "generate.py"), "--check"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"run `make docs-pages`\n{done.stdout}{done.stderr}"


@pytest.mark.parametrize("key", list(keys()), ids=lambda key: f"{key.section}.{key.name}")
def test_every_setting_is_documented(key: Key) -> None:
    assert f"| `{key.name}` |" in _page("settings").partition(f"## {key.section}\n")[2]


@pytest.mark.parametrize("key", list(keys()), ids=lambda key: f"{key.section}.{key.name}")
def test_every_setting_is_read(key: Key) -> None:
    code = "".join(
        text
        for path, text in repository.texts(".py").items()
        if path.parts[:3] in {("src", "stillwatch", "pipeline"), ("src", "stillwatch", "service")}
    )
    assert re.search(rf"\b{key.section}\.{key.name}\b", code)


def _verbs(group: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - click's objects
    for name, verb in group.commands.items():
        if hasattr(verb, "commands"):
            yield from ((f"{name} {inner}", each) for inner, each in _verbs(verb))
        else:
            yield name, verb


def test_every_verb_and_option_is_documented() -> None:
    page = _page("cli")
    for name, verb in _verbs(get_command(app)):
        section = page.partition(f"## {name}\n")[2].partition("\n## ")[0]
        assert section, f"{name} has no section"
        options = [o for p in verb.params for o in p.opts if o.startswith("--") and o != "--help"]
        assert [option for option in options if option not in section] == []


def test_every_word_of_a_policy_is_documented() -> None:
    page = _page("policy")
    words = [*CONDITIONS, *RULE_KEYS, *REASONS, *GUARDRAILS]
    words += [name for action in ACTIONS.values() for name in action.parameters]
    assert [word for word in words if f"`{word}`" not in page] == []
    assert [name for name in ACTIONS if f"### {name}\n" not in page] == []


def test_every_error_is_documented() -> None:
    page = _page("errors")
    assert [name for name in errors.__all__ if name[0].isupper() and f"`{name}`" not in page] == []


def test_every_error_stands_in_the_tree_of_its_module() -> None:
    tree = errors.__doc__ or ""
    assert [name for name in errors.__all__ if name[0].isupper() and name not in tree] == []
