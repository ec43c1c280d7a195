"""Inside of a Jupyter kernel: what is shown is an ordinary display of the cell, updated in place."""

from __future__ import annotations

import os
import sys
from typing import Any, Dict, Optional


def shell() -> Any:
    """IPython's shell when this process is a kernel, else None."""
    ipython = sys.modules.get("IPython")
    get = getattr(ipython, "get_ipython", None)
    found = get() if get is not None else None
    return found if found is not None and getattr(found, "kernel", None) is not None else None


def notebook_id() -> Optional[str]:
    """Of the notebook whose kernel this is, where Loopbook started it."""
    return os.environ.get("LOOPBOOK_NOTEBOOK_ID") or None


def show_here(displays: "Dict[str, Any]", display_id: str, thing: Any) -> bool:
    """False: this is no kernel after all, such as a process that one started."""
    here = shell()
    if here is None:
        return False
    from IPython.display import display  # type: ignore[import-not-found,unused-ignore]

    from ._shown import bundle, inline, raw

    # In another execution of a cell the display of before is gone, or not what is looked at.
    known = displays.get(display_id) == here.execution_count
    displays[display_id] = here.execution_count
    forms, metadata = bundle(thing)
    data = {mime: inline(mime, raw(mime, form)) for mime, form in forms.items()}
    display(data, metadata=metadata, raw=True, display_id=display_id, update=known)
    return True
