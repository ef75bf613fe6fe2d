"""reference/cli.md: every verb with its arguments and options."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from typer.main import get_command

from pages.markdown import table
from stillwatch.cli.main import app

INTRODUCTION = """# Command line

`stillwatch VERB …`; `stillwatch VERB --help` says the same as this page. On a terminal, progress
goes to standard error and tables are drawn; elsewhere the command is quiet and tables are
tab-separated. How it ends is in [Errors](errors.md).
"""


def page() -> str:
    """The page."""
    group: Any = get_command(app)
    return INTRODUCTION + "".join(_verb(name, verb) for name, verb in verbs(group))


def verbs(group: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - as below
    """Every verb with its name, those of a group under the group's name."""
    for name, verb in group.commands.items():
        if hasattr(verb, "commands"):
            yield from ((f"{name} {inner}", each) for inner, each in verbs(verb))
        else:
            yield name, verb


def _verb(name: str, verb: Any) -> str:  # noqa: ANN401 - click's objects, whichever click typer carries
    needed = [p for p in verb.params if p.param_type_name == "argument"]
    usage = " ".join([_argument(p) for p in needed])
    text = f"\n## {name}\n\n{(verb.help or '').strip()}\n\n"
    text += f"```text\nstillwatch {name} [OPTIONS] {usage}".rstrip() + "\n```\n"
    rows = list(_rows(verb))
    return text + "\n" + table(("argument or option", "default", "meaning"), rows) if rows else text


def _argument(parameter: Any) -> str:  # noqa: ANN401
    name = parameter.metavar or parameter.name.upper()
    return f"{name}…" if parameter.nargs == -1 else name


def _rows(verb: Any) -> Iterator[tuple[str, str, str]]:  # noqa: ANN401
    for each in verb.params:
        if each.name == "help" or getattr(each, "hidden", False):
            continue
        if each.param_type_name == "argument":
            shown, default = f"`{_argument(each)}`", "required" if each.required else ""
        else:
            value = "" if each.is_flag else f" {each.metavar or each.name.upper()}"
            shown = f"`{', '.join(each.opts)}{value}`"
            default = _default(each)
        yield shown, default, getattr(each, "help", "") or ""


def _default(option: Any) -> str:  # noqa: ANN401
    if option.default is None or option.is_flag:
        return ""
    shown = option.show_default if isinstance(option.show_default, str) else option.default
    return f"`{shown}`"
