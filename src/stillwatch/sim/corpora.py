"""Real prompts from a folder, as phrase banks: whoever has data can use theirs.

Understood are Parquet and JSONL files with a `prompt` column (text), optionally `response`,
`system` and `kind` (`attack` prompts go to campaigns, everything else to honest customers).
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.json as pj
import pyarrow.parquet as pq

from stillwatch.sim.what.banks import Bank

__all__ = ["read_corpora"]

_LONGEST = 4000
_MOST = 40_000


def read_corpora(folder: Path | None) -> dict[str, Bank]:
    """Banks `corpus_benign`, `corpus_attack` and their answers, aligned pairwise.

    Without a folder, or where it holds no prompt of a sort, that sort's bank is missing.
    """
    if folder is None:
        return {}
    paths = sorted(p for p in folder.glob("**/*") if p.suffix in {".parquet", ".jsonl"})
    pairs: dict[str, list[tuple[str, str]]] = {"benign": [], "attack": []}
    for path in paths:
        table = pq.read_table(path) if path.suffix == ".parquet" else pj.read_json(path)
        if "prompt" in table.column_names:
            _collect(table, pairs)
    banks: dict[str, Bank] = {}
    for sort, found in pairs.items():
        step = max(1, len(found) // _MOST)
        kept = found[::step][:_MOST]
        if kept:
            banks[f"corpus_{sort}"] = {(-1, -1): [p for p, _ in kept]}
            banks[f"corpus_{sort}_answer"] = {(-1, -1): [a for _, a in kept]}
    return banks


def _collect(table: pa.Table, pairs: dict[str, list[tuple[str, str]]]) -> None:
    blank = [None] * table.num_rows
    names = ("prompt", "response", "kind", "construction")
    columns = [table[n].to_pylist() if n in table.column_names else blank for n in names]
    for prompt, response, kind, construction in zip(*columns, strict=True):
        if isinstance(prompt, str) and prompt.strip() and construction != "template_only":
            answer = response if isinstance(response, str) and response else "OK."
            sort = "attack" if kind == "attack" else "benign"
            pairs[sort].append((prompt[:_LONGEST], answer[:_LONGEST]))
