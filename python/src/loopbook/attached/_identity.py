"""Which run this process is of, and which of its processes it is."""

from __future__ import annotations

import os
import re
import sys
from typing import Any, Dict, NamedTuple, Optional, Union

from ._places import write_whole

_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
_RUN_ID = re.compile(r"run_[0-9a-z]{10,32}")

#: What launchers tell their processes: which job it is, and which rank. The first that is there counts.
_JOBS = ("TORCHELASTIC_RUN_ID", "SLURM_JOB_ID", "PBS_JOBID", "LSB_JOBID", "OMPI_MCA_ess_base_jobid", "JOB_COMPLETION_ID")
_RANKS = ("RANK", "SLURM_PROCID", "OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK", "JOB_COMPLETION_INDEX")
_SIZES = ("WORLD_SIZE", "SLURM_NTASKS", "OMPI_COMM_WORLD_SIZE", "PMI_SIZE")

#: Told to processes that this one starts (multiprocessing's "spawn"), so that they join its run.
PARENT = "LOOPBOOK_PARENT_RUN"


class Identity(NamedTuple):
    run_id: str
    writer_id: str
    #: 0 leads: its steps, parameters and end are the run's.
    rank: int
    #: The run was there before this process.
    is_resumed: bool


def token(length: int) -> str:
    return "".join(_ALPHABET[byte % 36] for byte in os.urandom(length))


def writer_of(rank: int) -> str:
    return f"r{rank}-{os.getpid()}-{token(10)}"


def identify(subject: str, resume: "Union[bool, str]", spool: str) -> Identity:
    """`subject`: the notebook or the name, by which a run is found again."""
    rank = _rank()
    named = os.environ.get("LOOPBOOK_RUN", "")
    if isinstance(resume, str):
        return Identity(_valid(resume), writer_of(rank), rank, True)
    if _RUN_ID.fullmatch(named):
        return Identity(named, writer_of(rank), rank, True)
    parent = _parent()
    if parent is not None:
        number = max(1, int(parent["child"]))
        return Identity(parent["run"], writer_of(number), number, True)
    job = _job()
    if job is not None:
        run_id = f"run_{_digest(f'{job} {subject}')}"
        return Identity(run_id, writer_of(rank), rank, rank > 0 or _restarted())
    if resume:
        last = _last(subject, spool)
        if last is not None:
            return Identity(last, writer_of(rank), rank, True)
    return Identity(f"run_{token(16)}", writer_of(rank), rank, False)


def remember(subject: str, run_id: str, spool: str) -> None:
    """For a later `resume=True`."""
    try:
        os.makedirs(os.path.dirname(_last_file(subject, spool)), mode=0o700, exist_ok=True)
        write_whole(_last_file(subject, spool), run_id.encode())
    except OSError:
        pass


def script_path() -> Optional[str]:
    main = sys.modules.get("__main__")
    path = getattr(main, "__file__", None)
    return os.path.abspath(path) if isinstance(path, str) else None


def subject_key(subject: str) -> str:
    return _digest(subject)


def writer_facts(identity: Identity) -> "Dict[str, Any]":
    version = sys.version_info
    return {
        "id": identity.writer_id,
        "rank": identity.rank,
        "pid": os.getpid(),
        "host": (os.uname().nodename if hasattr(os, "uname") else _host())[:255],
        "language": f"{sys.implementation.name.replace('cpython', 'python')} {version[0]}.{version[1]}",
    }


def _valid(run_id: str) -> str:
    if _RUN_ID.fullmatch(run_id) is None:
        raise ValueError(f"{run_id!r} is no id of a run: run_ and 10 to 32 of 0-9 and a-z.")
    return run_id


def _rank() -> int:
    found = _first(_RANKS)
    return int(found) if found is not None and found.isdigit() else 0


def _job() -> Optional[str]:
    """The same for all processes of a distributed job, and for no other. None: this is no part of one."""
    size = _first(_SIZES)
    if size is None or not size.isdigit() or int(size) < 2:
        return None
    job = _first(_JOBS)
    if job not in (None, "", "none"):
        return f"job {job} {os.environ.get('SLURM_STEP_ID', '')}"
    address, port = os.environ.get("MASTER_ADDR"), os.environ.get("MASTER_PORT")
    if address is None or port is None:
        return None
    # A launcher that names no job: its own process is the same for the ranks of a machine.
    local = os.environ.get("LOCAL_WORLD_SIZE", size) == size
    return f"launched {address}:{port} {_parent_start() if local else ''}"


def _parent_start() -> str:
    from ._places import start_of

    return f"{os.getppid()} {start_of(os.getppid())}"


def _restarted() -> bool:
    return os.environ.get("TORCHELASTIC_RESTART_COUNT", "0") not in ("", "0")


def _parent() -> "Optional[Dict[str, Any]]":
    """The run of the process that multiprocessing started this one from."""
    told = os.environ.get(PARENT, "")
    module = sys.modules.get("multiprocessing.process") or sys.modules.get("multiprocessing")
    if not told or module is None or not hasattr(module, "current_process"):
        return None
    if getattr(module, "parent_process", lambda: None)() is None:
        return None
    run_id, _, rank = told.partition(":")
    if _RUN_ID.fullmatch(run_id) is None:
        return None
    numbers = getattr(module.current_process(), "_identity", ())
    child = numbers[-1] if numbers else 1
    return {"run": run_id, "child": int(rank or 0) * 1_000 + int(child)}


def _first(names: "tuple[str, ...]") -> Optional[str]:
    return next((os.environ[name] for name in names if os.environ.get(name)), None)


def _host() -> str:
    import platform

    return platform.node()


def _digest(text: str) -> str:
    import hashlib

    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:16], "big")
    letters = []
    for _ in range(20):
        number, letter = divmod(number, 36)
        letters.append(_ALPHABET[letter])
    return "".join(letters)


def _last_file(subject: str, spool: str) -> str:
    # `.`: no run of this name, so who ships spools passes it over.
    return os.path.join(spool, ".last", _digest(subject))


def _last(subject: str, spool: str) -> Optional[str]:
    try:
        with open(_last_file(subject, spool), encoding="ascii") as file:
            found = file.read().strip()
    except OSError:
        return None
    return found if _RUN_ID.fullmatch(found) else None
