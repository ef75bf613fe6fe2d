"""What a prompt asks for, as one bit each: a rate for groups, never a verdict on a request.

A rule fires where all its features stand near one another. Phrases are matched as written words;
base64, rot13 and spaced-out letters are not undone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

from stillwatch.read.kernels.phrases import Lexicon
from stillwatch.read.lexicon import compile_lexicon
from stillwatch.read.phrases import PHRASES

__all__ = ["ASKS", "SYSTEM_ASKS", "Ask", "Rule", "ask_bit", "lexicon"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Features that together show an ask.

    Attributes:
        near: Names of features that must stand near one another.
        veto: Names of features that must stand nowhere in the text.
    """

    near: frozenset[str]
    veto: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One thing that a prompt may ask for.

    Attributes:
        name: As detectors name it.
        bit: Its bit in the reading's `asks`.
        meaning: What is asked for, in a phrase.
        capability: What it would train, one of the contract's capabilities; empty where the
            ask says nothing about that.
        rules: Any one of them shows the ask.
        in_system: Whether the system text is looked at too.
    """

    name: str
    bit: int
    meaning: str
    capability: str
    rules: tuple[Rule, ...]
    in_system: bool = False

    @property
    def phrases(self) -> tuple[str, ...]:
        """Patterns of all features that its rules need."""
        names = sorted({name for rule in self.rules for name in rule.near})
        return tuple(pattern for name in names for pattern in PHRASES[name])


def _near(*names: str, veto: tuple[str, ...] = ()) -> Rule:
    return Rule(near=frozenset(names), veto=frozenset(veto))


_OWN_REASONING = (
    _near("emit", "hidden", veto=("interface",)),
    _near("emit", "hidden", "verbatim"),
    _near("show", "hidden", "verbatim", veto=("interface",)),
    _near("yours", "emit", "verbatim", veto=("interface",)),
    _near("convert", "hidden", veto=("interface",)),
    _near("convert", "memory"),
    _near("emit", "memory"),
    _near("tagged"),
    _near("tagged", "verbatim"),
    _near("posthoc"),
)

_LISTED: Final = (
    ("own_reasoning", "its own hidden reasoning, in the open", "reasoning", _OWN_REASONING, True),
    ("step_by_step", "ordinary shown work (weak)", "reasoning", (_near("steps"),), False),
    ("judge", "a judgement by rubric, score or preference", "grading",
     (_near("judge", "scale"), _near("judge", "pair"), _near("rate", "pair", "scale")), True),
    ("rewrite_instruction", "an evolved, rephrased or new task", "general",
     (_near("rewrite", "given"), _near("harder", "given", "rewrite"), _near("invent")), False),
    ("candidates", "many different answers to one prompt", "general",
     (_near("candidates"),), False),
    ("trajectory", "agent steps with tools", "agentic", (_near("trajectory"),), True),
    ("safe_rewrite", "a safe alternative of a sensitive answer", "safety_rewrites",
     (_near("safe", "sensitive"), _near("safe", "rewrite"), _near("safe", "convert")), False),
    ("clean_trace", "a captured reasoning trace cleaned", "reasoning",
     (_near("clean", "trace"), _near("convert", "trace"), _near("rewrite", "trace")), False),
    ("write_tests", "tests, verifiers or environments", "coding", (_near("tests"),), False),
    ("synthetic_data", "training examples", "general", (_near("dataset"),), False),
    ("self_label", "a pretext about itself, addressed to a filter", "",
     (_near("label"),), True),
    ("foreign_persona", "that it is another vendor's assistant", "", (_near("persona"),), True),
    ("code", "programming", "coding", (_near("code"),), False),
    ("math", "mathematics", "reasoning", (_near("math"),), False),
    ("data_analysis", "analysis of data", "data_analysis", (_near("data"),), False),
    ("screen", "acting on a screen", "computer_use", (_near("screen"),), False),
    ("translate", "a translation", "general", (_near("translate"),), False),
    ("tool_json", "tool calls or structured output", "tool_use", (_near("tooljson"),), False),
)  # fmt: skip

ASKS: Final = tuple(
    Ask(
        name=name,
        bit=1 << at,
        meaning=meaning,
        capability=capability,
        rules=rules,
        in_system=in_system,
    )
    for at, (name, meaning, capability, rules, in_system) in enumerate(_LISTED)
)
"""Every ask, in the order of its bit."""

SYSTEM_ASKS: Final = sum(ask.bit for ask in ASKS if ask.in_system)
"""The bits that the system text can set."""


def ask_bit(name: str) -> int:
    """The bit of an ask.

    Raises:
        KeyError: No ask has that name.
    """
    return {ask.name: ask.bit for ask in ASKS}[name]


@cache
def lexicon() -> Lexicon:
    """The phrases and rules of all asks, compiled once a process."""
    rules = [(rule.near, rule.veto, ask.bit) for ask in ASKS for rule in ask.rules]
    return compile_lexicon(PHRASES, rules)
