"""Speed and memory of every stage at growing sizes, against the budgets and the machine's limits.

python benchmarks/run.py [--exchanges 250000 1000000 4000000] [--results benchmarks/results]

Each size is written to a temporary folder and run in a process of its own; the worlds are deleted.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil
from table import page
from world import planted

__all__ = ["main"]

_HERE = Path(__file__).parent
_PACKAGES = ("stillwatch", "duckdb", "pyarrow", "numpy", "numba", "scipy", "igraph")


def _machine() -> dict[str, object]:
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [
            x
            for x in cpuinfo.read_text(encoding="utf-8").splitlines()
            if x.startswith("model name")
        ]
        model = names[0].split(":", 1)[1].strip() if names else model
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "packages": {name: version(name) for name in _PACKAGES},
    }


def _child(arguments: list[str], environment: dict[str, str]) -> str:
    """The last line that a process of our own prints."""
    command = [sys.executable, *arguments]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)  # noqa: S603 - our own files
    return done.stdout.strip().splitlines()[-1]


def _size(exchanges: int, place: Path | None, *, with_limits: bool) -> dict[str, object]:
    with tempfile.TemporaryDirectory(prefix="stillwatch-world-", dir=place) as folder:
        environment = {**os.environ, "XDG_STATE_HOME": f"{folder}/state"}
        begun = time.perf_counter()
        world = [str(_HERE / "world.py"), folder, "--exchanges", str(exchanges)]
        text = int(_child(world, environment))
        files = sum(p.stat().st_size for p in Path(folder).rglob("*.parquet"))
        print(f"{exchanges:,}: written in {time.perf_counter() - begun:.0f} s", flush=True)
        measure = str(_HERE / "measure.py")
        load = os.getloadavg()[0]
        found: dict[str, object] = json.loads(_child([measure, "run", folder], environment))
        limits = (
            json.loads(_child([measure, "limits", folder], environment)) if with_limits else None
        )
    found |= {"text_bytes": text, "file_bytes": files, "load_before": load, "limits": limits}
    found["planted"] = planted(exchanges)
    taken = sum(stage["seconds"] for stage in found["stages"])  # type: ignore[attr-defined]
    print(f"{exchanges:,}: run in {taken:.0f} s, {found['campaigns']} campaigns", flush=True)
    return found


def main() -> None:
    """Measure every size, write the page and its numbers."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "--exchanges", type=int, nargs="+", default=[250_000, 1_000_000, 4_000_000]
    )
    options.add_argument("--results", type=Path, default=_HERE / "results")
    options.add_argument(
        "--folder", type=Path, help="where worlds are put; default: temporary files"
    )
    given = options.parse_args()
    sizes = sorted(given.exchanges)
    runs = [_size(n, given.folder, with_limits=n == sizes[-1]) for n in sizes]
    now = datetime.now(UTC)
    measured = {
        "at": now.isoformat(timespec="seconds"),
        "command": f"python benchmarks/run.py --exchanges {' '.join(map(str, sizes))}",
        "machine": _machine(),
        "runs": runs,
    }
    given.results.mkdir(parents=True, exist_ok=True)
    name = f"{now:%Y-%m-%d}-{'-'.join(_short(n) for n in sizes)}"
    (given.results / f"{name}.json").write_text(
        json.dumps(measured, indent=1) + "\n", encoding="utf-8"
    )
    text = page(measured)
    (given.results / f"{name}.md").write_text(text, encoding="utf-8")
    print(text)


def _short(exchanges: int) -> str:
    return f"{exchanges / 1e6:g}M"


if __name__ == "__main__":
    main()
