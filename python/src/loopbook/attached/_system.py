"""Figures of the machine and of this process every few seconds, from /proc (proc(5)) and nvidia-smi where they are."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from typing import Any, Dict, List, Optional, Tuple

EVERY_SECONDS = 5.0
_FIRST_SECONDS = 1.0
_GPU_SECONDS = 4.0
_GPU_FIELDS = "index,utilization.gpu,memory.used,temperature.gpu,power.draw"


class System:
    def __init__(self, disk: str) -> None:
        self._disk = disk
        self._next = time.monotonic() + _FIRST_SECONDS
        self._before: Optional[Tuple[float, float, float, float]] = None
        self._has_gpu = shutil.which("nvidia-smi") is not None
        self._ticks = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100

    def due(self) -> "Optional[Dict[str, float]]":
        """The figures, when it is time for them."""
        now = time.monotonic()
        if now < self._next:
            return None
        self._next = now + EVERY_SECONDS
        told: Dict[str, float] = {}
        for part in (self._processor, self._memory, self._space, self._gpus):
            try:
                told.update(part())
            except (OSError, ValueError, IndexError, KeyError):
                continue
        return told or None

    def _processor(self) -> "Dict[str, float]":
        with open("/proc/stat", encoding="ascii") as file:
            fields = [float(field) for field in file.readline().split()[1:9]]
        with open("/proc/self/stat", encoding="utf-8", errors="replace") as file:
            own = file.read().rpartition(") ")[2].split()
        now = (time.monotonic(), sum(fields), fields[3] + fields[4], float(own[11]) + float(own[12]))
        before, self._before = self._before, now
        if before is None or now[1] <= before[1]:
            return {}
        busy = 1 - (now[2] - before[2]) / (now[1] - before[1])
        used = (now[3] - before[3]) / self._ticks / (now[0] - before[0])
        return {"system/cpu %": 100 * max(0.0, busy), "system/process cpu %": 100 * used}

    def _memory(self) -> "Dict[str, float]":
        told: Dict[str, float] = {}
        with open("/proc/meminfo", encoding="ascii") as file:
            lines = dict(line.split(":", 1) for line in file)
        total, free = (float(lines[name].split()[0]) for name in ("MemTotal", "MemAvailable"))
        told["system/memory %"] = 100 * (1 - free / total)
        with open("/proc/self/statm", encoding="ascii") as file:
            told["system/process memory MB"] = float(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
        return told

    def _space(self) -> "Dict[str, float]":
        disk = shutil.disk_usage(self._disk)
        return {"system/disk %": 100 * disk.used / disk.total}

    def _gpus(self) -> "Dict[str, float]":
        if not self._has_gpu:
            return {}
        try:
            command = ["nvidia-smi", f"--query-gpu={_GPU_FIELDS}", "--format=csv,noheader,nounits"]
            done = subprocess.run(command, capture_output=True, timeout=_GPU_SECONDS, check=True, encoding="ascii")
        except (OSError, subprocess.SubprocessError):
            # It hangs where a driver does; once is enough.
            self._has_gpu = False
            return {}
        told: Dict[str, float] = {}
        for line in done.stdout.splitlines():
            told.update(gpu_figures(line))
        return told


def gpu_figures(line: str) -> "Dict[str, float]":
    """One line of nvidia-smi's answer; what a card does not tell (`[N/A]`) is left out."""
    fields: List[str] = [field.strip() for field in line.split(",")]
    names = ("%", "memory MB", "°C", "W")
    told: Dict[str, float] = {}
    for name, field in zip(names, fields[1:]):
        try:
            told[f"system/gpu {fields[0]} {name}"] = float(field)
        except ValueError:
            continue
    return told


def watch(run: Any) -> None:
    """Told from the sender's thread; GPUs from one of its own, since asking them may take seconds."""
    import threading

    from ._spool import NO_STEP

    def work() -> None:
        system = System(run._spool_root if os.path.isdir(run._spool_root) else os.getcwd())
        while run.status is None and run._system_pid == os.getpid():
            told = system.due()
            if told:
                run._spool.row(tuple(told), tuple(told.values()), NO_STEP)
            time.sleep(0.25)

    run._system_pid = os.getpid()
    threading.Thread(target=work, name="loopbook-system", daemon=True).start()
