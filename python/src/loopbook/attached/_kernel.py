"""Inside of a Jupyter kernel: what is shown is an ordinary display of the cell, updated in place."""

from __future__ import annotations

import os
import sys
from typing import Any, Dict, Optional, Tuple

from ._places import Server, find_server, running_servers
from ._wire import Refusal, Unreachable, Wire


def shell() -> Any:
    """IPython's shell when this process is a kernel, else None."""
    ipython = sys.modules.get("IPython")
    get = getattr(ipython, "get_ipython", None)
    found = get() if get is not None else None
    return found if found is not None and getattr(found, "kernel", None) is not None else None


def find_around(url: Optional[str], token: Optional[str]) -> "Optional[Tuple[Server, str, Optional[str]]]":
    """The server of this user whose kernel this is, and id and path of the kernel's notebook; it is known by its pid."""
    named = find_server(url, token, None)
    for server in [one.server for one in running_servers()] if named is None or named.folder is not None else [named]:
        wire = Wire(server)
        try:
            told = wire.call("GET", "/api/notebooks", timeout=2.0)
        except (Unreachable, Refusal):
            continue
        finally:
            wire.close()
        for notebook in told if isinstance(told, list) else (told or {}).get("notebooks", []):
            if (notebook.get("kernel") or {}).get("pid") == os.getpid():
                path = notebook.get("path")
                return server, str(notebook["id"]), os.path.join(server.folder or "", path) if path else None
    return None


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
