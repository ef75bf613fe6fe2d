"""Reads the account table and the table of model releases, from Parquet, CSV or JSON lines."""

from __future__ import annotations

import io
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.json
import pyarrow.parquet as pq

from stillwatch.errors import InputError, NotFoundError, closest
from stillwatch.ingest.cast import cast
from stillwatch.ingest.source import Source, Stream, head_of, nearest
from stillwatch.schema import ACCOUNT, MODEL_RELEASE

__all__ = ["read_accounts", "read_releases"]


def read_accounts(path: str | Path) -> pa.Table:
    """One row an account, in the ACCOUNT schema; not yet redacted (`Redactor.redact_accounts`).

    Raises:
        InputError: The file cannot be read, or does not hold accounts; all faults at once.
    """
    return _read(Path(path), ACCOUNT, "accounts")


def read_releases(path: str | Path) -> pa.Table:
    """When each model became available, in the MODEL_RELEASE schema.

    Raises:
        InputError: The file cannot be read, or does not hold releases; all faults at once.
    """
    return _read(Path(path), MODEL_RELEASE, "model releases")


def _read(path: Path, schema: pa.Schema, what: str) -> pa.Table:
    table = _loaded(path, what)
    faults: list[str] = []
    columns: list[pa.Array] = []
    for field in schema:
        if field.name not in table.schema.names:
            columns.append(pa.nulls(table.num_rows, field.type))
            if not field.nullable:
                near = closest(field.name, table.schema.names)
                faults.append(f"the required column {field.name!r} is not there; {near}")
            continue
        done = cast(_whole(table.column(field.name)), field.type)
        columns.append(done.values)
        if done.bad is not None:
            rows = pc.indices_nonzero(done.bad).to_pylist()
            faults.append(
                f"{field.name} is not {field.type} in {len(rows)} rows, first row {rows[0] + 1}"
            )
        elif not field.nullable and done.values.null_count:
            faults.append(f"{field.name} is required and missing in {done.values.null_count} rows")
    if faults:
        message = f"{path}: not a table of {what}: " + "; ".join(faults)
        raise InputError(message, hint="mend these columns; optional ones may be left out")
    found = pa.Table.from_arrays(columns, schema=schema)
    return found if schema is not ACCOUNT else _once(found, path)


def _once(table: pa.Table, path: Path) -> pa.Table:
    """Each account once: rows that say the same are one, others contradict each other."""
    names = table["account_id"]
    if len(names.unique()) == len(names):
        return table
    distinct = table.group_by(table.schema.names, use_threads=False).aggregate([])
    counts = distinct["account_id"].value_counts()
    twice = [c["values"].as_py() for c in counts if c["counts"].as_py() > 1]
    if twice:
        message = f"{path}: {len(twice):,} accounts stand in several rows that differ, such as "
        message += ", ".join(map(repr, twice[:3]))
        raise InputError(message, hint="keep one row an account, as it is at the run's moment")
    return distinct


def _loaded(path: Path, what: str) -> pa.Table:
    try:
        head, compression = head_of(str(path))
        source = Source(path=str(path), size=0, compression=compression, format=None)
        stream = Stream(source)
        if head.startswith(b"PAR1"):
            return pq.read_table(stream.seekable())
        data = stream.file().read()
        if stream.fault is not None:
            raise stream.fault
        data.decode()
        if head.lstrip()[:1] == b"[":
            return pa.Table.from_pylist(_objects(data))
        if head.lstrip()[:1] == b"{":
            options = pyarrow.json.ReadOptions(block_size=len(data) + 1)
            return pyarrow.json.read_json(io.BytesIO(data), read_options=options)
        return pyarrow.csv.read_csv(
            io.BytesIO(data), convert_options=_texts(head.partition(b"\n")[0])
        )
    except FileNotFoundError as error:
        message = f"nothing is at {str(path)!r}"
        raise NotFoundError(message, hint=nearest(str(path))) from error
    except (OSError, pa.ArrowException, UnicodeDecodeError, ValueError) as error:
        message = f"cannot read {what} from {str(path)!r}: {str(error).partition(chr(10))[0]}"
        raise InputError(message, hint="give Parquet, CSV with a header, or JSON lines") from error


def _texts(header: bytes) -> pyarrow.csv.ConvertOptions:
    # As text: a payment_bin of 001234 must not lose its zeros; casting comes after.
    names = [name.strip().strip('"') for name in header.decode("utf-8-sig").split(",")]
    return pyarrow.csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""]
    )


def _objects(data: bytes) -> list[dict[str, object]]:
    found = orjson.loads(data)
    return [item for item in found if isinstance(item, dict)]


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
