"""Plan rows become rows of the exchange table; a pure function of each row and its account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.schema import EXCHANGE, TIME
from stillwatch.sim.draw import U64, Bits, chance, mix, within
from stillwatch.sim.encode import addresses, digest_lists, keys, networks, nullable, words
from stillwatch.sim.measure import Sizes, measure
from stillwatch.sim.plan import Table
from stillwatch.sim.what.lexicon import Lexicon
from stillwatch.sim.what.tools import TOOL_SETS
from stillwatch.sim.who.clients import CHANNELS, CLIENTS
from stillwatch.sim.who.marks import TIERS
from stillwatch.sim.who.networks import ASN, COUNTRIES, COUNTRY, SYSTEM_OF

__all__ = ["MODELS", "REFUSALS", "STATES", "STATUS", "render"]

MODELS = ("argus-3-swift", "argus-3-core", "argus-3-deep", "argus-2-core", "argus-4-deep")
STATUS = (200, 429, 500, 400, 403)
REFUSALS = (None, "cyber", "bio", "frontier_llm", "general_harms", "reasoning_extraction")
STATES = ("full", "truncated", "redacted", "absent")
_CUT = 240
_ABSENT = STATES.index("absent")
_TRUNCATED = STATES.index("truncated")
_TEMPERATURES = np.array([0.0, 0.2, 0.3, 0.5, 0.7, 1.0])
_CAPS = np.array([1024, 2048, 4096, 8192, 16384])
_DECLINE = (
    "I can't help with that.",
    "I'm not able to continue with this request.",
    "Sorry, I can't do that, but I can help with a related question.",
    "I can't share that. Is there something else you are working on?",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """A block of rows, their accounts, and what was rendered of them."""

    rows: Table
    people: Table
    prompt: pa.Array
    answer: pa.Array
    system: pa.Array
    sizes: Sizes


def render(lexicon: Lexicon, rows: Table, everybody: Table) -> pa.RecordBatch:
    """Rows of the exchange table.

    Args:
        lexicon: Texts.
        rows: Plan rows; `account` counts within everybody.
        everybody: PERSON of all accounts.
    """
    people = everybody[rows["account"]]
    prompt, answer = _prompt(lexicon, rows, people), _answer(lexicon, rows, people)
    system = _system(lexicon, rows)
    sizes = measure(rows, people, prompt, answer, system)
    block = _Block(
        rows=rows, people=people, prompt=prompt, answer=answer, system=system, sizes=sizes
    )
    columns = {
        **_who(block),
        **_where(block),
        **_settings(block),
        **_texts(lexicon, block),
        **_lists(block),
        **_outcome(block),
    }
    columns["sample_rate"] = pa.nulls(len(rows), pa.float64())  # a whole log, no sample of one
    arrays = [columns[name] for name in EXCHANGE.names]
    return pa.RecordBatch.from_arrays(arrays, schema=EXCHANGE)


def _seeds(rows: Table, people: Table) -> dict[str, U64]:
    return {
        "item": rows["item"],
        "row": mix(rows["uid"], 101),
        "theme": rows["theme"],
        "account": mix(people["key"], 102),
    }


def _prompt(lexicon: Lexicon, rows: Table, people: Table) -> pa.Array:
    at = (rows["language"], rows["topic"])
    prompt = lexicon.render("prompt", rows["template"], _seeds(rows, people), *at)
    quoting = rows["quote_item"] > 0
    if quoting.any():
        q, who = rows[quoting], people[quoting]
        seeds = _seeds(q, who)
        seeds |= {"item": q["quote_item"], "row": mix(q["quote_uid"], 101)}
        quoted = lexicon.render("answer", q["quote_template"], seeds, q["language"], q["topic"])
        own = prompt.filter(pa.array(quoting))
        whole = pc.binary_join_element_wise(own, quoted, "\n\n")
        prompt = pc.replace_with_mask(prompt, pa.array(quoting), whole)
    return _typed_badly(rows, pc.ascii_trim_whitespace(prompt))


def _typed_badly(rows: Table, prompt: pa.Array) -> pa.Array:
    """Some write all in small letters, some make typing errors, some write as in chats."""
    habit = within(mix(rows["uid"], 103), 100)
    for number, change in enumerate(_SLOPPY):
        hit = pa.array((habit // 3) == number)
        prompt = pc.replace_with_mask(prompt, hit, change(prompt.filter(hit)))
    return prompt


def _swap(old: str, new: str) -> Callable[[pa.Array], pa.Array]:
    return partial(pc.replace_substring, pattern=old, replacement=new)


_SLOPPY = (pc.utf8_lower, _swap("the ", "teh "), _swap(" you ", " u "), _swap("I ", "i "))


def _answer(lexicon: Lexicon, rows: Table, people: Table) -> pa.Array:
    at = (rows["language"], rows["topic"])
    answer = lexicon.render("answer", rows["template"], _seeds(rows, people), *at)
    declined = words(_DECLINE, within(mix(rows["uid"], 104), len(_DECLINE)))
    answer = pc.if_else(pa.array(rows["refusal"] > 0), declined, answer)
    return nullable(answer, rows["status"] == 0)


def _system(lexicon: Lexicon, rows: Table) -> pa.Array:
    has = rows["system"] >= 0
    pair = np.stack([rows["system"].astype(np.uint64), rows["system_seed"]], axis=1)
    seen, back = np.unique(pair, axis=0, return_inverse=True)
    number = seen[:, 0].astype(np.int64)
    number[number >= 2**15] = 0
    seed = seen[:, 1]
    seeds = {"item": seed, "row": seed, "theme": seed, "account": seed}
    zero = np.zeros(len(seen), np.int64)
    topic = within(mix(seed, 105), 24)
    texts = lexicon.render("system", number.clip(0), seeds, zero, topic)
    return nullable(texts.take(pa.array(back.reshape(-1))), has)


def _who(b: _Block) -> dict[str, pa.Array]:
    rows, people = b.rows, b.people
    credential = mix(people["key"] + rows["credential"].astype(np.uint64), 106)
    return {
        "exchange_id": keys("ex_", rows["uid"]),
        "started_at": pa.array(rows["at"].astype("datetime64[us]")).cast(TIME),
        "account_id": keys("acct_", mix(people["key"], 1)),
        "organization_id": nullable(keys("org_", mix(people["org"], 2)), people["org"] > 0),
        "credential_id": keys("key_", credential),
        "end_user_id": nullable(keys("u", mix(rows["end_user"], 107)), rows["end_user"] > 0),
        "session_id": keys("s_", mix(rows["session"], 108)),
        "turn": pa.array(rows["turn"].astype(np.int64)),
        "operation": words(("chat",), np.zeros(len(rows))),
        "model": words(MODELS, rows["model"]),
        "tier": words(TIERS, people["tier"]),
        "content_state": words(STATES, people["state"]),
    }


def _where(b: _Block) -> dict[str, pa.Array]:
    rows = b.rows
    system = SYSTEM_OF[rows["ip"] >> 16]
    channels = [CHANNELS.index(c.channel) for c in CLIENTS]
    return {
        "channel": words(CHANNELS, np.array(channels)[rows["client"]]),
        "client_ip": addresses(rows["ip"]),
        "client_net": networks(rows["ip"]),
        "asn": pa.array(ASN[system]),
        "country": words(COUNTRIES, COUNTRY[system]),
        "user_agent": words([c.agent for c in CLIENTS], rows["client"]),
        "tls_fingerprint": words([c.tls for c in CLIENTS], rows["client"]),
    }


def _settings(b: _Block) -> dict[str, pa.Array]:
    """Parameters of requests: habits of an account, left unset by many."""
    key, n = b.people["key"], b.rows["n"].astype(np.int64)
    heat = _TEMPERATURES[within(mix(key, 111), len(_TEMPERATURES))]
    cap = _CAPS[within(mix(key, 112), len(_CAPS))]
    top = np.where(chance(mix(key, 113), 0.5), 1.0, 0.95)
    return {
        "temperature": pa.array(heat, mask=chance(mix(key, 114), 0.5)),
        "top_p": pa.array(top, mask=chance(mix(key, 115), 0.7)),
        "n": pa.array(n, mask=chance(mix(key, 116), 0.5) & (n == 1)),
        "max_output_tokens": pa.array(cap, mask=chance(mix(key, 117), 0.3)),
        "logprobs": pa.array(chance(mix(key, 118), 0.04), mask=chance(mix(key, 119), 0.6)),
        "stream": pa.array(_streams(b)),
    }


def _streams(b: _Block) -> Bits:
    return chance(mix(b.people["key"], 120), 0.55)


def _texts(lexicon: Lexicon, b: _Block) -> dict[str, pa.Array]:
    rows, state = b.rows, b.people["state"]
    kept, cut = state != _ABSENT, pa.array(state == _TRUNCATED)
    thinking = chance(mix(b.people["key"], 121), 0.1) & kept & (rows["status"] == 0)
    shown = np.flatnonzero(thinking)
    r, seeds = rows[shown], _seeds(rows[shown], b.people[shown])
    number = np.full(len(shown), lexicon.text("thought"))
    thought = lexicon.render("answer", number, seeds, r["language"], r["topic"])
    index = np.zeros(len(rows), np.int64)
    index[shown] = np.arange(len(shown))
    place = pa.array(index, mask=~thinking)
    return {
        "system_text": nullable(b.system, kept),
        "prompt_text": nullable(_shorten(b.prompt, cut), kept),
        "response_text": nullable(_shorten(b.answer, cut), kept),
        "reasoning_text": thought.take(place),
    }


def _shorten(texts: pa.Array, cut: pa.Array) -> pa.Array:
    if not pc.any(cut).as_py():
        return texts
    return pc.if_else(cut, pc.utf8_slice_codeunits(texts, 0, _CUT), texts)


def _lists(b: _Block) -> dict[str, pa.Array]:
    rows = b.rows
    offered = pa.array([list(t) for t in TOOL_SETS], pa.list_(pa.string()))
    tools = rows["tools"].astype(np.int64)
    shown = (rows["block_in"] > 0).astype(np.int64)
    issued = ((rows["status"] == 0) & b.sizes.reasons).astype(np.int64)
    shots = rows["shots"].astype(np.int64) * (rows["image"] > 0)
    history = rows["history"].astype(np.int64).clip(0, 60)
    return {
        "history_digests": digest_lists(mix(rows["thread"], 131), history),
        "reasoning_in": digest_lists(mix(rows["block_in"], 132), shown, "rb_"),
        "reasoning_out": digest_lists(mix(rows["uid"], 132), issued, "rb_"),
        "tool_names": offered.take(pa.array(tools, mask=tools < 0)),
        "tool_calls": pa.array(np.where(tools >= 0, rows["calls"], 0).astype(np.int64)),
        "image_digests": digest_lists(mix(rows["image"], 133), shots),
    }


def _outcome(b: _Block) -> dict[str, pa.Array]:
    rows, sizes = b.rows, b.sizes
    stop = np.select([rows["status"] > 0, rows["refusal"] > 0, rows["calls"] > 0], [3, 1, 2], 0)
    status = np.array(STATUS)[rows["status"]]
    return {
        "duration_ms": pa.array(sizes.duration_ms),
        "ttft_ms": pa.array(sizes.ttft_ms, mask=~_streams(b) | (rows["status"] > 0)),
        "input_tokens": pa.array(sizes.read),
        "cached_input_tokens": pa.array(sizes.cached),
        "output_tokens": pa.array(sizes.written),
        "reasoning_tokens": pa.array(sizes.thought),
        "stop_reason": words(("end_turn", "refusal", "tool_use", None), stop),
        "refusal_category": words(REFUSALS, rows["refusal"]),
        "http_status": pa.array(status.astype(np.int64)),
    }
