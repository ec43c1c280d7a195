"""`loopbook.attach`."""

from __future__ import annotations

import os
from typing import Any, Mapping, Optional, Union

from . import _ends, _kernel
from ._identity import PARENT, identify, script_path
from ._places import spool_folder
from .run import Run


def attach(
    notebook: "Union[str, os.PathLike[str], None]" = None,
    *,
    name: Optional[str] = None,
    params: Optional[Mapping[str, Any]] = None,
    url: Optional[str] = None,
    token: Optional[str] = None,
    spool: "Union[str, os.PathLike[str], None]" = None,
    resume: "Union[bool, str]" = False,
    system: bool = True,
    output: Optional[str] = "stderr",
    signals: bool = True,
) -> Run:
    """Joins this process to a notebook: parameters come from it, telemetry, figures and questions go into it.

    The server is the one that is named (`url` and `token`, or LOOPBOOK_URL and LOOPBOOK_TOKEN), else the running one of
    the notebook's folder; without any, everything is kept in the spool and goes to the next one. Never waits for it.

    `notebook`: the file; made from a template when there is none, by default by the run's name. `params`: names with
    values or `param(…)`, see `Parameters.declare`. `resume`: True goes on with the last run of this notebook (its
    questions, too), an id with that one. `system`: figures of the machine every few seconds. `output`: what the program
    prints is kept too: "stderr" (its last words), "all" or None. `signals`: SIGTERM is told before it ends the process.
    """
    path = os.path.abspath(os.fspath(notebook)) if notebook is not None else None
    shell = _kernel.shell()
    title = name or _title(path)
    subject = f"{path or ''}\n{'' if path else title}"
    known = next((run for run in _ends.current() if run._subject == subject), None)
    if known is not None:
        # A cell that is run again, a function that is called twice.
        known.params.declare(**(params or {}))
        return known
    root = spool_folder(os.fspath(spool) if spool is not None else None)
    identity = identify(subject, resume, root)
    run = Run(
        identity,
        name=title,
        notebook=path,
        subject=subject,
        url=url,
        token_=token,
        spool=root,
        in_kernel=shell is not None,
    )
    run.params.declare(**(params or {}))
    _ends.watch(run, signals and shell is None)
    os.environ[PARENT] = f"{run.run_id}:{run.rank}"
    run._begin(system, None if shell is not None else output)
    return run


def current() -> Optional[Run]:
    """The run that this process attached last, if it goes on."""
    runs = _ends.current()
    return runs[-1] if runs else None


def _title(path: Optional[str]) -> str:
    script = path or script_path()
    return os.path.splitext(os.path.basename(script))[0] if script else "run"


