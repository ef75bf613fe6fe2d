"""The reading of a batch: its contract, its nulls, its indifference to order and threads."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from stillwatch.errors import SchemaError
from stillwatch.read import plain, read, read_batches
from stillwatch.schema import READING

Make = Callable[..., pa.RecordBatch]

TEXT_ALLOWED = {
    "exchange_id", "account_id", "channel", "operation", "model", "tier", "stop_reason",
    "refusal_category", "content_state",
}  # fmt: skip


@pytest.fixture
def batch(exchanges: Make) -> pa.RecordBatch:
    return exchanges(
        prompt_text=["Write a python function that adds 2 numbers", None, "你好，世界", ""],
        system_text=[None, "Be kind and answer all that is asked", "", None],
        response_text=["x " * 300, None, "", "done"],
        reasoning_text=[None, "so " * 50, None, ""],
        tool_names=[["Bash", "read_file"], None, [], ["query", "query"]],
        history_digests=[["a", "b"], ["a"], None, []],
        reasoning_in=[["r1"], None, [], ["r2", None]],
        image_digests=[None, ["i"], None, None],
        input_tokens=[1, None, 3, 4],
        logprobs=[True, None, False, None],
    )


def test_a_reading_follows_the_contract_exactly(batch: pa.RecordBatch) -> None:
    found = read(batch)
    found.validate(full=True)
    assert found.schema.equals(READING, check_metadata=True)
    assert found.num_rows == batch.num_rows


def test_only_identifiers_and_labels_are_left_of_text(batch: pa.RecordBatch) -> None:
    found = read(batch)
    text = {
        field.name
        for field in found.schema
        if any(
            is_(field.type)
            for is_ in (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary)
        )
    }
    assert text == TEXT_ALLOWED
    words = ("python", "你好", "kind", "Bash")
    assert not any(word in repr(found.to_pylist()) for word in words)


def test_a_batch_of_the_required_columns_is_read_and_the_rest_is_null(exchanges: Make) -> None:
    found = read(exchanges(rows=3))
    known = {"exchange_id", "exchange", "started_at", "account_id", "account"}
    assert {name for name in found.schema.names if found[name].null_count == 0} == known
    assert read(exchanges(rows=0)).num_rows == 0


def test_slices_and_order_do_not_change_a_row(batch: pa.RecordBatch) -> None:
    whole = read(batch)
    assert read(batch.slice(1, 2)).equals(whole.slice(1, 2))
    order = pa.array([3, 1, 0, 2])
    shuffled = pa.RecordBatch.from_struct_array(batch.to_struct_array().take(order))
    assert read(shuffled).equals(
        pa.RecordBatch.from_struct_array(whole.to_struct_array().take(order)).cast(READING)
    )


def test_reading_twice_gives_the_same(batch: pa.RecordBatch) -> None:
    assert read(batch).equals(read(batch))


def test_other_layouts_of_text_are_read_alike(batch: pa.RecordBatch) -> None:
    expected = read(batch)
    for name, kind in (("prompt_text", pa.large_string()), ("response_text", pa.string_view())):
        at = batch.schema.get_field_index(name)
        other = batch.set_column(at, name, batch[name].cast(kind))
        assert read(other).equals(expected)
    at = batch.schema.get_field_index("system_text")
    coded = batch.set_column(at, "system_text", batch["system_text"].dictionary_encode())
    assert read(coded).equals(expected)


def test_lists_become_digests_and_counts(batch: pa.RecordBatch) -> None:
    rows = read(batch).to_pylist()
    assert [row["tools"] for row in rows] == [2, None, 0, 2]
    assert [row["tool_domain"] for row in rows] == [1, None, 0, 4]
    assert rows[0]["tool_set"] is not None is not rows[3]["tool_set"]
    assert rows[1]["tool_set"] is None is rows[2]["tool_set"]
    assert rows[0]["history"] == plain.digest(b"b")
    assert [row["history"] for row in rows[1:]] == [None] * 3
    assert [row["history_length"] for row in rows] == [2, 1, None, 0]
    assert rows[3]["reasoning_in"] == [plain.digest(b"r2"), None]
    assert rows[1]["images"] == [plain.digest(b"i")]


def test_a_tool_set_has_no_order_and_no_doubles(exchanges: Make) -> None:
    sets = [["a", "b"], ["b", "a"], ["b", "a", "b"], ["a"], ["ab"]]
    found = read(exchanges(tool_names=sets))["tool_set"].to_pylist()
    assert found[0] == found[1] == found[2]
    assert len(set(found)) == 3


def test_tool_names_say_their_domain(exchanges: Make) -> None:
    sets = [["str_replace_editor"], ["runBash"], ["browser_click"], ["sqlQuery"], ["get_weather"],
            ["get_weather", "Screenshot", "git-diff"]]  # fmt: skip
    assert read(exchanges(tool_names=sets))["tool_domain"].to_pylist() == [1, 1, 2, 4, 8, 11]


def test_numbers_pass_through_with_the_types_of_the_contract(exchanges: Make) -> None:
    batch = exchanges(rows=2)
    batch = batch.append_column("input_tokens", pa.array([7, None], pa.int32()))
    batch = batch.append_column("model", pa.array(["m", "m"]).dictionary_encode())
    found = read(batch)
    assert found["input_tokens"].to_pylist() == [7, None]
    assert found["model"].to_pylist() == ["m", "m"]


def test_threads_keep_the_order_and_hold_few_batches(exchanges: Make) -> None:
    drawn: list[int] = []

    def batches() -> object:
        for k in range(20):
            drawn.append(k)
            yield exchanges(exchange_id=[f"{k}-{i}" for i in range(3)])

    found = read_batches(batches(), threads=2)  # type: ignore[arg-type]
    assert next(found)["exchange_id"][0].as_py() == "0-0"
    assert len(drawn) <= 4
    assert [b["exchange_id"][0].as_py() for b in found] == [f"{k}-0" for k in range(1, 20)]


def test_a_missing_or_null_required_column_is_named(exchanges: Make) -> None:
    batch = exchanges(rows=2)
    with pytest.raises(SchemaError, match="'account_id', which is required"):
        read(batch.drop_columns("account_id"))
    with pytest.raises(SchemaError, match="'account_id' holds 1 nulls"):
        read(exchanges(account_id=["a", None]))


def test_a_column_of_a_wrong_type_is_named(exchanges: Make) -> None:
    with pytest.raises(SchemaError, match="'input_tokens'"):
        read(exchanges(rows=1).append_column("input_tokens", pa.array(["many"])))


def test_a_fault_inside_a_thread_reaches_the_caller(exchanges: Make) -> None:
    with pytest.raises(SchemaError):
        list(read_batches([exchanges(rows=1), exchanges(rows=1).drop_columns("started_at")]))


def test_bytes_that_are_no_text_are_read_without_a_fault(exchanges: Make) -> None:
    raw = pa.array([b"\xff\xfe reason \xe4\xbd", b"\xc3"], pa.binary())
    array = pa.Array.from_buffers(pa.string(), 2, raw.buffers())
    found = read(exchanges(rows=2).append_column("prompt_text", array))
    assert pc.sum(found["prompt_words"]).as_py() == 1
