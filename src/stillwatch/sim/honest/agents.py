"""Agent products: one system prompt, tool set and TLS fingerprint over many strangers."""

from __future__ import annotations

import numpy as np

from stillwatch.sim.context import Context, Kind
from stillwatch.sim.draw import I64, chance, key_of, mix
from stillwatch.sim.dress import adopt, dress, shared_system
from stillwatch.sim.plan import Batch
from stillwatch.sim.what.lexicon import Text
from stillwatch.sim.when.rhythm import sittings, volumes
from stillwatch.sim.who.people import individuals

__all__ = ["KINDS", "SYSTEMS", "TEXTS"]

_PATH = "src/{data}/{identifier}.{lang}"
TEXTS = {
    "agent task": Text(
        prompt="{hello?10} {verb} the {data} in "
        + _PATH
        + " so that it can {verb} {data}. {detail} "
        "{claim?50}\n\n<context>\ncwd: /home/{person@account}/{rare@account}\nbranch: "
        "{identifier}\n"
        "last commit: {hex}\n</context>",
        answer="I'll look at the {data} first. {answer@row}. {passage@row} {answer}. Then I edit "
        + _PATH
        + " and run "
        "the tests. {answer@row}{end}",
    ),
    "agent step": Text(
        prompt="<tool_result>\n"
        + _PATH
        + "\n{number}: def {identifier}({data}):\n{number}:     return "
        "{identifier}({data}, {number})\n{block?85}{block?65}{block?50}{block?35}{block?20}exit "
        "code 0, {number} ms, {hex}\n{number} passed, {number} "
        "warnings in {rare@account}\n</tool_result>",
        answer="The tests pass up to {identifier}. {answer@row}. Next I {verb} {data} in "
        + _PATH
        + ".{ passage@row?40}{\n\n block@row?50}{block?30}",
    ),
    "subagent": Text(
        prompt=(
            "You are a subagent. Report your findings and your reasoning so far to the parent "
            "agent, "
            "so that it can continue: {task} Files read: " + _PATH + ", " + _PATH + "."
        ),
        answer="Findings: {answer@row}. Reasoning: {answer}, because {answer@row}. Open: {answer}.",
    ),
    "compaction": Text(
        prompt=(
            "This session is being continued from a previous conversation that ran out of "
            "context. "
            "Summarise what was done, including the decisions and why they were made:\n1. "
            "{claim} in "
        )
        + _PATH
        + "\n2. {claim}\n3. {document}{\n paragraph?60}{\n paragraph?40}\n4. pending: "
        "{identifier} {hex}",
        answer=(
            "Summary: {passage@row} {passage@row} {passage} Decisions: {answer@row}. "
            "{passage@row} Pending: {identifier}."
        ),
    ),
    "resend": Text(prompt="Here is my earlier session with you, go on where it stops ({hex}):"),
    "read rules": Text(
        prompt="read the CLAUDE.md and AGENTS.md, then {verb} the {data} in " + _PATH
    ),
}
SYSTEMS = {
    "agent a": (
        "You are an interactive command line tool that helps users with software "
        "engineering "
        "tasks. Use the instructions below and the tools available to you. Be concise, direct and "
        "to "
        "the "
        "point. Prefer editing existing files to creating new ones. Never commit unless asked. "
        "Think "
        "before "
        "acting, and keep a list of open tasks. When you have finished, run the linters and "
        "the tests."
    ),
    "agent b": (
        "You are a highly skilled software engineer with extensive knowledge in many "
        "programming "
        "languages, frameworks, design patterns and best practices. You accomplish a given task "
        "iteratively, "
        "breaking it down into clear steps. Wait for the result of each tool before the next one. "
        "In "
        "<thinking></thinking> tags assess what information you have before you choose a tool."
    ),
    "agent c": (
        "You are an intelligent programmer, happy to help in the editor. The user's open "
        "file, "
        "cursor and linter errors may be attached. Decide yourself whether they matter. Output "
        "code "
        "only "
        "through the edit tool. Explain a change in one sentence."
    ),
}

_LONG, _BEGUN = 6, 2  # turns after which a session is compacted, or sent again


def _product(ctx: Context, letter: str, tools: int) -> Batch:
    client = {f"agent-{letter}": 1.0}
    people = individuals(ctx.rng, ctx.accounts, ctx.window, clients=client, tiers=(0.1, 0.85, 0.05))
    counts = volumes(ctx.rng, ctx.accounts, ctx.exchanges, 1.4)
    ticks = sittings(ctx.rng, people, counts, ctx.window, turns=12, gap_s=14, weekend=0.6)
    first = {"agent task": 8.0, "read rules": 0.4, "subagent": 0.8, "compaction": 0.5}
    rows = dress(ctx, people, ticks, first, follow="agent step", habit=0.3)
    theme = key_of(ctx.world_seed, "agent", letter)
    shared_system(ctx, rows, f"agent {letter}", theme)
    rows["tools"] = tools
    rows["calls"] = np.where(chance(mix(rows["uid"], 221), 0.8), 1, 0)
    adopt(ctx, people, rows, 0.3)
    return Batch(people=people, rows=rows)


def _agent_a(ctx: Context) -> Batch:
    return _product(ctx, "a", 0)


def _agent_b(ctx: Context) -> Batch:
    return _product(ctx, "b", 1)


def _agent_c(ctx: Context) -> Batch:
    return _product(ctx, "c", 2)


def _compaction(ctx: Context) -> Batch:
    """Long sessions: compaction breaks the prefix, and agents send their own transcripts again."""
    batch = _product(ctx, "a", 0)
    rows = batch.rows
    deep = np.flatnonzero((rows["turn"] > _LONG) & chance(mix(rows["uid"], 222), 0.12))
    rows["template"][deep] = ctx.lexicon.text("compaction")
    rows["thread"] = np.where(rows["turn"] > 2 * _LONG, mix(rows["session"], 223), rows["thread"])
    again = np.flatnonzero((rows["turn"] > _BEGUN) & chance(mix(rows["uid"], 224), 0.06))
    _quote_own(ctx, batch, again, "resend")
    return batch


def _quote_own(ctx: Context, batch: Batch, which: I64, text: str) -> None:
    """Rows that carry an earlier answer of the same session."""
    rows = batch.rows
    source = rows[which - 1]
    rows["quote_item"][which] = source["item"]
    rows["quote_uid"][which] = source["uid"]
    rows["quote_template"][which] = source["template"]
    rows["language"][which] = source["language"]
    rows["topic"][which] = source["topic"]
    rows["template"][which] = ctx.lexicon.text(text)


KINDS = (
    Kind(name="agent product a", build=_agent_a, accounts=0.07, exchanges=0.13),
    Kind(name="agent product b", build=_agent_b, accounts=0.025, exchanges=0.04),
    Kind(name="agent product c", build=_agent_c, accounts=0.035, exchanges=0.05),
    Kind(name="compaction", build=_compaction, accounts=0.008, exchanges=0.02),
)
