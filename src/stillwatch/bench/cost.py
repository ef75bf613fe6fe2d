"""What a run costs: seconds and peak memory, stage by stage."""

from __future__ import annotations

import resource
import sys
import time
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Cost", "Stage", "Stopwatch"]

_RESET = Path("/proc/self/clear_refs")
_STATUS = Path("/proc/self/status")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage of a run.

    Attributes:
        name: Its name.
        seconds: Wall time.
        cpu_seconds: Processor time of all threads.
        peak_mib: Most memory that the process held since the stage began; where the system cannot
            forget an older peak (any but Linux), since the process began.
    """

    name: str
    seconds: float
    cpu_seconds: float
    peak_mib: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a run cost.

    Attributes:
        seconds: Wall time of all stages.
        cpu_seconds: Processor time of all stages.
        peak_mib: The highest of the stages.
        stages: In order.
    """

    seconds: float
    cpu_seconds: float
    peak_mib: float
    stages: tuple[Stage, ...]


class Stopwatch:
    """Listens to a run; a `Progress` of the pipeline."""

    def __init__(self) -> None:
        self._stages: list[Stage] = []
        self._name = "open"
        self._start()

    def stage(self, name: str, total_bytes: int | None = None) -> None:
        """Close the stage that ends and start the next."""
        del total_bytes
        self._close()
        self._name = name

    def advance(self, count_bytes: int = 0, rows: int = 0) -> None:
        """Nothing to note."""

    def stop(self) -> Cost:
        """Close the last stage and add up."""
        self._close()
        return Cost(
            seconds=sum(s.seconds for s in self._stages),
            cpu_seconds=sum(s.cpu_seconds for s in self._stages),
            peak_mib=max(s.peak_mib for s in self._stages),
            stages=tuple(self._stages),
        )

    def _start(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()
        _forget_peak()

    def _close(self) -> None:
        self._stages.append(
            Stage(
                name=self._name,
                seconds=time.perf_counter() - self._wall,
                cpu_seconds=time.process_time() - self._cpu,
                peak_mib=_peak_mib(),
            )
        )
        self._start()


def _forget_peak() -> None:
    try:
        _RESET.write_text("5", encoding="ascii")
    except OSError:
        return


def _peak_mib() -> float:
    try:
        lines = _STATUS.read_text(encoding="ascii").splitlines()
    except OSError:
        unit = 2**20 if sys.platform == "darwin" else 2**10
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    found = next((line for line in lines if line.startswith("VmHWM:")), "VmHWM: 0 kB")
    return float(found.split()[1]) / 2**10
