"""Text stops at reading: no prompt, answer, key or address stands in any file of a run."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import flow

MARKER = "zyzzogeton"
ADDRESS = "192.0.2.77"
KEY = "sk-proj-4f9aQ7LmZ0xW2bN8"


@pytest.fixture(scope="module")
def marked(world: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A world in which one account of the campaign and one honest one say a word that is unique."""
    folder = tmp_path_factory.mktemp("marked")
    logs = flow.exchanges(world)
    member = min(flow.planted(world))
    mine = pc.equal(logs["account_id"], member)
    hers = pc.equal(logs["account_id"], logs["account_id"][0])
    chosen = pc.or_(mine, hers)
    for name in ("prompt_text", "system_text", "response_text"):
        said = pc.binary_join_element_wise(pc.coalesce(logs[name], ""), f"{MARKER} {name}", " ")
        logs = _with(logs, name, pc.if_else(chosen, said, logs[name]))
    logs = _with(logs, "client_ip", pc.if_else(chosen, ADDRESS, logs["client_ip"]))
    logs = _with(logs, "credential_id", pc.if_else(chosen, KEY, logs["credential_id"]))
    (folder / "exchanges").mkdir()
    pq.write_table(logs, folder / "exchanges" / "all.parquet")
    broken = f'{{"exchange_id": "x", "started_at": "never", "prompt_text": "{MARKER}"}}\n'
    (folder / "exchanges" / "bad.jsonl").write_text(broken)
    flow.side_tables(world, folder)
    return folder, flow.detect(folder, folder / "out")


def _with(table: pa.Table, name: str, column: pa.ChunkedArray) -> pa.Table:
    at = table.schema.get_field_index(name)
    return table.set_column(at, name, column.cast(table.schema.field(name).type))


def _everything(out: Path) -> dict[str, str]:
    """The content of every result, tables decoded."""
    found = {}
    for path in sorted(out.rglob("*")):
        if path.suffix == ".parquet":
            table = pq.read_table(path)
            found[path.name] = f"{table.schema.metadata} {table.to_pylist()}"
        elif path.is_file():
            found[path.name] = path.read_text()
    return found


def test_a_word_that_one_account_says_stands_in_no_result(marked: tuple[Path, Path]) -> None:
    written = _everything(marked[1])
    assert set(flow.FILES) <= set(written)
    quarantine = written.pop("quarantine.jsonl")
    assert [name for name, text in written.items() if MARKER in text.lower()] == []
    assert MARKER in quarantine  # what could not be read is kept for the operator, and only there


def test_no_raw_address_and_no_raw_key_stands_in_any_file(marked: tuple[Path, Path]) -> None:
    for name, text in _everything(marked[1]).items():
        assert ADDRESS not in text, name
        assert KEY not in text, name


def test_the_masked_templates_show_only_words_that_several_accounts_share(
    marked: tuple[Path, Path],
) -> None:
    folder, out = marked
    shown = [
        template["masked"]
        for campaign in flow.report(out)["campaigns"]
        for template in campaign["templates"]
    ]
    assert shown
    users: dict[str, set[str]] = {}
    columns = ["account_id", "prompt_text", "system_text"]
    for row in pq.read_table(folder / "exchanges" / "all.parquet", columns=columns).to_pylist():
        for text in (row["prompt_text"], row["system_text"]):
            for word in set((text or "").lower().replace("-", " ").split()):
                users.setdefault(word.strip('.,:;?!"()<>[]{}*`'), set()).add(row["account_id"])
    for masked in shown:
        words = [w for w in masked.split() if w in users]
        assert all(len(users[word]) >= 3 for word in words)
        assert "▁" in masked or len(words) > 3
