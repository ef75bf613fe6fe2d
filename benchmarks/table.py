"""The measurements as a page: stages, memory, growth, budgets, and the distance to each limit."""

from __future__ import annotations

from itertools import pairwise
from math import log
from typing import Any

__all__ = ["page"]

_BUDGET_ROWS = 16_000_000
_MUST_SECONDS, _AIM_SECONDS = 20 * 60, 8 * 60
_MUST_GIB, _AIM_GIB = 8, 4
_MUST_READ = 80  # MB/s a core
_GROWTH = 11  # for ten times the exchanges

_WARNING = (
    "This measures speed, not detection: reported campaigns outnumber planted ones. Honest accounts"
    " here draw the slots of one template from one distribution, as a work queue's do, which may be"
    " why; it was not tested."
)

Run = dict[str, Any]


def page(measured: dict[str, Any]) -> str:
    """Markdown."""
    runs: list[Run] = measured["runs"]
    machine = measured["machine"]
    packages = ", ".join(f"{n} {v}" for n, v in machine["packages"].items())
    where = (
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB,"
        f" {machine['system']}; Python {machine['python']}; {packages}."
    )
    loads = ", ".join(f"{r['load_before']:.1f}" for r in runs)
    how = (
        "Synthetic exchanges (`world.py`): four in ten from templates with slots, the rest"
        " long-tail text, 60 exchanges an account. Each size ran in a process of its own."
        " CPU-seconds count both cores and hardly depend on what else runs; seconds do"
        f" (load before each run: {loads})."
    )
    parts = [
        f"# Speed and memory, {measured['at'][:10]}",
        f"`{measured['command']}`",
        where,
        how,
        _WARNING,
        *measured.get("notes", []),
        *[_stages(r) for r in runs],
        _growth(runs),
        _budgets(runs),
        _distances(runs[-1]),
    ]
    return "\n\n".join(parts) + "\n"


def seconds(run: Run, kind: str = "seconds") -> float:
    """Of the whole run."""
    return float(sum(stage[kind] for stage in run["stages"]))


def peak(run: Run) -> float:
    """MiB."""
    return float(max(stage["peak_mib"] for stage in run["stages"]))


def _stages(run: Run) -> str:
    rows, text = run["exchanges"], run["text_bytes"]
    title = (
        f"## {rows:,} exchanges, {text / rows:,.0f} bytes of text each,"
        f" {run['accounts']:,} accounts;"
        f" {run['planted']} queues planted, {run['campaigns']} campaigns reported"
    )
    lines = [
        "| stage | seconds | CPU-seconds | cores busy | rows/s | MB/s of text | peak MiB |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [
        _line(s["stage"], (s["seconds"], s["cpu_seconds"], s["peak_mib"]), rows, text)
        for s in run["stages"]
    ]
    whole = (seconds(run), seconds(run, "cpu_seconds"), peak(run))
    parts = [title, "\n".join([*lines, _line("**whole run**", whole, rows, text)])]
    if run["failed"]:
        parts.append(f"Detectors that failed: {', '.join(run['failed'])}.")
    return "\n\n".join(parts)


def _line(name: str, used: tuple[float, float, float], rows: int, text: int) -> str:
    """`used` is seconds, CPU-seconds, MiB."""
    wall, cpu, mib = used
    wall = max(wall, 1e-6)
    return (
        f"| {name} | {wall:,.1f} | {cpu:,.1f} | {cpu / wall:.2f} | {rows / wall:,.0f}"
        f" | {text / wall / 1e6:,.1f} | {mib:,.0f} |"
    )


