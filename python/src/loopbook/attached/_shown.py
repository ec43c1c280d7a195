"""Figures, tables and whatever can show itself, as MIME bundles."""

from __future__ import annotations

import base64
import io
import json
from typing import Any, Dict, Tuple, Union

from ._plain import plain, text_of

Content = Union[str, bytes, Any]

#: Bigger forms lie beside the log, by their content.
INLINE_BYTES = 16_000

_REPRESENTATIONS = {
    "_repr_html_": "text/html",
    "_repr_markdown_": "text/markdown",
    "_repr_svg_": "image/svg+xml",
    "_repr_png_": "image/png",
    "_repr_jpeg_": "image/jpeg",
    "_repr_latex_": "text/latex",
    "_repr_json_": "application/json",
}


def bundle(thing: Any) -> "Tuple[Dict[str, Any], Dict[str, Any]]":
    """Forms by MIME type, and their metadata. What cannot show itself is its text."""
    if isinstance(thing, str):
        return {"text/plain": thing}, {}
    if isinstance(thing, dict) and thing and all(isinstance(key, str) and "/" in key for key in thing):
        return dict(thing), {}
    found: Dict[str, Any] = {}
    metadata: Dict[str, Any] = {}
    for way in (_by_itself, _figure, _picture, _by_forms):
        try:
            told = way(thing)
        except Exception:
            continue
        if told:
            found, metadata = told
            break
    if "text/plain" not in found:
        found["text/plain"] = _text(thing)
    return found, metadata


def _by_itself(thing: Any) -> Any:
    """What altair, plotly and widgets have: `_repr_mimebundle_`."""
    own = getattr(thing, "_repr_mimebundle_", None)
    if own is None or isinstance(thing, type):
        return None
    try:
        told = own(include=None, exclude=None)
    except TypeError:
        told = own()
    if isinstance(told, tuple):
        return dict(told[0]), dict(told[1])
    return (dict(told), {}) if told else None


def _figure(thing: Any) -> Any:
    """matplotlib's figures, and what has one: axes, seaborn's grids."""
    figure = thing if hasattr(thing, "savefig") else getattr(thing, "figure", None)
    if figure is None or not hasattr(figure, "savefig") or isinstance(thing, type):
        return None
    file = io.BytesIO()
    figure.savefig(file, format="png", bbox_inches="tight")
    return {"image/png": file.getvalue()}, {}


def _picture(thing: Any) -> Any:
    """Pillow's images."""
    if not (hasattr(thing, "save") and hasattr(thing, "mode") and hasattr(thing, "getbands")):
        return None
    file = io.BytesIO()
    (thing if thing.mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I") else thing.convert("RGB")).save(file, "PNG")
    return {"image/png": file.getvalue()}, {"image/png": {"width": thing.width, "height": thing.height}}


def _by_forms(thing: Any) -> Any:
    if isinstance(thing, type):
        return None
    found: Dict[str, Any] = {}
    metadata: Dict[str, Any] = {}
    for name, mime in _REPRESENTATIONS.items():
        own = getattr(thing, name, None)
        told = own() if callable(own) else None
        if isinstance(told, tuple):
            told, metadata[mime] = told[0], told[1]
        if told is not None:
            found[mime] = told
    return (found, metadata) if found else None


def _text(thing: Any) -> str:
    try:
        return repr(thing)[:100_000]
    except Exception:
        return text_of(thing)


def is_text(mime: str) -> bool:
    return mime.startswith("text/") or mime in ("image/svg+xml", "application/javascript")


def is_json(mime: str) -> bool:
    return mime == "application/json" or mime.endswith("+json")


def raw(mime: str, content: Any) -> bytes:
    """The bytes of a form, as a file would hold them."""
    if isinstance(content, (bytes, bytearray, memoryview)):
        return bytes(content)
    if is_json(mime):
        return json.dumps(content if isinstance(content, str) else plain_deep(content), allow_nan=False).encode()
    if isinstance(content, (list, tuple)):
        content = "".join(map(str, content))
    if not is_text(mime) and isinstance(content, str):
        try:
            return base64.b64decode(content, validate=False)
        except ValueError:
            pass
    return str(content).encode("utf-8", "replace")


def inline(mime: str, content: bytes) -> Any:
    """The same as a notebook holds it."""
    if is_json(mime):
        return json.loads(content)
    return content.decode("utf-8", "replace") if is_text(mime) else base64.b64encode(content).decode("ascii")


def plain_deep(value: Any) -> Any:
    """JSON of a chart: deep and long, NaN as null, as its own library writes it."""
    if isinstance(value, dict):
        return {str(key): plain_deep(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_deep(item) for item in value]
    told = plain(value, 1)
    return None if told in ("NaN", "Infinity", "-Infinity") and isinstance(value, float) else told