def _growth(runs: list[Run]) -> str:
    lines = [
        "## Growth",
        f"What ten times the exchanges would cost at the same slope; the budget is {_GROWTH}.",
    ]
    rows = [
        "| from → to | seconds ×10 | CPU-seconds ×10 | peak memory ×10 |",
        "|---|---:|---:|---:|",
    ]
    for small, large in pairwise(runs):
        ratio = large["exchanges"] / small["exchanges"]
        wall, cpu = (seconds(large, k) / seconds(small, k) for k in ("seconds", "cpu_seconds"))
        rows.append(
            f"| {small['exchanges']:,} → {large['exchanges']:,}"
            f" | {_tenfold(wall, ratio):.1f} | {_tenfold(cpu, ratio):.1f}"
            f" | {_tenfold(peak(large) / peak(small), ratio):.1f} |"
        )
        rest = _tenfold(_without(large) / _without(small), ratio)
        rows.append(f"| · all but the look back, which is capped | | {rest:.1f} | |")
        for before, after in zip(small["stages"], large["stages"], strict=True):
            if after["cpu_seconds"] > 0.02 * seconds(large, "cpu_seconds"):
                factor = _tenfold(after["seconds"] / before["seconds"], ratio)
                busy = _tenfold(after["cpu_seconds"] / before["cpu_seconds"], ratio)
                rows.append(f"| · {after['stage']} | {factor:.1f} | {busy:.1f} | |")
    return "\n\n".join([*lines, "\n".join(rows)])


def _without(run: Run) -> float:
    """CPU-seconds of all stages that grow with the work."""
    return float(sum(s["cpu_seconds"] for s in run["stages"] if s["stage"] != "look back"))


def _tenfold(times: float, ratio: float) -> float:
    return float(10 ** (log(times) / log(ratio)))


def _budgets(runs: list[Run]) -> str:
    large = runs[-1]
    scale = _BUDGET_ROWS / large["exchanges"]
    said = "measured" if scale == 1 else f"{scale:g} times the largest run"
    taken, gib = seconds(large) * scale / 60, peak(large) / 1024
    cpu = seconds(large, "cpu_seconds") * scale / 60
    read = large["limits"]["read_bytes_per_cpu_second"] / 1e6
    musts = (_MUST_SECONDS / 60, _AIM_SECONDS / 60)
    lines = [
        "## Budgets\n",
        "| what | must | aim | here |",
        "|---|---:|---:|---:|",
        f"| 16M exchanges ({said}) | {musts[0]:.0f} min | {musts[1]:.0f} min | {taken:.1f} min |",
        f"| the same, CPU-minutes of all cores | | | {cpu:.1f} |",
        f"| peak memory, largest run | {_MUST_GIB} GiB | {_AIM_GIB} GiB | {gib:.1f} GiB |",
        f"| reading text, a core | {_MUST_READ} MB/s | | {read:.0f} MB/s |",
    ]
    return "\n".join(lines)


def _distances(run: Run) -> str:
    limit = run["limits"]
    text = run["text_bytes"] / run["exchanges"]
    by_name = {s["stage"]: s for s in run["stages"]}
    rollup = by_name["roll up"]
    whole = by_name["read"]
    rows = [
        "| stage | rows a CPU-second | held against | rows a CPU-second | distance |",
        "|---|---:|---|---:|---:|",
        _distance("ingest", limit["ingest_rows_per_cpu_second"], "Parquet decoding alone",
                  limit["decode_rows_per_cpu_second"]),
        _distance("read, one core", limit["read_rows_per_cpu_second"], "copying the text in memory",
                  limit["copy_bytes_per_second"] / text),
        _distance("ingest + read + spool", run["exchanges"] / whole["cpu_seconds"],
                  "decoding, then reading", 1 / (1 / limit["decode_rows_per_cpu_second"]
                  + 1 / limit["read_rows_per_cpu_second"])),
        _distance("roll up", run["exchanges"] / rollup["cpu_seconds"],
                  "DuckDB counts 8 keys a row", limit["group_rows_per_cpu_second"]),
    ]  # fmt: skip
    rest = [
        _distance(s["stage"], run["exchanges"] / max(s["cpu_seconds"], 1e-6),
                  "DuckDB counts 8 keys a row", limit["group_rows_per_cpu_second"])
        for s in run["stages"]
        if s["stage"] in {"detect, link, form, assess", "look back"}
    ]  # fmt: skip
    said = (
        f"Copying: {limit['copy_bytes_per_second'] / 1e9:.1f} GB/s on one core. Reading hashes"
        " every byte, word and shingle: arithmetic binds it, not memory. Decoding is the limit of"
        " ingest. DuckDB's count is a yardstick, not a limit, for what comes after: those stages do"
        " more than count."
    )
    return "\n\n".join(["## Distance to the limits", "\n".join([*rows, *rest]), said])


def _distance(name: str, rate: float, limit: str, best: float) -> str:
    return f"| {name} | {rate:,.0f} | {limit} | {best:,.0f} | {best / rate:.1f}× |"
